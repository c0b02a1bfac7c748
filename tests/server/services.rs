//! Rules of all cameras, and services that are tried over HTTP, through the whole server.

use std::{fs, net::SocketAddr};

use serde_json::{Value, json};

use crate::support::{
    http::{self, Reply},
    media,
    program::Program,
    receiver::{Answer, Receiver, Request},
    server::Server,
    wait::{self, PATIENCE},
};

/// Two small scenes without models, and a file that names them.
const TWO: &str = "# the shop\n[door]\nsource = \"synthetic\"\nwidth = 320\nheight = 180\n\n\
                   [yard]\nsource = \"/nowhere/no.mp4\"\n";

fn told(request: &Request) -> Value {
    serde_json::from_slice(&request.body).unwrap_or(Value::Null)
}

fn set(address: SocketAddr, body: &Value) -> Reply {
    http::change(address, "PUT", "/api/rules", body)
}

fn test(address: SocketAddr, service: &str) -> Reply {
    http::change(address, "POST", "/api/services/test", &json!({ "service": service }))
}

#[test]
fn a_rule_of_all_cameras_stands_in_the_file_and_is_told_of_each() {
    let (folder, receiver) = (media::folder(), Receiver::start(Answer::Says("200 OK", "")));
    let (file, url) = (folder.path().join("cameras.toml"), receiver.url("/"));
    fs::write(&file, TWO).expect("can be written");
    let flags = ["--analytics", "off", "--cameras", &file.to_string_lossy(), "--webhook-url", &url];
    let server = Server::start(&flags);
    let lost = json!({ "id": "lost", "when": "source_lost" });
    let set_to = set(server.address, &json!({ "rules": [lost] }));
    assert_eq!((set_to.status, &set_to.json()["rules"]), (200, &json!([lost])));
    let message = told(&receiver.wait_for("a message", |_| true));
    assert_eq!((&message["camera"], &message["rule"]), (&json!("yard"), &json!("lost")), "{message}");
    let text = fs::read_to_string(&file).expect("is there");
    assert!(text.starts_with(TWO) && text.contains("\n[[all.rules]]\nid = \"lost\"\n"), "{text}");
    drop(server);
    let server = Server::start(&flags);
    assert_eq!(http::get(server.address, "/api/rules").json()["rules"], json!([lost]));
    let cameras = http::get(server.address, "/api/cameras").json();
    assert_eq!(cameras["cameras"].as_array().map(Vec::len), Some(2), "all is no camera: {cameras}");
    assert_eq!(set(server.address, &json!({ "rules": [] })).status, 200);
    let text = fs::read_to_string(&file).expect("is there");
    assert_eq!(text, TWO, "nothing is left of it");
}

#[test]
fn a_camera_has_its_own_rule_in_the_place_of_the_one_of_all() {
    let receiver = Receiver::start(Answer::Says("200 OK", ""));
    let url = receiver.url("/");
    let server = Server::start(&["--analytics", "off", "--source", "/nowhere/no.mp4", "--webhook-url", &url]);
    let own = json!({ "rules": [{ "id": "lost", "when": "source_lost", "for_s": 86400 }] });
    assert_eq!(http::change(server.address, "PATCH", "/api/cameras/main", &own).status, 200);
    let all = json!({ "rules": [
        { "id": "lost", "when": "source_lost" }, { "id": "lost too", "when": "source_lost" },
    ] });
    assert_eq!(set(server.address, &all).status, 200);
    receiver.wait_for("the other one", |request| told(request)["rule"] == "lost too");
    assert!(receiver.requests().iter().all(|request| told(request)["rule"] != "lost"));
}

