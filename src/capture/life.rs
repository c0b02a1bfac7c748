//! Whether a source lives, and what to do where it does not: pure, with time passed in.
//!
//! Life is pictures arriving, or at least signs that they will; not an open socket. How far apart pictures
//! usually are is `rhythm`'s. The threads and the slate itself are elsewhere in `capture`.

use std::time::{Duration, Instant};

use super::{
    retry::{Attempt, Retry},
    rhythm::{LATE_AFTER, Rhythm},
};
use crate::{
    nouns::state::CameraState,
    source::{FIRST_PICTURE_TIMEOUT, Reason, ReasonCode},
};

/// Time between two slates.
const SLATE_EVERY: Duration = Duration::from_secs(1);

/// Time without a picture after which the slate takes the place of another source's last one: sooner than
/// that is taken for a picture of this one.
const SLATE_SOON: Duration = Duration::from_millis(150);

/// Time within which a source has to give its first picture or a sign of life: past its own limits.
const FIRST_PICTURE_WITHIN: Duration = FIRST_PICTURE_TIMEOUT.saturating_add(Duration::from_secs(1));

/// Time for which signs of life stand in for pictures: twice the distance of key frames that the most sparing
/// cameras keep.
const SIGNS_FOR: Duration = Duration::from_secs(60);

/// Time without a picture from which on it is said how long there has been none.
const LONG: Duration = Duration::from_secs(10);

/// What to do now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Open the source in a fresh thread, abandoning any older one.
    Open,
    /// Show why there is no picture.
    Slate(Reason),
}

/// What is known about a source before it is opened.
#[derive(Clone, Copy, Debug, Default)]
pub struct Traits {
    /// Time without a change after which a live picture counts as frozen; `None` where that is no matter.
    pub frozen_after: Option<Duration>,
    /// Interval at which pictures may be asked for; zero where they come by themselves.
    pub asked: Duration,
}

/// What became of the source since it was last looked at.
#[derive(Debug)]
enum Phase {
    /// Switched off.
    Off,
    /// Not opened, or waiting before opening again.
    Waiting { until: Instant },
    /// A thread is opening it or reading from it.
    Reading { since: Instant },
}

/// A sign that the source lives although it has no picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Sign {
    /// When it was seen.
    pub at: Instant,
    /// What the source is waiting for.
    pub why: Reason,
}

/// The life of one camera's source.
#[derive(Debug)]
pub struct Life {
    phase: Phase,
    retry: Retry,
    rhythm: Rhythm,
    frozen_after: Option<Duration>,
    began: Instant,
    last_picture: Option<Instant>,
    /// When the next picture is due, of a recording whose pictures are far apart.
    due: Option<Instant>,
    /// Since when each live picture has been the same.
    unchanged_since: Option<Instant>,
    /// First picture since the source was opened last.
    delivering_since: Option<Instant>,
    /// The last sign since the last picture, of a source that has been opened.
    sign: Option<Sign>,
    /// What was wrong last, until there is a picture again.
    trouble: Option<Reason>,
    last_slate: Option<Instant>,
    /// Time from the beginning on after which the first slate is due, where there is no picture.
    slate_after: Duration,
}

impl Life {
    /// A source that is to be opened `now`; `seed` spreads retries.
    pub fn new(now: Instant, seed: u64, traits: Traits) -> Self {
        Life {
            phase: Phase::Waiting { until: now },
            retry: Retry::new(seed),
            rhythm: Rhythm::new(traits.asked),
            frozen_after: traits.frozen_after,
            began: now,
            last_picture: None,
            due: None,
            unchanged_since: None,
            delivering_since: None,
            sign: None,
            trouble: None,
            last_slate: None,
            slate_after: LATE_AFTER,
        }
    }

    /// A source in the place of what was shown before, which is none of its pictures.
    pub fn in_place(now: Instant, seed: u64, traits: Traits) -> Self {
        Life { slate_after: SLATE_SOON, ..Life::new(now, seed, traits) }
    }

    /// Switches the source off: nothing is opened, and the slate says why.
    pub fn switch_off(&mut self, now: Instant) {
        (self.phase, self.sign, self.trouble, self.unchanged_since) = (Phase::Off, None, None, None);
        self.last_slate = now.checked_sub(SLATE_EVERY);
    }

