//! When the pictures of a file are due: pure, by their timestamps, round after round.
//!
//! Reading the file is `ffmpeg`'s; sleeping until a picture is due is capture's.

use std::time::Duration;

/// Frames a second of a file whose own rate is not known: the rate of most recordings in Europe.
const UNKNOWN_FILE_FPS: f64 = 25.0;

/// Rates that a header is believed to have, frames a second: from a picture in 100 s (time lapse) to slow
/// motion.
const PLAUSIBLE_FPS: std::ops::RangeInclusive<f64> = 0.01..=1000.0;

/// Shortest time between two timestamps that is one: half of what the fastest plausible rate has, since
/// timestamps are rounded. Some writers count pictures in the place of time, 11 µs apart.
const SHORTEST_INTERVAL: Duration = Duration::from_micros(500);

/// Longest pause between two pictures that is played as it is in any file.
const SHORT_PAUSE: Duration = Duration::from_secs(2);

/// Most usual intervals that a pause may last in a file of few pictures; a longer one is a recorder that
/// paused, and is cut out.
const LONGEST_PAUSE: u32 = 3;

/// A file being played over and over.
pub(super) struct Clip {
    /// Interval that takes the place of the timestamps.
    frame_interval: Option<Duration>,
    /// Distance between pictures where timestamps do not tell.
    usual_interval: Duration,
    /// Time at which this round began.
    round_start: Duration,
    /// Timestamp of the picture that this round began with.
    first_position: Duration,
    /// Time at which the last picture was due.
    last: Option<Duration>,
    /// Whether this round's first picture is still to come.
    fresh: bool,
}

impl Clip {
    /// A file that is about to be played: by its timestamps, or at `file_fps` where that is given.
    /// `header_fps` is what its header says, which is used only until timestamps tell better, and not
    /// believed outside of what recordings have.
    pub(super) fn new(header_fps: Option<f64>, file_fps: Option<f64>) -> Self {
        let header_fps = header_fps.filter(|fps| PLAUSIBLE_FPS.contains(fps));
        Clip {
            frame_interval: file_fps.map(|fps| Duration::from_secs_f64(1.0 / fps)),
            usual_interval: Duration::from_secs_f64(1.0 / header_fps.unwrap_or(UNKNOWN_FILE_FPS)),
            round_start: Duration::ZERO,
            first_position: Duration::ZERO,
            last: None,
            fresh: true,
        }
    }

    /// Time at which the picture just grabbed is due, `position_ms` being its timestamp within the file.
    pub(super) fn due(&mut self, position_ms: f64) -> Duration {
        let due = match (self.frame_interval, self.last) {
            (Some(interval), Some(last)) => last + interval,
            (Some(_), None) => Duration::ZERO,
            (None, last) => {
                self.by_timestamp(Duration::try_from_secs_f64(position_ms / 1000.0).unwrap_or_default(), last)
            }
        };
        self.fresh = false;
        self.last = Some(due);
        due
    }

    fn by_timestamp(&mut self, position: Duration, last: Option<Duration>) -> Duration {
        let Some(last) = last else {
            // Recordings may count from anywhere; playing starts with the first picture.
            self.round_start = Duration::ZERO;
            self.first_position = position;
            return Duration::ZERO;
        };
        if self.fresh {
            self.first_position = position;
            return self.round_start;
        }
        let stamp = self.round_start + position.saturating_sub(self.first_position);
        if position + SHORT_PAUSE < self.first_position || stamp + SHORT_PAUSE < last {
            // Another recording begins, as where two were put behind each other.
            self.round_start = last + self.usual_interval;
            self.first_position = position;
            return self.round_start;
        }
        match stamp.checked_sub(last) {
            Some(interval) if interval > SHORT_PAUSE.max(self.usual_interval * LONGEST_PAUSE) => {
                // A recorder that paused: go on at once, and count from here.
                self.round_start = last + self.usual_interval;
                self.first_position = position;
                self.round_start
            }
            Some(interval) if interval >= SHORTEST_INTERVAL => {
                self.usual_interval = interval;
                stamp
            }
            _ => last + self.usual_interval,
        }
    }

