//! Models that are off, missing or none: what the rest of analytics does without them, and what is said.

use std::fs;

use serde_json::{Value, json};

use super::analytics::plaza;
use crate::support::{
    http, media,
    server::Server,
    viewer::Viewer,
    wait::{self, PATIENCE},
};

#[test]
fn with_analytics_off_the_reason_is_said() {
    let server = Server::scene(&[]);
    let mut viewer = Viewer::open(server.address, "/websocket/50");
    assert_eq!(viewer.text("hello")["analytics"], false);
    let reply = http::get(server.address, "/api/heatmap");
    assert_eq!((reply.status, reply.error_code().as_str()), (503, "analytics_off"));
    assert!(reply.text().contains("STEADYCAST_ANALYTICS"), "{}", reply.text());
    assert_eq!(http::get(server.address, "/api/heatmap?camera=garden").status, 404);
}

#[test]
fn another_source_needs_a_model_that_is_named_and_the_page_is_told_how_to_get_one() {
    let elsewhere = format!("http://{}/video_feed", Server::scene(&[]).address);
    let server = Server::start(&["--source", &elsewhere, "--analytics", "on"]);
    let mut viewer = Viewer::open(server.address, "/websocket/50");
    assert_eq!(viewer.text("hello")["analytics"], false);
    let status = http::get(server.address, "/api/status").json();
    for model in ["crowd", "detect"] {
        let told = &status["cameras"][0]["analytics"][model];
        let reason = told["reason"].as_str().unwrap_or_default();
        assert!(told["state"] == "off" && reason.contains("steadycast models get yolox_nano"), "{told}");
    }
    let reply = http::get(server.address, "/api/heatmap");
    assert_eq!((reply.status, reply.error_code().as_str()), (503, "analytics_off"));
    assert!(reply.text().contains("models get"), "{}", reply.text());
    let stats = http::get(server.address, "/api/stats").json();
    assert!(stats["people"].is_null() && stats["detection_count"].is_null(), "{stats}");
    // Who only watches could not get one.
    let tokens = ["--viewer-token", "open sesame", "--admin-token", "admin sesame"];
    let guarded = Server::start(&[&["--source", &elsewhere, "--analytics", "on"][..], &tokens].concat());
    for (token, may_change) in [("open sesame", false), ("admin sesame", true)] {
        let bearer = format!("Bearer {token}");
        let told = |path| http::get_with(guarded.address, path, &[("Authorization", &bearer)]);
        let status = told("/api/status").json();
        assert_eq!(status["cameras"][0]["analytics"]["detect"]["state"], "off");
        for text in [status.to_string(), told("/api/heatmap").text()] {
            assert_eq!(text.contains("models get"), may_change, "{text}");
        }
    }
    // Only the crowd model is missing where the detector is named.
    let named = Server::start(&["--source", &elsewhere, "--detect-model", "detector.onnx"]);
    let status = http::get(named.address, "/api/status").json();
    let models = &status["cameras"][0]["analytics"];
    assert!(models["crowd"]["reason"].as_str().is_some_and(|why| why.contains("--crowd-model")), "{models}");
    assert_ne!(models["detect"]["state"], "off");
}

#[test]
fn models_that_nobody_named_come_and_go_with_the_drawn_scene() {
    let scene = "synthetic:people=40,vehicles=6,seed=3";
    let server = plaza(&[]);
    let mut viewer = Viewer::open(server.address, "/websocket/50");
    viewer.text("analytics");
    let set = |source: &str| {
        let patch = json!({ "source": source });
        assert_eq!(http::change(server.address, "PATCH", "/api/cameras/main", &patch).status, 200);
    };
    // Nothing listens there, which is no matter.
    set("http://127.0.0.1:9/video");
    viewer.text_where("hello", PATIENCE, |hello| hello["analytics"] == false);
    let reason =
        http::get(server.address, "/api/status").json()["cameras"][0]["analytics"]["detect"]["reason"]
            .clone();
    assert!(reason.as_str().is_some_and(|why| why.contains("models get")), "{reason}");
    set(scene);
    viewer.text_where("hello", PATIENCE, |hello| hello["analytics"] == true);
    viewer.text("analytics");
}

