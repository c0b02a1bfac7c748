//! `steadycast models` as people use it: lists, tries and adds models, and says why one is not got.

use std::process::Output;

use crate::support::{http, media, program::run, server::Server};

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A model that is shipped.
fn shipped(name: &str) -> String {
    format!("{}/models/{name}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_list_says_what_can_be_got_and_how() {
    let output = run(&["models", "list"], &[]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    for word in
        ["yolox_nano", "yolox_tiny", "Apache-2.0", "models get yolox_nano", "--detect-model yolox_nano"]
    {
        assert!(said(&output).contains(word), "{word} in {}", said(&output));
    }
}

#[test]
fn a_detector_is_tried_on_the_scene_and_shown_with_boxes() {
    let folder = media::folder();
    let out = folder.path().join("boxes.jpg");
    let output = run(&["models", "check", &shipped("detector.onnx"), "--out", &out.to_string_lossy()], &[]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    for word in
        ["detector (--detect-model)", "YOLOv8 to v12", "640 x 384", "person, car, truck, bus", "ms a picture"]
    {
        assert!(said(&output).contains(word), "{word} in {}", said(&output));
    }
    let found = said(&output).lines().find(|line| line.contains("found")).expect("says so").to_owned();
    let people = found.split_whitespace().find_map(|word| word.parse::<u32>().ok());
    assert!(found.contains("person") && people.is_some_and(|people| people > 10), "{found}");
    assert!(std::fs::read(&out).expect("is written").starts_with(&[0xFF, 0xD8]));
    // The picture is one that it can look at in turn.
    let seen = ["models", "check", &shipped("crowd.onnx"), "--picture", &out.to_string_lossy()];
    let output = run(&seen, &[]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(said(&output).contains("crowd model (--crowd-model)") && said(&output).contains("people in"));
}

#[test]
fn what_is_no_model_is_refused_with_the_reason() {
    let folder = media::folder();
    let broken = folder.path().join("broken.onnx");
    std::fs::write(&broken, "this is no model").expect("writes");
    let models = folder.path().join("models").to_string_lossy().into_owned();
    for command in ["check", "add"] {
        let output = run(&["models", command, &broken.to_string_lossy(), "--models-dir", &models], &[]);
        assert_eq!(output.status.code(), Some(1), "{}", said(&output));
        assert!(said(&output).contains("broken.onnx"), "{}", said(&output));
    }
    let output = run(&["models", "check", "nowhere", "--models-dir", &models], &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("models/nowhere.onnx"), "{}", said(&output));
    assert!(!folder.path().join("models").exists(), "nothing was added");
}

#[test]
fn a_model_of_ones_own_is_added_and_used_by_its_name() {
    let folder = media::folder();
    let models = folder.path().join("models").to_string_lossy().into_owned();
    let add = ["models", "add", &shipped("detector.onnx"), "--name", "mine", "--models-dir", &models];
    let output = run(&add, &[]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(said(&output).contains("--detect-model mine"), "{}", said(&output));
    let output = run(&["models", "check", "mine"], &[("STEADYCAST_MODELS_DIR", &models)]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
}

#[test]
fn what_another_server_sends_in_place_of_the_published_file_is_not_kept() {
    let folder = media::folder();
    let models = folder.path().to_string_lossy().into_owned();
    let server = Server::scene(&[]);
    let from = |path: &str| format!("http://{}{path}", server.address);
    let get =
        |from: &str| run(&["models", "get", "yolox_nano", "--from", from, "--models-dir", &models], &[]);
    let other = get(&from("/api/health"));
    assert_eq!(other.status.code(), Some(1), "{}", said(&other));
    assert!(
        said(&other).contains("not the published file") && said(&other).contains("3659407"),
        "{}",
        said(&other)
    );
    let absent = get(&from("/api/heatmap?camera=none"));
    assert!(said(&absent).contains("404"), "{}", said(&absent));
    assert_eq!(std::fs::read_dir(folder.path()).expect("is there").count(), 0, "nothing is left");
    let unknown = run(&["models", "get", "yolov8n", "--models-dir", &models], &[]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(said(&unknown).contains("yolox_tiny"), "{}", said(&unknown));
    assert_eq!(http::get(server.address, "/api/health").status, 200);
}
