//! Cameras files as people write them: what they come to, and what is said where they are wrong.

mod common_tests;
mod fixtures;
mod refusal_tests;

use std::{collections::HashMap, time::Duration};

use serde_json::json;

use super::{text, *};
use crate::{
    analytics::{AnalyticsSettings, Borders, ModelChoice},
    cameras::{Calibration, Survey},
    capture::CaptureSettings,
    nouns::place::Anchor,
    source::{Address, Wish},
};

/// A file with comments of all kinds, for the tests of who reads and who changes it.
pub(super) const TEXT: &str = r#"# The yard, seen from the roof.
[yard] # the big one
source = "rtsp://10.0.0.7/live" # do not touch
fps = 15

# Who comes in.
[[yard.lines]]
id = "gate" # of iron
from = [0.2, 0.5]
to = [0.8, 0.5]

# Who goes out.
[[yard.lines]]
id = "exit"
from = [0.1, 0.9]
to = [0.3, 0.9]

[gate]
source = "0"
enabled = false
"#;

fn defaults() -> Defaults {
    Defaults {
        capture: CaptureSettings {
            address: "7".parse().expect("a webcam"),
            wish: Wish { fps: 34.0, size: (1280, 720), file_fps: None, snapshot_fps: 1.0 },
            frozen_after: Some(Duration::from_secs(60)),
        },
        models: AnalyticsSettings {
            crowd_model: ModelChoice::Shipped,
            detect_model: ModelChoice::Shipped,
            ..AnalyticsSettings::without_models("main")
        },
        analytics: true,
        models_dir: "/data".into(),
        uploads_dir: None,
        media_dir: Some("/srv/clips".into()),
    }
}

/// The settings that a cameras file comes to, by camera; or what is said of it.
fn settings(text: &str) -> Result<HashMap<String, CameraSettings>, String> {
    let read = text::read(text).map_err(|mistake| mistake.to_string())?;
    let of = |(name, entry): (&String, &Entry)| match defaults().camera(name, entry) {
        Ok(settings) => Ok((name.clone(), settings)),
        Err(wrong) => Err(read.mistake(name, &wrong).to_string()),
    };
    read.entries.iter().map(of).collect()
}

fn surveys(text: &str) -> Result<HashMap<String, Survey>, String> {
    Ok(settings(text)?.into_iter().map(|(name, settings)| (name, settings.survey)).collect())
}

#[test]
fn the_commented_example_is_taken_as_it_stands() {
    let cameras = settings(include_str!("../../cameras.example.toml")).expect("valid");
    let mut names: Vec<&str> = cameras.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["door", "plaza", "yard"]);
    let yard = &cameras["yard"];
    let models = yard.analytics.as_ref().expect("the detector is on");
    assert_eq!(models.detect_model, ModelChoice::File("/data/yolox_nano.onnx".into()));
    assert_eq!((yard.survey.lines.len(), yard.survey.zones[0].loiter_s), (1, Some(120.0)));
    let rules: Vec<&str> = yard.rules.iter().map(|rule| &*rule.id).collect();
    assert_eq!(rules, ["somebody at night", "no picture"]);
    assert!(cameras["door"].analytics.is_none() && !cameras["plaza"].on);
}

#[test]
fn what_is_left_out_is_as_the_settings_say() {
    let text = "[main]\n[gate]\nsource = \"synthetic\"\nfps = 5\nfrozen_after = 0\nenabled = false\n\
                analytics = false\n[yard]\nsource = \"1\"\ndetect_model = \"nano\"\ncrowd_model = \"none\"\n\
                detect_classes = [\" person\", \"\"]\nrisk_totals = [5, 6, 7]\n";
    let cameras = settings(text).expect("valid");
    let main = &cameras["main"];
    assert_eq!((&main.source, main.on), (&defaults().capture, true));
    assert_eq!(main.analytics, Some(defaults().models));
    let gate = &cameras["gate"];
    assert_eq!((gate.source.wish.fps, gate.source.frozen_after, gate.on), (5.0, None, false));
    assert!(gate.analytics.is_none() && !gate.survey.lines.is_empty(), "the scene has lines of its own");
    let yard = cameras["yard"].analytics.as_ref().expect("the detector is on");
    assert_eq!(yard.detect_model, ModelChoice::File("/data/nano.onnx".into()));
    assert_eq!((&yard.crowd_model, yard.camera.as_str()), (&ModelChoice::Off, "yard"));
    assert_eq!(yard.classes.iter().collect::<Vec<_>>(), ["person"]);
    assert_eq!(yard.total_borders, Borders([5.0, 6.0, 7.0]));
}

