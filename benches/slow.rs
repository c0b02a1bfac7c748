//! Slow viewers beside good ones: who stalls, who reads at 1 Mbit/s, and what 500 viewers hold in memory, of
//! complete pictures and of deltas.

#[path = "load/mod.rs"]
mod load;
mod support;

use std::{
    process::ExitCode,
    sync::mpsc::channel,
    time::{Duration, Instant},
};

use load::{
    ages::percentile,
    client::{Pace, Steering, ViewerSpec},
    crowd::{CrowdPlan, Outcome, Seat, run},
    process::usage,
    record::ViewerReport,
};
use steadycast::nouns::form::Form;
use support::{Bars, Must, Server};

/// Number of viewers that read as fast as frames come.
const GOOD: usize = 31;

/// Level that all viewers watch.
const LEVEL: u8 = 80;

/// Time for which the stalled viewer reads nothing.
const STALL: Duration = Duration::from_secs(10);
/// Time after connecting at which that begins.
const STALL_AFTER: Duration = Duration::from_secs(12);

/// Seconds after which what stands still is being sent sharper.
const SHARPER_AFTER_S: u64 = 15;

/// Rate of the throttled viewer's link, kbit/s.
const KBPS: f64 = 1000.0;

fn main() -> ExitCode {
    let mut bars = Bars::default();
    for _ in 0..support::rounds() {
        for ack in [false, true] {
            stalled(&mut bars, ack);
            throttled(&mut bars, ack);
        }
        many(&mut bars, Form::Whole);
        many(&mut bars, Form::Delta);
    }
    bars.finish()
}

fn spec(server: &Server, pace: Pace, ack: bool) -> ViewerSpec {
    ViewerSpec { pace, ack, timeline: true, ..ViewerSpec::new(server.addr, Steering::Fixed(LEVEL)) }
}

fn watch(server: &Server, odd: ViewerSpec, seconds: u64, during: impl Fn() + Send + 'static) -> Outcome {
    let good = (0..GOOD).map(|_| spec(server, Pace::Full, false));
    let seats: Vec<Seat> = good.chain([odd]).map(|spec| Seat { level: LEVEL, spec }).collect();
    let plan = CrowdPlan {
        viewers: seats.len(),
        seats,
        warmup: Duration::from_secs(2),
        measured: Duration::from_secs(seconds),
        pid: Some(server.pid()),
    };
    let watcher = std::thread::spawn(during);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let outcome = runtime.block_on(run(&plan)).expect("viewers watch");
    watcher.join().expect("the watcher does not panic");
    assert_eq!(outcome.ended_early(), None, "all viewers stay");
    outcome
}

/// Returns the good viewers' reports, and that of the one that is not.
fn split(outcome: &Outcome) -> (Vec<&ViewerReport>, &ViewerReport) {
    let slow = outcome.viewers.iter().min_by_key(|viewer| viewer.report.frames).expect("there are viewers");
    let good = outcome
        .viewers
        .iter()
        .map(|viewer| &viewer.report)
        .filter(|report| !std::ptr::eq(*report, &slow.report));
    (good.collect(), &slow.report)
}

/// Returns the age in ms that `percent` of the frames between two moments do not exceed.
fn age(reports: &[&ViewerReport], percent: f64, from: Instant, to: Instant) -> f64 {
    let frames =
        reports.iter().flat_map(|report| &report.timeline).filter(|frame| (from..to).contains(&frame.at.at));
    let mut ages: Vec<f64> = frames.map(|frame| frame.age().as_secs_f64() * 1e3).collect();
    ages.sort_by(f64::total_cmp);
    percentile(&ages, percent).unwrap_or(f64::NAN)
}

fn stalled(bars: &mut Bars, ack: bool) {
    let name = format!("stalled 10 s, {}", if ack { "acking" } else { "without acks" });
    let server = Server::steadycast(&["--source", "synthetic"]).expect("the server starts");
    let (pid, connected) = (server.pid(), Instant::now());
    let odd = spec(&server, Pace::StallAfter { after: STALL_AFTER, for_: STALL }, ack);
    let (tell, added) = channel();
    let resident = move || usage(pid).map(|usage| usage.rss_bytes as f64).unwrap_or_default();
    let outcome = watch(&server, odd, 28, move || {
        std::thread::sleep(STALL_AFTER - Duration::from_millis(500));
        let before = resident();
        std::thread::sleep(STALL);
        tell.send(resident() - before).expect("the bench waits for it");
    });
    let added = added.recv().expect("memory was looked at");
    bars.note(format!("{name}: memory added"), added / 1e6, "MB", Must::AtMost(1.0));
    let (good, slow) = split(&outcome);
    let began = connected + STALL_AFTER;
    let before = age(&good, 99.0, began - Duration::from_secs(9), began);
    let change = age(&good, 99.0, began, began + STALL) - before;
    bars.note(format!("{name}: the others' p99 before"), before, "ms", Must::Be);
    bars.note(format!("{name}: the others' p99, change"), change, "ms", Must::Within(0.0, 5.0));
    let must = if ack { Must::AtMost(1000.0) } else { Must::Be };
    let oldest = oldest_once_read(slow, began + STALL / 2);
    bars.note(format!("{name}: oldest frame from 1 s after it reads again"), oldest, "ms", must);
}