#[test]
fn wrong_rules_of_all_cameras_are_refused_and_nothing_is_a_camera_of_that_name() {
    let server = Server::scene(&[]);
    for (body, word) in [
        (json!({ "rules": [{ "id": "a", "when": "risk" }] }), "all cameras: rule a: risk is missing"),
        (json!({ "rules": [{ "id": "a", "when": "rain" }] }), "rain"),
        (
            json!({ "rules": [{ "id": "a", "when": "risk", "from": "25:00" }] }),
            "rules[0].from: a time of the day",
        ),
        (json!({ "rules": [], "fps": 3 }), "and no fps"),
        (json!({ "rules": [], "rulez": [] }), "rulez"),
        (json!({}), "rules is missing"),
        (json!({ "rules": null }), "rules is missing"),
    ] {
        let refused = set(server.address, &body);
        assert!(refused.status == 400 && refused.text().contains(word), "{body}: {}", refused.text());
    }
    let named = json!({ "name": "all", "source": "synthetic" });
    let refused = http::change(server.address, "POST", "/api/cameras", &named);
    assert_eq!((refused.status, &*refused.error_code()), (400, "bad_camera"));
    assert!(refused.text().contains("all is taken"), "{}", refused.text());
    let disk = json!({ "rules": [{ "id": "disk", "when": "storage_trouble" }] });
    let refused = http::change(server.address, "PATCH", "/api/cameras/main", &disk);
    assert!(refused.status == 400 && refused.text().contains("rules of all"), "{}", refused.text());
    assert_eq!(set(server.address, &disk).status, 200);
    let degraded = http::get(server.address, "/api/ready").json()["degraded"].to_string();
    assert!(degraded.contains("all cameras: rules tell nobody"), "{degraded}");
    let unmet = json!({ "rules": [{ "id": "in", "when": "line_crossed", "line": "gaet" }] });
    assert_eq!(set(server.address, &unmet).status, 200);
    let degraded = http::get(server.address, "/api/ready").json()["degraded"].to_string();
    assert!(degraded.contains(r#"rule in: no camera has the line \"gaet\""#), "{degraded}");
    assert_eq!(set(server.address, &disk).status, 200);
    assert_eq!(http::get(server.address, "/api/cameras/all").status, 404);
    assert_eq!(http::change(server.address, "DELETE", "/api/cameras/all", &json!({})).status, 404);
    assert_eq!(http::get(server.address, "/api/rules").json()["rules"][0]["id"], "disk");
}

#[test]
fn a_disk_that_keeps_no_history_is_told() {
    let receiver = Receiver::start(Answer::Says("200 OK", ""));
    let url = receiver.url("/");
    let server = Server::scene(&["--database", "/proc/nothing/history.db", "--webhook-url", &url]);
    let disk = json!({ "rules": [{ "id": "disk", "when": "storage_trouble" }] });
    assert_eq!(set(server.address, &disk).status, 200);
    let message = told(&receiver.wait_for("a message", |_| true));
    assert_eq!((&message["camera"], &message["when"]), (&Value::Null, &json!("storage_trouble")));
    let text = message["text"].as_str().expect("text");
    assert!(text.starts_with("history is not written: ") && !text.contains("/proc"), "{text}");
}

#[test]
fn a_service_is_tried_past_what_waits_for_it() {
    let (hook, failing) =
        (Receiver::start(Answer::NoPictures), Receiver::start(Answer::Says("503 Service Unavailable", "")));
    let (url, topic) = (hook.url("/"), failing.url("/topic"));
    let server = Server::scene(&["--webhook-url", &url, "--ntfy-url", &topic]);
    let well = json!({ "service": "webhook", "arrived": true, "with_picture": false, "reason": null });
    assert_eq!(test(server.address, "webhook").json(), well);
    assert!(hook.requests().iter().all(|request| told(request)["kind"] == "test"));
    let failed = test(server.address, "ntfy").json();
    assert_eq!(failed["arrived"], false);
    assert!(failed["reason"].as_str().is_some_and(|why| why.contains("503")), "{failed}");
    for (service, word) in
        [("telegram", "no telegram is set"), ("pigeon", "name a service"), ("sheets", "gets rows")]
    {
        let refused = test(server.address, service);
        assert!(refused.status == 400 && refused.text().contains(word), "{}", refused.text());
    }
}

#[test]
fn apprise_gets_a_form_with_the_picture() {
    let receiver = Receiver::start(Answer::Says("200 OK", ""));
    let url = receiver.url("/notify/hunter2");
    let server = Server::scene(&["--apprise-url", &url]);
    assert_eq!(test(server.address, "apprise").json()["with_picture"], true);
    let request = receiver.wait_for("a form", |_| true);
    let kind = request.header("content-type").expect("a kind");
    assert!(kind.starts_with("multipart/form-data; boundary="), "{kind}");
    let form = String::from_utf8_lossy(&request.body).into_owned();
    for part in ["name=\"title\"\r\n\r\nSteadycast", "name=\"type\"\r\n\r\ninfo", "filename=\"snapshot.jpg\""]
    {
        assert!(form.contains(part), "{part} is missing: {form}");
    }
    wait::until("its key is told nowhere", PATIENCE, || {
        let status = http::get(server.address, "/api/status").text();
        status.contains("apprise") && !status.contains("hunter2")
    });
}

#[test]
fn who_changes_rules_of_all_and_tries_services_is_logged_and_so_are_refusals() {
    let program = Program::start(&["--source", "synthetic:people=3", "--analytics", "off"]);
    let lost = json!({ "rules": [{ "id": "lost", "when": "source_lost" }] });
    assert_eq!(set(program.address, &lost).status, 200);
    let odd = set(program.address, &json!({ "rules": [{ "id": "a", "when": "risk" }] }));
    assert_eq!((odd.status, &*odd.error_code()), (400, "bad_rules"));
    let unknown = test(program.address, "pigeon");
    assert!(
        unknown.status == 400 && unknown.text().contains("one of webhook, telegram"),
        "{}",
        unknown.text()
    );
    assert_eq!(test(program.address, "webhook").status, 400);
    for line in [
        "changed the rules of all cameras\n",
        "changed the rules of all cameras (refused: bad_rules)",
        "tried a service: webhook (refused: bad_body)",
    ] {
        wait::until(line, PATIENCE, || program.log().contains(line));
    }
}
