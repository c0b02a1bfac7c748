//! What capture hands on: the newest frame, the camera's state and counts.
//!
//! In come pictures from reading threads and slates from the supervisor; each leaves at once, numbered,
//! through one callback, unless it is the picture that left before.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use parking_lot::Mutex;

use super::{
    counters::Counters, life::Sign, rate::Rate, report::Report, settings::CaptureSettings, sinks::Sinks,
};
use crate::{
    frame::{Frame, Picture, now_us},
    nouns::{event::Event, picture::Planes, state::CameraState},
    source::Reason,
    tools::metrics::Metrics,
};

/// Time after which a picture that stays the same is handed on again: viewers tell by it that the camera
/// lives.
const REPEAT_EVERY: Duration = Duration::from_secs(1);

/// What the supervisor has not seen yet.
#[derive(Debug, Default)]
pub(super) struct Unseen {
    /// Arrival of the last picture.
    pub(super) picture: Option<Instant>,
    /// The last sign of a source that lives and has no picture.
    pub(super) sign: Option<Sign>,
    /// Since when all pictures of a live source have been the same, byte for byte.
    pub(super) unchanged_since: Option<Instant>,
    /// How long the open source waits for a picture by itself.
    pub(super) patience: Duration,
    /// When the next picture is due, where that is far from the last one.
    pub(super) due: Option<Instant>,
}

/// What is known of a source once it is open.
#[derive(Clone, Copy, Debug)]
pub(super) struct Opened {
    /// Whether it is live: a recording may show one picture for as long as it likes.
    pub(super) live: bool,
    /// How long it waits for a picture by itself.
    pub(super) patience: Duration,
}

/// One camera's hand-off, which outlives its source.
pub struct Feed {
    camera: Arc<str>,
    counters: Counters,
    sinks: Sinks,
    /// Guards the numbering and everything that has to agree with it. Held for a few instructions by the
    /// capture thread, once a frame, and by whoever asks for a report.
    now: Mutex<Now>,
}

struct Now {
    /// Which reading thread is the present one.
    generation: u64,
    number: u64,
    /// Number from which on frames may be of the present take, and how often its recording had begun again by
    /// then.
    take: u64,
    round: u64,
    /// Where the pictures come from, as every viewer may see it.
    source: String,
    /// Frames a second at most.
    ceiling: f64,
    frame_count: u64,
    state: CameraState,
    reason: Option<Reason>,
    size: (usize, usize),
    rate: Rate,
    last_update_us: Option<u64>,
    /// Kept until the supervisor has seen it.
    unseen: Unseen,
    /// Whether the source is live: only then is a picture that stays the same worth a word.
    live: bool,
    /// Arrival of the frame before, for the interval.
    previous: Option<Instant>,
    /// The last picture that was handed on, and when; `None` behind a slate.
    handed_on: Option<(Arc<Frame>, Instant)>,
}

impl Feed {
    /// A feed of `camera` whose first frame has the number behind `last_number`.
    pub fn new(camera: &str, last_number: u64, metrics: &Metrics, sinks: Sinks) -> Self {
        let now = Now {
            generation: 0,
            number: last_number,
            take: 0,
            round: 0,
            source: String::new(),
            ceiling: 1.0,
            frame_count: 0,
            state: CameraState::Connecting,
            reason: None,
            size: (0, 0),
            rate: Rate::default(),
            last_update_us: None,
            unseen: Unseen::default(),
            live: false,
            previous: None,
            handed_on: None,
        };
        Feed {
            camera: Arc::from(camera),
            counters: Counters::of(camera, metrics),
            sinks,
            now: Mutex::new(now),
        }
    }

    /// The camera's name.
    pub fn camera(&self) -> &Arc<str> {
        &self.camera
    }

    /// Number of the last frame.
    pub fn last_number(&self) -> u64 {
        self.now.lock().number
    }

    /// What is counted.
    pub(super) fn counters(&self) -> &Counters {
        &self.counters
    }

    /// Pictures will come from another source. Until then the size stays the last picture's.
    pub(super) fn begin(&self, settings: &CaptureSettings) {
        self.adjust(settings);
        let mut now = self.now.lock();
        now.source = settings.address.public();
        (now.unseen, now.live, now.previous) = (Unseen::default(), false, None);
        // Behind another source even the same picture is another one.
        now.handed_on = None;
        now.cut();
    }

