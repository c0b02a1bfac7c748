//! What viewers saw of a link while it stayed as it was, in figures. Pure.
//!
//! In: frames with their arrival, and when the link was how. Out: [`Figures`]. Not here: watching, and what
//! the figures must be.

use std::{
    fmt,
    time::{Duration, Instant},
};

use super::{
    ages::percentile,
    cuts::{is_sweep, sharp_again},
    page::height,
    record::Arrived,
    wire::Rung,
};

/// Fewest frames in a second that is in the band.
pub const BAND_FPS: usize = 28;

/// Seconds in a row that must be in the band before a viewer counts as back in it.
const BACK_FOR: u32 = 3;

/// Step with which the slowest second and the return to the band are looked for.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Shortest time without a frame that counts as a stall: five frames of a camera that gives 34 a second.
const STALL: Duration = Duration::from_millis(150);

/// The best picture there is.
const TOP: Rung = Rung { level: 95, scale: 1 };

/// A time in which a link stayed as it was.
#[derive(Clone, Copy, Debug)]
pub struct During {
    /// When it begins.
    pub from: Instant,
    /// How long it lasts.
    pub lasts: Duration,
    /// Bits a second that reach the viewers at most.
    pub carries_bps: f64,
    /// Half of the link's round trip with an empty queue.
    pub half_way: Duration,
    /// Frames of the camera between two cuts of what is watched, where it has some.
    pub cut_every: Option<u64>,
}

impl During {
    /// Returns those of a viewer's frames that arrived in this time.
    fn frames<'a>(&self, timeline: &'a [Arrived]) -> &'a [Arrived] {
        let before = |moment: Instant| timeline.partition_point(|frame| frame.at.at < moment);
        &timeline[before(self.from)..before(self.from + self.lasts)]
    }
}

/// What the viewers of a link saw.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figures {
    /// Frames a second and viewer.
    pub fps: f64,
    /// Frames a second of the viewer that got fewest.
    pub fps_least: f64,
    /// Frames a second that the camera gave meanwhile, by their numbers.
    pub camera: f64,
    /// Share of the whole seconds, of all viewers, that were in the band.
    pub band: f64,
    /// Frames in the slowest second of any viewer, which may begin within another.
    pub slowest: f64,
    /// Longest time, seconds, from the first part of a sweep to the frame with which the picture was whole.
    pub swept: f64,
    /// Longest time, seconds, from a cut until the picture was as good as before; 0 where there are no cuts.
    pub sharp: f64,
    /// Milliseconds from capture to arrival beyond half the link's round trip, that half of all viewers'
    /// frames took at most.
    pub late_p50: f64,
    /// Milliseconds, as `late_p50`, that 95 of 100 frames took at most.
    pub late_p95: f64,
    /// The oldest frame's age in milliseconds.
    pub oldest: f64,
    /// Bytes of frames as a share of what can be carried; 1 where most frames were the best there is.
    pub used: f64,
    /// Changes of rung a minute and viewer.
    pub steps: f64,
    /// Number of rungs that cost less than the one that the viewers were at for half of the time.
    pub height: f64,
    /// Number of rungs between the viewers that ended best and worst.
    pub apart: f64,
    /// Seconds until all viewers were back in the band; infinite where that did not happen.
    pub back: f64,
    /// Seconds until each viewer reached the rung that it was at in the first time; infinite where that did
    /// not happen.
    pub again: f64,
}

impl Figures {
    /// The table's first line.
    pub const HEAD: &str = "link                                                          FPS least \
                            camera  band slowest swept sharp late50  late95 oldest  used steps/min height \
                            apart   back  again";

    /// Returns the figures of the viewers with these timelines in one time; `first` is the first time of the
    /// link.
    pub fn of(timelines: &[&[Arrived]], [first, during]: [&During; 2]) -> Figures {
        let frames: Vec<&[Arrived]> = timelines.iter().map(|timeline| during.frames(timeline)).collect();
        let (seconds, viewers) = (during.lasts.as_secs_f64(), frames.len() as f64);
        let count: usize = frames.iter().map(|frames| frames.len()).sum();
        let rates = sorted(frames.iter().map(|frames| frames.len() as f64 / seconds));
        let in_band: usize = frames.iter().map(|frames| seconds_in_band(frames, during)).sum();
        let steps: usize = frames.iter().map(|frames| steps(frames)).sum();
        let [late_p50, late_p95, oldest] = lateness(&frames, during);
        Figures {
            fps: count as f64 / viewers / seconds,
            fps_least: rates.first().copied().unwrap_or_default(),
            camera: median(frames.iter().map(|frames| camera(frames)).collect()),
            band: in_band as f64 / viewers / seconds.floor(),
            slowest: frames.iter().map(|frames| slowest(frames, during)).fold(f64::INFINITY, f64::min),
            swept: worst(frames.iter().map(|frames| swept(frames))),
            sharp: during
                .cut_every
                .map_or(0.0, |every| worst(frames.iter().map(|frames| sharp_again(frames, every)))),
            late_p50,
            late_p95,
            oldest,
            used: used(&frames, during),
            steps: steps as f64 / viewers / seconds * 60.0,
            height: median(frames.iter().map(|frames| usual_height(frames)).collect()),
            apart: apart(&frames, during),
            back: worst(frames.iter().map(|frames| back(frames, during))),
            again: worst(timelines.iter().map(|timeline| again(timeline, first, during))),
        }
    }
}

