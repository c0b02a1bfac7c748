//! Composed pictures against what the server believes that viewers have, block for block: at all tiers and
//! odd sizes, behind skips, changes of rung and slates.

use std::net::SocketAddr;

use serde_json::json;
use steadycast::{nouns::form::Part, registry::CameraSettings};

use super::{Compared, Composing, are_made, compared};
use crate::{
    cameras::camera,
    support::{
        SCENE,
        frames::while_capturing,
        is_long,
        media::data,
        server::Server,
        skip,
        viewer::Viewer,
        wait::{self, PATIENCE},
    },
};

/// Frames of each comparison, and where what takes long is wanted.
const FRAMES: u64 = 120;
const MANY_FRAMES: u64 = 1000;

/// The frames of which one in so many, at least, must have been compared: up to eight a second are.
const COMPARED: u64 = 30;

/// The level above which nothing is sharper, so that all its blocks are always compared.
const TOP: u8 = 95;

/// Frames that a viewer must have been behind once, and those of the camera within which it must.
const FURTHEST: u64 = 40;
const BEHIND_WITHIN: u64 = 4000;

/// Whether a viewer was as far behind as the longest skip that is to be tested.
fn was_far_behind(furthest: u64) -> bool {
    furthest >= FURTHEST
}

fn frames() -> u64 {
    if is_long() { MANY_FRAMES } else { FRAMES }
}

/// The scene at 34 frames a second in some size.
fn scene(width: &str, height: &str) -> Server {
    let size = ["--capture-width", width, "--capture-height", height];
    let fixed = ["--source", SCENE, "--capture-fps", "34", "--analytics", "off"];
    Server::start(&[&fixed[..], &size].concat())
}

/// Watches the stream of `path`, of whose blocks each is compared; what was compared, and the viewer.
fn watched(address: SocketAddr, path: &str) -> (Compared, Composing) {
    let mut composing = Composing::new(Viewer::open(address, path));
    let compared = compared(&mut composing, address, path, |composing| composing.watch(frames()));
    assert!(compared.frames >= frames() / COMPARED, "{path}: {} frames compared", compared.frames);
    assert!(compared.is_of_every_block(), "{path}: {} blocks were never compared", compared.left_out());
    (compared, composing)
}

#[test]
fn composed_pictures_are_what_the_server_believes_at_every_tier_and_odd_sizes() {
    if !are_made("composed_pictures_are_what_the_server_believes_at_every_tier_and_odd_sizes") {
        return;
    }
    let whole_blocks: [(u8, u8); 3] = [(60, 1), (45, 2), (TOP, 1)];
    let cut_blocks: [(u8, u8); 5] = [(60, 1), (90, 1), (45, 2), (30, 4), (75, 8)];
    for (width, height, rungs) in [("320", "192", &whole_blocks[..]), ("318", "178", &cut_blocks[..])] {
        let server = scene(width, height);
        for (level, scale) in rungs {
            let path = format!("/websocket/{level}?scale={scale}&delta=1");
            let (compared, composing) = watched(server.address, &path);
            let are_all = compared.blocks.iter().all(|count| *count == compared.frames);
            assert!(*level < TOP || are_all, "{path}: {compared:?}");
            // Of a few blocks a complete picture takes little more than a delta, and so it does where noise
            // alone changes most of them.
            let deltas = composing.parts.get(&Part::Delta).copied().unwrap_or_default();
            let are_few = *scale > 2 || *level == TOP;
            assert!(are_few || deltas > frames() / 2, "{path}: {:?}", composing.parts);
        }
    }
}

