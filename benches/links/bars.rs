//! What the figures of each part must be.
//!
//! In: a trial and its figures. Out: rows in [`Bars`]. Not here: how figures come about
//! (`../load/figures.rs`).

use crate::{
    load::{figures::Figures, page::height, wire::Rung},
    parts::{Part, Trial},
    support::{Bars, Must},
};

/// Lowest rate, bits a second, at which the clip fits at full rate and delay must be small.
const EASY_BPS: f64 = 2e6;

/// Longest sweep, seconds: from there on the controllers take a link to be too thin for the rung
/// (`SWEPT_MS`).
const LONGEST_SWEEP_S: f64 = 2.0;

/// Longest time behind a cut, seconds, until the picture is as good as before.
const SHARP_WITHIN_S: f64 = 3.0;

/// Notes what a trial showed.
pub fn note(bars: &mut Bars, trial: &Trial, shapes: &[Figures]) {
    let Some(first) = shapes.first() else { return };
    match trial.part {
        Part::Steps => changes(bars, trial, shapes),
        Part::Silent | Part::Reader => {
            let late = row(trial, "late p95");
            bars.note(late, first.late_p95, "ms", Must::AtMost(1000.0));
        }
        Part::Crowd => {
            bars.note(row(trial, "FPS of the slowest"), first.fps_least, "FPS", Must::AtLeast(26.0));
            bars.note(row(trial, "rungs apart"), first.apart, "", Must::AtMost(3.0));
        }
        Part::Steady => {
            steady(bars, trial, first);
            bars.note(row(trial, "steps a minute"), first.steps, "", Must::AtMost(2.0));
        }
        Part::Thin | Part::Changed => changed(bars, trial, first),
        Part::Cut => {
            let slowest = row(trial, "frames in the slowest second");
            bars.note(slowest, first.slowest, "FPS", Must::AtLeast(20.0));
            let sharp = row(trial, "whole at the rung of before, behind a cut");
            bars.note(sharp, first.sharp, "s", Must::AtMost(SHARP_WITHIN_S));
            bars.note(row(trial, "longest sweep"), first.swept, "s", Must::AtMost(SHARP_WITHIN_S));
        }
        _ => steady(bars, trial, first),
    }
}

/// The rung that a link must carry at least where only what changed is sent: of the clip, and of the scene.
fn least_rung(part: Part, rate_bps: f64) -> Rung {
    let (level, scale) = match part {
        Part::Changed if rate_bps >= 8e6 => (60, 1),
        Part::Changed => (45, 2),
        _ if rate_bps >= 1e6 => (30, 2),
        _ => (30, 4),
    };
    Rung { level, scale }
}

/// A link over which only what changed is sent.
fn changed(bars: &mut Bars, trial: &Trial, figures: &Figures) {
    let least = least_rung(trial.part, trial.phases[0].0.rate_bps);
    let Rung { level, scale } = least;
    let name = row(trial, &format!("rung, where {level}/{scale} is {}", height(least)));
    bars.note(name, figures.height, "", Must::AtLeast(height(least) as f64));
    bars.note(row(trial, "time in the band"), figures.band * 100.0, "%", Must::AtLeast(95.0));
    let half_way = trial.phases[0].0.round_trip.as_secs_f64() * 500.0;
    bars.note(row(trial, "age p95"), figures.late_p95 + half_way, "ms", Must::AtMost(300.0));
    // Parts of a sweep are frames of the band, so that alone does not tell that pictures become whole.
    bars.note(row(trial, "longest sweep"), figures.swept, "s", Must::AtMost(LONGEST_SWEEP_S));
}

/// A link that stays as it is.
fn steady(bars: &mut Bars, trial: &Trial, figures: &Figures) {
    let rate_bps = trial.phases[0].0.rate_bps;
    if rate_bps >= EASY_BPS {
        bars.note(row(trial, "time in the band"), figures.band * 100.0, "%", Must::AtLeast(95.0));
    } else {
        let least = if rate_bps >= 1e6 { 22.0 } else { 20.0 };
        bars.note(row(trial, "frame rate"), figures.fps, "FPS", Must::AtLeast(least));
    }
    let most = if rate_bps >= EASY_BPS { 300.0 } else { 500.0 };
    bars.note(row(trial, "late p95"), figures.late_p95, "ms", Must::AtMost(most));
    bars.note(row(trial, "link used"), figures.used * 100.0, "%", Must::AtLeast(55.0));
}

/// A link that gets slower by a factor of 10 and as fast again; of other changes it is told what they did.
fn changes(bars: &mut Bars, trial: &Trial, shapes: &[Figures]) {
    for (n, figures) in shapes.iter().enumerate().skip(1) {
        let [before, now] = [n - 1, n].map(|n| trial.phases[n].0.rate_bps);
        let (from, to) = (before / 1e6, now / 1e6);
        let named = |what: &str| row(trial, &format!("{from} to {to} Mbit/s, {what}"));
        let easy = before.min(now) >= EASY_BPS;
        let most = |most| if easy { Must::AtMost(most) } else { Must::Be };
        if now < before {
            bars.note(named("back in the band"), figures.back, "s", most(4.0));
            bars.note(named("oldest frame"), figures.oldest, "ms", most(1500.0));
        } else {
            bars.note(named("best rung again"), figures.again, "s", most(40.0));
        }
    }
}

fn row(trial: &Trial, what: &str) -> String {
    format!("{}: {what}", trial.name(0))
}
