//! Notifications through the whole server: rules of a camera, services that take messages, and services that
//! do not.

use std::{fs, net::SocketAddr};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use steadycast::{
    access::key::{Key, hex},
    frame::now_s,
};

use crate::support::{
    http::{self, Reply},
    media,
    program::run,
    receiver::{Answer, Receiver, Request},
    server::Server,
    viewer::{Viewer, decoded_size},
    wait::{self, PATIENCE},
};

/// A plaza with a line that is crossed every few seconds.
const PLAZA: [&str; 6] =
    ["--source", "synthetic:people=40,vehicles=6,seed=3", "--capture-fps", "15", "--analytics", "on"];

const SECRET: &str = "a secret of at least thirty-two bytes";

/// The small scene with rules, whose models are files of a folder of the test's own.
struct Ruled {
    server: Server,
    /// Holds what is no model.
    _models: tempfile::TempDir,
}

/// Names of files that are no models.
const BROKEN: [&str; 3] = ["first", "second", "third"];

fn ruled(flags: &[&str], rules: &Value) -> Ruled {
    let models = media::folder();
    for name in BROKEN {
        fs::write(models.path().join(format!("{name}.onnx")), "no model").expect("can be written");
    }
    let folder = models.path().display().to_string();
    let server = Server::scene(&[&["--models-dir", &folder][..], flags].concat());
    let changed = set(server.address, rules);
    assert_eq!(changed.status, 200, "{}", changed.text());
    wait::until("there are pictures", PATIENCE, || http::get(server.address, "/api/ready").status == 200);
    Ruled { server, _models: models }
}

fn set(address: SocketAddr, rules: &Value) -> Reply {
    http::change(address, "PATCH", "/api/cameras/main", &json!({ "rules": rules }))
}

/// A rule that tells of a model that was given up.
fn failing(id: &str) -> Value {
    json!({ "id": id, "when": "model_failed" })
}

/// Has a model of the camera be given up, after one that was off.
fn fail(address: SocketAddr, name: &str) {
    for (model, state) in [("none", "off"), (name, "failed")] {
        let change = json!({ "analytics": true, "crowd_model": "none", "detect_model": model });
        let changed = http::change(address, "PATCH", "/api/cameras/main", &change);
        assert_eq!(changed.status, 200, "{}", changed.text());
        wait::until("the model is as it should be", PATIENCE, || {
            let status = http::get(address, "/api/status").json();
            let is_said = degraded(address).contains("detect");
            status["cameras"][0]["analytics"]["detect"]["state"] == state && is_said == (state == "failed")
        });
    }
}

/// The plaza with a rule for each crossing.
fn crossed(flags: &[&str]) -> Server {
    let server = Server::start(&[&PLAZA[..], flags].concat());
    let rules = json!([{ "id": "promenade", "when": "line_crossed", "line": "promenade" }]);
    assert_eq!(set(server.address, &rules).status, 200);
    server
}

/// How the only service fares.
fn service(address: SocketAddr) -> Value {
    http::get(address, "/api/status").json()["services"][0].clone()
}

/// What does not work as it should.
fn degraded(address: SocketAddr) -> String {
    http::get(address, "/api/ready").json()["degraded"].to_string()
}

fn told(request: &Request) -> Value {
    serde_json::from_slice(&request.body).unwrap_or(Value::Null)
}

#[test]
fn a_crossing_reaches_a_webhook_signed_and_with_a_picture() {
    let receiver = Receiver::start(Answer::Says("204 No Content", ""));
    let url = receiver.url("/hook?x=1");
    let server = crossed(&[
        "--webhook-url",
        &url,
        "--webhook-secret",
        SECRET,
        "--public-url",
        "https://cams.example/",
    ]);
    let request = receiver.wait_for("a message", |request| told(request)["kind"] == "happened");
    assert_eq!(request.path, "/hook?x=1");
    let message = told(&request);
    for (field, value) in [
        ("camera", "main"),
        ("rule", "promenade"),
        ("when", "line_crossed"),
        ("link", "https://cams.example/?camera=main"),
    ] {
        assert_eq!(message[field], value, "{message}");
    }
    assert!(
        message["text"].as_str().is_some_and(|text| text.contains("crossed line promenade")),
        "{message}"
    );
    assert!(message["event"].is_u64());
    let picture = STANDARD.decode(message["snapshot"].as_str().expect("a picture")).expect("base64");
    assert_eq!(decoded_size(&picture), (640, 360));
    // As a receiver would check it.
    let time = request.header("x-steadycast-time").expect("a time");
    assert!(time.parse::<u64>().expect("seconds").abs_diff(now_s()) < 60, "{time}");
    let signed = [time.as_bytes(), b".", &request.body].concat();
    let signature = Key::new(SECRET.as_bytes()).expect("long enough").sign(&signed);
    let expected = format!("sha256={}", hex(&signature));
    assert_eq!(request.header("x-steadycast-signature"), Some(&*expected));
    wait::until("it is counted", PATIENCE, || service(server.address)["told"].as_u64() >= Some(1));
    assert_eq!(service(server.address)["reason"], Value::Null);
}

