//! Analytics as viewers and dashboards meet them: results beside the pictures, and figures on HTTP.

use std::{
    fs,
    time::{Duration, Instant},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::support::{
    http, media,
    metrics::Metrics,
    server::Server,
    viewer::{Heard, Viewer},
    wait::{self, PATIENCE},
};

/// The shipped models know the scene at its usual size and density.
const PLAZA: [&str; 6] =
    ["--source", "synthetic:people=40,vehicles=6,seed=3", "--capture-fps", "15", "--analytics", "on"];

/// A server with that scene, whose pictures are analysed.
pub(super) fn plaza(flags: &[&str]) -> Server {
    Server::start(&[&PLAZA[..], flags].concat())
}

fn result_with(viewer: &mut Viewer, part: &str) -> Value {
    viewer.text_where("analytics", PATIENCE, |result| result.get(part).is_some_and(|part| *part != json!([])))
}

/// A place, shares of the frame.
fn place_of(told: &Value) -> [f64; 2] {
    [0usize, 1].map(|axis| told[axis].as_f64().expect("a share of the frame"))
}

/// Distance of a place from a line, shares of the frame.
fn distance(place: [f64; 2], line: &Value) -> f64 {
    let ([x, y], to) = (place_of(&line["from"]), place_of(&line["to"]));
    let (along, off) = ([to[0] - x, to[1] - y], [place[0] - x, place[1] - y]);
    (along[0] * off[1] - along[1] * off[0]).abs() / along[0].hypot(along[1])
}

#[test]
fn a_viewer_is_told_who_is_where_beside_the_pictures() {
    let server = plaza(&[]);
    let mut viewer = Viewer::open(server.address, "/websocket/50");
    let hello = viewer.text("hello");
    assert_eq!(hello["analytics"], true);
    assert_eq!(
        (hello["lines"][0]["id"].as_str(), hello["zones"][0]["id"].as_str()),
        (Some("promenade"), Some("plaza"))
    );

    let result = result_with(&mut viewer, "objects");
    assert_eq!(result["camera"], "main");
    let (captured, finished) = (result["captured_us"].as_u64(), result["finished_us"].as_u64());
    assert!(captured.is_some() && captured < finished, "{result}");
    let objects = result["objects"].as_array().expect("a list");
    let people = objects.iter().filter(|object| object["class"] == "person").count();
    assert!(people >= 5, "{people} of about 35 people in the picture: {result}");
    assert_eq!(result["counts"]["person"], people);
    for object in objects {
        let at = |corner: &str| object["bbox"][corner].as_f64().expect("a number");
        assert!(0.0 <= at("x1") && at("x1") < at("x2") && at("x2") <= 1280.0, "{object}");
        assert!(0.0 <= at("y1") && at("y1") < at("y2") && at("y2") <= 720.0, "{object}");
    }

    let crowd = &result_with(&mut viewer, "crowd")["crowd"];
    let total = crowd["total"].as_f64().expect("a number");
    assert!((15.0..60.0).contains(&total), "{total} people, of about 35 in the picture");
    let bytes = STANDARD.decode(crowd["grid"]["data"].as_str().expect("text")).expect("base64");
    assert_eq!((bytes.len(), bytes.iter().max()), (60 * 40, Some(&255)));
    let sum = bytes.iter().map(|byte| f64::from(*byte)).sum::<f64>() / 255.0
        * crowd["grid"]["max"].as_f64().expect("a number");
    assert!((sum - total).abs() < 0.1 * total, "cells add up to {sum}, the total is {total}");
}

#[test]
fn tracks_keep_their_numbers_and_get_speeds_and_cross_lines() {
    let server = plaza(&[]);
    let mut viewer = Viewer::open(server.address, "/websocket/50");
    let line = viewer.text("hello")["lines"][0].clone();
    let has_speed = |result: &Value| {
        let objects = result["objects"].as_array().cloned().unwrap_or_default();
        objects
            .iter()
            .any(|object| object["speed_kmh"].as_f64().is_some_and(|speed| (2.0..80.0).contains(&speed)))
    };
    let result = viewer.text_where("analytics", Duration::from_secs(60), has_speed);
    let newest = result["objects"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|object| object["track_id"].as_u64())
        .max();
    assert!(newest.is_some_and(|id| id < 2_000), "numbers are not used up: {newest:?}");
    // Somebody crosses every two or three seconds.
    let crossed =
        viewer.text_where("event", Duration::from_secs(60), |event| event["kind"] == "line_crossed");
    assert_eq!((&crossed["line"], &crossed["class"]), (&json!("promenade"), &json!("person")));
    let place = place_of(&crossed["place"]);
    assert!(place.iter().all(|share| (0.0..=1.0).contains(share)), "{crossed}");
    // A walker's second behind the line, where a busy machine looks seldom.
    assert!(distance(place, &line) < 0.15, "{crossed} is far from {line}");
    let way = crossed["direction"].as_str().expect("a direction").to_owned();
    let counted = |result: &Value| result["lines"][0][&way].as_u64() >= Some(1);
    viewer.text_where("analytics", PATIENCE, counted);
}

#[test]
fn a_zone_that_holds_more_than_it_may_is_told_and_so_is_its_end() {
    let server = plaza(&["--crowd-model", "none"]);
    let mut viewer = Viewer::open(server.address, "/websocket/50");
    // Of the same people in it, first too many, and then not.
    for (above, kind) in [(2u64, "zone_above"), (1_000, "zone_below")] {
        let corners = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]];
        let patch = json!({ "zones": [{ "id": "all", "points": corners, "above": above }] });
        let changed = http::change(server.address, "PATCH", "/api/cameras/main", &patch);
        assert_eq!(changed.status, 200, "{}", changed.text());
        let is_told = |event: &Value| event["kind"].as_str().is_some_and(|kind| kind.starts_with("zone_"));
        let told = viewer.text_where("event", 3 * PATIENCE, is_told);
        assert_eq!(
            (&told["kind"], &told["zone"], &told["above"]),
            (&json!(kind), &json!("all"), &json!(above))
        );
        let there = told["occupancy"].as_u64().expect("a number");
        assert!(there > 2 && there < 1_000, "{told}");
    }
}

