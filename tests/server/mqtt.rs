//! What a broker is told, by a real one: figures, events and pictures, orders, and what becomes of it while
//! the broker is away, strange, or hostile.

use std::{net::SocketAddr, path::Path, process::Command};

use serde_json::{Value, json};

use crate::support::{
    broker::{Broker, Ear},
    http,
    media::free_port,
    program::{Program, run},
    receiver::{Answer, Receiver},
    server::Server,
    skip,
    viewer::{Viewer, decoded_size},
    wait::{self, PATIENCE},
};

/// A plaza with a line that is crossed every few seconds.
const PLAZA: [&str; 6] =
    ["--source", "synthetic:people=40,vehicles=6,seed=3", "--capture-fps", "15", "--analytics", "on"];

/// A broker; the test is skipped where there can be none.
macro_rules! broker {
    ($name:literal, $broker:expr) => {
        match $broker {
            Ok(broker) => broker,
            Err(reason) => return skip($name, &reason),
        }
    };
}

fn plaza(broker: &Broker, flags: &[&str]) -> Server {
    Server::start(&[&PLAZA[..], &["--mqtt-url", &broker.url()], flags].concat())
}

fn small(broker: &Broker, flags: &[&str]) -> Server {
    Server::scene(&[&["--mqtt-url", &broker.url()], flags].concat())
}

/// How the broker fares as a service.
fn service(address: SocketAddr) -> Value {
    let status = http::get(address, "/api/status").json();
    let services = status["services"].as_array().into_iter().flatten();
    services.into_iter().find(|service| service["service"] == "mqtt").cloned().unwrap_or_default()
}

fn number(text: &str) -> Option<u64> {
    text.parse().ok()
}

#[test]
fn a_broker_learns_figures_events_and_pictures_and_that_the_server_goes() {
    let broker = broker!("a_broker_learns_figures", Broker::start());
    let ear = Ear::of(&broker, None);
    let server = plaza(&broker, &["--mqtt-node", "shop"]);
    let of = |what: &str| format!("steadycast/shop/main/{what}");
    ear.wait_for_text("steadycast/shop/status", "online");
    ear.wait_for_text(&of("state"), "streaming");
    for what in ["people", "inbound", "outbound", "lines/promenade/inbound", "zones/plaza/occupancy"] {
        ear.wait_for(&of(what), |came| number(&came.text()).is_some());
    }
    ear.wait_for(&of("classes/person"), |came| number(&came.text()) > Some(0));
    let event = ear.wait_for(&of("event"), |came| came.text().contains("line_crossed"));
    let event: Value = serde_json::from_slice(&event.payload).expect("an event is JSON");
    assert_eq!((&event["camera"], &event["event_type"]), (&json!("main"), &json!("line_crossed")), "{event}");
    let picture = ear.wait_for(&of("snapshot"), |_| true);
    assert_eq!(decoded_size(&picture.payload), (640, 360));
    // Whoever comes later learns it all at once, but for what has happened before.
    let late = Ear::of(&broker, None);
    for what in ["people", "state", "snapshot"] {
        late.wait_for(&of(what), |came| came.is_kept);
    }
    assert!(late.all(&of("event")).iter().all(|came| !came.is_kept));
    let config =
        late.wait_for("homeassistant/sensor/steadycast_shop/main_people/config", |came| came.is_kept);
    let config: Value = serde_json::from_slice(&config.payload).expect("a description is JSON");
    assert_eq!(config["state_topic"], "steadycast/shop/main/people");
    drop(server);
    ear.wait_for_text("steadycast/shop/status", "offline");
}

#[test]
fn a_server_that_is_killed_is_offline() {
    let broker = broker!("a_server_that_is_killed", Broker::start());
    let ear = Ear::of(&broker, None);
    let url = broker.url();
    let program = Program::start(&["--mqtt-url", &url, "--analytics", "off"]);
    ear.wait_for_text("steadycast/server/status", "online");
    // Without a farewell.
    drop(program);
    ear.wait_for_text("steadycast/server/status", "offline");
}

