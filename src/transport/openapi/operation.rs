//! One operation of the description: a method of a path, with parameters, body, answers and errors. Pure.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::codes::{Kind, shared};
use crate::{
    access::Role,
    transport::{
        about::{About, Answer, Body, Param},
        error::CODES,
        routes::route::Cost,
    },
};

/// Media type of errors.
const JSON: &str = "application/json";

/// What stands in paths, and what it may be, as JSON schemas. What no thing can be called is answered as what
/// there is not.
const IN_PATHS: [(&str, &str, &str); 4] = [
    ("camera", "Name of a camera", r#"{"type":"string","pattern":"^[a-z0-9_-]{1,32}$"}"#),
    (
        "level",
        "JPEG quality, 30 to 95, or auto",
        r#"{"type":"string","pattern":"^(auto|[3-8][0-9]|9[0-5])$"}"#,
    ),
    ("id", "Number of an event", r#"{"type":"integer","format":"int64","minimum":1}"#),
    ("name", "Name of a video", r#"{"type":"string","minLength":1}"#),
];

/// A method of a path.
pub struct Operation<'a> {
    /// Path, with `{names}` of what stands in it.
    pub path: &'static str,
    /// Method, in capitals.
    pub method: &'a str,
    /// What one must be allowed to.
    pub role: Role,
    /// Whether one must be allowed to see every camera.
    pub whole: bool,
    /// What it costs the server.
    pub cost: Cost,
    /// What it takes and gives.
    pub about: &'static About,
}

impl Operation<'_> {
    /// Whether it changes nothing by its method.
    fn only_reads(&self) -> bool {
        matches!(self.method, "GET" | "HEAD" | "OPTIONS")
    }

    /// Every code of an error that it may answer with.
    pub fn codes(&self) -> impl Iterator<Item = &'static str> + use<> {
        let kind = Kind {
            role: self.role,
            whole: self.whole,
            changes: !self.only_reads(),
            has_body: self.about.body.is_some(),
            is_bounded: self.cost != Cost::Cheap,
        };
        shared(&kind).chain(self.about.codes.iter().copied())
    }

    /// The operation as the description has it.
    pub fn told(&self) -> Value {
        let is_head = self.method == "HEAD";
        let id = [self.about.id, if is_head { "Head" } else { "" }].concat();
        let mut told = json!({
            "operationId": id,
            "summary": self.about.summary,
            "responses": self.responses(),
            "security": self.security(),
            "x-role": self.role.name(),
            "x-cost": self.cost.name(),
        });
        let parameters = self.parameters();
        if !parameters.is_empty() {
            told["parameters"] = parameters.into();
        }
        if let Some(body) = &self.about.body {
            told["requestBody"] = request_body(body);
        }
        told
    }

    /// What stands in the path, and in the query.
    fn parameters(&self) -> Vec<Value> {
        let placed = IN_PATHS.iter().filter(|(name, _, _)| self.path.contains(&format!("{{{name}}}")));
        let placed = placed.map(|(name, about, schema)| {
            json!({
                "name": name,
                "in": "path",
                "required": true,
                "description": about,
                "schema": schema_of(schema),
            })
        });
        placed.chain(self.about.query.iter().map(query)).collect()
    }

    /// The ways in which a credential may be shown; none where none is needed.
    fn security(&self) -> Value {
        match self.role {
            Role::Open => json!([]),
            _ if self.only_reads() => json!([{ "bearer": [] }, { "cookie": [] }, { "query": [] }]),
            _ => json!([{ "bearer": [] }, { "cookie": [] }]),
        }
    }

    /// Every answer by its status.
    fn responses(&self) -> Value {
        let mut all: BTreeMap<u16, Status> = BTreeMap::new();
        for answer in self.about.answers {
            all.entry(answer.status).or_default().own.push(answer);
        }
        for code in self.codes() {
            for (code, status, meaning) in CODES.iter().filter(|(known, _, _)| *known == code) {
                all.entry(*status).or_default().errors.insert(code, meaning);
            }
        }
        let has_body = self.method != "HEAD";
        let told = |(status, all): (u16, Status)| (status.to_string(), all.told(status, has_body));
        Value::Object(all.into_iter().map(told).collect())
    }
}

/// What an operation may answer with one status.
#[derive(Default)]
struct Status {
    /// Answers of its own.
    own: Vec<&'static Answer>,
    /// Codes of errors, with their meanings.
    errors: BTreeMap<&'static str, &'static str>,
}