#[test]
fn a_camera_that_nobody_watches_is_looked_at_seldom_and_a_watched_one_often() {
    let server = plaza(&["--crowd-model", "none", "--analytics-idle-fps", "1"]);
    // Lines, and zones with a limit, would be counted whoever watches.
    let zone = json!({ "id": "square", "points": [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]] });
    let changed = http::change(server.address, "PATCH", "/api/cameras/main", &json!({ "zones": [zone] }));
    assert_eq!(changed.status, 200, "{}", changed.text());
    let results = || Metrics::of(server.address).sum("analytics_results_total", &["model=\"detect\""]);
    let time_of_five = || {
        let (first, since) = (results(), Instant::now());
        wait::until("five more results", 3 * PATIENCE, || results() >= first + 5.0);
        since.elapsed()
    };
    wait::until("the detector is at work", 3 * PATIENCE, || results() > 0.0);
    let idle = time_of_five();
    assert!(idle > Duration::from_secs(3), "five looks within {idle:?}, and no more than one a second");
    let mut viewer = Viewer::open(server.address, "/websocket/50");
    viewer.text("analytics");
    let watched = time_of_five();
    assert!(watched * 2 < idle, "five looks within {watched:?}, and {idle:?} while nobody watched");
}

#[test]
fn who_wants_no_analytics_gets_none() {
    let server = plaza(&[]);
    let results = |viewer: &mut Viewer, time: Duration| {
        let until = Instant::now() + time;
        let mut count = 0;
        while Instant::now() < until {
            let heard = viewer.next_within(until.saturating_duration_since(Instant::now()));
            count +=
                usize::from(matches!(heard, Some(Heard::Text(message)) if message["type"] == "analytics"));
        }
        count
    };
    let mut with = Viewer::open(server.address, "/websocket/50");
    with.text("analytics");
    let mut without = Viewer::open(server.address, "/websocket/50?analytics=off");
    let mut mute = Viewer::open(server.address, "/websocket/50?messages=none");
    assert_eq!(results(&mut without, Duration::from_secs(1)), 0);
    assert_eq!(results(&mut mute, Duration::from_secs(1)), 0);
    without.say(&json!({ "type": "analytics", "enabled": true }));
    without.text("analytics");
    with.say(&json!({ "type": "analytics", "enabled": false }));
    with.say(&json!({ "type": "ping", "t": "said" }));
    with.text("pong");
    assert!(results(&mut with, Duration::from_secs(1)) <= 1, "one may have been under way");
}

