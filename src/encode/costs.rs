//! What streams cost the processors as of late: in go the sums of each second, out come the CPU time that any
//! set of streams would take, with one more or one less, and the bytes of their JPEGs. Pure, with time passed
//! in. What follows from it is `merge`'s.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

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
    pub fn keep_cameras(&mut self, there: impl Fn(&str) -> bool) {
        self.rates.retain(|camera, _| there(camera));
    }

    /// Forgets the streams for which `wanted` is false: there are more that may be watched once than ever are
    /// at a time.
    pub fn keep_streams(&mut self, wanted: impl Fn(&Stream) -> bool) {
        self.jpegs.retain(|stream, _| wanted(stream));
        let groups: HashSet<Group> = self.jpegs.keys().map(group_of).collect();
        self.groups.retain(|group, _| groups.contains(group));
    }

    /// Bytes of one of the stream's JPEGs; `None` where none has been made.
    pub fn bytes(&self, stream: &Stream) -> Option<f64> {
        self.jpegs.get(stream).map(|jpeg| jpeg.bytes)
    }

    /// What these streams take together, each of which comes once.
    pub fn bill<'a>(&self, streams: impl Iterator<Item = &'a Stream>) -> Bill<'_> {
        let mut bill = Bill { costs: self, members: HashMap::new(), seconds: 0.0 };
        for stream in streams {
            bill.seconds += bill.added_by(stream);
            *bill.members.entry(group_of(stream)).or_default() += 1;
        }
        bill
    }

    /// CPU seconds a second that are a stream's own.
    fn own(&self, stream: &Stream) -> f64 {
        self.rate(&stream.camera) * self.jpegs.get(stream).map_or(0.0, |jpeg| jpeg.seconds)
    }

    /// CPU seconds a second that the streams of a group share.
    fn shared(&self, group: &Group) -> f64 {
        self.rate(&group.0) * self.groups.get(group).copied().unwrap_or(0.0)
    }

    fn rate(&self, camera: &Arc<str>) -> f64 {
        self.rates.get(camera).copied().unwrap_or(0.0)
    }
}

/// What streams take together, and what one more or one less of them changes.
pub(super) struct Bill<'a> {
    costs: &'a Costs,
    /// How many of the streams are in each group.
    members: HashMap<Group, usize>,
    /// CPU seconds a second.
    pub seconds: f64,
}

impl Bill<'_> {
    /// CPU seconds a second that are saved without one of the streams.
    pub fn saved_without(&self, stream: &Stream) -> f64 {
        let group = group_of(stream);
        let shared = if self.members.get(&group) == Some(&1) { self.costs.shared(&group) } else { 0.0 };
        self.costs.own(stream) + shared
    }

    /// CPU seconds a second that a stream which is none of them would add.
    pub fn added_by(&self, stream: &Stream) -> f64 {
        let group = group_of(stream);
        let shared = if self.members.contains_key(&group) { 0.0 } else { self.costs.shared(&group) };
        self.costs.own(stream) + shared
    }
}

fn group_of(stream: &Stream) -> Group {
    (Arc::clone(&stream.camera), stream.rung.tier, stream.layers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nouns::quality::{Level, Rung};

    fn stream(quality: u32, layers: Layers) -> Stream {
        let level = Level::at_or_below(quality).expect("on the ladder");
        Stream { layers, ..Stream::plain(&Arc::from("main"), Rung { tier: Tier::Full, level }) }
    }

    /// Ten frames in a second, of which each stream takes 10 ms a frame and each group 40 ms.
    fn costs(streams: &[Stream]) -> Costs {
        let mut total = Total { frames: HashMap::from([(Arc::from("main"), 10)]), ..Total::default() };
        for (n, stream) in streams.iter().enumerate() {
            let is_first = !streams[..n].iter().any(|other| other.layers == stream.layers);
            let shared = Duration::from_millis(if is_first { 400 } else { 0 });
            let spent = Spent { jpegs: 10, bytes: 1000, own: Duration::from_millis(100), shared };
            total.streams.insert(stream.clone(), spent);
        }
        let mut costs = Costs::default();
        costs.measure(&total, Duration::from_secs(1));
        costs
    }

    #[test]
    fn what_a_group_shares_is_paid_once_and_saved_with_its_last_stream() {
        let streams = [stream(80, Layers::NONE), stream(60, Layers::NONE), stream(80, Layers::ALL)];
        let costs = costs(&streams);
        let near = |one: f64, other: f64| (one - other).abs() < 1e-9;
        let bill = costs.bill(streams.iter());
        assert!(near(bill.seconds, 3.0 * 0.1 + 2.0 * 0.4), "{}", bill.seconds);
        assert!(near(bill.saved_without(&streams[0]), 0.1) && near(bill.saved_without(&streams[2]), 0.5));
        let less = costs.bill(streams[..2].iter());
        assert!(near(less.seconds + less.added_by(&streams[2]), bill.seconds));
        assert!(near(costs.bill(std::iter::empty()).added_by(&streams[0]), 0.5));
    }

    #[test]
    fn what_nobody_watches_is_forgotten_and_what_others_share_is_not() {
        let streams = [stream(80, Layers::NONE), stream(60, Layers::NONE), stream(80, Layers::ALL)];
        let mut costs = costs(&streams);
        costs.keep_streams(|kept| *kept == streams[1]);
        assert_eq!((costs.jpegs.len(), costs.groups.len()), (1, 1));
        assert!(costs.bytes(&streams[0]).is_none() && costs.bytes(&streams[1]).is_some());
        assert!((costs.bill(streams[1..2].iter()).seconds - 0.5).abs() < 1e-9);
        costs.keep_streams(|_| false);
        costs.keep_cameras(|_| false);
        assert!(costs.jpegs.is_empty() && costs.groups.is_empty() && costs.rates.is_empty());
    }
}
