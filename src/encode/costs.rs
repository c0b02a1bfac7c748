//! What streams cost the processors as of late: in go the sums of each second, out come the CPU time that any
//! set of streams would take, and the bytes of their JPEGs. Pure, with time passed in. What follows from it
//! is `merge`'s.

use std::{collections::HashMap, sync::Arc, time::Duration};

use super::{
    meter::{Spent, Total},
    stream::Stream,
};
use crate::nouns::{layers::Layers, quality::Tier};

/// Time over which what was measured is smoothed: about how long it counts.
const SMOOTHED_OVER: Duration = Duration::from_secs(3);

/// Whose work is shared: the levels of a camera's frame at a tier, with layers.
type Group = (Arc<str>, Tier, Layers);

/// What things cost as of late.
#[derive(Default)]
pub(super) struct Costs {
    /// Frames a second of each camera.
    rates: HashMap<Arc<str>, f64>,
    /// A JPEG of each stream.
    jpegs: HashMap<Stream, Jpeg>,
    /// CPU seconds of what the levels of a group share.
    groups: HashMap<Group, f64>,
}

/// What one JPEG costs.
#[derive(Clone, Copy)]
struct Jpeg {
    /// CPU seconds that are its own.
    seconds: f64,
    bytes: f64,
}

/// What the streams of a group shared.
#[derive(Default)]
struct SharedWork {
    seconds: f64,
    frames: u64,
}

/// How much a new figure counts against the old one.
#[derive(Clone, Copy)]
struct Weight(f64);

impl Weight {
    /// The weight of figures that were gathered over `passed` seconds.
    fn after(passed: f64) -> Self {
        Weight(1.0 - (-passed / SMOOTHED_OVER.as_secs_f64()).exp())
    }

    fn smoothed(self, old: Option<f64>, new: f64) -> f64 {
        old.map_or(new, |old| old + self.0 * (new - old))
    }
}

impl Costs {
    /// Takes what happened in the time that has just passed.
    pub fn measure(&mut self, total: &Total, passed: Duration) {
        let passed = passed.as_secs_f64();
        let weight = Weight::after(passed);
        self.measure_rates(&total.frames, passed, weight);
        let mut groups: HashMap<Group, SharedWork> = HashMap::new();
        for (stream, spent) in total.streams.iter().filter(|(_, spent)| spent.jpegs > 0) {
            self.measure_jpegs(stream, spent, weight);
            let group = groups.entry(group_of(stream)).or_default();
            group.seconds += spent.shared.as_secs_f64();
            // What is shared is made once a frame, and of a group's streams the one with most JPEGs missed
            // the fewest frames.
            group.frames = group.frames.max(spent.jpegs);
        }
        for (group, SharedWork { seconds, frames }) in groups {
            let new = weight.smoothed(self.groups.get(&group).copied(), seconds / frames as f64);
            self.groups.insert(group, new);
        }
    }

    fn measure_rates(&mut self, frames: &HashMap<Arc<str>, u64>, passed: f64, weight: Weight) {
        // A camera that gave nothing at all is one with a rate, too.
        for (camera, rate) in &mut self.rates {
            let new = frames.get(camera).copied().unwrap_or(0) as f64 / passed;
            *rate = weight.smoothed(Some(*rate), new);
        }
        for (camera, frames) in frames {
            self.rates.entry(Arc::clone(camera)).or_insert(*frames as f64 / passed);
        }
    }

    fn measure_jpegs(&mut self, stream: &Stream, spent: &Spent, weight: Weight) {
        let jpegs = spent.jpegs as f64;
        let old = self.jpegs.get(stream);
        let new = Jpeg {
            seconds: weight.smoothed(old.map(|old| old.seconds), spent.own.as_secs_f64() / jpegs),
            bytes: weight.smoothed(old.map(|old| old.bytes), spent.bytes as f64 / jpegs),
        };
        self.jpegs.insert(stream.clone(), new);
    }

    /// Forgets the cameras for which `there` is false.
    pub fn keep(&mut self, there: impl Fn(&str) -> bool) {
        self.rates.retain(|camera, _| there(camera));
        self.jpegs.retain(|stream, _| there(&stream.camera));
        self.groups.retain(|(camera, ..), _| there(camera));
    }

    /// Bytes of one of the stream's JPEGs; `None` where none has been made.
    pub fn bytes(&self, stream: &Stream) -> Option<f64> {
        self.jpegs.get(stream).map(|jpeg| jpeg.bytes)
    }

    /// CPU seconds a second that these streams take together.
    pub fn seconds(&self, streams: &[&Stream]) -> f64 {
        let rate = |camera: &Arc<str>| self.rates.get(camera).copied().unwrap_or(0.0);
        let own = |stream: &&Stream| {
            rate(&stream.camera) * self.jpegs.get(*stream).map_or(0.0, |jpeg| jpeg.seconds)
        };
        let shown = |(camera, tier, layers): &Group| {
            let is_in = |it: &&Stream| it.rung.tier == *tier && it.layers == *layers && it.camera == *camera;
            streams.iter().any(is_in)
        };
        let shared = self.groups.iter().filter(|(group, _)| shown(group));
        streams.iter().map(own).sum::<f64>()
            + shared.map(|((camera, ..), seconds)| rate(camera) * seconds).sum::<f64>()
    }
}

fn group_of(stream: &Stream) -> Group {
    (Arc::clone(&stream.camera), stream.rung.tier, stream.layers)
}
