//! Viewers who get only what changed: who gets it, that composed pictures are what the server believes them
//! to be, and what asking for key frames costs.

mod asked;
mod composed;
mod golden;

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
        if matches!(part, Part::Delta | Part::Sweep) {
            let ahead = before.map_or(0, |before| frame.comment.frame - before);
            self.furthest = self.furthest.max(ahead);
        }
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

/// Has a loop in another thread end, also where this one panics.
struct Ending<'a>(&'a AtomicBool);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// What the server believes that viewers of `path` have, by the number of the frame: the key frames of
/// another viewer that asks for one after the other until `ended`.
fn believed(address: SocketAddr, path: &str, ended: &AtomicBool) -> Vec<(u64, Vec<u64>)> {
    let mut viewer = Viewer::open(address, path);
    let mut keys = Vec::new();
    while !ended.load(Ordering::Relaxed) {
        let frame = viewer.frame();
        if frame.comment.delta.is_none() {
            keys.push((frame.comment.frame, prints(&planes_of(&frame.jpeg).expect("it decodes"))));
            viewer.say(&json!({ "type": "key" }));
        }
    }
    keys
}

/// Runs `watch` while another viewer of `path` gets key frames, and compares every block of each frame that
/// both of them have; how many frames that were.
fn compared(
    composing: &mut Composing,
    (address, path): (SocketAddr, &str),
    watch: impl FnOnce(&mut Composing),
) -> usize {
    let ended = AtomicBool::new(false);
    let keys = thread::scope(|scope| {
        let keys = scope.spawn(|| believed(address, path, &ended));
        let ending = Ending(&ended);
        watch(composing);
        drop(ending);
        keys.join().expect("key frames decode")
    });
    let both = |(number, key): (u64, Vec<u64>)| Some((number, key, composing.prints.get(&number)?));
    let mut count = 0;
    for (number, key, ours) in keys.into_iter().filter_map(both) {
        assert_eq!(key.len(), ours.len(), "blocks of frame {number}");
        let others = ours.iter().zip(&key).enumerate();
        let others: Vec<usize> =
            others.filter(|(_, (ours, key))| **ours != 0 && ours != key).map(|(n, _)| n).collect();
        assert!(others.is_empty(), "frame {number} of {path}: blocks {others:?} differ");
        count += 1;
    }
    count
}
