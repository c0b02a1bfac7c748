//! The description of the interface: as it is checked in, as it is served, and as the server then answers.

use std::{fs, path::Path};

use serde_json::Value;
use steadycast::transport::{CODES, ROUTES, Role};

use crate::support::{http, program, schema, server::Server};

const TOKEN: &str = "the-admins-own-token-of-32-letters";
const VIEWERS: &str = "the-viewers-own-token-of-32-letters";

/// The description as it is checked in.
fn checked_in() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/openapi.json");
    fs::read_to_string(path).expect("docs/openapi.json is there")
}

fn description() -> Value {
    serde_json::from_str(&checked_in()).expect("docs/openapi.json is JSON")
}

/// A path of the table as one may ask for it.
fn filled(path: &str) -> String {
    path.replace("{camera}", "main").replace("{level}", "80").replace("{id}", "1").replace("{name}", "none")
}

#[test]
fn what_is_checked_in_is_what_the_program_says_of_itself() {
    let output = program::run(&["openapi"], &[]);
    assert!(output.status.success(), "{output:?}");
    let said = String::from_utf8(output.stdout).expect("is text");
    assert!(said == checked_in(), "run: cargo run --release -- openapi > docs/openapi.json");
}

#[test]
fn what_is_served_is_what_is_checked_in_and_needs_no_credential() {
    let server = Server::scene(&["--admin-token", TOKEN, "--viewer-token", VIEWERS]);
    let reply = http::get(server.address, "/api/openapi.json");
    assert_eq!((reply.status, reply.json()), (200, description()));
    for path in ["/docs", "/docs/page.js", "/docs/page.css", "/login.js"] {
        let reply = http::get(server.address, path);
        assert_eq!(reply.status, 200, "{path}");
        assert!(!reply.text().contains("http://") && !reply.text().contains("https://"), "{path} stays here");
    }
    assert_eq!(http::get(server.address, "/icon.svg").status, 200);
    let page = http::get(server.address, "/docs");
    let policy = page.header("content-security-policy").expect("the page has a policy");
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
}

#[test]
fn every_route_is_described_and_nothing_else() {
    let description = description();
    let paths = description["paths"].as_object().expect("there are paths");
    let mut described: Vec<(String, String)> = paths
        .iter()
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().expect("a path has methods");
            methods.keys().map(|method| (path.clone(), method.to_ascii_uppercase()))
        })
        .collect();
    let mut routes: Vec<(String, String)> = ROUTES
        .iter()
        .flat_map(|route| route.methods.iter().map(|method| (route.path.to_owned(), (*method).to_owned())))
        .collect();
    described.sort();
    routes.sort();
    assert_eq!(described, routes);
}

#[test]
fn what_needs_a_credential_says_so_and_answers_as_it_says() {
    let server = Server::scene(&["--admin-token", TOKEN, "--viewer-token", VIEWERS]);
    let description = description();
    for route in ROUTES.iter().filter(|route| route.methods.contains(&"HEAD") && route.path != "/") {
        let operation = &description["paths"][route.path]["get"];
        let reply = http::get(server.address, &filled(route.path));
        let is_open = route.role == Role::Open;
        assert_eq!(operation["security"].as_array().map(Vec::is_empty), Some(is_open), "{}", route.path);
        assert_eq!(reply.status != 401, is_open, "{} answers {}", route.path, reply.status);
        let described = &operation["responses"][reply.status.to_string()];
        assert!(described.is_object(), "{} answers {}, which is not described", route.path, reply.status);
        if !is_open {
            assert_as_described(&description, described, &reply, route.path);
        }
    }
}

/// Fails where an answer's body is not what is said of its status and its media type.
fn assert_as_described(description: &Value, described: &Value, reply: &http::Reply, path: &str) {
    let kind = reply.header("content-type").unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default();
    let schema = &described["content"][kind]["schema"];
    assert!(schema.is_object(), "{path} answers {} as {kind:?}, which is not described", reply.status);
    if kind == "application/json" {
        let wrong = schema::check(description, schema, &reply.json());
        assert!(wrong.is_empty(), "{path} answers {}:\n{}", reply.status, wrong.join("\n"));
    }
}

