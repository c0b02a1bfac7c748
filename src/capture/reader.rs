//! The capture thread itself: opens the source, reads at its cadence, delivers.
//!
//! Ends when it fails, with the reason, or when another generation has taken over; whether to start again is
//! the supervisor's.

use std::{
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use super::{
    feed::{Feed, Opened},
    pacing::{Deadlines, Throttle},
    rhythm::LATE_AFTER,
    settings::CaptureSettings,
};
use crate::{
    frame::now_us,
    source::{Cadence, Grabbed, LOOK_EVERY, Moment, Reason, Source, SourceError, Unused},
    tools::{fence::Place, log_limit::LogLimit, metrics::Metrics},
};

/// A sleeping thread looks this often whether it is still wanted.
const LONGEST_NAP: Duration = Duration::from_millis(200);

/// A file's picture that is later than this moves the ones after it; one that is less late is made up for.
const LATE: Duration = Duration::from_millis(60);

/// A file's next picture is decoded at most this long after the last one was delivered.
const LONGEST_PAUSE: Duration = Duration::from_millis(10);

/// One reading thread's work.
pub(super) struct Reader {
    settings: CaptureSettings,
    feed: Arc<Feed>,
    metrics: Metrics,
    generation: u64,
}

/// Reading ended because another thread took over.
struct Abandoned;

/// Why reading ended.
enum End {
    Abandoned,
    Failed(Reason),
}

impl From<Abandoned> for End {
    fn from(_: Abandoned) -> Self {
        End::Abandoned
    }
}

impl From<SourceError> for End {
    fn from(error: SourceError) -> Self {
        End::Failed(error.reason())
    }
}

impl Reader {
    pub(super) fn new(
        settings: &CaptureSettings,
        feed: &Arc<Feed>,
        metrics: &Metrics,
        generation: u64,
    ) -> Self {
        Reader { settings: settings.clone(), feed: Arc::clone(feed), metrics: metrics.clone(), generation }
    }

    /// Reads until it cannot go on.
    ///
    /// # Errors
    /// The reason, unless it was abandoned.
    pub(super) fn run(&self) -> Result<(), Reason> {
        match self.read() {
            End::Abandoned => Ok(()),
            End::Failed(why) => Err(why),
        }
    }

    fn read(&self) -> End {
        let opened = Source::open(&self.settings.address, &self.settings.wish);
        let ended = opened.map_err(End::from).and_then(|mut source| {
            let opened = Opened { live: !source.is_recording(), patience: source.patience() };
            if !self.feed.opened(self.generation, opened) {
                return Err(End::Abandoned);
            }
            match source.cadence() {
                Cadence::OnDemand => self.draw(&mut source),
                Cadence::Timed => self.play(&mut source),
                Cadence::Live => self.follow(&mut source),
            }
        });
        match ended {
            Ok(never) => match never {},
            Err(end) => end,
        }
    }

    /// A picture at each deadline.
    fn draw(&self, source: &mut Source) -> Result<std::convert::Infallible, End> {
        let mut deadlines = Deadlines::new(Instant::now(), self.feed.ceiling());
        loop {
            deadlines.set_rate(self.feed.ceiling());
            let deadline = deadlines.next(Instant::now());
            self.sleep_until(deadline.at)?;
            self.note_lateness(deadline.at);
            self.deliver(source, deadline.time)?;
        }
    }

    /// Each picture at its own time, as far as the ceiling allows.
    fn play(&self, source: &mut Source) -> Result<std::convert::Infallible, End> {
        let mut throttle = Throttle::new(self.feed.ceiling());
        // The first picture is due when it has been read, however long that took.
        let mut start = None;
        let mut pause = Duration::ZERO;
        let mut last = Duration::ZERO;
        let mut said = LogLimit::default();
        loop {
            // The last picture is being compressed now; decoding the next one can wait until that is done.
            self.sleep_until(Instant::now() + pause)?;
            let grabbed = source.grab()?;
            self.note(source.take_unused(), &mut said);
            let time = match grabbed {
                Grabbed::Picture(time) => time.unwrap_or_default(),
                Grabbed::Nothing(why) => {
                    self.tell_sign(why)?;
                    continue;
                }
            };
            pause = Duration::ZERO;
            throttle.set_rate(self.feed.ceiling());
            if !throttle.admits(time) {
                self.skip();
                self.check()?;
                continue;
            }
            let now = Instant::now();
            let mut began: Instant = *start.get_or_insert(now);
            let late = now.saturating_duration_since(began + time);
            if late > LATE {
                // The machine cannot keep up, or slept: play on from here rather than in a rush.
                began += late;
                start = Some(began);
            }
            let due = began + time;
            if due.saturating_duration_since(now) > LATE_AFTER && !self.feed.note_due(self.generation, due) {
                return Err(End::Abandoned);
            }
            self.wait_for(source, due)?;
            self.note_lateness(due);
            self.deliver(source, time)?;
            pause = (time.saturating_sub(last) / 3).min(LONGEST_PAUSE);
            last = time;
        }
    }

    /// Each picture as it comes, as far as the ceiling allows.
    fn follow(&self, source: &mut Source) -> Result<std::convert::Infallible, End> {
        let mut throttle = Throttle::new(self.feed.ceiling());
        let start = Instant::now();
        let mut said = LogLimit::default();
        loop {
            let grabbed = source.grab()?;
            self.note(source.take_unused(), &mut said);
            if let Grabbed::Nothing(why) = grabbed {
                self.tell_sign(why)?;
                continue;
            }
            let time = start.elapsed();
            throttle.set_rate(self.feed.ceiling());
            if throttle.admits(time) {
                self.deliver(source, time)?;
            } else {
                self.skip();
                self.check()?;
            }
        }
    }

    fn deliver(&self, source: &mut Source, time: Duration) -> Result<(), End> {
        self.metrics.fences.trip(Place::Read);
        let picture = source.retrieve(Moment { time, number: self.feed.next_number() })?;
        self.feed.note_round(self.generation, source.rounds());
        if self.feed.deliver(self.generation, now_us(), picture) { Ok(()) } else { Err(End::Abandoned) }
    }

    /// Waits until a recording's picture is due, as long as the recording is there: pictures may be minutes
    /// apart.
    fn wait_for(&self, source: &mut Source, due: Instant) -> Result<(), End> {
        while due.saturating_duration_since(Instant::now()) > LOOK_EVERY {
            self.sleep_until(Instant::now() + LOOK_EVERY)?;
            source.look()?;
        }
        self.sleep_until(due)?;
        Ok(())
    }

    fn sleep_until(&self, at: Instant) -> Result<(), Abandoned> {
        loop {
            let left = at.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            thread::sleep(left.min(LONGEST_NAP));
            self.check()?;
        }
    }

    /// Passes on that the source lives and waits for something.
    fn tell_sign(&self, why: Reason) -> Result<(), Abandoned> {
        if self.feed.note_sign(self.generation, why) { Ok(()) } else { Err(Abandoned) }
    }

    fn check(&self) -> Result<(), Abandoned> {
        if self.feed.generation() == self.generation { Ok(()) } else { Err(Abandoned) }
    }

    fn note_lateness(&self, due: Instant) {
        self.feed.counters().lateness.observe(Instant::now().saturating_duration_since(due).as_secs_f64());
    }

    /// Counts what the source lost, and says so now and then if it was the camera's fault.
    fn note(&self, unused: Unused, said: &mut LogLimit) {
        let Unused { broken, passed_over } = unused;
        self.feed.counters().broken.inc_by(broken);
        self.feed.counters().too_fast.inc_by(passed_over);
        if broken > 0 && said.is_due(Instant::now()) {
            log::warn!("camera {} sends pictures that cannot be used; they are skipped", self.feed.camera());
        }
    }

    fn skip(&self) {
        self.feed.counters().too_fast.inc();
    }
}
