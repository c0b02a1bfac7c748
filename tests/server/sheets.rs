//! A sheet through the whole server: rows that a web app takes as Google's do, and one that does not.

use std::net::SocketAddr;

use serde_json::{Value, json};

use crate::support::{
    http,
    receiver::{Answer, Receiver, Request},
    server::Server,
    viewer::Viewer,
    wait::{self, PATIENCE},
};

/// A server whose sheet gets a row every ten seconds.
fn kept(receiver: &Receiver) -> Server {
    let url = receiver.url("/macros/s/hunter2/exec");
    Server::scene(&["--sheets-webapp-url", &url, "--sheets-poll-seconds", "10"])
}

/// How the sheet fares.
fn service(address: SocketAddr) -> Value {
    let status = http::get(address, "/api/status").json();
    let services = status["services"].as_array().into_iter().flatten();
    services.into_iter().find(|service| service["service"] == "sheets").cloned().unwrap_or_default()
}

fn told(request: &Request) -> Value {
    serde_json::from_slice(&request.body).unwrap_or(Value::Null)
}

#[test]
fn a_sheet_gets_rows_and_tells_what_they_add_up_to() {
    let totals = r#"{"ok":true,"totals":{"main":{"inbound":12,"outbound":9}}}"#;
    let receiver = Receiver::start(Answer::Leads("200 OK", totals));
    let server = kept(&receiver);
    let request = receiver.wait_for("rows", |request| !request.is_get);
    assert_eq!(request.path, "/macros/s/hunter2/exec");
    let told = told(&request);
    assert!(told["batch"].as_str().is_some_and(|batch| batch.ends_with("-1")), "{told}");
    let row = &told["rows"][0];
    assert_eq!((&row["camera"], &row["people"], &row["inbound"]), (&json!("main"), &Value::Null, &json!(0)));
    assert_eq!(row["time"].as_str().map(str::len), Some("2026-11-28 21:03:10".len()), "{row}");
    // Google's web apps answer elsewhere.
    receiver.wait_for("the answer is fetched", |request| request.is_get && request.path == "/echo");
    wait::until("the totals are known", PATIENCE, || {
        let status = http::get(server.address, "/api/status").json();
        status["sheet_totals"] == json!({ "main": { "inbound": 12, "outbound": 9 } })
    });
    let state = service(server.address);
    assert!(state["told"].as_u64() >= Some(1) && state["reason"].is_null(), "{state}");
    assert!(!http::get(server.address, "/api/status").text().contains("hunter2"));
}

#[test]
fn rows_whose_answer_is_lost_come_again_by_their_name_and_cost_no_frame() {
    // As Google answers where the web app may not be reached by anybody.
    let receiver = Receiver::start(Answer::Leads("200 OK", "<!doctype html>"));
    let server = kept(&receiver);
    let mut viewer = Viewer::open(server.address, "/websocket/60");
    receiver.wait_for("rows", |request| !request.is_get);
    wait::until("it is told", PATIENCE, || service(server.address)["reason"].is_string());
    let reason = service(server.address)["reason"].to_string();
    assert!(reason.contains("deploy/sheets.gs") && !reason.contains("hunter2"), "{reason}");
    viewer.frames(20);
    let posts = || receiver.requests().into_iter().filter(|request| !request.is_get).collect::<Vec<_>>();
    wait::until("they come again", PATIENCE, || posts().len() >= 2);
    assert_eq!(told(&posts()[0]), told(&posts()[1]));
    receiver.set(Answer::Leads("200 OK", r#"{"ok":true}"#));
    wait::until("all is well", PATIENCE * 2, || service(server.address)["reason"].is_null());
    assert!(service(server.address)["told"].as_u64() >= Some(1));
}
