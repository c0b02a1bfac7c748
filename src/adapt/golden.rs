//! The series that keep both controllers alike: `tests/golden/adapt/*.json`, read by cargo and by vitest.
//!
//! A file has the rungs on offer, where the viewer begins, and lines of what it is told. A line begins with
//! the time in milliseconds and a word; a tick ends with what was decided: the reason, after a step preceded
//! by the rung it led to, and a frame that is no complete picture with what it is. After a change of the
//! controller that is meant, `STEADYCAST_WRITE_GOLDEN=1 cargo test --release golden` writes the files anew.

use std::{fs, path::PathBuf};

use serde_json::{Value, json};

use super::{
    Controller, Decision, Input, Pause, Reason, Style,
    scenario::{Scenario, rung, rungs, scenes},
};
use crate::nouns::{form::Part, quality::Rung};

/// Each file, and what happens in it.
fn stories() -> Vec<(&'static str, Scenario)> {
    let mut faster_and_slower = Scenario::on(20.0).round_trip(20.0);
    faster_and_slower.wait(8.0).set_mbit(2.0).wait(10.0).set_mbit(20.0).wait(12.0);
    let mut thin = Scenario::on(1.0).round_trip(80.0);
    thin.wait(15.0).set_mbit(0.5).wait(10.0);
    let mut sharp = Scenario::on(1.5).round_trip(20.0).style(Style::Sharp);
    sharp.wait(20.0);
    let mut slow_device =
        Scenario::on(100.0).paints(|rung| 34.0 * (85.0 / f64::from(rung.level.quality())).powi(2));
    slow_device.wait(25.0);
    let mut pauses = Scenario::on(8.0).camera(25.0);
    pauses.wait(4.0).feed(Input::Visible(false));
    pauses.stall(3000.0).wait(4.0).feed(Input::Visible(true));
    pauses.wait(3.0).feed(Input::Choose(Some(rung(1, 40))));
    pauses.wait(3.0).feed(Input::Choose(None));
    pauses.wait(3.0).feed(Input::Status { streaming: false, fps: 0.0 });
    pauses.wait(0.9).give(rung(2, 40)).wait(6.0).freeze(true).wait(6.0).freeze(false).wait(3.0);
    // Few frames a second, so that the file stays short.
    let mut others_come_and_go = Scenario::on(4.0).camera(12.0).round_trip(80.0).seed(7);
    others_come_and_go
        .wait(20.0)
        .set_cross(0.5)
        .wait(25.0)
        .set_cross(0.0)
        .wait(45.0)
        .set_mbit(12.0)
        .wait(30.0);
    let mut stories = vec![
        ("faster_and_slower", faster_and_slower),
        ("others_come_and_go", others_come_and_go),
        ("thin", thin),
        ("sharp", sharp),
        ("slow_device", slow_device),
        ("pauses", pauses),
    ];
    stories.extend(deltas());
    stories
}

/// Stories of viewers who get what changed, of few frames a second.
fn deltas() -> [(&'static str, Scenario); 4] {
    let viewer = |mbit| Scenario::on(mbit).camera(12.0).round_trip(80.0).frame_kb(62.0);
    let mut still = viewer(4.0).deltas(scenes::still);
    still.wait(25.0);
    let mut breathing = viewer(0.4).deltas(scenes::breathing);
    breathing.wait(45.0);
    let mut cut = viewer(0.4).deltas(scenes::cut);
    cut.wait(45.0);
    let mut pan = viewer(0.8).deltas(scenes::pan);
    pan.wait(55.0);
    [("still", still), ("breathing", breathing), ("cut", cut), ("pan", pan)]
}

/// The word of what a frame holds; none for a complete picture.
fn part_word(part: Part) -> Option<&'static str> {
    match part {
        Part::Whole => None,
        Part::Delta => Some("delta"),
        Part::Sweep => Some("sweep"),
        Part::Refined => Some("refined"),
    }
}

fn style(style: Style) -> &'static str {
    match style {
        Style::Smooth => "smooth",
        Style::Sharp => "sharp",
    }
}

fn pair(rung: Rung) -> Value {
    json!([rung.tier.scale(), rung.level.quality()])
}

/// A line of a file, but for what was decided.
fn line(at_ms: f64, input: &Input) -> Value {
    let at = at_ms as u64;
    match input {
        Input::Frame { number, rung, bytes, late_ms, slate, part } => {
            let (scale, quality, bytes) = (rung.tier.scale(), rung.level.quality(), *bytes as u64);
            match part_word(*part) {
                None => json!([at, "frame", number, scale, quality, bytes, late_ms, slate]),
                Some(part) => json!([at, "frame", number, scale, quality, bytes, late_ms, slate, part]),
            }
        }
        Input::Status { streaming, fps } => json!([at, "status", streaming, fps]),
        Input::Connected(connected) => json!([at, "connected", connected]),
        Input::Visible(visible) => json!([at, "visible", visible]),
        Input::Rungs(offered) => json!([at, "style", style(offered.style())]),
        Input::Given(rung) => json!([at, "given", pair(*rung)]),
        Input::Choose(choice) => json!([at, "choose", choice.map(pair)]),
        Input::Tick { painted_fps } => json!([at, "tick", painted_fps]),
    }
}

