//! How many bytes a second a rung will take: sizes of frames so far in, predictions out. Pure.
//!
//! Whether a link carries that does not belong here.

use super::{
    arrivals::Sizes,
    reference::Reference,
    rungs::{Rungs, USUAL_FPS, cost},
};
use crate::nouns::quality::Rung;

/// Room on the way down: the rate at which a rung must fit, as a multiple of the rate that is too few for it;
/// 31 for 29.5 FPS.
const ROOM: f64 = 31.0 / 29.5;

/// Time for which the dearest second of deltas is remembered, ms: people come and go in that time.
const PEAK_MS: f64 = 10_000.0;

/// Bytes of a delta frame that are the same at any rung: its comment, tables and runs.
const HEADERS: f64 = 450.0;

/// A second of deltas.
#[derive(Clone, Copy, Debug)]
struct Second {
    at_ms: f64,
    /// Bytes of a frame at full size and level 60, [`HEADERS`] left out.
    unit: f64,
}

/// What frames of one viewer take.
#[derive(Clone, Debug, Default)]
pub struct Forecast {
    /// Bytes of a frame at full size and level 60, as far as frames so far tell; of a delta without its
    /// headers.
    unit: Option<f64>,
    /// Bytes of a frame that are the same at any rung.
    headers: f64,
    /// Seconds of deltas within [`PEAK_MS`], oldest first; none where frames are complete pictures.
    seconds: Vec<Second>,
}

impl Forecast {
    /// Learns what frames of a rung take.
    pub fn learn(&mut self, rung: Rung, Sizes { mean, latest }: Sizes, now_ms: f64) {
        let headers = latest.map_or(0.0, |_| HEADERS);
        let unit = |bytes: f64| f64::max(bytes - headers, 0.0) / cost(rung);
        (self.unit, self.headers) = (Some(unit(mean)), headers);
        self.seconds.retain(|second| now_ms - second.at_ms <= PEAK_MS);
        match latest {
            Some(latest) => self.seconds.push(Second { at_ms: now_ms, unit: unit(latest) }),
            None => self.seconds.clear(),
        }
    }

    /// Bytes a second of a rung at a frame rate; zero before any frame has come.
    pub fn needed(&self, rung: Rung, fps: f64) -> f64 {
        self.unit.map_or(0.0, |unit| self.bytes(unit, rung) * fps)
    }

    /// Bytes a second of a rung at a frame rate, by the mean or by the last second of deltas, whichever is
    /// more: where more moves than before, the mean tells too late.
    pub fn needed_now(&self, rung: Rung, fps: f64) -> f64 {
        let last = self.seconds.last().map_or(0.0, |second| self.bytes(second.unit, rung) * fps);
        self.needed(rung, fps).max(last)
    }

    /// Bytes a second of a rung at the rate that it would have when it is reached from below, with as much
    /// moving as in the dearest second lately.
    pub fn needed_up(&self, rung: Rung, rungs: &Rungs, reference: &Reference) -> f64 {
        let fps = if rungs.least_fps(rung) < USUAL_FPS {
            reference.too_few(rungs.least_fps(rung)) * ROOM
        } else {
            reference.highest()
        };
        let seconds = self.seconds.iter().map(|second| self.bytes(second.unit, rung) * fps);
        seconds.fold(self.needed(rung, fps), f64::max)
    }

    /// Bytes a second of a rung at the least rate that it is held at, with some room and with as much moving
    /// as now.
    pub fn needed_at_least(&self, rung: Rung, rungs: &Rungs, reference: &Reference) -> f64 {
        self.needed_now(rung, reference.too_few(rungs.least_fps(rung)) * ROOM)
    }

    /// Bytes of a frame of a rung that has so many at full size and level 60.
    fn bytes(&self, unit: f64, rung: Rung) -> f64 {
        unit * cost(rung) + self.headers
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapt::{
        Style,
        scenario::{rung, rungs},
    };

    /// What full size at level 60 needs at 10 FPS, by the mean, now, and on the way up at 34 FPS.
    fn needed(forecast: &Forecast) -> [f64; 3] {
        let (rung, reference) = (rung(1, 60), Reference::default());
        let up = forecast.needed_up(rung, &rungs(Style::Smooth), &reference);
        [forecast.needed(rung, 10.0), forecast.needed_now(rung, 10.0), up / 34.0]
    }

    #[test]
    fn of_complete_pictures_the_last_mean_tells_all() {
        let mut forecast = Forecast::default();
        assert_eq!(needed(&forecast), [0.0; 3]);
        forecast.learn(rung(1, 60), Sizes { mean: 9_000.0, latest: None }, 0.0);
        forecast.learn(rung(1, 60), Sizes { mean: 5_000.0, latest: None }, 250.0);
        assert_eq!(needed(&forecast), [50_000.0, 50_000.0, 5_000.0]);
    }

    #[test]
    fn a_busy_second_is_remembered_on_the_way_up_for_ten() {
        let mut forecast = Forecast::default();
        let learn = |forecast: &mut Forecast, latest, now_ms| {
            forecast.learn(rung(1, 60), Sizes { mean: 1_450.0, latest: Some(latest) }, now_ms);
        };
        learn(&mut forecast, 6_450.0, 0.0);
        assert_eq!(needed(&forecast), [14_500.0, 64_500.0, 6_450.0]);
        learn(&mut forecast, 1_450.0, 10_000.0);
        assert_eq!(needed(&forecast), [14_500.0, 14_500.0, 6_450.0]);
        learn(&mut forecast, 1_450.0, 10_250.0);
        assert_eq!(needed(&forecast), [14_500.0, 14_500.0, 1_450.0]);
    }

    #[test]
    fn headers_are_the_same_at_any_rung() {
        let mut forecast = Forecast::default();
        forecast.learn(rung(1, 60), Sizes { mean: 10_450.0, latest: Some(10_450.0) }, 0.0);
        assert_eq!(forecast.needed(rung(2, 60), 1.0), 10_000.0 * 0.317 + 450.0);
        // A complete picture comes after a reconnect to a server that makes no deltas.
        forecast.learn(rung(1, 60), Sizes { mean: 10_000.0, latest: None }, 100.0);
        assert_eq!(forecast.needed(rung(2, 60), 1.0), 10_000.0 * 0.317);
    }
}
