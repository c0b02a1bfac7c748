//! Composed pictures against the source: at their level hardly worse than complete ones, and sharper where
//! nothing moves. Complete pictures of the highest level stand for the source.

use std::{collections::HashMap, net::SocketAddr, time::Instant};

use steadycast::nouns::{form::Part, picture::Planes};

use super::{Composing, are_made};
use crate::support::{
    compose::{errors, planes_of, psnr},
    server::Server,
    viewer::{Frame, Viewer},
};

/// Seconds within which blocks that stand still are sent sharper: the rung must have been held for three of
/// them, and the socket free for ten.
const REFINED_WITHIN_S: u64 = 40;

/// Messages of sharper blocks behind which these are looked at, and frames in which they are.
const REFINEMENTS: u64 = 4;
const LOOKS: usize = 45;

/// Looks that a sharper block must have had to be judged: motion in it may be overlooked for half a second,
/// 17 frames, which are fewer than half of these.
const LEAST_LOOKS: usize = 35;

/// Fewest blocks that must have been judged: one of each message.
const LEAST_JUDGED: usize = REFINEMENTS as usize;

/// Squared grey values by which a sharper block may be further off than twice the level's own error: it is
/// held to the level's tolerance of two, and noise of both pictures comes on top.
const MOST_BEYOND: f64 = 8.0;

/// The highest level.
const TOP: u8 = 95;

/// Whether a sharper block shows what is there in more than half of its looks, by its errors and those of the
/// level in the same frames.
fn is_in_place(pairs: &[[f64; 2]]) -> bool {
    let is_good = |[ours, own]: &&[f64; 2]| ours - 2.0 * own <= MOST_BEYOND;
    2 * pairs.iter().filter(is_good).count() > pairs.len()
}

/// Complete pictures of the frames that a viewer of deltas has: of the highest level, and of one more.
struct Beside([(Viewer, Frame); 2]);

impl Beside {
    fn open(address: SocketAddr, level: u8) -> Beside {
        let watch = |level: u8| {
            let mut viewer = Viewer::open(address, &format!("/websocket/{level}"));
            let frame = viewer.frame();
            (viewer, frame)
        };
        Beside([TOP, level].map(watch))
    }

    /// The pictures of a frame, where both viewers got it.
    fn planes(&mut self, number: u64) -> Option<[Planes; 2]> {
        for (viewer, frame) in &mut self.0 {
            while frame.comment.frame < number {
                *frame = viewer.frame();
            }
        }
        let are_there = self.0.iter().all(|(_, frame)| frame.comment.frame == number);
        let planes = |(_, frame): &(Viewer, Frame)| planes_of(&frame.jpeg).expect("it decodes");
        are_there.then(|| self.0.each_ref().map(planes))
    }
}

#[test]
fn a_composed_picture_is_hardly_worse_than_a_complete_one_of_the_level() {
    if !are_made("a_composed_picture_is_hardly_worse_than_a_complete_one_of_the_level") {
        return;
    }
    let server = Server::scene_at("34", &[]);
    let mut beside = Beside::open(server.address, 60);
    let mut composing = Composing::new(Viewer::open(server.address, "/websocket/60?delta=1"));
    composing.watch(60);
    let mut losses = Vec::new();
    while losses.len() < 30 {
        let number = composing.next().0.comment.frame;
        let Some([source, whole]) = beside.planes(number) else { continue };
        let composed = composing.composer.planes().expect("frames came");
        losses.push(psnr(&whole, &source) - psnr(composed, &source));
    }
    let mean = losses.iter().sum::<f64>() / losses.len() as f64;
    assert!(mean <= 0.6, "{mean:.2} dB lost: {losses:.2?}");
}

/// Watches until many sharper blocks have come.
fn until_refined(composing: &mut Composing) {
    let began = Instant::now();
    while composing.parts.get(&Part::Refined).is_none_or(|many| *many < REFINEMENTS) {
        let (frame, part) = composing.next();
        composing.viewer.ack(&frame);
        if part == Part::Refined {
            let delta = frame.comment.delta.expect("a refinement is a delta");
            assert_eq!(delta.base, frame.comment.frame);
        }
        assert!(began.elapsed().as_secs() < REFINED_WITHIN_S, "too little is refined: {:?}", composing.parts);
    }
}

#[test]
fn blocks_that_stand_still_are_sent_sharper_where_the_link_has_room() {
    if !are_made("blocks_that_stand_still_are_sent_sharper_where_the_link_has_room") {
        return;
    }
    let server = Server::scene_at("34", &[]);
    let mut composing = Composing::new(Viewer::open(server.address, "/websocket/50?delta=1"));
    until_refined(&mut composing);
    let mut beside = Beside::open(server.address, 50);
    // Errors of sharper blocks, with those of the level in the same place and frame.
    let mut found: HashMap<usize, Vec<[f64; 2]>> = HashMap::new();
    let mut looks = 0;
    while looks < LOOKS {
        let (frame, _) = composing.next();
        composing.viewer.ack(&frame);
        let Some([source, whole]) = beside.planes(frame.comment.frame) else { continue };
        let composed = composing.composer.planes().expect("frames came");
        let (ours, own) = (errors(composed, &source), errors(&whole, &source));
        let prints = composing.composer.prints().into_iter().enumerate();
        for (block, _) in prints.filter(|(_, print)| *print == 0) {
            found.entry(block).or_default().push([ours[block], own[block]]);
        }
        looks += 1;
    }
    found.retain(|_, pairs| pairs.len() >= LEAST_LOOKS);
    assert!(found.len() >= LEAST_JUDGED, "{} sharper blocks were looked at often enough", found.len());
    let mean = |which: usize| {
        let errors: Vec<f64> = found.values().flatten().map(|pair| pair[which]).collect();
        errors.iter().sum::<f64>() / errors.len() as f64
    };
    assert!(mean(0) < mean(1), "{:.1} squared grey values, {:.1} at the level", mean(0), mean(1));
    for (block, pairs) in found {
        assert!(is_in_place(&pairs), "block {block} shows something else: {pairs:.1?}");
    }
}

#[test]
fn a_sharper_block_may_be_eight_beyond_twice_the_levels_error_in_most_of_its_looks() {
    // The level's own error is 5, so 18 is the most; the other looks met something that moved.
    let looks =
        |best: f64, good: usize, others: usize| [vec![[best, 5.0]; good], vec![[90.0, 5.0]; others]].concat();
    assert!(is_in_place(&looks(18.0, 4, 3)));
    assert!(!is_in_place(&looks(18.01, 4, 3)));
    assert!(!is_in_place(&looks(18.0, 4, 4)), "half of the looks is not most of them");
    assert!(!is_in_place(&looks(18.0, 1, 6)), "one good look may be chance");
}
