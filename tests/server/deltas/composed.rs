//! Composed pictures against what the server believes that viewers have, block for block: at all tiers and
//! odd sizes, behind skips, changes of rung and slates, and what stands still.

use std::{net::SocketAddr, time::Instant};

use serde_json::json;
use steadycast::{nouns::form::Part, registry::CameraSettings};

use super::{Composing, are_made, compared};
use crate::{
    cameras::camera,
    support::{
        SCENE,
        compose::{planes_of, psnr},
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

/// Seconds within which blocks that stand still are sent sharper: the rung must have been held for three of
/// them, and the socket free for ten.
const REFINED_WITHIN_S: u64 = 40;

fn frames() -> u64 {
    if is_long() { MANY_FRAMES } else { FRAMES }
}

/// The scene at 34 frames a second in some size.
fn scene(width: &str, height: &str) -> Server {
    let size = ["--capture-width", width, "--capture-height", height];
    let fixed = ["--source", SCENE, "--capture-fps", "34", "--analytics", "off"];
    Server::start(&[&fixed[..], &size].concat())
}

/// Watches the stream of `path`; how many frames were compared, and the viewer.
fn watched(address: SocketAddr, path: &str, count: u64) -> (usize, Composing) {
    let mut composing = Composing::new(Viewer::open(address, path));
    let compared = compared(&mut composing, (address, path), |composing| composing.watch(count));
    (compared, composing)
}

#[test]
fn composed_pictures_are_what_the_server_believes_at_every_tier_and_odd_sizes() {
    if !are_made("composed_pictures_are_what_the_server_believes_at_every_tier_and_odd_sizes") {
        return;
    }
    let whole_blocks: [(u8, u8); 2] = [(60, 1), (45, 2)];
    let cut_blocks: [(u8, u8); 5] = [(60, 1), (90, 1), (45, 2), (30, 4), (75, 8)];
    for (width, height, rungs) in [("320", "192", &whole_blocks[..]), ("318", "178", &cut_blocks[..])] {
        let server = scene(width, height);
        for (level, scale) in rungs {
            let path = format!("/websocket/{level}?scale={scale}&delta=1");
            let (compared, composing) = watched(server.address, &path, frames());
            assert!(compared >= 3, "{path}: {compared} frames compared");
            // Of a few blocks a complete picture takes little more than a delta.
            let deltas = composing.parts.get(&Part::Delta).copied().unwrap_or_default();
            assert!(*scale > 2 || deltas > frames() / 2, "{path}: {:?}", composing.parts);
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
    for level in [60, 85] {
        let path = format!("/websocket/{level}?delta=1");
        let (compared, composing) = watched(server.address, &path, frames());
        assert!(compared >= 2, "{path}: {compared} frames compared");
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
    let count = compared(&mut composing, (server.address, path), |composing| {
        let last = composing.next().0.comment.frame + frames().max(400);
        while composing.next().0.comment.frame < last {
            (0..20).for_each(|_| drop(composing.next()));
            // Nobody reads meanwhile, and what the sockets hold is a few frames.
            while_capturing(server.address, f64::from(random.u8(20..=60)));
        }
    });
    assert!(count >= 2, "{count} frames compared");
    assert!(composing.furthest >= 10, "the longest skip was of {} frames", composing.furthest);
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
        let count = compared(&mut composing, (server.address, &path), |composing| composing.watch(60));
        assert!(count >= 1, "{path}: {count} frames compared");
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
    let count = compared(&mut composing, (server.address, path), |composing| composing.watch(60));
    assert!(count >= 1, "{count} frames compared");
}

#[test]
fn a_composed_picture_is_hardly_worse_than_a_complete_one_of_the_level() {
    if !are_made("a_composed_picture_is_hardly_worse_than_a_complete_one_of_the_level") {
        return;
    }
    let server = scene("320", "180");
    // The highest level stands for the source.
    let mut source = Viewer::open(server.address, "/websocket/95");
    let mut whole = Viewer::open(server.address, "/websocket/60");
    let mut composing = Composing::new(Viewer::open(server.address, "/websocket/60?delta=1"));
    composing.watch(60);
    let mut losses = Vec::new();
    let (mut of_source, mut of_whole) = (source.frame(), whole.frame());
    while losses.len() < 30 {
        let number = composing.next().0.comment.frame;
        for (viewer, frame) in [(&mut source, &mut of_source), (&mut whole, &mut of_whole)] {
            while frame.comment.frame < number {
                *frame = viewer.frame();
            }
        }
        if [&of_source, &of_whole].iter().any(|frame| frame.comment.frame != number) {
            continue;
        }
        let [source, whole] =
            [&of_source, &of_whole].map(|frame| planes_of(&frame.jpeg).expect("it decodes"));
        let composed = composing.composer.planes().expect("frames came");
        losses.push(psnr(&whole, &source) - psnr(composed, &source));
    }
    let mean = losses.iter().sum::<f64>() / losses.len() as f64;
    assert!(mean <= 0.6, "{mean:.2} dB lost: {losses:.2?}");
}

#[test]
fn blocks_that_stand_still_are_sent_sharper_where_the_link_has_room() {
    if !are_made("blocks_that_stand_still_are_sent_sharper_where_the_link_has_room") {
        return;
    }
    let server = scene("320", "180");
    let mut composing = Composing::new(Viewer::open(server.address, "/websocket/50?delta=1"));
    let began = Instant::now();
    loop {
        let (frame, part) = composing.next();
        composing.viewer.ack(&frame);
        if part == Part::Refined {
            let delta = frame.comment.delta.expect("a refinement is a delta");
            assert_eq!(delta.base, frame.comment.frame);
            break;
        }
        assert!(began.elapsed().as_secs() < REFINED_WITHIN_S, "nothing was refined: {:?}", composing.parts);
    }
    assert!(composing.composer.prints().contains(&0), "refined blocks are held");
}