#[test]
fn each_setting_that_is_changed_is_named_as_the_file_has_it() {
    let of = |fields: Value| {
        let entry = Entry::of(fields.as_object().expect("an object")).expect("fields of a camera");
        defaults().camera("main", &entry).expect("valid")
    };
    let (square, area) =
        (json!([[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]]), json!([[0, 0], [1, 0], [1, 1]]));
    let all = json!({
        "source": "rtsp://me:hunter2@cam/", "fps": 9, "width": 640, "height": 360, "file_fps": 12,
        "snapshot_fps": 2, "frozen_after": 5, "analytics": false, "crowd_model": "none", "crowd_scale": 2,
        "detect_model": "nano", "detect_fps": 3, "detect_confidence": 0.5, "detect_nms_iou": 0.6,
        "detect_classes": ["person"], "detect_input": "rgb255", "risk_thresholds": [1, 2, 3],
        "risk_totals": [1, 2, 3], "lines": [{ "id": "a", "from": [0, 0], "to": [1, 1] }],
        "zones": [{ "id": "a", "points": square }], "min_height": 0.1, "ignored": [area], "metres_across": 9,
        "rules": [{ "id": "a", "when": "line_crossed" }],
    });
    let all = all.as_object().expect("an object");
    let plain = of(json!({}));
    assert!(plain.changes(&plain).is_empty());
    for (name, value) in all {
        let field = Map::from_iter([(name.clone(), value.clone())]);
        assert_eq!(of(Value::Object(field)).changes(&plain), [name], "{value}");
    }
    let rules = json!({ "rules": [{ "id": "a", "when": "line_crossed", "line": "attic" }] });
    let entry = Entry::of(rules.as_object().expect("an object")).expect("fields of a camera");
    let wrong = defaults().camera("main", &entry).expect_err("there is no such line").to_string();
    assert!(wrong.contains("rule a: there is no line"), "{wrong}");
    let switched = of(json!({ "enabled": false }));
    assert!(switched.changes(&plain).is_empty(), "that is told by itself");
    let calibration =
        [([0.1, 0.9], [0, 0]), ([0.9, 0.9], [9, 0]), ([0.7, 0.3], [9, 20]), ([0.3, 0.3], [0, 20])];
    let calibration = calibration.map(|(at, metres)| json!({ "at": at, "metres": metres }));
    assert_eq!(of(json!({ "calibration": calibration })).changes(&plain), ["calibration"]);
}

#[test]
fn the_cameras_file_has_files_of_the_folder_of_media_kept_in_it() {
    let text = "[in]\nsource = \"/srv/clips/a.mp4\"\n[out]\nsource = \"/srv/lists/a.m3u8\"\n";
    let cameras = settings(text).expect("valid");
    assert!(matches!(&cameras["in"].source.address, Address::Media { file, .. } if file.ends_with("a.mp4")));
    assert!(matches!(&cameras["out"].source.address, Address::File(_)));
    let address = "/srv/clips/a.m3u8".parse().expect("a file");
    let capture = CaptureSettings { address, ..defaults().capture };
    let main = Defaults { capture, ..defaults() }.camera("main", &Entry::default()).expect("valid");
    assert!(matches!(main.source.address, Address::File(_)), "the command line may name any");
}

#[test]
fn what_a_camera_cannot_be_is_said_with_its_line_and_what_is_allowed() {
    for (text, line, words) in [
        ("[yard]\nfps = 5", 1, "source is missing"),
        ("[yard]\nsource = \"rtsq://me:hunter2@cam/\"", 2, "rtsp"),
        ("[main]\n\nfps = 60", 3, "fps is 60, must be 1 to 34"),
        ("[main]\nwidth = 12", 2, "160 to 3840"),
        ("[main]\nheight = -1", 2, "90 to 2160"),
        ("[main]\nfrozen_after = 90000", 2, "86400"),
        ("[main]\ndetect_confidence = 2", 2, "0.01 to 1"),
        ("[main]\ndetect_input = \"hsv\"", 2, "rgb01"),
        ("[main]\nrisk_totals = [3, 2, 1]", 2, "rising"),
        ("[Main]\nsource = \"0\"", 1, "a-z"),
        ("[main]\nfps = nan", 2, "fps is NaN"),
    ] {
        let why = settings(text).expect_err(words);
        assert!(why.starts_with(&format!("line {line}: camera ")) && why.contains(words), "{text}: {why}");
        assert!(!why.contains("hunter2"), "{why}");
    }
}

