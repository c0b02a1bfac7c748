//! Cameras that are described over HTTP, through the whole server.

use std::net::{SocketAddr, TcpListener};

use serde_json::{Value, json};
use steadycast::frame::now_us;
use turbojpeg::Subsamp;

use crate::support::{
    camera::{Camera, jpegs},
    http::{self, Reply},
    media::{self, data},
    metrics::Metrics,
    program::Program,
    server::Server,
    skip,
    viewer::Viewer,
    wait::{self, PATIENCE},
};

/// A scene that costs little.
pub(super) const FEW: &str = "synthetic:people=3,vehicles=0,seed=2";

/// A small camera as it is described.
pub(super) fn small(source: &str) -> Value {
    json!({ "source": source, "width": 320, "height": 180, "fps": 20 })
}

/// What the server answers to who adds the camera `name`, as it is described.
pub(super) fn add(address: SocketAddr, name: &str, mut described: Value) -> Reply {
    described["name"] = name.into();
    http::change(address, "POST", "/api/cameras", &described)
}

pub(super) fn names(address: SocketAddr) -> Vec<String> {
    let cameras = http::get(address, "/api/cameras").json()["cameras"].clone();
    let name = |camera: &Value| camera["camera"].as_str().expect("a name").to_owned();
    cameras.as_array().expect("a list").iter().map(name).collect()
}

#[test]
fn cameras_come_change_and_go_while_another_one_is_watched() {
    let server = Server::scene(&[]);
    let mut onlooker = Viewer::open(server.address, "/websocket/60");
    let first = onlooker.frame().comment.frame;
    let added = add(server.address, "gate", small(FEW));
    assert_eq!((added.status, added.header("location")), (201, Some("/api/cameras/gate")));
    assert_eq!(added.json()["settings"]["fps"], 20.0);
    assert_eq!(names(server.address), ["gate", "main"]);
    let mut viewer = Viewer::open(server.address, "/websocket/gate/60");
    let number = viewer.frame().comment.frame;

    let lines = json!([{ "id": "door", "from": [0.0, 0.5], "to": [1.0, 0.5] }]);
    let changed = http::change(server.address, "PATCH", "/api/cameras/gate", &json!({ "lines": lines }));
    assert_eq!((changed.status, &changed.json()["settings"]["lines"]), (200, &lines));
    viewer.text_where("hello", PATIENCE, |hello| hello["lines"] == lines);
    let back = http::change(server.address, "PATCH", "/api/cameras/gate", &json!({ "lines": null }));
    assert!(back.json()["settings"].get("lines").is_none());

    assert_eq!(http::change(server.address, "DELETE", "/api/cameras/gate", &json!({})).status, 204);
    assert_eq!(viewer.closed().0, 4404);
    assert_eq!(names(server.address), ["main"]);
    assert_eq!(Metrics::of(server.address).sum("frames_captured_total", &["camera=\"gate\""]), 0.0);
    assert_eq!(add(server.address, "gate", small(FEW)).status, 201);
    let again = Viewer::open(server.address, "/websocket/gate/60").frame().comment.frame;
    assert!(again > number, "numbers go on: {again} behind {number}");
    assert!(onlooker.frame().comment.frame > first);
}

#[test]
fn cameras_that_come_change_and_go_over_http_are_logged_and_so_are_refusals() {
    let program = Program::start(&["--source", FEW, "--analytics", "off"]);
    let says = |line: &str| wait::until(line, PATIENCE, || program.log().contains(line));
    let source = format!("rtsp://me:hunter2@127.0.0.1:{}/live", media::free_port());
    assert_eq!(add(program.address, "gate", small(&source)).status, 201);
    says("camera gate: added");
    let change =
        |method: &str, body: Value| http::change(program.address, method, "/api/cameras/gate", &body).status;
    assert_eq!(change("PATCH", json!({ "fps": 9, "source": FEW, "enabled": false })), 200);
    says("camera gate: changed: source, fps, ");
    for (refused, line) in [
        (json!({ "fps": 99 }), "changed camera gate: fps (refused: bad_camera)"),
        (json!({ "source": "rtsp://me:hunter2@cam:port/" }), "gate: source (refused: bad_camera)"),
    ] {
        assert_eq!(change("PATCH", refused), 400);
        says(line);
    }
    assert_eq!(program.log().matches("camera gate: changed").count(), 1, "{}", program.log());
    assert_eq!(change("DELETE", json!({})), 204);
    says("camera gate: removed");
    assert!(!program.log().contains("hunter2"), "{}", program.log());
}