    /// Pictures of the same source are wanted otherwise.
    pub(super) fn adjust(&self, settings: &CaptureSettings) {
        let mut now = self.now.lock();
        now.ceiling = settings.wish.fps;
        if now.frame_count == 0 {
            now.size = settings.wish.size;
        }
    }

    /// Frames a second at most that are wanted now.
    pub(super) fn ceiling(&self) -> f64 {
        self.now.lock().ceiling
    }

    /// How the camera fares.
    pub fn report(&self) -> Report {
        let mut now = self.now.lock();
        Report {
            state: now.state,
            reason: now.reason.clone().filter(|_| now.state != CameraState::Streaming),
            source: now.source.clone(),
            size: now.size,
            fps: now.rate.fps(Instant::now()),
            frame_count: now.frame_count,
            last_update_us: now.last_update_us,
        }
    }

    /// Number that the next frame will have.
    pub(super) fn next_number(&self) -> u64 {
        self.now.lock().number + 1
    }

    /// The source is open; false if `generation` was abandoned meanwhile.
    pub(super) fn opened(&self, generation: u64, Opened { live, patience }: Opened) -> bool {
        let mut now = self.now.lock();
        if now.generation == generation {
            now.live = live;
            now.unseen.patience = patience;
            // A recording that is opened again begins again; a camera goes on.
            if !live {
                now.cut();
            }
            now.round = 0;
        }
        now.generation == generation
    }

    /// The source lives and waits for something; false if `generation` was abandoned meanwhile.
    pub(super) fn note_sign(&self, generation: u64, why: Reason) -> bool {
        let mut now = self.now.lock();
        if now.generation == generation {
            now.unseen.sign = Some(Sign { at: Instant::now(), why });
        }
        now.generation == generation
    }

    /// Notes that the next picture is there, and due at a time far from the last one; false if `generation`
    /// was abandoned meanwhile.
    pub(super) fn note_due(&self, generation: u64, due: Instant) -> bool {
        let mut now = self.now.lock();
        if now.generation == generation {
            now.unseen.due = Some(due);
        }
        now.generation == generation
    }

    /// Notes how often the recording has begun again, or the scene has cut to another moment: the next
    /// picture is of another take where that has changed. A thread of another `generation` says nothing.
    pub(super) fn note_round(&self, generation: u64, round: u64) {
        let mut now = self.now.lock();
        if now.generation == generation && std::mem::replace(&mut now.round, round) != round {
            now.cut();
        }
    }

    /// Numbers a picture and hands it on; false if `generation` was abandoned meanwhile, and the picture is
    /// dropped. A picture that was handed on just before, byte for byte, counts as captured and has no
    /// number: to number it would tell viewers that they missed it.
    pub(super) fn deliver(&self, generation: u64, captured_us: u64, picture: Picture) -> bool {
        let arrived = Instant::now();
        let same_as = self.same_as(&picture);
        let repeats =
            same_as.is_some_and(|handed_on| arrived.saturating_duration_since(handed_on) < REPEAT_EVERY);
        // The frame before is freed behind the lock.
        let (frame, _before) = {
            let mut now = self.now.lock();
            if now.generation != generation {
                return false;
            }
            now.frame_count += 1;
            if std::mem::replace(&mut now.size, picture.size()) != picture.size() {
                // What was found in pictures of the old size has its place in those alone.
                now.cut();
            }
            now.rate.count(arrived);
            now.last_update_us = Some(captured_us);
            now.unseen.picture = Some(arrived);
            now.unseen.sign = None;
            if same_as.is_none() {
                now.unseen.unchanged_since = Some(arrived);
            }
            if let Some(previous) = now.previous.replace(arrived) {
                self.counters.interval.observe((arrived - previous).as_secs_f64());
            }
            if repeats {
                (None, None)
            } else {
                now.number += 1;
                let frame = Arc::new(Frame::new(now.number, captured_us, picture).of_take(now.take));
                let before = now.handed_on.replace((Arc::clone(&frame), arrived));
                (Some(frame), before)
            }
        };
        self.hand_on(frame.as_ref());
        true
    }