const WHOLE: &str = r#"
    [main]
    min_height = 0.05
    ignored = [[[0.0, 0.0], [0.3, 0.0], [0.3, 0.2]]]
    calibration = [
        { at = [0.1, 0.9], metres = [0, 0] }, { at = [0.9, 0.9], metres = [10.0, 0.0] },
        { at = [0.7, 0.3], metres = [10.0, 20.0] }, { at = [0.3, 0.3], metres = [0.0, 20.0] },
    ]
    [[main.lines]]
    id = "gate"
    from = [0.2, 0.5]
    to = [0.8, 0.5]
    at = "top"
    classes = ["person"]
    [[main.zones]]
    id = "plaza"
    points = [[0.1, 0.4], [0.9, 0.4], [0.9, 0.9]]
    loiter_s = 120
    [roof]
    source = "0"
    metres_across = 25
"#;

#[test]
fn lines_zones_and_calibration_are_read_by_camera() {
    let cameras = surveys(WHOLE).expect("valid");
    let main = &cameras["main"];
    assert_eq!((main.lines[0].id.as_str(), main.lines[0].to), ("gate", [0.8, 0.5]));
    assert_eq!((main.lines[0].at, &main.lines[0].classes[..]), (Anchor::Top, &["person".to_owned()][..]));
    assert_eq!((main.zones[0].points.len(), main.zones[0].loiter_s), (3, Some(120.0)));
    assert_eq!((main.min_height, main.ignored[0].len()), (0.05, 3));
    let ground = main.calibration.as_ref().expect("is given").ground((16, 9));
    assert!((ground.area() - 200.0).abs() < 1e-9, "{ground:?}");
    assert_eq!(cameras["roof"], Survey { calibration: Some(Calibration::Across(25.0)), ..Survey::default() });
}

#[test]
fn what_is_wrong_is_said_with_its_camera() {
    let point = |at: &str| format!("{{ at = {at}, metres = [0.0, 1.0] }}");
    let three = format!("[main]\ncalibration = [{0}, {0}, {0}]", point("[0.1, 0.1]"));
    let crossed = WHOLE
        .replace("metres = [10.0, 20.0]", "metres = [0, 20.001]")
        .replace("metres = [0.0, 20.0]", "metres = [10, 20]");
    let far = WHOLE.replace("metres = [10.0, 20.0]", "metres = [1e9, 20.0]");
    let on_a_line = format!("[main]\ncalibration = [{0}, {0}, {0}, {0}]", point("[0.1, 0.1]"));
    for (text, words) in [
        ("[main]\nlines = [{ id = \"a\", from = [0.1, 1.5], to = [0, 0] }]", "from 0 to 1"),
        ("[main]\nlines = [{ id = \"a\", from = [0.1, 0.5], to = [0.1, 0.5] }]", "no length"),
        (
            "[main]\nlines = [{ id = \"a\", from = [0, 0], to = [1, 1] }, { id = \"a\", from = [0, 0], \
             to = [1, 0] }]",
            "twice",
        ),
        ("[main]\nzones = [{ id = \"z\", points = [[0, 0], [1, 1]] }]", "three points"),
        ("[main]\nzones = [{ id = \"\", points = [[0, 0], [1, 1], [1, 0]] }]", "1 to 40"),
        ("[[main.zones]]\nid = \"z\"\npoints = [[0, 0], [1, 1], [1, 0]]\nloiter_s = 0", "1 to 86400"),
        ("[[main.zones]]\nid = \"z\"\npoints = [[0, 0], [1, 1], [1, 0]]\nabove = 10001", "0 to 10000"),
        ("[[main.lines]]\nid = \"a\"\nfrom = [0, 0]\nto = [1, 1]\nclasses = [\" \"]", "without a name"),
        ("[main]\nmin_height = 1.0", "below 1"),
        ("[main]\nignored = [[[0, 0], [1, 1]]]", "three points"),
        ("[main]\nmetres_across = 0", "above 0"),
        ("[main]\nmetres_across = inf", "at most 1000"),
        (&three, "needs 4"),
        (&on_a_line, "on a line"),
        (&crossed, "exchanged"),
        (&far, "within 1000 metres"),
    ] {
        let why = surveys(text).expect_err(words);
        assert!(why.contains("camera main") && why.contains(words), "{why}");
    }
    let knee = "[[main.lines]]\nid = \"a\"\nfrom = [0, 0]\nto = [1, 1]\nat = \"knee\"";
    assert!(surveys(knee).is_err_and(|why| why.contains("knee") && why.contains("foot")));
    assert!(surveys("[main]\nline = []").expect_err("a typing error").contains("line"));
}