fn input(line: &[Value]) -> Input {
    let number = |n: usize| line[n].as_f64().expect("a number");
    let rung_of = |value: &Value| {
        let number = |n: usize| value[n].as_u64().expect("a number") as u32;
        rung(number(0), number(1))
    };
    match line[1].as_str().expect("a word") {
        "frame" => Input::Frame {
            number: line[2].as_u64().expect("a number"),
            rung: rung(number(3) as u32, number(4) as u32),
            bytes: number(5),
            late_ms: line[6].as_f64(),
            slate: line[7] == true,
            part: part_of(line.get(8)),
        },
        "status" => Input::Status { streaming: line[2] == true, fps: number(3) },
        "connected" => Input::Connected(line[2] == true),
        "visible" => Input::Visible(line[2] == true),
        "style" => Input::Rungs(rungs(if line[2] == "sharp" { Style::Sharp } else { Style::Smooth })),
        "given" => Input::Given(rung_of(&line[2])),
        "choose" => Input::Choose((!line[2].is_null()).then(|| rung_of(&line[2]))),
        "tick" => Input::Tick { painted_fps: line[2].as_f64() },
        other => panic!("no such word: {other}"),
    }
}

fn part_of(word: Option<&Value>) -> Part {
    let all = [Part::Delta, Part::Sweep, Part::Refined];
    let Some(word) = word else { return Part::Whole };
    all.into_iter().find(|part| part_word(*part) == word.as_str()).expect("the word of a part")
}

fn decided(decision: Decision) -> Value {
    match decision {
        Decision::None => Value::Null,
        Decision::Hold(reason) => json!([word(reason)]),
        Decision::Step { to, reason, .. } => json!([to.tier.scale(), to.level.quality(), word(reason)]),
    }
}

fn word(reason: Reason) -> &'static str {
    match reason {
        Reason::Slow { .. } => "slow",
        Reason::Silent => "silent",
        Reason::Device { .. } => "device",
        Reason::DeviceAnyway { .. } => "device_anyway",
        Reason::Room { .. } => "room",
        Reason::InBand { .. } => "in_band",
        Reason::Still => "still",
        Reason::Highest { .. } => "highest",
        Reason::Lowest { .. } => "lowest",
        Reason::NotYet { .. } => "not_yet",
        Reason::NoRoom { .. } => "no_room",
        Reason::Measuring => "measuring",
        Reason::Paused(Pause::Disconnected) => "disconnected",
        Reason::Paused(Pause::Hidden) => "hidden",
        Reason::Paused(Pause::CameraAway) => "camera_away",
        Reason::Paused(Pause::Stills) => "stills",
        Reason::Paused(Pause::ByHand) => "by_hand",
        Reason::Chosen => "chosen",
        Reason::Offered => "offered",
    }
}

/// A file's text: one line of the series a line.
fn text(story: &Scenario) -> String {
    let lines = story.record.iter().map(|(at_ms, input, decision)| {
        let mut line = line(*at_ms, input);
        if let (Some(line), false) = (line.as_array_mut(), *decision == Decision::None) {
            line.push(decided(*decision));
        }
        line.to_string()
    });
    let start = json!({
        "begin": pair(rung(1, 60)), "levels": [30, 95], "scales": [1, 2, 4, 8], "jitter": story.chance
    })
    .to_string();
    format!("{{\"start\":{start},\"series\":[\n{}\n]}}\n", lines.collect::<Vec<_>>().join(",\n"))
}

#[test]
fn the_controller_decides_as_the_golden_series_say() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/adapt");
    for (name, story) in stories() {
        let path = folder.join(format!("{name}.json"));
        if std::env::var_os("STEADYCAST_WRITE_GOLDEN").is_some() {
            fs::create_dir_all(&folder).expect("can be made");
            fs::write(&path, text(&story)).expect("can be written");
        }
        let file: Value =
            serde_json::from_str(&fs::read_to_string(&path).expect("can be read")).expect("JSON");
        let mut controller = Controller::new(rungs(Style::Smooth), rung(1, 60), story.chance, 0.0);
        for entry in file["series"].as_array().expect("a list") {
            let parts = entry.as_array().expect("a list");
            let input = input(parts);
            let at_ms = parts[0].as_f64().expect("a time");
            let written = line(at_ms, &input).as_array().map_or(0, Vec::len);
            let decision = controller.take(input, at_ms);
            assert_eq!(
                decided(decision),
                parts.get(written).cloned().unwrap_or(Value::Null),
                "{name}: {entry}"
            );
        }
    }
}