#[test]
fn every_answer_that_is_read_is_as_it_is_described() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = folder.path().join("history.db").display().to_string();
    let accounts = folder.path().join("access.db").display().to_string();
    let uploads = folder.path().join("uploads").display().to_string();
    let server = Server::scene(&[
        "--admin-token",
        TOKEN,
        "--database",
        &database,
        "--access-database",
        &accounts,
        "--uploads-dir",
        &uploads,
    ]);
    let bearer = format!("Bearer {TOKEN}");
    let description = description();
    for route in ROUTES.iter().filter(|route| route.methods.contains(&"HEAD")) {
        let path = filled(route.path);
        let reply = http::get_with(server.address, &path, &[("Authorization", &bearer)]);
        let described = &description["paths"][route.path]["get"]["responses"][reply.status.to_string()];
        assert!(described.is_object(), "{path} answers {}: {}", reply.status, reply.text());
        assert_as_described(&description, described, &reply, &path);
    }
}

#[test]
fn a_camera_that_is_added_and_changed_is_told_as_it_is_described() {
    let server = Server::scene(&["--admin-token", TOKEN]);
    let description = description();
    let bearer = format!("Bearer {TOKEN}");
    let headers = [("Authorization", &*bearer), ("Content-Type", "application/json")];
    let new = r#"{"name":"yard","source":"synthetic:people=1,seed=2","fps":5,"analytics":false}"#;
    for (method, path, of, body, status) in [
        ("POST", "/api/cameras", "/api/cameras", new, 201),
        ("POST", "/api/cameras", "/api/cameras", new, 409),
        ("PATCH", "/api/cameras/yard", "/api/cameras/{camera}", r#"{"fps":null}"#, 200),
        ("PATCH", "/api/cameras/yard", "/api/cameras/{camera}", r#"{"speed":3}"#, 400),
        ("POST", "/api/cameras/yard/stop", "/api/cameras/{camera}/stop", "{}", 200),
        ("DELETE", "/api/cameras/nope", "/api/cameras/{camera}", "{}", 404),
    ] {
        let reply = http::change_with(server.address, (method, path), &headers, body);
        assert_eq!(reply.status, status, "{method} {path}: {}", reply.text());
        let operation = &description["paths"][of][method.to_ascii_lowercase()];
        let described = &operation["responses"][status.to_string()];
        assert_as_described(&description, described, &reply, path);
    }
}

#[test]
fn schemas_of_bodies_take_what_the_server_takes_and_refuse_what_it_refuses() {
    let server = Server::scene(&["--admin-token", TOKEN]);
    let description = description();
    let bearer = format!("Bearer {TOKEN}");
    let headers = [("Authorization", &*bearer), ("Content-Type", "application/json")];
    let body = &description["paths"]["/api/cameras/{camera}"]["patch"]["requestBody"];
    let schema = &body["content"]["application/json"]["schema"];
    for (body, taken) in [
        (r#"{"fps":34}"#, true),
        (r#"{"fps":35}"#, false),
        (r#"{"frozen_after":0,"detect_confidence":0.5}"#, true),
        (r#"{"frozen_after":-1}"#, false),
        (r#"{"min_height":1}"#, false),
        (r#"{"lines":[{"id":"a","from":[0,0.5],"to":[1,0.5],"at":"middle"}]}"#, true),
        (r#"{"lines":[{"id":"a","from":[0,0.5],"to":[1,2]}]}"#, false),
        (r#"{"zones":[{"id":"b","points":[[0,0],[1,0]]}]}"#, false),
        (r#"{"zones":null}"#, true),
        (r#"{"colour":"red"}"#, false),
    ] {
        let value: Value = serde_json::from_str(body).expect("is JSON");
        assert_eq!(schema::check(&description, schema, &value).is_empty(), taken, "the schema of {body}");
        let reply = http::change_with(server.address, ("PATCH", "/api/cameras/main"), &headers, body);
        assert_eq!(reply.status == 200, taken, "{body}: {}", reply.text());
    }
}

#[test]
fn every_code_stands_in_the_protocol_as_the_list_has_it() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/protocol.md");
    let protocol = fs::read_to_string(path).expect("docs/protocol.md is there");
    let rows: Vec<&str> = protocol.lines().filter(|line| line.starts_with("| `")).collect();
    let missing: Vec<String> = CODES
        .iter()
        .map(|(code, status, meaning)| format!("| `{code}` | {status} | {meaning} |"))
        .filter(|row| !rows.contains(&&**row))
        .collect();
    assert!(missing.is_empty(), "docs/protocol.md does not have:\n{}", missing.join("\n"));
}