    /// Whether it is switched off.
    pub fn is_off(&self) -> bool {
        matches!(self.phase, Phase::Off)
    }

    /// Other times count for the open source from now on.
    pub fn adjust(&mut self, traits: Traits) {
        self.frozen_after = traits.frozen_after;
    }

    /// A picture arrived.
    pub fn picture(&mut self, now: Instant) {
        self.last_picture = Some(now);
        // A picture that was under way when the last thread failed does not speak for the next one.
        if let Phase::Reading { .. } = self.phase {
            self.rhythm.picture(now);
            self.delivering_since.get_or_insert(now);
            self.sign = None;
            self.trouble = None;
        }
    }

    /// The next picture is there and has to wait until it is `due`; none is missed before.
    pub fn expect(&mut self, due: Instant) {
        if let Phase::Reading { .. } = self.phase {
            self.due = Some(due);
        }
    }

    /// Since when the pictures of a live source have all been the same; `None` where they differ, or are of a
    /// recording.
    pub fn unchanged(&mut self, since: Option<Instant>) {
        self.unchanged_since = since;
    }

    /// The open source waits so long for a picture by itself.
    pub fn allow(&mut self, patience: Duration) {
        self.rhythm.allow(patience);
    }

    /// The source is there and waits for something.
    pub fn alive(&mut self, sign: Sign) {
        if let Phase::Reading { .. } = self.phase {
            self.sign = Some(sign);
        }
    }

    /// The reading thread gave up, or had to be given up.
    pub fn failed(&mut self, now: Instant, why: Reason) {
        // The silence behind the last picture is no success.
        let delivered = self.delivering_since.take().zip(self.last_picture);
        let attempt = Attempt {
            code: why.code,
            delivered: delivered.map(|(first, last)| last.saturating_duration_since(first)),
            picture_age: self.last_picture.map(|last| now.saturating_duration_since(last)),
        };
        self.phase = Phase::Waiting { until: now + self.retry.next_wait(attempt) };
        match why.code {
            // What was learned may be what made it look silent: readers give up by themselves, before they
            // have to be given up.
            ReasonCode::Silent | ReasonCode::TimedOut => self.rhythm.forget(),
            _ => self.rhythm.interrupt(),
        }
        (self.sign, self.due) = (None, None);
        self.trouble = Some(why);
    }

    /// What to do now; to be asked until it says nothing.
    pub fn step(&mut self, now: Instant) -> Option<Step> {
        if let Some(why) = self.hung(now) {
            self.failed(now, why);
            // What was learned may be what made it look hung.
            self.rhythm.forget();
        }
        if let Phase::Waiting { until } = self.phase
            && now >= until
        {
            self.phase = Phase::Reading { since: now };
            return Some(Step::Open);
        }
        if now >= self.next_slate() {
            self.last_slate = Some(now);
            return Some(Step::Slate(self.why(now)));
        }
        None
    }

    /// When [`Life::step`] has to be asked again at the latest.
    pub fn next_step(&self, now: Instant) -> Instant {
        let opening = match &self.phase {
            Phase::Waiting { until } => *until,
            Phase::Reading { .. } | Phase::Off => now + SLATE_EVERY,
        };
        opening.min(self.next_slate())
    }

    /// What viewers are told.
    pub fn state(&self, now: Instant) -> CameraState {
        match (&self.phase, self.missed_from()) {
            (Phase::Off, _) => CameraState::Stopped,
            (_, None) => CameraState::Connecting,
            (Phase::Reading { .. }, Some(from))
                if self.delivers() && now.saturating_duration_since(from) < self.rhythm.late_after() =>
            {
                if self.frozen_for(now).is_some() {
                    CameraState::Frozen
                } else {
                    CameraState::Streaming
                }
            }
            _ => CameraState::Reconnecting,
        }
    }

    /// What was wrong last, in words that stay the same; `None` while there are pictures, and before anything
    /// went wrong.
    pub fn trouble(&self) -> Option<&Reason> {
        self.trouble.as_ref()
    }