#[test]
fn services_that_hang_flood_and_talk_nonsense_cost_nobody_else_anything() {
    let [hanging, flooding, odd] =
        [Answer::Hangs, Answer::Floods(10_000_000), Answer::Nonsense].map(Receiver::start);
    let (hook, api, topic) = (hanging.url("/"), flooding.url(""), odd.url("/topic"));
    let bot = ["--telegram-bot-token", "1:x", "--telegram-chat-id", "5", "--telegram-api-url", &api];
    let server = crossed(&[&["--webhook-url", &hook, "--ntfy-url", &topic][..], &bot].concat());
    let mut viewer = Viewer::open(server.address, "/websocket/60");
    for receiver in [&hanging, &flooding, &odd] {
        receiver.wait_for("a message", |_| true);
    }
    // The webhook is waiting for its answer all the while.
    viewer.frames(30);
    viewer.text("analytics");
    assert_eq!(hanging.requests().len(), 1, "one at a time");
    let trouble = |name: &str| degraded(server.address).contains(name);
    wait::until("the other two are told", PATIENCE, || trouble("telegram: ") && trouble("ntfy: "));
    assert!(degraded(server.address).contains("what answers there is not Telegram's API"));
    let lost = |reader| server.metrics.news_lost.with_label_values(&[reader]).get();
    assert_eq!((lost("hub"), lost("notify")), (0, 0));
}

#[test]
fn what_fails_is_told_with_its_reason_and_caught_up_with_in_one_message() {
    let receiver = Receiver::start(Answer::Says("503 Service Unavailable", ""));
    let url = receiver.url("/");
    // Three rules: the first message fails, and two more come meanwhile.
    let ruled = ruled(&["--webhook-url", &url], &json!([failing("a"), failing("b"), failing("c")]));
    let server = &ruled.server;
    fail(server.address, "first");
    receiver.wait_for("the first try", |request| told(request)["rule"] == "a");
    wait::until("it is told", PATIENCE, || degraded(server.address).contains("webhook: "));
    let state = service(server.address);
    assert!(state["reason"].as_str().is_some_and(|reason| reason.contains("503")), "{state}");
    assert!(state["failed"].as_u64() >= Some(1) && state["next_try_seconds"].is_u64(), "{state}");
    receiver.set(Answer::Says("200 OK", "thanks"));
    let all = told(&receiver.wait_for("one message", |request| told(request)["kind"] == "missed"));
    assert!(
        all["text"].as_str().is_some_and(|text| text.starts_with("3 messages were not told in time")),
        "{all}"
    );
    wait::until("all is well", PATIENCE, || service(server.address)["reason"].is_null());
    assert!(!degraded(server.address).contains("webhook"), "{}", degraded(server.address));
    assert_eq!(service(server.address)["told"], 1);
}

#[test]
fn a_service_that_asks_for_peace_gets_it() {
    let receiver = Receiver::start(Answer::Later(900));
    let url = receiver.url("/");
    let ruled = ruled(&["--webhook-url", &url], &json!([failing("a")]));
    let server = &ruled.server;
    fail(server.address, "first");
    let waits =
        wait::until_some("it waits", PATIENCE, || service(server.address)["next_try_seconds"].as_u64());
    assert!((600..=900).contains(&waits), "{waits} s");
}

