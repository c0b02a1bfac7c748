//! Viewers of one camera, on every route that names or lists another one: it is not there for them.
//!
//! Each way of the table is in one of the lists below; one that is added has to be put into one of them.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use steadycast::{access::Role, transport::ROUTES};

use crate::{
    house::House,
    support::{
        http,
        viewer::{Heard, Viewer},
    },
    wire::{self, Request, Said},
};

/// Paths that name a camera in their query.
const NAMED: [&str; 9] = [
    "/api/stream/info",
    "/api/stats",
    "/api/heatmap",
    "/api/history",
    "/api/history.csv",
    "/api/events",
    "/api/events/stream",
    "/video_feed",
    "/api/stream/video",
];

/// Paths that tell of several cameras.
const LISTS: [&str; 3] = ["/api/status", "/api/cameras", "/api/ready"];

/// Paths of the default camera.
const DEFAULT: [&str; 4] = ["/websocket/{level}", "/video_feed", "/api/stream/video", "/api/stats"];

/// Paths that have a test of their own here, or that tell of no camera.
const OTHERS: [&str; 4] = ["/", "/metrics", "/socket.io/", "/api/events/{id}/snapshot"];

fn ask(house: &House, method: &str, path: &str, by: &str) -> Said {
    let mut request = Request::of(method, path);
    request.headers.extend(house.credential(by));
    wire::ask(house.address(), &request)
}

/// The bearer token of a credential, to be shown in a query.
fn token(house: &House, by: &str) -> String {
    let (_, value) = house.credential(by).expect("a credential");
    value.trim_start_matches("Bearer ").to_owned()
}

#[test]
fn every_route_of_viewers_is_looked_at_here() {
    let all: BTreeSet<&str> =
        ROUTES.iter().filter(|route| route.role == Role::Viewer).map(|route| route.path).collect();
    let known = |path: &&str| {
        path.contains("{camera}")
            || [&NAMED[..], &LISTS, &DEFAULT, &OTHERS].iter().any(|list| list.contains(path))
    };
    let new: Vec<&&str> = all.iter().filter(|path| !known(path)).collect();
    assert!(new.is_empty(), "what does a viewer of one camera get of {new:?}?");
}

#[test]
fn another_camera_is_as_if_it_were_not_there() {
    let house = House::open(&[]);
    let paths = ROUTES.iter().filter(|route| route.role == Role::Viewer && route.path.contains("{camera}"));
    let paths = paths.map(|route| route.path.replace("{level}", "80"));
    let named = NAMED.iter().map(|path| format!("{path}?camera={{camera}}"));
    let mut tried = 0;
    for path in paths.chain(named).filter(|path| !path.starts_with("/websocket/")) {
        for method in ["GET", "HEAD"] {
            let of = |camera: &str| ask(&house, method, &path.replace("{camera}", camera), "yard");
            let (other, nobodys) = (of("gate"), of("nowhere"));
            if method == "HEAD" && other.status == 405 {
                continue;
            }
            assert_eq!(other.status, 404, "{method} {path} of gate");
            let plain = |said: &Said, name: &str| (said.status, said.text().replace(name, "CAMERA"));
            assert_eq!(plain(&other, "gate"), plain(&nobodys, "nowhere"), "{method} {path}");
            tried += 1;
        }
        // The other way round it is there, so that it is the scope that is looked at.
        let own = ask(&house, "GET", &path.replace("{camera}", "yard"), "yard");
        assert!(matches!(own.status, 200 | 503), "{path} of yard: {} {}", own.status, own.text());
    }
    assert!(tried >= 14, "{tried} requests only");
    for name in ["gate", "nowhere"] {
        let path = format!("/websocket/{name}/80?token={}", token(&house, "yard"));
        assert_eq!(Viewer::open(house.address(), &path).closing().0, 4404, "{name}");
    }
    house.assert_log_is_clean();
}

#[test]
fn lists_tell_of_the_own_camera_alone() {
    let house = House::open(&[]);
    for (by, own, others) in [("yard", "yard", ["gate", "shed"]), ("gate", "gate", ["yard", "shed"])] {
        for path in LISTS.iter().chain(&["/api/events", "/api/history", "/api/stats", "/api/session"]) {
            let said = ask(&house, "GET", path, by);
            assert!(matches!(said.status, 200 | 503), "{path} as {by}: {}", said.status);
            let text = said.text();
            let told: Vec<&str> = others.into_iter().filter(|other| text.contains(other)).collect();
            assert!(told.is_empty(), "{path} tells a viewer of {own} of {told:?}: {text}");
        }
        let cameras = ask(&house, "GET", "/api/status", by).json()["cameras"].clone();
        let names: Vec<&Value> =
            cameras.as_array().expect("a list").iter().map(|one| &one["camera"]).collect();
        assert_eq!(names, [own]);
        let ready = ask(&house, "GET", "/api/ready", by);
        assert_eq!(ready.status, 200, "the shed that is away is none of theirs: {}", ready.text());
    }
}

#[test]
fn without_a_name_the_own_camera_is_meant() {
    let house = House::open(&[]);
    for by in ["yard", "gate"] {
        let shown = token(&house, by);
        let mut viewer = Viewer::open(house.address(), &format!("/websocket/80?token={shown}"));
        assert_eq!(viewer.text("hello")["camera"], by);
        assert_eq!(viewer.frame().comment.camera, by);
        for path in ["/video_feed", "/api/stream/video"] {
            let mut stream = http::open(house.address(), &format!("{path}?token={shown}"), &[]);
            let part = stream.part().expect("a picture");
            let comment = steadycast::protocol::comment_of(&part.jpeg).expect("a comment");
            assert_eq!(comment.camera, by, "{path}");
        }
    }
}