/// Returns how late half and 95 of 100 frames were at most, and the oldest frame's age, in milliseconds.
fn lateness(frames: &[&[Arrived]], during: &During) -> [f64; 3] {
    let ages = sorted(frames.iter().copied().flatten().map(|frame| frame.age().as_secs_f64() * 1e3));
    let half_way = during.half_way.as_secs_f64() * 1e3;
    let late = |percent| percentile(&ages, percent).map_or(f64::INFINITY, |age| age - half_way);
    [late(50.0), late(95.0), ages.last().copied().unwrap_or(f64::INFINITY)]
}

/// Returns which part of what the link carries the viewers' frames took; 1 where most were the best there is.
fn used(frames: &[&[Arrived]], during: &During) -> f64 {
    if frames.iter().all(|frames| usual_height(frames) == height(TOP) as f64) {
        return 1.0;
    }
    let bytes: u64 = frames.iter().copied().flatten().map(|frame| frame.bytes).sum();
    bytes as f64 * 8.0 / during.lasts.as_secs_f64() / during.carries_bps
}

/// Returns how many rungs lie between the viewer that ended best and the one that ended worst.
fn apart(frames: &[&[Arrived]], during: &During) -> f64 {
    let ends = sorted(frames.iter().map(|frames| usual_height(last(frames, during))));
    ends.last().zip(ends.first()).map_or(f64::INFINITY, |(best, worst)| best - worst)
}

fn worst(times: impl Iterator<Item = f64>) -> f64 {
    times.fold(0.0, f64::max)
}

/// Returns each figure's median over the rounds, for each of the `times` that a round has.
pub fn medians(rounds: &[Vec<Figures>], times: usize) -> Vec<Figures> {
    let of = |n: usize| {
        let middle =
            |figure: fn(&Figures) -> f64| median(rounds.iter().map(|round| figure(&round[n])).collect());
        Figures {
            fps: middle(|figures| figures.fps),
            fps_least: middle(|figures| figures.fps_least),
            camera: middle(|figures| figures.camera),
            band: middle(|figures| figures.band),
            slowest: middle(|figures| figures.slowest),
            swept: middle(|figures| figures.swept),
            sharp: middle(|figures| figures.sharp),
            late_p50: middle(|figures| figures.late_p50),
            late_p95: middle(|figures| figures.late_p95),
            oldest: middle(|figures| figures.oldest),
            used: middle(|figures| figures.used),
            steps: middle(|figures| figures.steps),
            height: middle(|figures| figures.height),
            apart: middle(|figures| figures.apart),
            back: middle(|figures| figures.back),
            again: middle(|figures| figures.again),
        }
    };
    (0..times).map(of).collect()
}

/// Returns the runs of equal rungs: when each began, in seconds, and the frames in it.
pub fn timeline(frames: &[Arrived], begin: Instant) -> String {
    let runs = frames.chunk_by(|a, b| a.comment.rung == b.comment.rung);
    let run = |run: &[Arrived]| {
        let Rung { level, scale } = run[0].comment.rung;
        let at = run[0].at.at.saturating_duration_since(begin).as_secs_f64();
        format!("{at:.1} s: {level}/{scale} x{}", run.len())
    };
    runs.map(run).collect::<Vec<_>>().join(", ")
}

/// Returns where nothing came for longer than [`STALL`]: when it ended, in seconds, and how long it was.
pub fn stalls(frames: &[Arrived], begin: Instant) -> String {
    let gaps = frames
        .windows(2)
        .map(|pair| (pair[1].at.at, pair[1].at.at - pair[0].at.at))
        .filter(|(_, gap)| *gap > STALL);
    let gap = |(at, gap): (Instant, Duration)| {
        format!("{:.1} s: {} ms", at.saturating_duration_since(begin).as_secs_f64(), gap.as_millis())
    };
    gaps.map(gap).collect::<Vec<_>>().join(", ")
}