#[test]
fn telegram_gets_a_picture_and_its_token_is_told_nowhere() {
    let receiver = Receiver::start(Answer::Says("200 OK", r#"{"ok":true,"result":{}}"#));
    let url = receiver.url("");
    let flags =
        ["--telegram-bot-token", "123456:hunter2", "--telegram-chat-id", "-1001", "--telegram-api-url", &url];
    let server = crossed(&flags);
    let request = receiver.wait_for("a message", |_| true);
    assert_eq!(request.path, "/bot123456:hunter2/sendPhoto");
    let body = String::from_utf8_lossy(&request.body);
    for part in
        ["name=\"chat_id\"\r\n\r\n-1001\r\n", "main: ", "crossed line promenade", "Content-Type: image/jpeg"]
    {
        assert!(body.contains(part), "{part} in {body:.300}");
    }
    for path in ["/api/status", "/api/ready", "/metrics"] {
        assert!(!http::get(server.address, path).text().contains("hunter2"), "{path}");
    }
}

/// What Telegram answers where somebody has said something in a chat: the same again and again, as it would
/// to a bot that never says what it has heard.
fn said(chat: i64, texts: &[&str]) -> String {
    let update = |(n, text): (usize, &&str)| {
        let message = json!({ "chat": { "id": chat }, "text": text });
        json!({ "update_id": n, "message": message })
    };
    let updates: Vec<Value> = texts.iter().enumerate().map(update).collect();
    json!({ "ok": true, "result": updates }).to_string()
}

#[test]
fn whoever_is_in_telegrams_chat_may_ask_and_nobody_else() {
    let texts = ["/status", "/snapshot", "/snapshot nowhere", "/mute 1h", "hello"];
    let receiver = Receiver::start(Answer::Says("200 OK", r#"{"ok":true,"result":[]}"#));
    let (url, ours, others) = (receiver.url(""), said(-1001, &texts), said(-1002, &texts));
    let bot = ["--telegram-bot-token", "123456:hunter2", "--telegram-chat-id", "-1001"];
    let server =
        Server::scene(&[&bot[..], &["--telegram-api-url", &url, "--telegram-commands", "on"]].concat());
    wait::until("there are pictures", PATIENCE, || http::get(server.address, "/api/ready").status == 200);
    let asks = |request: &Request| request.path.ends_with("/getUpdates");
    let answers = || receiver.requests().iter().filter(|request| !asks(request)).count();
    receiver.wait_for("the bot asks", asks);
    receiver.set(Answer::Says("200 OK", others.leak()));
    let before = receiver.requests().len();
    wait::until("it has heard others", PATIENCE, || receiver.requests().len() > before + 2);
    assert_eq!(answers(), 0);
    receiver.set(Answer::Says("200 OK", ours.leak()));
    let text = |request: &Request| String::from_utf8_lossy(&request.body).into_owned();
    receiver.wait_for("how the camera fares", |request| {
        request.path.ends_with("/sendMessage") && text(request).contains("main: streaming, ")
    });
    receiver.wait_for("a picture", |request| request.path.ends_with("/sendPhoto"));
    receiver.wait_for("which cameras there are", |request| text(request).contains("There are: main"));
    receiver.wait_for("that nothing comes", |request| text(request).contains("no messages for 1 h"));
    wait::until("it is told", PATIENCE, || service(server.address)["muted_seconds"].as_u64() > Some(3500));
    let asked: Vec<Value> = receiver.requests().iter().filter(|request| asks(request)).map(told).collect();
    // What was said before the start is forgotten.
    assert_eq!((&asked[0]["offset"], &asked[0]["timeout"]), (&json!(-1), &json!(0)));
    assert!(asked.last().is_some_and(|asked| asked["offset"] == 5), "{asked:?}");
}

#[test]
fn what_telegram_says_of_a_wrong_token_is_told_without_the_token() {
    let wrong = r#"{"ok":false,"error_code":401,"description":"Unauthorized: 123456:hunter2"}"#;
    let receiver = Receiver::start(Answer::Says("401 Unauthorized", wrong));
    let url = receiver.url("");
    let bot = ["--telegram-bot-token", "123456:hunter2", "--telegram-chat-id", "5"];
    let ruled = ruled(&[&bot[..], &["--telegram-api-url", &url]].concat(), &json!([failing("a")]));
    let server = &ruled.server;
    fail(server.address, "first");
    wait::until("it is told", PATIENCE, || degraded(server.address).contains("401: Unauthorized"));
    let status = http::get(server.address, "/api/status").text();
    for text in [&status, &degraded(server.address)] {
        assert!(text.contains("401: Unauthorized") && !text.contains("hunter2"), "{text}");
    }
}

#[test]
fn ntfy_gets_a_line_and_its_token() {
    let receiver = Receiver::start(Answer::Says("200 OK", "{}"));
    let topic = receiver.url("/my-yard");
    let flags = ["--ntfy-url", &topic, "--ntfy-token", "tk_hunter2"];
    let ruled = ruled(&flags, &json!([failing("a")]));
    let server = &ruled.server;
    fail(server.address, "first");
    let request = receiver.wait_for("a message", |_| true);
    assert!(request.path.starts_with("/my-yard?title=main"), "{}", request.path);
    assert_eq!(request.header("authorization"), Some("Bearer tk_hunter2"));
    assert!(request.path.contains("message=main%3A+the+model+detect+was+given+up"), "{}", request.path);
    assert_eq!(decoded_size(&request.body), (320, 180), "the picture is attached");
}

#[test]
fn rules_are_changed_while_the_server_runs_and_wrong_ones_are_refused() {
    let receiver = Receiver::start(Answer::Says("200 OK", ""));
    let url = receiver.url("/");
    let ruled = ruled(&["--webhook-url", &url], &json!([]));
    let server = &ruled.server;
    for (rules, word) in [
        (json!([{ "id": "a", "when": "line_crossed", "line": "gate" }]), "there is no line"),
        (json!([{ "id": "a", "when": "risk" }]), "risk is missing"),
        (json!([failing("a"), failing("a")]), "two rules"),
        (json!([{ "id": "a", "when": "rain" }]), "rain"),
    ] {
        let refused = set(server.address, &rules);
        assert!(refused.status == 400 && refused.text().contains(word), "{}", refused.text());
    }
    for (model, rule) in [("second", "a"), ("third", "b")] {
        assert_eq!(set(server.address, &json!([failing(rule)])).status, 200);
        fail(server.address, model);
        receiver.wait_for(rule, |request| told(request)["rule"] == rule);
    }
    let rules: Vec<Value> = receiver.requests().iter().map(|request| told(request)["rule"].clone()).collect();
    assert_eq!(rules, ["a", "b"], "each is told while it is there");
}

#[test]
fn rules_that_tell_nobody_are_said_to() {
    let rules = json!([{ "id": "a", "when": "source_lost", "tell": ["telegram"] }]);
    let ruled_by_nobody = ruled(&[], &rules);
    let server = &ruled_by_nobody.server;
    assert!(http::get(server.address, "/api/status").json()["services"].is_null());
    let said = degraded(server.address);
    assert!(said.contains("camera main: rules tell nobody: no service is set"), "{said}");
    let by_another = ruled(&["--webhook-url", "http://127.0.0.1:9/"], &rules);
    let server = &by_another.server;
    let said = degraded(server.address);
    assert!(said.contains("rule a is to be told by telegram, which is not set"), "{said}");
}

#[test]
fn the_program_tries_its_services_and_ends_as_they_answer() {
    let receiver = Receiver::start(Answer::Says("200 OK", "{}"));
    let tried = |environment: &[(&str, &str)]| {
        let output = run(&["notify-test"], environment);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.success(), text(&output.stdout), text(&output.stderr))
    };
    let (is_well, _, error) = tried(&[]);
    assert!(!is_well && error.contains("there is no service to try"), "{error}");
    let (hook, topic) = (receiver.url("/hook"), "http://127.0.0.1:9/hunter2");
    let (is_well, out, error) = tried(&[("STEADYCAST_WEBHOOK_URL", &hook)]);
    assert!(is_well && out == "webhook: the message arrived\n", "{out}{error}");
    assert_eq!(told(&receiver.requests()[0])["kind"], "test");
    let (is_well, out, error) = tried(&[("STEADYCAST_WEBHOOK_URL", &hook), ("STEADYCAST_NTFY_URL", topic)]);
    assert!(!is_well && error.contains("1 of 2 did not arrive"), "{error}");
    assert!(out.contains("ntfy: nothing listens there") && !out.contains("hunter2"), "{out}");
    let plain = Receiver::start(Answer::NoPictures);
    let (is_well, out, _) = tried(&[("STEADYCAST_WEBHOOK_URL", &plain.url("/"))]);
    assert!(is_well && out == "webhook: the message arrived, but it takes no pictures\n", "{out}");
    let (is_well, _, error) = tried(&[("STEADYCAST_WEBHOOK_URL", "me:hunter2@host")]);
    assert!(!is_well && !error.contains("hunter2"), "{error}");
}