#[test]
fn a_camera_that_is_gone_has_its_history_and_one_that_never_was_has_none() {
    let folder = media::folder();
    let database = folder.path().join("history.db").display().to_string();
    let server = Server::scene(&["--database", &database]);
    assert_eq!(add(server.address, "gate", small(FEW)).status, 201);
    let ask = |path: &str, camera: &str| http::get(server.address, &format!("{path}?camera={camera}"));
    wait::until("history knows of it", PATIENCE, || {
        ask("/api/events", "gate").json()["events"].as_array().is_some_and(|events| !events.is_empty())
    });
    assert_eq!(http::change(server.address, "DELETE", "/api/cameras/gate", &json!({})).status, 204);
    for path in ["/api/history", "/api/history.csv", "/api/events"] {
        assert_eq!(["main", "gate"].map(|camera| ask(path, camera).status), [200, 200], "{path}");
        for unknown in ["attic", "Gate", "a%27%20OR%201"] {
            let reply = ask(path, unknown);
            assert_eq!((reply.status, &*reply.error_code()), (404, "no_camera"), "{path} of {unknown}");
        }
    }
}

#[test]
fn what_cannot_be_is_refused_with_what_is_allowed_and_changes_nothing() {
    let server = Server::scene(&[]);
    let before = http::get(server.address, "/api/cameras").json()["cameras"][0]["settings"].clone();
    for (name, described, status, code, words) in [
        ("main", small(FEW), 409, "camera_exists", "already"),
        ("Gate", small(FEW), 400, "bad_camera", "a-z"),
        ("test", small(FEW), 400, "bad_camera", "taken"),
        ("gate", json!({ "source": FEW, "fps": 60 }), 400, "bad_camera", "1 to 34"),
        ("gate", json!({ "source": FEW, "speed": 1 }), 400, "bad_camera", "speed"),
        ("gate", json!({ "fps": 5 }), 400, "bad_camera", "source is missing"),
        ("gate", json!({ "source": "/etc/passwd" }), 400, "bad_camera", "STEADYCAST_MEDIA_DIR"),
        ("gate", json!({ "source": "udp://239.0.0.1:5000" }), 400, "bad_camera", "scheme"),
        ("gate", json!({ "source": "concat:a|b" }), 400, "bad_camera", "source"),
    ] {
        let reply = add(server.address, name, described);
        assert_eq!((reply.status, &*reply.error_code()), (status, code), "{name}: {}", reply.text());
        assert!(reply.text().contains(words), "{}", reply.text());
    }
    for (method, path) in [("PATCH", "/api/cameras/attic"), ("DELETE", "/api/cameras/attic")] {
        let reply = http::change(server.address, method, path, &json!({}));
        assert_eq!((reply.status, &*reply.error_code()), (404, "no_camera"), "{method}");
    }
    let list = http::change(server.address, "POST", "/api/cameras", &json!([1]));
    assert_eq!((list.status, &*list.error_code()), (400, "bad_body"));
    let nameless = http::change(server.address, "POST", "/api/cameras", &small(FEW));
    assert!(nameless.status == 400 && nameless.text().contains("name is missing"));
    assert_eq!(names(server.address), ["main"]);
    assert_eq!(http::get(server.address, "/api/cameras").json()["cameras"][0]["settings"], before);
    let long = json!({ "name": "x".repeat(300 * 1024) });
    let long = http::change(server.address, "POST", "/api/cameras", &long);
    assert_eq!((long.status, &*long.error_code()), (413, "body_too_large"));
    let methods = http::change(server.address, "PUT", "/api/cameras/main", &json!({}));
    assert_eq!((methods.status, methods.header("allow")), (405, Some("GET, HEAD, PATCH, DELETE")));
}

