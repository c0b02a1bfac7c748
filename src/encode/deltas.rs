//! The streams of deltas that somebody wants: in go coefficients of their frames, out comes what viewers are
//! given of each. What changed is decided in `delta`; whether a frame goes out as a delta at all, in `make`.
//!
//! A stream begins with the first frame that is made for it, and ends where something else goes out in its
//! place, or where nobody wants it any more. Which frames changed the scene outlives it: who comes from
//! another rung is first sent what moves.

mod shares;

use std::{sync::Arc, time::Instant};

use dashmap::DashMap;
use parking_lot::Mutex;
use shares::Shares;

use super::{
    passthrough::{Contest, Step},
    queue::Job,
    stream::Stream,
};
use crate::{
    coder::{CoderError, Coefficients, Moved},
    delta::{Advance, Changes, Live, Room, Thin},
    frame::EncodedFrame,
    nouns::quality::{Level, Tier},
};

/// The streams of deltas of all cameras.
pub(super) struct Deltas {
    /// The ladder's highest level.
    top: Level,
    streams: DashMap<Stream, Entry>,
    /// Which frames changed the scene, as streams that have ended knew it: of each tier the last one.
    left: DashMap<(Arc<str>, Tier), Changes>,
    /// Guards how many bytes each stream may keep; held to ask, or to change it.
    shares: Mutex<Shares>,
}

/// What is kept of a stream while somebody wants it as deltas.
#[derive(Default)]
struct Entry {
    /// The stream, while deltas go out or are weighed. The lock is held while a frame is looked at, and by
    /// viewers, who do not wait for it, while they make what they need.
    live: Option<Arc<Mutex<Live>>>,
    /// What viewers were given last: for whoever comes.
    last: Option<Arc<Advance>>,
    /// How deltas fare against the camera's own JPEGs.
    contest: Contest,
    /// Whether these are too large for somebody.
    thin: Arc<Thin>,
}

/// A frame of a stream, and what it takes.
pub(super) struct Changed {
    /// What viewers are given.
    pub advance: Arc<Advance>,
    /// Bytes of the JPEG that nearly all of them are sent.
    pub bytes: usize,
}

/// The picture of a job, as the levels of its tier share it.
#[derive(Clone, Copy)]
pub(super) struct Shown<'a> {
    /// Coefficients.
    pub picture: &'a Coefficients,
    /// What moved in it.
    pub moved: &'a Moved,
}

/// A stream while it takes a picture. Where that ends midway, also by a panic, nobody knows what it has kept
/// of the picture and what viewers lack: the stream ends.
struct Taking<'a> {
    deltas: &'a Deltas,
    stream: &'a Stream,
    taken: bool,
}

impl Drop for Taking<'_> {
    fn drop(&mut self) {
        if !self.taken
            && let Some(mut entry) = self.deltas.streams.get_mut(self.stream)
        {
            entry.live = None;
        }
    }
}

impl Deltas {
    /// No stream yet, of a ladder that goes up to `top`.
    pub fn new(top: Level) -> Self {
        Deltas { top, streams: DashMap::new(), left: DashMap::new(), shares: Mutex::default() }
    }

    /// Forgets a camera.
    pub fn forget(&self, camera: &str) {
        self.streams.retain(|stream, _| &*stream.camera != camera);
        self.left.retain(|(other, _), _| &**other != camera);
        self.shares.lock().forget(camera);
    }

    /// Forgets the camera's streams for which `is_wanted` is false; returns the tiers of which none is left.
    pub fn forget_unwanted(&self, camera: &str, is_wanted: impl Fn(&Stream) -> bool) -> Vec<Tier> {
        let gone = self.of(camera, |stream, _| (!is_wanted(stream)).then(|| stream.clone()));
        for stream in &gone {
            self.end(stream);
            // Somebody may have come back meanwhile, and begins another one.
            if self.streams.remove_if(stream, |stream, _| !is_wanted(stream)).is_some() {
                self.shares.lock().let_go(stream);
            }
        }
        if gone.is_empty() {
            return Vec::new();
        }
        let left = self.of(camera, |stream, _| Some(stream.rung.tier));
        let mut tiers: Vec<Tier> = gone.iter().map(|stream| stream.rung.tier).collect();
        tiers.retain(|tier| !left.contains(tier));
        tiers.sort();
        tiers.dedup();
        tiers
    }

