//! Viewers who get only what changed: who gets it, that composed pictures are what the server believes them
//! to be, how good they are, and what asking for key frames costs.

mod asked;
mod composed;
mod golden;
mod quality;

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use serde_json::json;
use steadycast::nouns::form::Part;

use crate::support::{
    compose::{Composer, planes_of, prints},
    skip,
    viewer::{Frame, Viewer},
};

/// Viewers whose key frames are compared with: one gets two a second.
const OTHERS: u64 = 4;

/// Frames between the first wishes of two of these, so that they get the key frames of different ones.
const APART: u64 = 4;

/// Whether deltas are made on this machine; says for which test they are not.
pub fn are_made(test: &str) -> bool {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        return true;
    }
    skip(test, "without AVX2 no deltas are made");
    false
}

/// A viewer of deltas that composes them.
struct Composing {
    viewer: Viewer,
    composer: Composer,
    /// What each complete picture showed, block by block, by the number of its frame.
    prints: HashMap<u64, Vec<u64>>,
    /// How many frames of each part came.
    parts: HashMap<Part, u64>,
    /// The most frames by which a delta was ahead of the picture that it was applied to.
    furthest: u64,
}

impl Composing {
    fn new(viewer: Viewer) -> Composing {
        let (composer, prints, parts) = (Composer::default(), HashMap::new(), HashMap::new());
        Composing { viewer, composer, prints, parts, furthest: 0 }
    }

    /// Takes the next frame, which must apply.
    fn next(&mut self) -> (Frame, Part) {
        let frame = self.viewer.frame();
        let before = self.composer.number();
        let part = self.composer.take(&frame.jpeg);
        let part = part.unwrap_or_else(|wrong| panic!("{}: {wrong}", frame.comment));
        *self.parts.entry(part).or_default() += 1;
        self.furthest = self.furthest.max(ahead(part, before, frame.comment.frame));
        // Behind a part of a sweep the picture may be of two frames.
        if matches!(part, Part::Whole | Part::Delta) {
            self.prints.insert(frame.comment.frame, self.composer.prints());
        }
        (frame, part)
    }

    /// Takes frames until one is `count` numbers ahead of the next.
    fn watch(&mut self, count: u64) {
        let last = self.next().0.comment.frame + count;
        while self.next().0.comment.frame < last {}
    }
}

/// By how many frames a message is ahead of the picture that its blocks go onto, `before`.
fn ahead(part: Part, before: Option<u64>, number: u64) -> u64 {
    let is_onto = matches!(part, Part::Delta | Part::Sweep);
    before.filter(|_| is_onto).map_or(0, |before| number - before)
}

/// Has a loop in another thread end, also where this one panics.
struct Ending<'a>(&'a AtomicBool);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// What was compared.
#[derive(Debug, Default)]
struct Compared {
    /// Frames that were composed by one viewer and came as a key frame to another.
    frames: u64,
    /// In how many of these each block was compared: not where it was sharper than the level.
    blocks: Vec<u64>,
}

impl Compared {
    /// Takes a frame of which each block is the key frame's, unless it is sharper.
    fn take(&mut self, composed: &[u64]) {
        self.frames += 1;
        self.blocks.resize(composed.len(), 0);
        let counts = self.blocks.iter_mut().zip(composed);
        counts.for_each(|(count, print)| *count += u64::from(*print != 0));
    }

    /// How many blocks were compared in no frame.
    fn left_out(&self) -> usize {
        self.blocks.iter().filter(|count| **count == 0).count()
    }

    /// Whether each block was compared at least once.
    fn is_of_every_block(&self) -> bool {
        self.frames > 0 && self.left_out() == 0
    }
}

/// What the server believes that viewers of `path` have, by the number of the frame: the key frames of
/// another viewer that asks for one after the other until `ended`, the `nth` to do so.
fn believed(address: SocketAddr, path: &str, nth: u64, ended: &AtomicBool) -> Vec<(u64, Vec<u64>)> {
    let mut viewer = Viewer::open(address, path);
    let (mut keys, mut from, mut is_asked) = (Vec::new(), None, false);
    while !ended.load(Ordering::Relaxed) {
        let frame = viewer.frame();
        let number = frame.comment.frame;
        if frame.comment.delta.is_none() {
            keys.push((number, prints(&planes_of(&frame.jpeg).expect("it decodes"))));
            is_asked = false;
        }
        if !is_asked && number >= *from.get_or_insert(number + nth * APART) {
            viewer.say(&json!({ "type": "key" }));
            is_asked = true;
        }
    }
    keys
}

/// Runs `watch` while other viewers of `path` get key frames, and compares every block of each frame that
/// one of them has as well; what that was.
fn compared(
    composing: &mut Composing,
    address: SocketAddr,
    path: &str,
    watch: impl FnOnce(&mut Composing),
) -> Compared {
    let ended = &AtomicBool::new(false);
    let keys: HashMap<u64, Vec<u64>> = thread::scope(|scope| {
        let others = (0..OTHERS).map(|nth| scope.spawn(move || believed(address, path, nth, ended)));
        let others: Vec<_> = others.collect();
        let ending = Ending(ended);
        watch(composing);
        drop(ending);
        others.into_iter().flat_map(|other| other.join().expect("key frames decode")).collect()
    });
    let mut compared = Compared::default();
    for (number, key) in keys {
        let Some(ours) = composing.prints.get(&number) else { continue };
        assert_eq!(key.len(), ours.len(), "blocks of frame {number}");
        let others = ours.iter().zip(&key).enumerate();
        let others: Vec<usize> =
            others.filter(|(_, (ours, key))| **ours != 0 && ours != key).map(|(n, _)| n).collect();
        assert!(others.is_empty(), "frame {number} of {path}: blocks {others:?} differ");
        compared.take(ours);
    }
    compared
}

#[test]
fn a_delta_is_ahead_of_the_picture_it_goes_onto_and_nothing_else_is() {
    for part in [Part::Delta, Part::Sweep] {
        assert_eq!([ahead(part, Some(7), 8), ahead(part, Some(7), 47)], [1, 40], "{part:?}");
    }
    assert_eq!([ahead(Part::Whole, Some(7), 47), ahead(Part::Whole, None, 47)], [0; 2]);
    assert_eq!(ahead(Part::Refined, Some(47), 47), 0);
}

#[test]
fn one_block_that_was_sharper_in_every_frame_is_left_out() {
    let mut compared = Compared::default();
    assert!(!compared.is_of_every_block(), "nothing was compared");
    compared.take(&[7, 0, 0]);
    assert!(compared.left_out() == 2 && !compared.is_of_every_block());
    compared.take(&[0, 9, 0]);
    assert!(compared.left_out() == 1 && !compared.is_of_every_block());
    compared.take(&[0, 0, 5]);
    assert!(compared.left_out() == 0 && compared.is_of_every_block());
    assert_eq!((compared.frames, compared.blocks), (3, vec![1, 1, 1]));
}