    /// When this very picture was handed on, if it was the last one.
    fn same_as(&self, picture: &Picture) -> Option<Instant> {
        let (last, at) = self.now.lock().handed_on.clone()?;
        // Pictures that differ do so early on; the comparison ends there.
        (last.picture == *picture).then_some(at)
    }

    /// Numbers a slate and hands it on.
    pub(super) fn deliver_slate(&self, planes: Planes) {
        let frame = {
            let mut now = self.now.lock();
            now.number += 1;
            now.rate.clear();
            now.previous = None;
            now.handed_on = None;
            Arc::new(Frame::slate(now.number, now_us(), planes))
        };
        self.hand_on(Some(&frame));
    }

    /// Takes over from the present reading thread, which ends at its next picture.
    pub(super) fn next_generation(&self) -> u64 {
        let mut now = self.now.lock();
        now.generation += 1;
        // What the old thread's source waited for is no news of the next one.
        (now.unseen.sign, now.unseen.due, now.unseen.patience) = (None, None, Duration::ZERO);
        now.generation
    }

    pub(super) fn generation(&self) -> u64 {
        self.now.lock().generation
    }

    /// What has come since this was asked.
    pub(super) fn take_unseen(&self) -> Unseen {
        let mut now = self.now.lock();
        let unchanged_since = now.unseen.unchanged_since.filter(|_| now.live);
        let Unseen { picture, sign, patience, due, .. } = &mut now.unseen;
        Unseen {
            picture: picture.take(),
            sign: sign.take(),
            unchanged_since,
            patience: *patience,
            due: due.take(),
        }
    }

    /// Size of the last picture, or the one that is wished for.
    pub(super) fn size(&self) -> (usize, usize) {
        self.now.lock().size
    }

    pub(super) fn set_state(&self, state: CameraState, reason: &Reason) {
        let mut now = self.now.lock();
        now.state = state;
        if now.reason.as_ref() != Some(reason) {
            now.reason = Some(reason.clone());
        }
    }

    pub(super) fn tell(&self, event: Event) {
        (self.sinks.on_event)(event);
    }

    /// Counts a frame, and hands it on unless it repeats the last one.
    fn hand_on(&self, frame: Option<&Arc<Frame>>) {
        self.counters.captured.inc();
        if let Some(frame) = frame {
            (self.sinks.on_frame)(frame);
        }
    }
}

