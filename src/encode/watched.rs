//! Who watches what: viewers and their wishes in, sums by stream out, looked up at once however many streams
//! there are. Pure. What follows from them is `merge`'s.

use std::collections::HashMap;

use super::stream::Stream;
use crate::nouns::quality::Rung;

/// Viewers who asked for a rung and get another one.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    /// Stream they asked for.
    pub asked: Stream,
    /// Rung they get.
    pub given: Rung,
    /// How many they are.
    pub viewers: usize,
}

/// Viewers of each stream, and how many of them asked for another one.
#[derive(Default)]
pub(super) struct Watched {
    /// Viewers who get each stream.
    given: HashMap<Stream, usize>,
    /// Of each stream, those who asked for it and get another one.
    waiting: HashMap<Stream, usize>,
    /// Of each stream, those who get it and asked for another one.
    guests: HashMap<Stream, usize>,
}

impl Watched {
    /// The sums of viewers by the stream they get, some of whom were moved.
    pub fn of(mut given: HashMap<Stream, usize>, moved: &[Moved]) -> Self {
        given.retain(|_, viewers| *viewers > 0);
        let mut watched = Watched { given, ..Watched::default() };
        for Moved { asked, given, viewers } in moved.iter().filter(|moved| moved.viewers > 0) {
            *watched.waiting.entry(asked.clone()).or_default() += viewers;
            *watched.guests.entry(asked.at(*given)).or_default() += viewers;
        }
        watched
    }

    /// Streams that somebody gets or asked for, each once, in no order.
    pub fn streams(&self) -> impl Iterator<Item = &Stream> {
        let elsewhere = self.waiting.keys().filter(|stream| !self.given.contains_key(*stream));
        self.given.keys().chain(elsewhere)
    }

    /// Whether somebody gets a stream, or will as soon as he takes his next frame.
    pub fn is_wanted(&self, stream: &Stream) -> bool {
        self.given.contains_key(stream) || self.waiting.contains_key(stream)
    }

    /// How many get a stream.
    pub fn viewers(&self, stream: &Stream) -> usize {
        self.given.get(stream).copied().unwrap_or(0)
    }

    /// How many asked for a stream and get another one.
    pub fn waiting(&self, stream: &Stream) -> usize {
        self.waiting.get(stream).copied().unwrap_or(0)
    }

    /// How many get a stream that they asked for.
    pub fn chosen_by(&self, stream: &Stream) -> usize {
        self.viewers(stream).saturating_sub(self.guests.get(stream).copied().unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::nouns::quality::{Level, Tier};

    fn stream(quality: u32) -> Stream {
        let level = Level::at_or_below(quality).expect("on the ladder");
        Stream::plain(&Arc::from("main"), Rung { tier: Tier::Full, level })
    }

    #[test]
    fn who_was_moved_waits_for_one_stream_and_is_a_guest_of_another() {
        let moved =
            |asked, given: u32, viewers| Moved { asked: stream(asked), given: stream(given).rung, viewers };
        let given = HashMap::from([(stream(80), 5), (stream(60), 0), (stream(30), 1)]);
        let watched = Watched::of(given, &[moved(95, 80, 2), moved(95, 30, 1), moved(50, 30, 0)]);
        let sums = |quality| {
            let stream = stream(quality);
            [watched.viewers(&stream), watched.waiting(&stream), watched.chosen_by(&stream)]
        };
        assert_eq!([sums(95), sums(80), sums(60), sums(30)], [[0, 3, 0], [5, 0, 3], [0; 3], [1, 0, 0]]);
        let mut streams: Vec<u8> = watched.streams().map(|stream| stream.rung.level.quality()).collect();
        streams.sort_unstable();
        assert_eq!(streams, [30, 80, 95]);
        assert!(watched.is_wanted(&stream(95)) && !watched.is_wanted(&stream(60)));
    }
}