#[test]
fn a_cameras_analytics_are_switched_off_and_on_while_it_runs() {
    let server = plaza(&[]);
    let mut viewer = Viewer::open(server.address, "/websocket/50");
    viewer.text("analytics");
    let number = viewer.frame().comment.frame;
    for on in [false, true] {
        let patch = json!({ "analytics": on });
        let changed = http::change(server.address, "PATCH", "/api/cameras/main", &patch);
        assert_eq!((changed.status, &changed.json()["settings"]["analytics"]), (200, &json!(on)));
        viewer.text_where("hello", PATIENCE, |hello| hello["analytics"] == on);
        let frame = viewer.frame().comment;
        assert!(frame.frame > number && !frame.slate, "pictures go on: {frame}");
    }
    viewer.text("analytics");
}

#[test]
fn without_a_crowd_model_people_are_counted_by_the_detector_which_is_said() {
    let server = plaza(&["--crowd-model", "none"]);
    let stats = wait::until_some("people", PATIENCE, || {
        let stats = http::get(server.address, "/api/stats").json();
        stats["people"].as_u64().is_some_and(|people| people > 5).then_some(stats)
    });
    assert_eq!((&stats["people_from"], &stats["risk"]), (&json!("detector"), &Value::Null));
    assert_eq!(stats["people"], stats["counts"]["person"]);
    let age = &stats["age_ms"];
    assert!(age["detector"].as_u64().is_some_and(|age| age < 5_000) && age["crowd"].is_null(), "{age}");
}

#[test]
fn a_model_that_is_none_costs_analytics_and_not_the_video() {
    let folder = media::folder();
    let broken = folder.path().join("broken.onnx");
    fs::write(&broken, b"this is no model").expect("writes");
    let broken = broken.to_string_lossy();
    for (n, (model, reason)) in
        [(&*broken, "broken.onnx"), ("/nowhere/model.onnx", "there is no such file")].into_iter().enumerate()
    {
        let database = folder.path().join(format!("{n}.db")).display().to_string();
        let server = plaza(&["--crowd-model", model, "--detect-model", model, "--database", &database]);
        let mut viewer = Viewer::open(server.address, "/websocket/50");
        viewer.frames(20);
        let status = wait::until_some("both models have failed", PATIENCE, || {
            let status = http::get(server.address, "/api/status").json();
            let state = |part: &str| status["cameras"][0]["analytics"][part]["state"] == "failed";
            (state("crowd") && state("detect")).then_some(status)
        });
        assert_eq!(Viewer::open(server.address, "/websocket/50").text("hello")["analytics"], false);
        for part in ["crowd", "detect"] {
            let told = &status["cameras"][0]["analytics"][part];
            assert!(
                told["reason"].as_str().is_some_and(|why| why.contains(reason) && why.contains(".onnx")),
                "{told}"
            );
        }
        let reply = http::get(server.address, "/api/heatmap");
        assert_eq!((reply.status, reply.error_code().as_str()), (503, "analytics_failed"));
        assert!(reply.text().contains(reason), "{}", reply.text());
        let events = wait::until_some("history has both", PATIENCE, || {
            let told = http::get(server.address, "/api/events?kind=model_failed").json();
            told["events"].as_array().filter(|events| events.len() >= 2).cloned()
        });
        let mut failed: Vec<_> = events.iter().filter_map(|event| event["model"].as_str()).collect();
        failed.sort_unstable();
        assert_eq!(failed, ["crowd", "detect"], "each once: {events:?}");
        let says = |event: &Value| event["reason"].as_str().is_some_and(|why| why.contains(reason));
        assert!(events.iter().all(|event| event["camera"] == "main" && says(event)), "{events:?}");
    }
}

#[test]
fn a_class_that_the_detector_does_not_know_is_named_with_those_it_knows() {
    let server = plaza(&["--detect-classes", "person,zebra", "--crowd-model", "none"]);
    let reason = wait::until_some("the detector is refused", PATIENCE, || {
        let status = http::get(server.address, "/api/status").json();
        status["cameras"][0]["analytics"]["detect"]["reason"].as_str().map(str::to_owned)
    });
    assert!(reason.contains("zebra") && reason.contains("truck"), "{reason}");
}