#[test]
fn a_broker_that_was_away_knows_it_all_again_and_its_state_is_told() {
    let mut broker = broker!("a_broker_that_was_away", Broker::start());
    let server = small(&broker, &[]);
    let mut viewer = Viewer::open(server.address, "/websocket/60");
    Ear::of(&broker, None).wait_for_text("steadycast/server/main/state", "streaming");
    wait::until("all is well", PATIENCE, || service(server.address)["reason"].is_null());
    // It keeps nothing across that.
    broker.kill();
    wait::until("it is missed", PATIENCE, || service(server.address)["reason"].is_string());
    let degraded = http::get(server.address, "/api/ready").json()["degraded"].to_string();
    assert!(degraded.contains("mqtt: "), "{degraded}");
    viewer.frames(10);
    broker.go_on();
    let ear = Ear::of(&broker, None);
    ear.wait_for_text("steadycast/server/status", "online");
    ear.wait_for_text("steadycast/server/main/state", "streaming");
    ear.wait_for("homeassistant/sensor/steadycast_server/main_people/config", |_| true);
    wait::until("all is well", PATIENCE, || service(server.address)["reason"].is_null());
}

#[test]
fn home_assistant_that_starts_is_told_everything_again() {
    let broker = broker!("home_assistant_that_starts", Broker::start());
    let (ear, _server) = (Ear::of(&broker, None), small(&broker, &[]));
    let topic = "homeassistant/sensor/steadycast_server/main_people/config";
    ear.wait_for(topic, |_| true);
    let before = ear.all(topic).len();
    ear.publish("homeassistant/status", "online", false);
    wait::until("it is told again", PATIENCE, || ear.all(topic).len() > before);
}

#[test]
fn orders_switch_cameras_only_where_the_settings_say_so() {
    let broker = broker!("orders_switch_cameras", Broker::start());
    let ear = Ear::of(&broker, None);
    let order = |node: &str, what: &str, text: &str| {
        ear.publish(&format!("steadycast/{node}/main/{what}/set"), text, false);
    };
    // One that the broker keeps would be carried out at each connection.
    ear.publish("steadycast/obeys/main/enabled/set", "OFF", true);
    let deaf = small(&broker, &["--mqtt-node", "deaf"]);
    let obeys = small(&broker, &["--mqtt-node", "obeys", "--mqtt-control", "on"]);
    for node in ["deaf", "obeys"] {
        ear.wait_for_text(&format!("steadycast/{node}/main/enabled"), "ON");
    }
    order("deaf", "enabled", "OFF");
    order("obeys", "enabled", "perhaps");
    order("obeys", "source", "ON");
    order("obeys", "enabled", "OFF");
    ear.wait_for_text("steadycast/obeys/main/enabled", "OFF");
    ear.wait_for_text("steadycast/obeys/main/state", "stopped");
    order("obeys", "enabled", "ON");
    ear.wait_for_text("steadycast/obeys/main/state", "streaming");
    ear.wait_for_text("steadycast/obeys/main/analytics", "OFF");
    order("obeys", "analytics", "ON");
    ear.wait_for_text("steadycast/obeys/main/analytics", "ON");
    let state =
        |server: &Server| http::get(server.address, "/api/status").json()["cameras"][0]["state"].clone();
    assert_eq!([state(&deaf), state(&obeys)], ["streaming", "streaming"]);
    assert!(!ear.topics().iter().any(|topic| topic.starts_with("homeassistant/switch/steadycast_deaf")));
}

#[test]
fn what_an_earlier_run_left_behind_is_taken_away() {
    let broker = broker!("what_an_earlier_run_left", Broker::start());
    let ear = Ear::of(&broker, None);
    let left = ["homeassistant/sensor/steadycast_server/yard_people/config", "steadycast/server/yard/people"];
    let others = "homeassistant/sensor/other/people/config";
    for topic in left.into_iter().chain([others]) {
        ear.publish(topic, "{}", true);
        ear.wait_for(topic, |_| true);
    }
    let _server = small(&broker, &[]);
    for topic in left {
        ear.wait_for_text(topic, "");
    }
    assert_eq!(ear.all(others).len(), 1);
}

#[test]
fn a_rule_is_told_by_the_broker() {
    let broker = broker!("a_rule_is_told", Broker::start());
    let ear = Ear::of(&broker, None);
    let server = plaza(&broker, &["--public-url", "https://cams.example"]);
    let rules = json!([{ "id": "promenade", "when": "line_crossed", "tell": ["mqtt"] }]);
    let changed = http::change(server.address, "PATCH", "/api/cameras/main", &json!({ "rules": rules }));
    assert_eq!(changed.status, 200, "{}", changed.text());
    let message = ear.wait_for("steadycast/server/main/notification", |_| true);
    let message: Value = serde_json::from_slice(&message.payload).expect("a message is JSON");
    assert_eq!((&message["rule"], &message["kind"]), (&json!("promenade"), &json!("happened")), "{message}");
    assert_eq!(message["link"], "https://cams.example/?camera=main");
    wait::until("it is counted", PATIENCE, || service(server.address)["told"].as_u64() >= Some(1));
}

