//! How soon a picture is as good as before behind a cut of what is watched. Pure.
//!
//! In: frames with their arrival, and how many of the camera's lie between two cuts. Out: seconds. Not here:
//! what else viewers see (`figures.rs`), and making a file with cuts.

use std::time::{Duration, Instant};

use super::{
    page::height,
    record::Arrived,
    wire::{Comment, DeltaKind},
};

/// Frames by which a cut may come before its number, and behind it: a file's times are rounded.
const EARLY: u64 = 17;
const LATE: u64 = 34;

/// Frames that must lie before a cut and behind it for it to be judged: five seconds.
const MARGIN: u64 = 5 * 34;

/// Time before a cut of which the usual rung counts.
const BEFORE: Duration = Duration::from_secs(3);

/// Time for which a picture must stay as good as before to count as that.
const STAYS: Duration = Duration::from_secs(1);

/// Returns whether a frame is a part of a picture that takes several.
pub fn is_sweep(comment: &Comment) -> bool {
    comment.delta.is_some_and(|delta| delta.kind == DeltaKind::Sweep)
}

/// Returns the longest time in seconds from a cut until the picture was whole again, at a rung as good as
/// that of before; infinite where it did not get so, and where no cut arrived.
pub fn sharp_again(frames: &[Arrived], every: u64) -> f64 {
    let number = |frame: Option<&Arrived>| frame.map_or(0, |frame| frame.comment.frame);
    let (first, last) = (number(frames.first()), number(frames.last()));
    // The camera's first frame has the number 1.
    let cuts = (1..).map(|n| n * every + 1).skip_while(|cut| *cut < first + MARGIN);
    let times = cuts.take_while(|cut| cut + MARGIN <= last).map(|cut| sharp_behind(frames, cut));
    times.reduce(f64::max).unwrap_or(f64::INFINITY)
}

/// Returns the seconds from one cut until then.
fn sharp_behind(frames: &[Arrived], cut: u64) -> f64 {
    let from = |number: u64| frames.partition_point(|frame| frame.comment.frame < number);
    // Every block is another one: that comes as a key frame or as a sweep.
    let is_new = |n: &usize| frames[*n].comment.delta.is_none() || is_sweep(&frames[*n].comment);
    let found = (from(cut.saturating_sub(EARLY))..from(cut + LATE)).find(is_new);
    let Some(n) = found else { return f64::INFINITY };
    let (began, (before, behind)) = (frames[n].at.at, frames.split_at(n));
    let recent = before.partition_point(|frame| frame.at.at + BEFORE < began);
    let good = usual(&before[recent..]);
    let is_sharp = |frame: &Arrived| !is_sweep(&frame.comment) && Some(height(frame.comment.rung)) >= good;
    let mut since: Option<Instant> = None;
    for frame in behind {
        if !is_sharp(frame) {
            since = None;
            continue;
        }
        let since = *since.get_or_insert(frame.at.at);
        if frame.at.at - since >= STAYS {
            return (since - began).as_secs_f64();
        }
    }
    f64::INFINITY
}

/// Returns how good the middle one of these frames is; `None` of no frames.
fn usual(frames: &[Arrived]) -> Option<usize> {
    let mut heights: Vec<usize> = frames.iter().map(|frame| height(frame.comment.rung)).collect();
    heights.sort_unstable();
    heights.get(heights.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::super::{
        record::Arrival,
        wire::{Delta, Rung},
    };
    use super::*;

    const EVERY: u64 = 340;
    const USUAL: Rung = Rung { level: 50, scale: 1 };
    const LOW: Rung = Rung { level: 30, scale: 1 };

    /// Twenty seconds of 34 frames each with a cut after ten, of which `kind` says what each was: how, and at
    /// which rung.
    fn frames(kind: impl Fn(u64) -> (Option<DeltaKind>, Rung)) -> Vec<Arrived> {
        let start = Instant::now();
        let frame = |number: u64| {
            let (kind, rung) = kind(number);
            let delta = kind.map(|kind| Delta { base: number - 1, blocks: 1, whole: 9_000, kind });
            let comment = Comment { frame: number, captured_us: 0, rung, slate: false, delta };
            let at = Arrival { at: start + Duration::from_secs(number) / 34, utc_us: 0 };
            Arrived { comment, bytes: 2_500, at }
        };
        (1..=2 * EVERY).map(frame).collect()
    }

    #[test]
    fn a_picture_is_sharp_when_it_is_whole_at_the_rung_of_before() {
        let swept = frames(|number| match number {
            341..=357 => (Some(DeltaKind::Sweep), USUAL),
            _ => (Some(DeltaKind::Changed), USUAL),
        });
        assert_eq!(sharp_again(&swept, EVERY), 0.5);
        let coarse = frames(|number| match number {
            341..=344 => (Some(DeltaKind::Sweep), USUAL),
            345..=408 => (Some(DeltaKind::Changed), LOW),
            _ => (Some(DeltaKind::Changed), USUAL),
        });
        assert_eq!(sharp_again(&coarse, EVERY), 2.0);
    }

    #[test]
    fn a_picture_that_stays_worse_is_never_sharp_again() {
        let worse = frames(|number| match number {
            341 => (None, USUAL),
            number if number > 341 => (Some(DeltaKind::Changed), LOW),
            _ => (Some(DeltaKind::Changed), USUAL),
        });
        assert_eq!(sharp_again(&worse, EVERY), f64::INFINITY);
    }

    #[test]
    fn a_cut_that_does_not_arrive_is_not_taken_for_a_quick_one() {
        let still = frames(|_| (Some(DeltaKind::Changed), USUAL));
        assert_eq!(sharp_again(&still, EVERY), f64::INFINITY);
        assert_eq!(sharp_again(&still[..200], EVERY), f64::INFINITY);
        assert_eq!(sharp_again(&[], EVERY), f64::INFINITY);
    }
}