/// Returns the age in ms of the oldest frame from 1 s to 4 s after the first frame that came after `moment`.
fn oldest_once_read(report: &ViewerReport, moment: Instant) -> f64 {
    let mut arrivals = report.timeline.iter().map(|frame| frame.at.at);
    let again = arrivals.find(|at| *at > moment).expect("it reads again");
    age(&[report], 100.0, again + Duration::from_secs(1), again + Duration::from_secs(4))
}

fn throttled(bars: &mut Bars, ack: bool) {
    let name = if ack { "acking" } else { "without acks" };
    let server = Server::steadycast(&["--source", "synthetic"]).expect("the server starts");
    let odd = spec(&server, Pace::Kbps(KBPS), ack);
    let outcome = watch(&server, odd, 60, || {});
    let (_, slow) = split(&outcome);
    let frame_ms = slow.bytes as f64 / slow.frames.max(1) as f64 * 8.0 / KBPS;
    let (first, last) = (slow.first.expect("frames"), slow.last.expect("frames"));
    let third = (last - first) / 3;
    let factor = if ack { 2.0 } else { 2.5 };
    bars.note(format!("1 Mbit/s, {name}: time one frame takes"), frame_ms, "ms", Must::Be);
    let all = age(&[slow], 95.0, first, last);
    bars.note(format!("1 Mbit/s, {name}: age p95"), all, "ms", Must::AtMost(factor * frame_ms + 100.0));
    // By the median: now and then a window tries whether a second frame fits, which ages two frames.
    let (early, late) = (age(&[slow], 50.0, first, first + third), age(&[slow], 50.0, last - third, last));
    bars.note(
        format!("1 Mbit/s, {name}: growth of p50 from the first to the last third"),
        late - early,
        "ms",
        Must::AtMost(frame_ms / 4.0),
    );
}

/// Memory of 500 viewers over a minute, who get frames in that form.
fn many(bars: &mut Bars, form: Form) {
    const VIEWERS: usize = 500;
    let who = match form {
        Form::Whole => "500 viewers",
        Form::Delta => "500 viewers of deltas",
    };
    let server = Server::steadycast(&["--source", "synthetic"]).expect("the server starts");
    let pid = server.pid();
    let resident = move || usage(pid).expect("a running process").rss_bytes as f64;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let plan = |viewers, seconds| {
        let spec = ViewerSpec { timeline: false, ..spec(&server, Pace::Full, true) };
        let spec = if form == Form::Delta { spec.with_deltas() } else { spec };
        let (warmup, measured) = (Duration::from_secs(2), Duration::from_secs(seconds));
        CrowdPlan { seats: vec![Seat { level: LEVEL, spec }], viewers, warmup, measured, pid: Some(pid) }
    };
    // Four viewers first: what the process needs for any viewer at all is not theirs. A stream of deltas is
    // given back when the last one leaves, so there it is looked at before, with what is kept sharper.
    let few = match form {
        Form::Whole => {
            runtime.block_on(run(&plan(4, 3))).expect("viewers watch");
            resident()
        }
        Form::Delta => {
            let outcome = runtime.block_on(run(&plan(4, SHARPER_AFTER_S))).expect("viewers watch");
            outcome.server.expect("its process was measured").rss_bytes as f64
        }
    };
    let sampler = std::thread::spawn(move || {
        let sample = |_| {
            std::thread::sleep(Duration::from_secs(5));
            resident()
        };
        (0..12).map(sample).collect::<Vec<f64>>()
    });
    let outcome = runtime.block_on(run(&plan(VIEWERS, 60))).expect("viewers watch");
    let samples = sampler.join().expect("the sampler does not panic");
    let each = (samples.iter().copied().fold(0.0, f64::max) - few) / VIEWERS as f64 / 1e3;
    bars.note(format!("{who}: memory a viewer"), each, "KB", Must::AtMost(48.0 + frame_kb(&outcome)));
    let middle = |part: &[f64]| support::median(part.to_vec());
    let growth = middle(&samples[8..]) - middle(&samples[2..6]);
    bars.note(format!("{who}: growth over a minute"), growth / 1e6, "MB", Must::AtMost(1.0));
}

/// Returns the mean size of the complete pictures of the frames that the viewers got, KB.
fn frame_kb(outcome: &Outcome) -> f64 {
    let frames: u64 = outcome.viewers.iter().map(|viewer| viewer.report.frames).sum();
    let bytes: u64 = outcome.viewers.iter().map(|viewer| viewer.report.deltas.whole_bytes).sum();
    bytes as f64 / frames as f64 / 1e3
}