    /// Lists the streams of all cameras for which `is_wanted` is false, in no order.
    pub fn unwanted(&self, is_wanted: impl Fn(&Stream) -> bool) -> Vec<Stream> {
        let unwanted = self.streams.iter().filter(|entry| !is_wanted(entry.key()));
        unwanted.map(|entry| entry.key().clone()).collect()
    }

    /// Whether a stream may keep pictures of so many blocks. Who may, may so while the stream is wanted and
    /// its pictures stay as large.
    pub fn admits(&self, stream: &Stream, blocks: usize) -> bool {
        let is_admitted = self.shares.lock().admit(stream, Live::most_bytes(blocks));
        if is_admitted {
            // What it may keep is let go with its entry.
            drop(self.streams.entry(stream.clone()).or_default());
        }
        is_admitted
    }

    /// Whether a stream was refused since this was asked last.
    pub fn take_short(&self) -> bool {
        self.shares.lock().take_short()
    }

    /// What viewers of a stream were given last.
    pub fn last(&self, stream: &Stream) -> Option<Arc<Advance>> {
        self.streams.get(stream).and_then(|entry| entry.last.clone())
    }

    /// What to do with the camera's own JPEG of the stream's next frame.
    pub fn step(&self, stream: &Stream, now: Instant) -> Step {
        self.streams.entry(stream.clone()).or_default().contest.step(now)
    }

    /// Takes the bytes of the camera's own JPEG and of the delta of one frame; true if deltas go out.
    pub fn weigh(&self, stream: &Stream, theirs: usize, ours: usize) -> bool {
        self.streams.entry(stream.clone()).or_default().contest.weigh(theirs, ours, Instant::now())
    }

    /// Has the job's stream take the picture, and makes what nearly all viewers of it need. Viewers are not
    /// given it before [`Deltas::give`].
    ///
    /// # Errors
    /// Where there is no picture.
    pub fn advance(&self, job: &Job, shown: Shown) -> Result<Changed, CoderError> {
        let live = self.take(job, shown)?;
        let mut stream = live.lock();
        let from = stream.usual();
        let usual = stream.serve(Some(from), Room::default())?;
        drop(stream);
        let bytes = usual.frame.jpeg.len();
        Ok(Changed { advance: Arc::new(Advance::of(usual, from, &live)), bytes })
    }

    /// Has the job's stream take the picture.
    ///
    /// # Errors
    /// Where there is no picture; the stream has ended then.
    pub fn take(&self, job: &Job, Shown { picture, moved }: Shown) -> Result<Arc<Mutex<Live>>, CoderError> {
        let (live, inherited) = self.live(&job.stream);
        let mut taking = Taking { deltas: self, stream: &job.stream, taken: false };
        live.lock().advance(picture, moved, job.frame.facts(), inherited.as_ref())?;
        taking.taken = true;
        Ok(live)
    }

    /// Keeps what viewers of a stream are given, for whoever comes.
    pub fn give(&self, stream: &Stream, advance: &Arc<Advance>) {
        let mut entry = self.streams.entry(stream.clone()).or_default();
        if entry.last.as_ref().is_none_or(|last| last.number < advance.number) {
            entry.last = Some(Arc::clone(advance));
        }
    }

    /// Gives viewers of a stream a complete picture that is none of its own.
    pub fn give_lone(&self, stream: &Stream, frame: &Arc<EncodedFrame>) -> Arc<Advance> {
        let advance = Arc::new(Advance::lone(frame));
        self.give(stream, &advance);
        advance
    }

