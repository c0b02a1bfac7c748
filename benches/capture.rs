//! Capture stage: what comparing a picture with the last one costs; in the running server, pacing while four
//! levels are encoded, and what a server without viewers costs.

#[path = "load/mod.rs"]
mod load;
mod support;

use std::{
    hint::black_box,
    process::ExitCode,
    time::{Duration, Instant},
};

use load::{
    client::{Steering, ViewerSpec},
    crowd::{CrowdPlan, Seat, run},
    process::usage,
};
use steadycast::{
    capture::pacing::Deadlines,
    frame::Picture,
    nouns::picture::Bgr,
    source::{Moment, Source, Wish},
};
use support::{Bars, Must, Server, median, metric};

/// How long pacing is watched.
const PACED: Duration = Duration::from_secs(60);

/// How long an idle server is watched.
const IDLE: Duration = Duration::from_secs(20);

fn main() -> ExitCode {
    let mut bars = Bars::default();
    comparing(&mut bars);
    for _ in 0..support::rounds() {
        pacing(&mut bars);
        idle(&mut bars);
    }
    bars.finish()
}

/// The dearest case there is: pictures that differ in their last byte.
fn comparing(bars: &mut Bars) {
    let bgr = |last: u8| {
        let mut data = vec![7; 1280 * 720 * 3];
        data[1280 * 720 * 3 - 1] = last;
        Picture::Bgr(Bgr { width: 1280, height: 720, data })
    };
    let pictures = [bgr(1), bgr(2)];
    let times = (0..99).map(|_| {
        let began = Instant::now();
        assert!(black_box(&pictures[0]) != black_box(&pictures[1]));
        began.elapsed().as_secs_f64() * 1e3
    });
    bars.note(
        "comparing two pictures of 720p to the last byte",
        median(times.collect()),
        "ms",
        Must::AtMost(0.3),
    );
}

fn pacing(bars: &mut Bars) {
    let server = Server::steadycast(&["--source", "synthetic"]).expect("the server starts");
    let seat = |level: u8| {
        let spec = ViewerSpec { ack: true, ..ViewerSpec::new(server.addr, Steering::Fixed(level)) };
        Seat { level, spec }
    };
    let plan = CrowdPlan {
        seats: [40, 60, 80, 95].map(seat).to_vec(),
        viewers: 4,
        warmup: Duration::from_secs(2),
        measured: PACED,
        pid: Some(server.pid()),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let (before, began) = (server.metrics().expect("metrics"), Instant::now());
    let outcome = runtime.block_on(run(&plan)).expect("viewers watch");
    let (after, seconds) = (server.metrics().expect("metrics"), began.elapsed().as_secs_f64());
    assert_eq!(outcome.ended_early(), None, "all viewers stay");
    let grown = |name: &str, label: &str| metric(&after, name, label) - metric(&before, name, label);
    let frames = grown("steadycast_frames_captured_total", "");
    bars.note("4 levels, 60 s: captured", frames / seconds, "FPS", Must::Within(34.0, 0.1));
    let lateness =
        |bound: &str| grown("steadycast_capture_lateness_seconds_bucket", &format!("le=\"{bound}\""));
    let within = 100.0 * lateness("0.002") / grown("steadycast_capture_lateness_seconds_count", "");
    bars.note(
        "frames at most 2 ms after their deadline (p99 < 2 ms: 99 %)",
        within,
        "%",
        Must::AtLeast(99.0),
    );
}

fn idle(bars: &mut Bars) {
    let server = Server::steadycast(&["--source", "synthetic"]).expect("the server starts");
    // Both at the same time: what else the machine does then slows both.
    let (server_before, own_before) = (cpu(server.pid()), cpu(std::process::id()));
    draw_for(IDLE);
    let server_used = (cpu(server.pid()) - server_before) / IDLE.as_secs_f64() * 100.0;
    let own_used = (cpu(std::process::id()) - own_before) / IDLE.as_secs_f64() * 100.0;
    bars.note(
        "no viewer: encodes",
        server.metric("steadycast_encodes_total", "").expect("metrics"),
        "",
        Must::AtMost(0.0),
    );
    bars.note("the scene alone at 34 FPS", own_used, "% core", Must::Be);
    bars.note("server without viewers, above that", server_used - own_used, "% core", Must::AtMost(2.0));
}

fn cpu(pid: u32) -> f64 {
    usage(pid).expect("a running process").cpu_seconds
}

/// The scene at 34 FPS and nothing else.
fn draw_for(time: Duration) {
    let wish = Wish { fps: 34.0, size: (1280, 720), file_fps: None, snapshot_fps: 1.0 };
    let mut source = Source::open(&"synthetic".parse().expect("an address"), &wish).expect("the scene opens");
    let start = Instant::now();
    let mut deadlines = Deadlines::new(start, wish.fps);
    let mut number = 0;
    while start.elapsed() < time {
        let deadline = deadlines.next(Instant::now());
        std::thread::sleep(deadline.at.saturating_duration_since(Instant::now()));
        number += 1;
        let picture = source.retrieve(Moment { time: deadline.time, number }).expect("draws");
        assert_eq!(picture.size(), wish.size);
    }
}