    /// Why there is no picture, or none that moves, in words for a viewer. What was last found out stays true
    /// while it is tried again.
    pub fn why(&self, now: Instant) -> Reason {
        if let Some(frozen) = self.frozen_for(now).filter(|_| self.state(now) == CameraState::Frozen) {
            let lasting = lasting(frozen);
            let text = format!(
                "the picture has not changed for {lasting}; the camera may hang, or show a still picture"
            );
            return Reason::new(ReasonCode::Frozen, text);
        }
        if self.is_off() {
            return Reason::new(ReasonCode::Stopped, "the camera was stopped by an operator");
        }
        let silence = now.saturating_duration_since(self.last_picture.unwrap_or(self.began));
        let lasting = lasting(silence);
        match (&self.sign, &self.trouble) {
            (Some(sign), _) => sign.why.clone(),
            (None, Some(why)) if silence < LONG => why.clone(),
            (None, Some(why)) => Reason::new(why.code, format!("{why} (no picture for {lasting})")),
            (None, None) if self.is_reading() && self.delivers() => {
                let text = format!("no picture for {lasting}; the source is connected and sends nothing");
                Reason::new(ReasonCode::Silent, text)
            }
            (None, None) if self.slate_after == SLATE_SOON && self.last_picture.is_none() => {
                Reason::new(ReasonCode::NoPicture, "the source is being opened")
            }
            (None, None) => Reason::new(ReasonCode::NoPicture, format!("no picture for {lasting}")),
        }
    }

    /// Whether a thread is opening the source or reading from it.
    pub fn is_reading(&self) -> bool {
        matches!(self.phase, Phase::Reading { .. })
    }

    /// From when on the next picture may be missed: from the last one, or from when it is due; `None` before
    /// the first.
    fn missed_from(&self) -> Option<Instant> {
        self.last_picture.map(|last| self.due.map_or(last, |due| due.max(last)))
    }

    fn delivers(&self) -> bool {
        self.delivering_since.is_some()
    }

    /// For how long the pictures have been the same, where that is too long.
    fn frozen_for(&self, now: Instant) -> Option<Duration> {
        let unchanged = now.saturating_duration_since(self.unchanged_since?);
        (unchanged >= self.frozen_after?).then_some(unchanged)
    }

    /// When the next slate is due.
    fn next_slate(&self) -> Instant {
        if let (Phase::Off, Some(last)) = (&self.phase, self.last_slate) {
            return last + SLATE_EVERY;
        }
        let missed_from = self.missed_from();
        let late_after = match (missed_from, self.rhythm.usual()) {
            (None, _) => self.slate_after,
            // Slow cameras that hang up between their pictures are no worse off than others.
            (Some(_), Some(_)) => self.rhythm.late_after(),
            (Some(_), None) if self.delivers() => self.rhythm.late_after(),
            _ => LATE_AFTER,
        };
        let first = missed_from.unwrap_or(self.began) + late_after;
        self.last_slate.map_or(first, |last| first.max(last + SLATE_EVERY))
    }

    /// Why the reading thread is to be abandoned, where it has been silent for too long.
    fn hung(&self, now: Instant) -> Option<Reason> {
        let Phase::Reading { since } = self.phase else { return None };
        let (from, limit) = match self.missed_from() {
            Some(from) if self.delivers() => (from, self.rhythm.lost_after()),
            _ => (since, FIRST_PICTURE_WITHIN),
        };
        let heard = self.sign.as_ref().map_or(from, |sign| sign.at.max(from));
        let elapsed = |then: Instant| now.saturating_duration_since(then);
        if elapsed(heard) < limit && elapsed(from) < SIGNS_FOR {
            return None;
        }
        Some(match &self.sign {
            Some(sign) => sign.why.clone(),
            None if self.delivers() => {
                Reason::new(ReasonCode::Silent, "the source is connected and sends nothing any more")
            }
            None => Reason::new(ReasonCode::TimedOut, "the source does not answer"),
        })
    }
}

/// A length of time in words, no finer than what matters at that length.
fn lasting(time: Duration) -> String {
    match time.as_secs() {
        0 => "less than 1 s".to_owned(),
        seconds @ 1..120 => format!("{seconds} s"),
        seconds @ 120..7200 => format!("{} min", seconds / 60),
        seconds => format!("{} h", seconds / 3600),
    }
}

#[cfg(test)]
mod tests;
