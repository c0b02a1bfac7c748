//! The description of the interface, as OpenAPI 3.1 has it: the table of routes, with what each takes and
//! gives.
//!
//! Rows in, the description out. Routes, roles and methods are the table's, operations `about`'s, codes
//! `error`'s. Schemas are written by hand in `openapi/schemas.json`: tests hold what the server answers
//! against them.

mod codes;
mod operation;

use std::collections::BTreeSet;

use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, ContentType},
};
use operation::Operation;
use serde_json::{Map, Value, json};

use super::{error::CODES, routes::route::Route};

/// Schemas of bodies, parameters and answers, by their names.
const SCHEMAS: &str = include_str!("openapi/schemas.json");

/// What stands at the head of the description.
const ABOUT: &str = "Live pictures of cameras that stay steady on any link, what is counted in them, and how \
                     cameras are changed. WebSocket, MJPEG, server-sent events and Socket.IO are described \
                     in docs/protocol.md.";

/// Returns the description of those routes as it is served: JSON, indented, with a line break at its end.
pub fn text_of(routes: &[Route]) -> String {
    let mut text = format!("{:#}", document_of(routes));
    text.push('\n');
    text
}

/// The answer that is a description's text.
pub fn answer(text: &'static str) -> HttpResponse {
    HttpResponse::Ok().content_type(ContentType::json()).insert_header((CACHE_CONTROL, "no-cache")).body(text)
}

/// Returns the description of those routes.
pub fn document_of(routes: &[Route]) -> Value {
    let mut paths = Map::new();
    for route in routes {
        let path = paths.entry(route.path.to_owned()).or_insert_with(|| json!({}));
        for &method in route.methods {
            path[method.to_ascii_lowercase()] = told(route, method).told();
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Steadycast",
            "version": env!("CARGO_PKG_VERSION"),
            "description": ABOUT,
            "license": { "name": "MIT", "identifier": "MIT" },
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": { "schemas": schemas(), "securitySchemes": ways() },
    })
}

/// What is told of a row under one of its methods.
fn told<'a>(route: &Route, method: &'a str) -> Operation<'a> {
    let Route { path, role, whole, cost, about, .. } = *route;
    Operation { path, method, role, whole, cost, about }
}

/// The schemas, with every code of an error, and with a camera that is new: its settings and a name.
fn schemas() -> Value {
    let mut schemas: Value = serde_json::from_str(SCHEMAS).expect("a test reads the schemas");
    let mut new = schemas["CameraSettings"].clone();
    new["description"] = "A camera that is added".into();
    new["properties"]["name"] = json!({ "type": "string", "pattern": "^[a-z0-9_-]{1,32}$" });
    new["required"] = json!(["name", "source"]);
    schemas["NewCamera"] = new;
    let codes: BTreeSet<&str> = CODES.iter().map(|(code, _, _)| *code).collect();
    schemas["ErrorCode"] = json!({ "type": "string", "enum": codes });
    schemas
}

/// The ways in which a credential is shown.
fn ways() -> Value {
    json!({
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "A token of the settings, or a signed one",
        },
        "cookie": {
            "type": "apiKey",
            "in": "cookie",
            "name": "steadycast_session_6732",
            "description": "A session, begun by POST /api/login; the number is the port that the server \
                            listens at; changes need X-Steadycast: 1 as well",
        },
        "query": {
            "type": "apiKey",
            "in": "query",
            "name": "token",
            "description": "A token, where no header can be set; with GET and HEAD alone",
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every name that `$ref` leads to, anywhere in a value.
    fn references(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(fields) => {
                if let Some(Value::String(to)) = fields.get("$ref") {
                    found.insert(to.clone());
                }
                fields.values().for_each(|value| references(value, found));
            }
            Value::Array(values) => values.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }

    #[test]
    fn every_reference_leads_to_a_schema_and_every_schema_is_needed() {
        let document = document_of(super::super::routes::ROUTES);
        let mut found = BTreeSet::new();
        references(&document, &mut found);
        let there: BTreeSet<String> = document["components"]["schemas"]
            .as_object()
            .into_iter()
            .flat_map(Map::keys)
            .map(|name| ["#/components/schemas/", name].concat())
            .collect();
        assert_eq!(found, there);
    }

    #[test]
    fn operations_have_names_of_their_own() {
        let document = document_of(super::super::routes::ROUTES);
        let paths = document["paths"].as_object().expect("there are paths");
        let operations = paths.values().filter_map(Value::as_object).flat_map(Map::values);
        let mut seen = BTreeSet::new();
        for operation in operations {
            let id = operation["operationId"].as_str().expect("an operation has a name");
            assert!(seen.insert(id.to_owned()), "{id} is twice there");
        }
        let methods = super::super::routes::ROUTES.iter().map(|route| route.methods.len()).sum::<usize>();
        assert_eq!(seen.len(), methods, "a row that hides another");
    }

    #[test]
    fn every_code_of_a_route_is_in_the_list_of_codes() {
        for route in super::super::routes::ROUTES {
            for &method in route.methods {
                for code in told(route, method).codes() {
                    let is_known = CODES.iter().any(|(known, _, _)| *known == code);
                    assert!(is_known, "{method} {} may answer {code}, which is no code", route.path);
                }
            }
        }
    }
}
