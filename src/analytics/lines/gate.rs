//! One counting line: where tracks are beside it in, crossings that are sure out. Pure.
//!
//! A track has crossed when it was clearly on one side, went through between the line's ends, and then was
//! clearly on the other for long or far enough: a box that is drawn too large once comes back at once, and
//! then nothing has happened. It counts once each way: whoever dithers on the line is not counted again and
//! again.

mod side;

use std::{collections::HashMap, sync::Arc, time::Duration};

use self::side::{Pending, Side};
use super::{crossing::Crossing, walker::Walker};
use crate::{
    analytics::{kind::Kind, track::Look},
    nouns::{count::LineCount, place::Direction, place::Line},
};

/// Time unseen after which a track that was last seen beyond the line is judged by what was seen of it.
const GONE: Duration = Duration::from_secs(1);

/// One line, its counts, and who is beside it.
pub(super) struct Gate {
    line: Line,
    count: LineCount,
    /// Whether every class counts where the line names none.
    all: bool,
    seen: HashMap<u64, Seen>,
}

/// What is remembered of a track.
#[derive(Default)]
struct Seen {
    class: Arc<str>,
    is_part: bool,
    last: Duration,
    /// Where it was clearly on a side.
    side: Option<Side>,
    /// The crossing that is not sure yet.
    pending: Option<Pending>,
    /// Ways in which it has crossed, and since when it was beyond.
    crossed: Vec<(Direction, Duration)>,
}

impl Gate {
    /// A line that nobody has crossed yet.
    pub fn new(line: &Line) -> Self {
        let count = LineCount { id: line.id.clone(), ..LineCount::default() };
        Gate { line: line.clone(), count, all: false, seen: HashMap::new() }
    }

    /// The line as it is drawn.
    pub fn line(&self) -> &Line {
        &self.line
    }

    /// The counts so far.
    pub fn count(&self) -> &LineCount {
        &self.count
    }

    /// Has the line count every class where it names none.
    pub fn count_all(&mut self, all: bool) {
        self.all = all;
    }

    /// Forgets who is on which side; gives the crossings that are likely by what was seen until now.
    pub fn start_anew(&mut self) -> Vec<Crossing> {
        let crossings = self.judged(|_| true);
        self.seen.clear();
        crossings
    }

    /// Forgets tracks that are over.
    pub fn forget(&mut self, lives: impl Fn(u64) -> bool) {
        self.seen.retain(|track_id, _| lives(*track_id));
    }

    /// Notes where a track is in a frame of that size in pixels; gives the crossing that has become sure.
    pub fn step(&mut self, walker: &Walker, size: (usize, usize)) -> Option<Crossing> {
        let place = Side::of(&self.line, walker, size);
        let seen = self.seen.entry(walker.track_id).or_default();
        (seen.class, seen.is_part, seen.last) = (Arc::clone(&walker.class), walker.is_part, walker.at);
        // Of a bus that enters sideways, the frame shows a part that stands elsewhere than the whole.
        let drives = Kind::of(&walker.class).drives();
        let enters = seen.side.is_none() && drives && walker.is_cut_sideways(size);
        let place = place.filter(|side| side.is_clear() && !enters)?;
        match (&seen.side, &mut seen.pending) {
            (Some(side), Some(pending)) if side.is_opposite(&place) => {
                // Back at once: nothing has happened, but for where the track began.
                let before = pending.from.clone();
                seen.pending = None;
                seen.side = Some(before.deeper(place));
            }
            (Some(side), None) if side.is_opposite(&place) => {
                let through = side.meets_between_ends(&place, &self.line, size);
                seen.pending = through.then(|| Pending::new(side.clone(), &place));
                seen.side = Some(place);
            }
            (side, pending) => {
                pending.iter_mut().for_each(|pending| pending.stays(&place));
                seen.side = Some(side.clone().map_or(place.clone(), |side| side.deeper(place)));
            }
        }
        let back = seen.crossed.last();
        let is_sure = seen.pending.as_ref().is_some_and(|pending| {
            pending.is_sure(walker.at) && back.is_none_or(|(_, at)| pending.is_way_back(*at))
        });
        is_sure.then(|| self.counted(walker.track_id)).flatten()
    }

    /// Judges the tracks that have not been seen for a while: those that went clearly over the line before
    /// that have crossed.
    pub fn settle(&mut self, Look { at, apart }: Look) -> Vec<Crossing> {
        let long = GONE.max(apart * 3 / 2);
        self.judged(|seen| at.saturating_sub(seen.last) > long)
    }

    /// Judges the tracks of which no more will be seen.
    fn judged(&mut self, is_gone: impl Fn(&Seen) -> bool) -> Vec<Crossing> {
        let gone = self.seen.iter_mut().filter(|(_, seen)| is_gone(seen));
        let mut over = Vec::new();
        for (track_id, seen) in gone {
            match seen.pending.take() {
                Some(pending)
                    if pending.is_likely()
                        && seen.crossed.last().is_none_or(|(_, at)| pending.is_way_back(*at)) =>
                {
                    seen.pending = Some(pending);
                    over.push(*track_id);
                }
                // It may come back on either side.
                Some(pending) => seen.side = Some(pending.from),
                None => {}
            }
        }
        over.sort_unstable();
        over.into_iter().filter_map(|track_id| self.counted(track_id)).collect()
    }

    /// Counts a track whose crossing is sure; gives the crossing, if it is the track's first this way.
    fn counted(&mut self, track_id: u64) -> Option<Crossing> {
        let seen = self.seen.get_mut(&track_id)?;
        let pending = seen.pending.take()?;
        let direction = pending.direction;
        let class = Arc::clone(&seen.class);
        if seen.is_part || seen.crossed.iter().any(|(crossed, _)| *crossed == direction) {
            return None;
        }
        seen.crossed.push((direction, pending.since));
        if !self.counts(&class) {
            return None;
        }
        self.count.add(direction, &class);
        Some(Crossing { line: self.line.id.clone(), track_id, class, direction, at: pending.since })
    }

    /// Whether the line counts a class.
    fn counts(&self, class: &str) -> bool {
        let named = &self.line.classes;
        match named.is_empty() {
            true => self.all || Kind::of(class).usually_counts(),
            false => named.iter().any(|name| name.eq_ignore_ascii_case(class)),
        }
    }
}

#[cfg(test)]
mod tests;