#[test]
fn a_camera_is_stopped_and_started_and_its_viewers_stay() {
    let server = Server::scene(&[]);
    let mut viewer = Viewer::open(server.address, "/websocket/60");
    let before = viewer.frame().comment.frame;
    let series = "steadycast_capture_fps{camera=\"main\"}";
    let has_rate = || http::get(server.address, "/metrics").text().contains(series);
    for (stop, start) in
        [("/api/cameras/main/stop", "/api/cameras/main/start"), ("/stop_stream", "/start_stream")]
    {
        let stopped = http::change(server.address, "POST", stop, &json!({}));
        assert_eq!((stopped.status, &stopped.json()["settings"]["enabled"]), (200, &json!(false)));
        assert_eq!(stopped.json()["state"], "stopped", "as it is from now on");
        let told = viewer.text_where("status", PATIENCE, |status| status["state"] == "stopped");
        assert!(told["reason"].as_str().is_some_and(|why| why.contains("operator")), "{told}");
        assert!(!has_rate(), "a camera that is off lacks no pictures");
        wait::until("a slate comes", PATIENCE, || viewer.frame().comment.slate);
        let started = http::change(server.address, "POST", start, &json!({}));
        assert!(started.status == 200 && started.json()["state"] != "stopped", "{}", started.text());
        wait::until("pictures are back", PATIENCE, || !viewer.frame().comment.slate);
        assert!(has_rate());
    }
    assert!(viewer.frame().comment.frame > before);
}

#[test]
fn front_ends_of_crowd_servers_set_a_source_in_json_or_a_form() {
    let clip = match data("plaza.avi") {
        Ok(clip) => clip,
        Err(reason) => return skip("a source set by a form", &reason),
    };
    let media = clip.parent().expect("a folder").display().to_string();
    let server = Server::scene(&["--media-dir", &media]);
    let mut viewer = Viewer::open(server.address, "/websocket/60");
    assert_eq!(viewer.text("hello")["width"], 320);
    let form = [("Content-Type", "application/x-www-form-urlencoded"), ("X-Steadycast", "1")];
    let set = |body: &str| http::change_with(server.address, ("POST", "/set_source"), &form, body);
    assert_eq!(set("source=plaza.avi").status, 200);
    viewer.text_where("hello", PATIENCE, |hello| hello["width"] == 1280);
    let number = viewer.frame().comment.frame;
    let reply = http::change(server.address, "POST", "/set_source", &json!({ "source": FEW }));
    assert_eq!((reply.status, &reply.json()["settings"]["source"]), (200, &json!(FEW)));
    assert_eq!(reply.json()["source"], FEW, "as it is from now on");
    viewer.text_where("hello", PATIENCE, |hello| hello["width"] == 320);
    assert!(viewer.frame().comment.frame > number);
    assert_eq!(set("source=plaza.avi&camera=attic").status, 404);
    assert_eq!(set("camera=main").status, 400);
}

#[test]
fn front_ends_of_crowd_servers_stop_and_start_the_camera_they_name_in_json_or_a_form() {
    let server = Server::scene(&[]);
    assert_eq!(add(server.address, "gate", small(FEW)).status, 201);
    let form = [("Content-Type", "application/x-www-form-urlencoded"), ("X-Steadycast", "1")];
    let by_form = |path: &str, body: &str| http::change_with(server.address, ("POST", path), &form, body);
    let by_json = |path: &str, body: Value| http::change(server.address, "POST", path, &body);
    // Whether the gate and the default camera are on.
    let on = || {
        ["gate", "main"].map(|name| {
            let camera = http::get(server.address, &format!("/api/cameras/{name}")).json();
            camera["settings"]["enabled"] != false
        })
    };
    assert_eq!(by_form("/stop_stream", "camera=gate").status, 200);
    assert_eq!(on(), [false, true]);
    assert_eq!(by_form("/stop_stream", "camera=main").status, 200);
    assert_eq!(on(), [false, false]);
    assert_eq!(by_form("/start_stream", "camera=gate").status, 200);
    assert_eq!(on(), [true, false]);
    assert_eq!(by_form("/start_stream", "").status, 200);
    assert_eq!(on(), [true, true], "the default one is meant where none is named");
    assert_eq!(by_json("/stop_stream", json!({ "camera": "gate" })).status, 200);
    assert_eq!(on(), [false, true]);
    assert_eq!(by_json("/start_stream", json!({ "camera": "gate" })).status, 200);
    assert_eq!(on(), [true, true]);
    for path in ["/stop_stream", "/start_stream"] {
        let unknown = by_form(path, "camera=attic");
        assert_eq!((unknown.status, &*unknown.error_code()), (404, "no_camera"), "{path}");
    }
    assert_eq!(on(), [true, true]);
}