#[test]
fn composed_pictures_of_the_clip_are_what_the_server_believes() {
    let test = "composed_pictures_of_the_clip_are_what_the_server_believes";
    let clip = match data("plaza.avi") {
        Ok(clip) => clip.display().to_string(),
        Err(reason) => return skip(test, &reason),
    };
    if !are_made(test) {
        return;
    }
    let server = Server::start(&["--source", &clip, "--file-fps", "34", "--analytics", "off"]);
    for (level, scale) in [(60, 1), (85, 1), (60, 2)] {
        let path = format!("/websocket/{level}?scale={scale}&delta=1");
        let (_, composing) = watched(server.address, &path);
        assert!(composing.parts.contains_key(&Part::Delta), "{path}: {:?}", composing.parts);
    }
}

#[test]
fn behind_skips_of_any_length_all_that_changed_meanwhile_comes() {
    if !are_made("behind_skips_of_any_length_all_that_changed_meanwhile_comes") {
        return;
    }
    let server = scene("320", "180");
    let path = "/websocket/60?delta=1&messages=none";
    let mut composing = Composing::new(Viewer::open_narrow(server.address, path));
    let mut random = fastrand::Rng::with_seed(7);
    let compared = compared(&mut composing, server.address, path, |composing| {
        let first = composing.next().0.comment.frame;
        let (least, most) = (first + frames().max(400), first + BEHIND_WITHIN);
        let mut number = first;
        while number < least || !was_far_behind(composing.furthest) && number < most {
            (0..20).for_each(|_| drop(composing.next()));
            // Nobody reads meanwhile, and what the sockets hold is a few frames.
            while_capturing(server.address, f64::from(random.u8(20..=70)));
            number = composing.next().0.comment.frame;
        }
        // The frames that are compared are not all from before the last skip.
        composing.watch(20);
    });
    assert!(compared.frames >= 4, "{} frames compared", compared.frames);
    assert!(was_far_behind(composing.furthest), "the longest skip was of {} frames", composing.furthest);
}

#[test]
fn behind_every_change_of_rung_the_picture_is_whole_again() {
    if !are_made("behind_every_change_of_rung_the_picture_is_whole_again") {
        return;
    }
    let server = scene("320", "180");
    let mut composing = Composing::new(Viewer::open(server.address, "/websocket/60?delta=1"));
    composing.watch(10);
    for (level, scale) in [(85, 1), (30, 1), (60, 2), (45, 4), (95, 1), (60, 8), (60, 1)] {
        composing.viewer.say(&json!({ "type": "level", "level": level, "scale": scale }));
        wait::until("the rung is reached", PATIENCE, || {
            let (frame, part) = composing.next();
            let there = (u64::from(frame.comment.level), u64::from(frame.comment.scale)) == (level, scale);
            there && part != Part::Sweep
        });
        let path = format!("/websocket/{level}?scale={scale}&delta=1");
        let compared = compared(&mut composing, server.address, &path, |composing| composing.watch(60));
        assert!(compared.frames >= 2, "{path}: {} frames compared", compared.frames);
    }
}

#[test]
fn a_slate_is_complete_and_so_is_the_picture_behind_it() {
    if !are_made("a_slate_is_complete_and_so_is_the_picture_behind_it") {
        return;
    }
    let server = Server::scene(&[]);
    let path = "/websocket/60?delta=1";
    let mut composing = Composing::new(Viewer::open(server.address, path));
    composing.watch(10);
    let switch = |on| {
        let settings = CameraSettings { on, ..camera("main", SCENE) };
        server.registry.change(settings).expect("there is such a camera");
    };
    switch(false);
    let slate = wait::until_some("a slate comes", PATIENCE, || {
        Some(composing.next().0).filter(|frame| frame.comment.slate)
    });
    assert_eq!(slate.comment.delta, None, "{}", slate.comment);
    switch(true);
    wait::until("pictures are back", PATIENCE, || !composing.next().0.comment.slate);
    let compared = compared(&mut composing, server.address, path, |composing| composing.watch(60));
    assert!(compared.frames >= 2, "{} frames compared", compared.frames);
}

#[test]
fn a_skip_of_forty_frames_is_asked_for_and_no_shorter_one_will_do() {
    assert_eq!([39, 40, 41].map(was_far_behind), [false, true, true]);
}