    /// Whether the camera's own JPEG of frame `number` will be too large for some viewer of a stream.
    pub fn is_too_large(&self, stream: &Stream, number: u64) -> bool {
        self.streams.get(stream).is_some_and(|entry| entry.thin.is_asked(number))
    }

    /// Gives viewers of a stream the camera's own JPEG; the stream itself is for those for whom that is too
    /// large, where it goes on.
    pub fn give_untouched(&self, stream: &Stream, frame: &Arc<EncodedFrame>) -> Arc<Advance> {
        let (thin, live) = {
            let entry = self.streams.entry(stream.clone()).or_default();
            (Arc::clone(&entry.thin), entry.live.clone())
        };
        let goes_on =
            |live: &Arc<Mutex<Live>>| thin.is_asked(frame.number) && live.lock().number() == frame.number;
        let advance = Arc::new(Advance::untouched(frame, &thin, live.filter(goes_on)));
        self.give(stream, &advance);
        advance
    }

    /// Ends a stream of which something else is shown now, and forgets what the camera's own JPEGs took.
    pub fn interrupt(&self, stream: &Stream) {
        self.end(stream);
        if let Some(mut entry) = self.streams.get_mut(stream) {
            entry.contest = Contest::default();
        }
    }

    /// Ends a stream, and keeps which frames changed the scene. Does not wait for a viewer or a thread that
    /// is at it: then what is known from before stays.
    pub fn end(&self, stream: &Stream) {
        let live = self.streams.get_mut(stream).and_then(|mut entry| entry.live.take());
        let Some(live) = live else { return };
        let changes = live.try_lock().map(|live| live.changes().clone());
        if let Some(changes) = changes.filter(|changes| changes.rows() > 0) {
            self.left.insert((Arc::clone(&stream.camera), stream.rung.tier), changes);
        }
    }

    /// The stream, and, where it begins, which frames changed the scene before.
    fn live(&self, stream: &Stream) -> (Arc<Mutex<Live>>, Option<Changes>) {
        if let Some(live) = self.streams.get(stream).and_then(|entry| entry.live.clone()) {
            return (live, None);
        }
        // Before it is there: whoever holds one stream's lock waits for no other's.
        let inherited = self.inherited(stream);
        let live = Arc::new(Mutex::new(Live::new(&stream.camera, stream.rung, self.top)));
        self.streams.entry(stream.clone()).or_default().live = Some(Arc::clone(&live));
        (live, inherited)
    }

    /// Which frames changed the camera's scene, as another one of its streams knows it, one that goes on
    /// before one that has ended, and of those the one of the nearest size.
    fn inherited(&self, Stream { camera, rung, .. }: &Stream) -> Option<Changes> {
        let distance = |tier: Tier| tier.scale().max(rung.tier.scale()) / tier.scale().min(rung.tier.scale());
        let mut going_on = self.of(camera, |stream, entry| {
            entry.live.as_ref().map(|live| (distance(stream.rung.tier), Arc::clone(live)))
        });
        going_on.sort_by_key(|(distance, _)| *distance);
        let known = |changes: &Changes| changes.rows() > 0;
        let changes = going_on.iter().map(|(_, live)| live.lock().changes().clone()).find(known);
        changes.or_else(|| {
            let left = self.left.iter().filter(|entry| entry.key().0 == *camera);
            left.min_by_key(|entry| distance(entry.key().1)).map(|entry| entry.value().clone())
        })
    }

    /// What `of` finds in the entries of a camera's streams, in no order.
    fn of<T>(&self, camera: &str, of: impl Fn(&Stream, &Entry) -> Option<T>) -> Vec<T> {
        let entries = self.streams.iter().filter(|entry| &*entry.key().camera == camera);
        entries.filter_map(|entry| of(entry.key(), entry.value())).collect()
    }
}

#[cfg(test)]
mod tests;