#[test]
fn a_source_that_takes_its_time_shows_a_slate_soon_rather_than_the_old_picture() {
    let server = Server::scene(&[]);
    let mut viewer = Viewer::open(server.address, "/websocket/60");
    viewer.frame();
    // Lets clients in and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let source = format!("http://{}/video", silent.local_addr().expect("is bound"));
    let set_us = now_us();
    let set = http::change(server.address, "POST", "/set_source", &json!({ "source": source }));
    assert_eq!(set.status, 200, "{}", set.text());
    let slate = wait::until_some("a slate comes", PATIENCE, || {
        Some(viewer.frame().comment).filter(|comment| comment.slate)
    });
    // A source that is lost has two seconds; a busy machine has the rest.
    let after_us = slate.captured_us - set_us;
    assert!(after_us < 1_800_000, "{after_us} us");
}

#[test]
fn changes_want_to_be_meant_and_the_admins_token_where_there_is_one() {
    let open = Server::scene(&[]);
    let ask = |server: &Server, headers: &[(&str, &str)]| {
        let reply = http::change_with(server.address, ("POST", "/stop_stream"), headers, "");
        (reply.status, reply.error_code())
    };
    let unclear = (403, "unclear_intent".to_owned());
    assert_eq!(ask(&open, &[]), unclear);
    assert_eq!(ask(&open, &[("Content-Type", "text/plain")]), unclear);
    assert_eq!(ask(&open, &[("Origin", "http://evil.example")]), (403, "foreign_origin".to_owned()));
    let behind = [("X-Steadycast", "1"), ("X-Forwarded-For", "10.0.0.9")];
    assert_eq!(ask(&open, &behind), (401, "token_needed".to_owned()));
    let watch = http::get_with(open.address, "/api/status", &behind[1..]);
    assert_eq!(watch.status, 401, "the world behind a proxy watches nothing");
    let mut watcher = Viewer::try_open(open.address, "/websocket/80", &behind[1..]).expect("upgrades");
    assert_eq!(watcher.closing().0, 1008);
    let own = format!("http://{}", open.address);
    let from_page = [("Origin", &*own)];
    assert_eq!(http::change_with(open.address, ("POST", "/stop_stream"), &from_page, "").status, 200);

    let guarded = Server::scene(&["--admin-token", "sesame", "--viewer-token", "look"]);
    let intent = ("X-Steadycast", "1");
    assert_eq!(ask(&guarded, &[intent]), (401, "token_needed".to_owned()));
    let viewer = [intent, ("Authorization", "Bearer look")];
    assert_eq!(ask(&guarded, &viewer), (401, "admin_token_needed".to_owned()));
    let admin = [intent, ("Authorization", "Bearer sesame")];
    assert_eq!(http::change_with(guarded.address, ("POST", "/stop_stream"), &admin, "").status, 200);
    assert_eq!(http::get_with(guarded.address, "/api/cameras", &admin).status, 200, "who changes may look");

    let wide = Server::scene(&["--host", "0.0.0.0", "--insecure-open"]);
    let refused = http::change_with(wide.address, ("POST", "/stop_stream"), &[intent], "");
    assert_eq!((refused.status, &*refused.error_code()), (403, "admin_token_needed"));
    for word in ["STEADYCAST_ADMIN_TOKEN", "STEADYCAST_HOST", "set the token"] {
        assert!(refused.text().contains(word), "{word}: {}", refused.text());
    }
}