/// A certificate for this machine by which a broker shows itself.
fn certificate(folder: &Path) -> String {
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"])
        .args([
            "-addext",
            "subjectAltName=IP:127.0.0.1",
            "-addext",
            "basicConstraints=CA:FALSE",
            "-keyout",
            "key.pem",
            "-out",
            "cert.pem",
        ])
        .current_dir(folder)
        .output()
        .expect("openssl starts");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let at = |name: &str| folder.join(name).display().to_string();
    format!("certfile {}\nkeyfile {}\n", at("cert.pem"), at("key.pem"))
}

#[test]
fn a_broker_is_known_by_its_certificate_and_lets_in_by_a_password() {
    let port = free_port();
    let broker = Broker::with(|folder| {
        let file = folder.join("passwords");
        let mut made = Command::new("mosquitto_passwd");
        made.args(["-c", "-b"]).arg(&file).args(["camera", "sesame"]);
        assert!(made.status().expect("mosquitto_passwd starts").success());
        let (file, certificate) = (file.display(), certificate(folder));
        format!("allow_anonymous false\npassword_file {file}\nlistener {port} 127.0.0.1\n{certificate}")
    });
    let broker = broker!("a_broker_is_known", broker);
    let other = broker.folder.path().join("other");
    std::fs::create_dir(&other).expect("can be made");
    certificate(&other);
    let pem = |folder: &Path| folder.join("cert.pem").display().to_string();
    let (own, other, url) = (pem(broker.folder.path()), pem(&other), format!("mqtts://127.0.0.1:{port}"));
    let login = ["--mqtt-url", &url, "--mqtt-user", "camera", "--mqtt-password"];
    let told = |flags: &[&str]| Server::scene(&[&login[..], flags].concat());
    let _known = told(&["sesame", "--mqtt-ca-file", &own]);
    Ear::of(&broker, Some(("camera", "sesame"))).wait_for_text("steadycast/server/status", "online");
    for (flags, word) in [
        (&["hunter2", "--mqtt-ca-file", &own][..], "--mqtt-password"),
        (&["sesame", "--mqtt-ca-file", &other], "TLS"),
        (&["sesame"], "TLS"),
    ] {
        let server = told(flags);
        wait::until("it is told", PATIENCE, || service(server.address)["reason"].is_string());
        let reason = service(server.address)["reason"].to_string();
        assert!(reason.contains(word) && !reason.contains("hunter2"), "{flags:?}: {reason}");
    }
}

#[test]
fn brokers_that_hang_flood_and_talk_nonsense_cost_nobody_anything() {
    for answer in [Answer::Hangs, Answer::Floods(10_000_000), Answer::Nonsense] {
        let odd = Receiver::start(answer);
        let url = format!("mqtt://{}", odd.address);
        let server = Server::scene(&["--mqtt-url", &url]);
        let mut viewer = Viewer::open(server.address, "/websocket/60");
        viewer.frames(20);
        if answer != Answer::Hangs {
            wait::until("it is told", PATIENCE * 2, || service(server.address)["reason"].is_string());
        }
        viewer.frames(20);
        let lost = |reader| server.metrics.news_lost.with_label_values(&[reader]).get();
        assert_eq!(lost("hub"), 0);
    }
}

#[test]
fn a_trial_tells_the_broker_a_message_and_says_what_became_of_it() {
    let broker = broker!("a_trial_tells_the_broker", Broker::start());
    let ear = Ear::of(&broker, None);
    let tried = |url: &str| {
        let output = run(&["notify-test"], &[("STEADYCAST_MQTT_URL", url)]);
        (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    assert_eq!(tried(&broker.url()), (true, "mqtt: the message arrived\n".to_owned()));
    ear.wait_for("steadycast/server/notification", |came| came.text().contains("this is a test"));
    assert_eq!(tried("mqtt://127.0.0.1:1"), (false, "mqtt: nothing listens there\n".to_owned()));
}