fn median(values: Vec<f64>) -> f64 {
    percentile(&sorted(values.into_iter()), 50.0).unwrap_or(f64::NAN)
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values
}

fn steps(frames: &[Arrived]) -> usize {
    frames.windows(2).filter(|pair| pair[0].comment.rung != pair[1].comment.rung).count()
}

/// Returns the camera's frames a second, by the numbers and capture times of those that arrived.
fn camera(frames: &[Arrived]) -> f64 {
    let Some((first, last)) = frames.first().zip(frames.last()) else { return 0.0 };
    let passed = |of: fn(&Arrived) -> u64| of(last).saturating_sub(of(first)) as f64;
    passed(|frame| frame.comment.frame) / passed(|frame| frame.comment.captured_us).max(1.0) * 1e6
}

/// Returns how many frames arrived in the second from `from` on.
fn in_second(frames: &[Arrived], from: Instant) -> usize {
    let before = |moment: Instant| frames.partition_point(|frame| frame.at.at < moment);
    before(from + Duration::from_secs(1)) - before(from)
}

/// Returns how many frames arrived in each whole second.
fn by_second(frames: &[Arrived], during: &During) -> impl Iterator<Item = usize> {
    let seconds = (0..during.lasts.as_secs()).map(move |n| during.from + Duration::from_secs(n));
    seconds.map(move |second| in_second(frames, second))
}

fn seconds_in_band(frames: &[Arrived], during: &During) -> usize {
    by_second(frames, during).filter(|count| *count >= BAND_FPS).count()
}

fn slowest(frames: &[Arrived], during: &During) -> f64 {
    let seconds = looks(during, 1).map(|after| in_second(frames, during.from + after));
    seconds.min().map_or(0.0, |count| count as f64)
}

/// Returns the moments from which so many seconds are looked at, as times from the beginning.
fn looks(during: &During, seconds: u32) -> impl Iterator<Item = Duration> {
    let last = during.lasts.saturating_sub(Duration::from_secs(1) * seconds);
    (0..).map(|n| LOOK_EVERY * n).take_while(move |after| *after <= last)
}

/// Returns the longest time in seconds for which a picture came in parts.
fn swept(frames: &[Arrived]) -> f64 {
    let (mut longest, mut began) = (Duration::ZERO, None);
    for frame in frames {
        let from = *began.get_or_insert(frame.at.at);
        longest = longest.max(frame.at.at - from);
        if !is_sweep(&frame.comment) {
            began = None;
        }
    }
    longest.as_secs_f64()
}

/// Returns the seconds until the first of [`BACK_FOR`] seconds in the band.
fn back(frames: &[Arrived], during: &During) -> f64 {
    let good = |from: Instant| {
        (0..BACK_FOR).all(|n| in_second(frames, from + Duration::from_secs(1) * n) >= BAND_FPS)
    };
    let found = looks(during, BACK_FOR).find(|after| good(during.from + *after));
    found.map_or(f64::INFINITY, |after| after.as_secs_f64())
}

/// Returns the seconds until a frame as good as those of the first time.
fn again(timeline: &[Arrived], first: &During, during: &During) -> f64 {
    let before = usual_height(last(first.frames(timeline), first));
    let found = during.frames(timeline).iter().find(|frame| height(frame.comment.rung) as f64 >= before);
    found.map_or(f64::INFINITY, |frame| (frame.at.at - during.from).as_secs_f64())
}

/// Returns the frames of a time's second half.
fn last<'a>(frames: &'a [Arrived], during: &During) -> &'a [Arrived] {
    &frames[frames.partition_point(|frame| frame.at.at < during.from + during.lasts / 2)..]
}

fn usual_height(frames: &[Arrived]) -> f64 {
    median(frames.iter().map(|frame| height(frame.comment.rung) as f64).collect())
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Figures {
            fps,
            fps_least,
            camera,
            band,
            slowest,
            swept,
            sharp,
            late_p50,
            late_p95,
            oldest,
            used,
            steps,
            height,
            apart,
            back,
            again,
        } = self;
        write!(f, "{fps:>5.1} {fps_least:>5.1} {camera:>6.1} {band:>5.2} {slowest:>7.0} {swept:>5.1} ")?;
        write!(f, "{sharp:>5.1} {late_p50:>6.0} {late_p95:>7.0} {oldest:>6.0} {used:>5.2} ")?;
        write!(f, "{steps:>9.1} {height:>6.0} {apart:>5.0} {back:>6.1} {again:>6.1}")
    }
}

#[cfg(test)]
#[path = "figures_tests.rs"]
mod tests;