#[test]
fn figures_and_heat_map_are_on_http() {
    let server = plaza(&[]);
    let stats = wait::until_some("all figures", PATIENCE, || {
        let stats = http::get(server.address, "/api/stats").json();
        let known = ["detection_count", "people", "inbound", "outbound", "risk"]
            .iter()
            .all(|field| !stats[*field].is_null());
        (known && stats["detection_count"] != 0).then_some(stats)
    });
    assert!(stats["people"].as_f64().is_some_and(|people| people > 10.0), "{stats}");
    assert_eq!(stats["people_from"], "crowd");
    assert!(
        ["low", "moderate", "high", "critical"].contains(&stats["risk"].as_str().expect("a word")),
        "{stats}"
    );
    let map = http::get(server.address, "/api/heatmap?camera=main").json();
    let rows = map["grid"].as_array().expect("rows");
    assert_eq!((rows.len(), rows[0].as_array().map(Vec::len)), (40, Some(60)));
    assert!(map["stats"]["totalPeople"].as_f64().is_some_and(|people| people > 10.0), "{}", map["stats"]);
    assert!(map["stats"]["riskLevel"].is_string());
    let status = http::get(server.address, "/api/status").json();
    let expected = json!({ "crowd": { "state": "running" }, "detect": { "state": "running" } });
    assert_eq!(status["cameras"][0]["analytics"], expected);
    let metrics = Metrics::of(server.address);
    assert!(metrics.sum("analytics_results_total", &["camera=\"main\""]) > 0.0);
    for stage in ["crowd", "detect", "track"] {
        let label = format!("stage=\"{stage}\"");
        assert!(metrics.sum("analytics_seconds_count", &[&label]) > 0.0, "{stage}");
    }
}

#[test]
fn a_detector_that_looks_every_three_seconds_shows_boxes_and_says_how_old_they_are() {
    let server = plaza(&["--detect-fps", "0.33", "--crowd-model", "none"]);
    let mut viewer = Viewer::open(server.address, "/websocket/50");
    let objects = |result: &Value| result["objects"].as_array().cloned().unwrap_or_default();
    let limit = Duration::from_secs(20);
    let first = viewer.text_where("analytics", limit, |result| objects(result).len() >= 5);
    let is_next =
        |result: &Value| result["captured_us"] != first["captured_us"] && objects(result).len() >= 5;
    let next = viewer.text_where("analytics", limit, is_next);
    let captured = |result: &Value| result["captured_us"].as_u64().expect("a time");
    let apart = Duration::from_micros(captured(&next) - captured(&first));
    assert!(apart >= Duration::from_secs(2), "{apart:?} apart");
    let ids = |result: &Value| objects(result).iter().map(|one| one["track_id"].clone()).collect::<Vec<_>>();
    assert!(ids(&next).iter().any(|id| ids(&first).contains(id)), "nobody is followed: {first} {next}");
    let stats = http::get(server.address, "/api/stats").json();
    assert!(stats["age_ms"]["detector"].as_u64().is_some_and(|age| age < 10_000), "{stats}");
}

#[test]
fn lines_and_zones_come_from_the_cameras_file() {
    let folder = media::folder();
    let file = folder.path().join("cameras.toml");
    let text = "[main]\nlines = [{ id = \"door\", from = [0.1, 0.5], to = [0.9, 0.5] }]\n";
    fs::write(&file, text).expect("writes");
    let server = Server::of(crate::support::SCENE, &["--cameras", &file.to_string_lossy()]);
    let mut viewer = Viewer::open(server.address, "/websocket/50");
    let hello = viewer.text("hello");
    assert_eq!(hello["lines"], json!([{ "id": "door", "from": [0.1, 0.5], "to": [0.9, 0.5] }]));
    assert_eq!(hello["zones"], json!([]));
}

#[test]
fn on_a_thin_link_results_take_a_tenth_and_frames_the_rest() {
    let server = plaza(&[]);
    let mut viewer = Viewer::open_narrow(server.address, "/websocket/30");
    let (mut frames, mut results) = (0, 0);
    let until = Instant::now() + Duration::from_secs(8);
    while Instant::now() < until {
        match viewer.next() {
            Heard::Frame(frame) => {
                frames += frame.jpeg.len();
                viewer.ack(&frame);
                // About 1 Mbit/s.
                std::thread::sleep(Duration::from_secs_f64(frame.jpeg.len() as f64 / 125_000.0));
            }
            Heard::Text(message) if message["type"] == "analytics" => results += message.to_string().len(),
            Heard::Text(_) | Heard::Pong(_) => {}
            Heard::Close(..) | Heard::Gone => panic!("the viewer stays"),
        }
    }
    // What is saved up before the link is full may be spent then.
    assert!(frames > 300_000 && results > 0, "{frames} bytes of frames, {results} of results");
    assert!(results <= frames / 10 + 20_000, "{frames} bytes of frames, {results} of results");
}