impl Now {
    /// Ends the take: the next frame is of another one.
    fn cut(&mut self) {
        self.take = self.number + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{capture::sinks::OnFrame, nouns::picture::Bgr};

    /// Numbers of frames, and whether each is a slate.
    type Noted = Arc<Mutex<Vec<(u64, bool)>>>;

    /// A feed whose frames' numbers are noted.
    fn feed() -> (Feed, Noted) {
        let noted = Noted::default();
        let notes = Arc::clone(&noted);
        let on_frame: OnFrame = Box::new(move |frame| notes.lock().push((frame.number, frame.slate)));
        let sinks = Sinks { on_frame, ..Sinks::none() };
        (Feed::new("main", 0, &Metrics::new().expect("names differ"), sinks), noted)
    }

    const LIVE: Opened = Opened { live: true, patience: Duration::from_secs(5) };

    fn picture(value: u8) -> Picture {
        Picture::Bgr(Bgr { width: 4, height: 4, data: vec![value; 48] })
    }

    #[test]
    fn a_picture_that_stays_the_same_counts_as_captured_and_is_handed_on_once() {
        let (feed, noted) = feed();
        for value in [1, 1, 1, 2, 2, 1] {
            assert!(feed.deliver(0, 5, picture(value)));
        }
        assert_eq!(*noted.lock(), [(1, false), (2, false), (3, false)], "without gaps in the numbers");
        assert_eq!(feed.report().frame_count, 6);
        assert_eq!(feed.counters.captured.get(), 6);
    }

    #[test]
    fn a_take_ends_where_a_recording_begins_again_or_the_source_or_the_size_changes() {
        let takes = Arc::new(Mutex::new(Vec::new()));
        let notes = Arc::clone(&takes);
        let on_frame: OnFrame = Box::new(move |frame| notes.lock().push((frame.number, frame.take)));
        let metrics = Metrics::new().expect("names differ");
        let feed = Feed::new("main", 0, &metrics, Sinks { on_frame, ..Sinks::none() });
        // The take of the next picture, by the number of its first one.
        let mut shade = 0;
        let mut next = |side: usize| {
            shade += 1;
            let data = vec![shade; side * side * 3];
            feed.deliver(0, 5, Picture::Bgr(Bgr { width: side, height: side, data }));
            *takes.lock().last().expect("is handed on")
        };
        assert_eq!(next(4), (1, 1));
        feed.opened(0, LIVE);
        feed.note_round(0, 0);
        feed.note_round(7, 3);
        assert_eq!(next(4), (2, 1), "a camera that is opened again goes on, and others have no say");
        feed.note_round(0, 1);
        assert_eq!([next(4), next(4)], [(3, 3), (4, 3)]);
        feed.opened(0, Opened { live: false, ..LIVE });
        assert_eq!(next(4), (5, 5));
        assert_eq!([next(8), next(8)], [(6, 6), (7, 6)], "another size");
        feed.deliver_slate(Planes::grey(4, 4, 0));
        assert_eq!(next(8), (9, 6), "a slate ends nothing");
    }

    #[test]
    fn a_second_later_it_is_handed_on_again() {
        let (feed, noted) = feed();
        feed.deliver(0, 5, picture(1));
        // The clock cannot be moved on, but the past can be moved away.
        if let Some((_, at)) = &mut feed.now.lock().handed_on {
            *at -= REPEAT_EVERY;
        }
        feed.deliver(0, 6, picture(1));
        assert_eq!(*noted.lock(), [(1, false), (2, false)]);
    }

    #[test]
    fn since_when_a_live_picture_has_been_the_same_is_known() {
        let (feed, _) = feed();
        let unchanged_since = || feed.take_unseen().unchanged_since;
        feed.deliver(0, 5, picture(1));
        assert!(feed.opened(0, Opened { live: false, ..LIVE }));
        assert_eq!(unchanged_since(), None, "of a recording nobody asks");
        assert!(feed.opened(0, LIVE));
        let first = unchanged_since().expect("is live");
        for _ in 0..3 {
            feed.deliver(0, 6, picture(1));
        }
        assert_eq!(unchanged_since(), Some(first));
        feed.deliver(0, 7, picture(2));
        assert!(unchanged_since().is_some_and(|since| since > first), "it counts from its last change");
    }

    #[test]
    fn a_sign_of_life_is_news_once_and_only_of_the_present_thread() {
        let (feed, _) = feed();
        let why = Reason::new(crate::source::ReasonCode::NoKeyFrame, "waiting for a key frame");
        assert!(feed.note_sign(0, why.clone()));
        assert_eq!(feed.take_unseen().sign.map(|sign| sign.why), Some(why.clone()));
        assert_eq!(feed.take_unseen().sign, None);
        feed.note_sign(0, why.clone());
        feed.next_generation();
        assert!(!feed.note_sign(0, why) && !feed.opened(0, LIVE));
        assert_eq!(feed.take_unseen().sign, None);
    }

    #[test]
    fn when_a_picture_is_due_is_news_once_and_only_of_the_present_thread() {
        let (feed, _) = feed();
        let due = Instant::now() + Duration::from_secs(20);
        assert!(feed.note_due(0, due));
        assert_eq!((feed.take_unseen().due, feed.take_unseen().due), (Some(due), None));
        feed.note_due(0, due);
        feed.next_generation();
        assert!(!feed.note_due(0, due));
        assert_eq!(feed.take_unseen().due, None);
    }

    #[test]
    fn behind_a_slate_the_picture_before_it_is_news() {
        let (feed, noted) = feed();
        feed.deliver(0, 5, picture(1));
        feed.deliver_slate(Planes::grey(4, 4, 0));
        feed.deliver(0, 6, picture(1));
        assert_eq!(*noted.lock(), [(1, false), (2, true), (3, false)]);
    }
}
