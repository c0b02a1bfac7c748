//! Recorded frames of `tests/golden/deltas`, which clients in other languages compose as well: what Rust
//! makes of them is what stands beside them.
//!
//! `STEADYCAST_WRITE_GOLDEN=1` has them recorded anew from a running server.

use std::{fs, path::PathBuf};

use serde_json::{Value, json};
use steadycast::{
    nouns::{form::Part, picture::Planes},
    protocol::BLOCK,
};

use super::{Composing, are_made};
use crate::support::{SCENE, compose::Composer, server::Server, viewer::Viewer};

/// Names of the recordings, with the height of the full-size picture and the scale: 160x96 of whole blocks,
/// and 80x45 whose last row of blocks is cut.
const RECORDINGS: [(&str, &str, u8); 2] = [("even", "96", 1), ("odd", "90", 2)];

/// Frames of a recording: a key frame and deltas.
const FRAMES: usize = 3;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/deltas")
}

fn file(recording: &str, n: usize) -> PathBuf {
    folder().join(format!("{recording}_{n}.jpg"))
}

/// The sum of the luma of each block, row by row.
fn sums(planes: &Planes) -> Vec<u64> {
    let columns = planes.width.div_ceil(BLOCK);
    let mut sums = vec![0; columns * planes.height.div_ceil(BLOCK)];
    for (n, luma) in planes.y.iter().enumerate() {
        let (x, y) = (n % planes.width, n / planes.width);
        sums[y / BLOCK * columns + x / BLOCK] += u64::from(*luma);
    }
    sums
}

/// What is composed of a recording, frame by frame.
fn composed(recording: &str) -> Value {
    let mut composer = Composer::default();
    let frames = (0..FRAMES).map(|n| {
        let path = file(recording, n);
        let jpeg = fs::read(&path).unwrap_or_else(|error| {
            panic!("{}: {error}; STEADYCAST_WRITE_GOLDEN=1 has it recorded", path.display())
        });
        let part = composer.take(&jpeg).unwrap_or_else(|wrong| panic!("{}: {wrong}", path.display()));
        assert_eq!(part, if n == 0 { Part::Whole } else { Part::Delta }, "{}", path.display());
        sums(composer.planes().expect("it was taken"))
    });
    let luma: Vec<Vec<u64>> = frames.collect();
    let planes = composer.planes().expect("it was taken");
    json!({ "width": planes.width, "height": planes.height, "luma": luma })
}

/// Records a key frame and the deltas behind it, of a full-size picture of that height.
fn record(recording: &str, height: &str, scale: u8) {
    let size = ["--capture-width", "160", "--capture-height", height];
    let server = Server::start(&[&["--source", SCENE, "--analytics", "off"], &size[..]].concat());
    let path = format!("/websocket/60?scale={scale}&delta=1&messages=none");
    let mut composing = Composing::new(Viewer::open(server.address, &path));
    fs::create_dir_all(folder()).expect("the folder can be made");
    let mut n = 0;
    while n < FRAMES {
        let (frame, part) = composing.next();
        // A key frame begins again.
        n = if part == Part::Whole { 0 } else { n };
        fs::write(file(recording, n), &frame.jpeg).expect("the file can be written");
        n += 1;
    }
}

#[test]
fn recorded_frames_are_composed_to_what_stands_beside_them() {
    let told = folder().join("composed.json");
    if std::env::var_os("STEADYCAST_WRITE_GOLDEN").is_some() {
        if !are_made("recorded_frames_are_composed_to_what_stands_beside_them") {
            return;
        }
        RECORDINGS.into_iter().for_each(|(name, height, scale)| record(name, height, scale));
        let all: Vec<(String, Value)> =
            RECORDINGS.iter().map(|(name, ..)| ((*name).to_owned(), composed(name))).collect();
        let all = Value::Object(all.into_iter().collect());
        fs::write(&told, format!("{all}\n")).expect("the file can be written");
    }
    let text = fs::read_to_string(&told).unwrap_or_else(|error| {
        panic!("{}: {error}; STEADYCAST_WRITE_GOLDEN=1 has it written", told.display())
    });
    let told: Value = serde_json::from_str(&text).expect("the file is JSON");
    for (name, ..) in RECORDINGS {
        assert_eq!(composed(name), told[name], "{name}");
    }
}