impl Status {
    /// The answers as the description has them.
    fn told(&self, status: u16, has_body: bool) -> Value {
        let own = (!self.own.is_empty()).then(|| reason(status).to_owned());
        let errors = self.errors.iter().map(|(code, meaning)| format!("`{code}`: {meaning}"));
        let words: Vec<String> = own.into_iter().chain(errors).collect();
        let mut told = json!({ "description": words.join("; ") });
        let content = if has_body { self.content() } else { Map::new() };
        if !content.is_empty() {
            told["content"] = content.into();
        }
        told
    }

    /// Bodies by their media types.
    fn content(&self) -> Map<String, Value> {
        let mut kinds: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
        for answer in self.own.iter().filter(|answer| !answer.kind.is_empty()) {
            kinds.entry(answer.kind).or_default().push(named(answer.schema));
        }
        if !self.errors.is_empty() {
            kinds.entry(JSON).or_default().push(named("Error"));
        }
        let told = |(kind, mut schemas): (&str, Vec<Value>)| {
            let schema = if schemas.len() == 1 { schemas.remove(0) } else { json!({ "anyOf": schemas }) };
            (kind.to_owned(), json!({ "schema": schema }))
        };
        kinds.into_iter().map(told).collect()
    }
}

/// A status in words.
fn reason(status: u16) -> &'static str {
    match status {
        101 => "The connection is a WebSocket from now on",
        201 => "It is made",
        204 => "It is done",
        303 => "The page is at this address without the token",
        200 => "It is here",
        _ => "It is not to be had",
    }
}

/// A reference to a schema; of bytes and text no more than that they are.
fn named(schema: &str) -> Value {
    match schema {
        "" => json!({ "type": "string" }),
        name => {
            let place = format!("#/components/schemas/{name}");
            json!({ "$ref": place })
        }
    }
}

/// A parameter of the query as the description has it.
fn query(param: &Param) -> Value {
    let mut told = json!({
        "name": param.name,
        "in": "query",
        "required": param.required,
        "description": param.about,
        "schema": schema_of(param.schema),
    });
    if param.may_be_empty {
        told["allowEmptyValue"] = true.into();
    }
    told
}

/// A body as the description has it. One that names the camera alone may be left out.
fn request_body(body: &Body) -> Value {
    json!({
        "required": body.schema != "WhichCamera",
        "content": { body.kind: { "schema": named(body.schema) } },
    })
}

/// A schema that is written as JSON.
fn schema_of(text: &str) -> Value {
    serde_json::from_str(text).expect("a test builds every operation")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::about;

    fn told(method: &'static str, role: Role, about: &'static About) -> Value {
        let path = "/api/cameras/{camera}/x";
        Operation { path, method, role, whole: false, cost: Cost::Cheap, about }.told()
    }

    #[test]
    fn a_head_has_a_name_of_its_own_and_no_bodies() {
        let head = told("HEAD", Role::Viewer, &about::CAMERA);
        assert_eq!(head["operationId"], "readCameraHead");
        assert!(!head["responses"].to_string().contains("content"), "{head}");
        let get = told("GET", Role::Viewer, &about::CAMERA);
        let schema = &get["responses"]["200"]["content"]["application/json"]["schema"]["$ref"];
        assert_eq!(schema, "#/components/schemas/Camera");
    }

    #[test]
    fn a_token_in_the_query_changes_nothing() {
        let ways = |method, role| told(method, role, &about::CAMERA_STOP)["security"].to_string();
        assert!(ways("GET", Role::Viewer).contains("query"));
        assert!(!ways("POST", Role::Admin).contains("query"));
        assert_eq!(ways("GET", Role::Open), "[]");
    }

    #[test]
    fn what_stands_in_a_path_is_a_parameter_that_must_be_there() {
        let parameters = told("GET", Role::Viewer, &about::SNAPSHOT)["parameters"].clone();
        let names: Vec<&str> =
            parameters.as_array().into_iter().flatten().filter_map(|one| one["name"].as_str()).collect();
        assert_eq!(names, ["camera", "level", "scale", "overlay"]);
        assert_eq!((&parameters[0]["in"], &parameters[0]["required"]), (&json!("path"), &json!(true)));
    }

    #[test]
    fn errors_of_one_status_are_told_together() {
        let refused = &told("POST", Role::Admin, &about::CAMERA_STOP)["responses"]["403"]["description"];
        let refused = refused.as_str().expect("is described");
        for code in ["unknown_host", "unclear_intent", "cross_site"] {
            assert!(refused.contains(&format!("`{code}`: ")), "{refused}");
        }
    }
}