#[test]
fn events_as_they_come_are_those_of_the_own_camera() {
    let house = House::open(&[]);
    let shown = token(&house, "yard");
    let mut stream = http::open(house.address(), &format!("/api/events/stream?results=0&token={shown}"), &[]);
    assert_eq!(stream.status, 200);
    for camera in ["gate", "yard"] {
        let stopped = Request::of("POST", &format!("/api/cameras/{camera}/stop"));
        let stopped = wire::ask(house.address(), &stopped.showing(crate::house::ADMIN).meant());
        assert_eq!(stopped.status, 200, "{}", stopped.text());
    }
    // The yard's comes behind the gate's, so what comes before it would be the gate's.
    loop {
        let line = stream.line().expect("the stream goes on");
        assert!(!line.contains("gate"), "{line}");
        if line.contains("camera_stopped") {
            assert!(line.contains("yard"), "{line}");
            return;
        }
    }
}

#[test]
fn the_picture_of_an_event_of_another_camera_is_not_there() {
    let house = House::open(&[]);
    let stopped = Request::of("POST", "/api/cameras/gate/stop").showing(crate::house::ADMIN).meant();
    assert_eq!(wire::ask(house.address(), &stopped).status, 200);
    let events = || ask(&house, "GET", "/api/events?camera=gate", "gate").json()["events"].clone();
    let event =
        crate::support::wait::until_some("the event is in history", crate::support::wait::PATIENCE, || {
            events().as_array().and_then(|events| events.first().cloned())
        });
    let id = event["id"].as_u64().expect("a number");
    // With or without a picture: to a viewer of the yard both are the same.
    let of = |id: u64| {
        let said = ask(&house, "GET", &format!("/api/events/{id}/snapshot"), "yard");
        (said.status, said.text())
    };
    assert_eq!(of(id), of(1));
    assert_eq!(of(id).0, 404);
}

#[test]
fn the_figures_of_the_whole_house_are_for_those_who_see_all_of_it() {
    let house = House::open(&[]);
    for by in ["yard", "gate"] {
        let said = ask(&house, "GET", "/metrics", by);
        assert_eq!((said.status, said.code().as_str()), (403, "whole_house_only"));
    }
    assert_eq!(ask(&house, "GET", "/metrics", "guard").status, 200);
    assert_eq!(ask(&house, "GET", "/metrics", "none").status, 401);
    let open = House::open(&["--metrics", "open"]);
    assert_eq!(ask(&open, "GET", "/metrics", "none").status, 200);
    assert_eq!(ask(&open, "GET", "/api/status", "none").status, 401, "the figures alone are open");
}

#[test]
fn socketio_tells_of_the_own_camera_alone() {
    let house = House::open(&[]);
    let begin = |by: &str, camera: &str| {
        let path = format!("/socket.io/?EIO=4&transport=polling&camera={camera}");
        ask(&house, "GET", &path, by)
    };
    let session = |said: &Said| {
        let opened: Value =
            serde_json::from_str(said.text().get(1..).unwrap_or_default()).unwrap_or_default();
        opened["sid"].as_str().map(str::to_owned)
    };
    for (camera, connects) in [("yard", true), ("gate", false)] {
        let begun = begin("yard", camera);
        let Some(sid) = session(&begun) else {
            assert!(!connects, "{camera}: {} {}", begun.status, begun.text());
            continue;
        };
        let path = format!("/socket.io/?EIO=4&transport=polling&camera={camera}&sid={sid}");
        let mut connect = Request::of("POST", &path).with("Content-Type", "text/plain;charset=UTF-8");
        connect.headers.extend(house.credential("yard"));
        connect.body = b"40".to_vec();
        assert_eq!(wire::ask(house.address(), &connect).status, 200);
        let heard = ask(&house, "GET", &path, "yard").text();
        assert_eq!(heard.starts_with("40"), connects, "{camera}: {heard}");
        assert!(connects || heard.starts_with("44"), "{camera}: {heard}");
    }
}

#[test]
fn a_share_link_shows_its_camera_and_nothing_else() {
    let house = House::open(&[]);
    let made = house.admin("POST", "/api/cameras/yard/share", &json!({"ttl_seconds": 600})).json();
    let url = made["url"].as_str().expect("an address");
    assert!(url.contains("camera=yard"), "{url}");
    let shared = url.split("token=").nth(1).expect("a token").split('&').next().expect("its end");
    let with = |path: &str| wire::ask(house.address(), &Request::of("GET", path).showing(shared)).status;
    assert_eq!(with("/api/snapshot/yard"), 200);
    assert_eq!(with("/api/snapshot/gate"), 404);
    assert!(matches!(with("/api/audit"), 401 | 403));
    let mut watching = Viewer::open(house.address(), &format!("/websocket/yard/80?token={shared}"));
    watching.frame();
    let mut bystander =
        Viewer::open(house.address(), &format!("/websocket/yard/80?token={}", token(&house, "yard")));
    let gone = house.admin("POST", "/api/tokens/revoke", &json!({ "id": made["id"] }));
    assert_eq!(gone.status, 200, "{}", gone.text());
    assert_eq!(watching.closing().0, 1008);
    assert!(matches!(bystander.next(), Heard::Frame(_) | Heard::Text(_)), "others are untouched");
    assert_eq!(with("/api/snapshot/yard"), 401);
}