    /// Time at which the last picture was due; the beginning where there was none.
    pub(super) fn last(&self) -> Duration {
        self.last.unwrap_or_default()
    }

    /// Has the next picture follow what was due at `last`, of another file.
    pub(super) fn go_on_from(&mut self, last: Duration) {
        self.last = Some(last);
        self.start_again();
    }

    /// Begins the next round, one interval after the last picture.
    pub(super) fn start_again(&mut self) {
        self.round_start = self.last.unwrap_or_default() + self.usual_interval;
        self.fresh = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clip(file_fps: Option<f64>) -> Clip {
        Clip::new(Some(50.0), file_fps)
    }

    fn millis(durations: &[Duration]) -> Vec<u128> {
        durations.iter().map(Duration::as_millis).collect()
    }

    #[test]
    fn a_file_plays_by_its_timestamps_whatever_its_header_says() {
        let mut clip = clip(None);
        let mut due: Vec<Duration> = [0.0, 40.0, 80.0].map(|position| clip.due(position)).to_vec();
        clip.start_again();
        due.extend([0.0, 40.0].map(|position| clip.due(position)));
        assert_eq!(millis(&due), [0, 40, 80, 120, 160]);
    }

    #[test]
    fn timestamps_that_stand_still_or_go_back_cost_no_time() {
        let mut clip = clip(None);
        let due = [0.0, 40.0, 40.0, 10.0, 200.0, f64::NAN].map(|position| clip.due(position));
        assert_eq!(millis(&due), [0, 40, 80, 120, 200, 280]);
    }

    #[test]
    fn timestamps_that_count_pictures_are_no_times() {
        for (header_fps, interval) in [(90_000.0, 40), (50.0, 20)] {
            let mut clip = Clip::new(Some(header_fps), None);
            let due: Vec<Duration> = (0..2_000).map(|n| clip.due(f64::from(n) / 90.0)).collect();
            let even = |pair: &[Duration]| (pair[1] - pair[0]).as_millis() == interval;
            assert!(due.windows(2).all(even), "{:?}", millis(&due[..5]));
        }
    }

    #[test]
    fn the_fastest_slow_motion_is_played_by_its_timestamps() {
        let mut clip = Clip::new(None, None);
        let last = (0..=1_000).map(|n| clip.due(f64::from(n))).last();
        assert_eq!(last, Some(Duration::from_secs(1)));
    }

    #[test]
    fn a_recording_that_starts_late_or_paused_for_hours_plays_on() {
        let mut clip = clip(None);
        let due = [7_200_000.0, 7_200_040.0, 90_000_000.0, 90_000_040.0].map(|position| clip.due(position));
        assert_eq!(millis(&due), [0, 40, 80, 120]);
    }

    #[test]
    fn recordings_behind_each_other_each_keep_their_rate() {
        let mut clip = clip(None);
        let due = [0.0, 40.0, 5_000.0, 5_040.0, 0.0, 200.0, 400.0].map(|position| clip.due(position));
        assert_eq!(millis(&due), [0, 40, 80, 120, 160, 360, 560]);
    }

    #[test]
    fn a_picture_in_five_seconds_is_a_rate_and_no_pause() {
        let mut clip = Clip::new(Some(0.2), None);
        let due = [0.0, 5_000.0, 10_000.0, 100_000.0].map(|position| clip.due(position));
        assert_eq!(millis(&due), [0, 5_000, 10_000, 15_000]);
    }

    #[test]
    fn a_given_rate_overrides_the_timestamps() {
        let mut clip = clip(Some(50.0));
        let mut due: Vec<Duration> = [0.0, 40.0, 80.0].map(|position| clip.due(position)).to_vec();
        clip.start_again();
        due.push(clip.due(0.0));
        assert_eq!(millis(&due), [0, 20, 40, 60]);
    }
}