#[test]
fn another_rate_is_taken_over_while_the_source_stays_open() {
    // One that would not be there a second time.
    let once = Camera::start_once(jpegs(20, 80, Subsamp::Sub2x2));
    let server = Server::of(&once.url(""), &[]);
    let mut viewer = Viewer::open(server.address, "/websocket/60");
    wait::until("pictures come", PATIENCE, || !viewer.frame().comment.slate);
    let patch = json!({ "fps": 5, "frozen_after": 0, "width": 640 });
    assert_eq!(http::change(server.address, "PATCH", "/api/cameras/main", &patch).status, 200);
    viewer.text_where("status", PATIENCE, |status| status["fps"].as_f64().is_some_and(|fps| fps < 6.0));
    // A source that is lost shows a slate after two seconds.
    for frame in viewer.frames(15) {
        assert!(!frame.comment.slate, "the source was opened anew");
    }
    assert_eq!(viewer.text("status")["state"], "streaming");
}

#[test]
fn another_source_of_a_stopped_camera_is_told_and_so_is_its_start() {
    let folder = media::folder();
    let database = folder.path().join("history.db").display().to_string();
    let server = Server::scene(&["--database", &database]);
    assert_eq!(http::change(server.address, "POST", "/stop_stream", &json!({})).status, 200);
    let set = http::change(server.address, "POST", "/set_source", &json!({ "source": FEW }));
    assert!(set.status == 200 && set.json()["settings"]["enabled"] != false, "{}", set.text());
    for kind in ["camera_changed", "camera_started"] {
        wait::until(kind, PATIENCE, || {
            let told = http::get(server.address, &format!("/api/events?kind={kind}")).json();
            told["events"].as_array().is_some_and(|events| events.len() == 1)
        });
    }
    let told = http::get(server.address, "/api/events?kind=camera_changed").json();
    assert_eq!(told["events"][0]["changed"], json!(["source"]));
}

#[test]
fn sites_that_may_watch_change_nothing() {
    let server = Server::scene(&["--allowed-origins", "https://wall.example"]);
    let ask = |headers: &[(&str, &str)]| {
        let json = [("Content-Type", "application/json"), ("Origin", "https://wall.example")];
        let reply =
            http::change_with(server.address, ("POST", "/stop_stream"), &[&json, headers].concat(), "{}");
        (reply.status, reply.error_code())
    };
    assert_eq!(ask(&[]), (403, "foreign_origin".to_owned()));
    assert_eq!(ask(&[("X-Steadycast", "1")]), (403, "foreign_origin".to_owned()));
    assert_eq!(ask(&[("Authorization", "Bearer x")]), (403, "foreign_origin".to_owned()));
    let looks = http::get_with(server.address, "/api/cameras", &[("Origin", "https://wall.example")]);
    assert_eq!(looks.status, 200);
}

#[test]
fn models_are_named_by_name_and_what_was_sent_is_not_repeated() {
    let server = Server::scene(&[]);
    for model in ["/dev/zero", "../../etc/passwd", "nowhere"] {
        let patch = json!({ "detect_model": model });
        let reply = http::change(server.address, "PATCH", "/api/cameras/main", &patch);
        assert_eq!((reply.status, &*reply.error_code()), (400, "bad_camera"), "{model}: {}", reply.text());
    }
    let slip = json!("rtsp://me:hunter2@cam/");
    for path in ["/set_source", "/api/cameras"] {
        let reply = http::change(server.address, "POST", path, &slip);
        assert!(reply.status == 400 && !reply.text().contains("hunter2"), "{}", reply.text());
    }
    let odd = http::change(server.address, "POST", "/stop_stream", &json!({ "camera": 3 }));
    assert_eq!((odd.status, &*odd.error_code()), (400, "bad_body"));
}
