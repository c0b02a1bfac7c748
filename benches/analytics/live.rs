//! The whole server with both models and viewers at three levels: what analytics get done, and what that does
//! to the video.

use std::time::Duration;

use crate::{
    load::{
        client::{Pace, Steering, ViewerSpec},
        crowd::{CrowdPlan, Seat, run},
        report::Summary,
    },
    support::{Bars, Must, Server, metric, rounds},
};

const LEVELS: [u8; 3] = [50, 70, 90];
const MEASURED: Duration = Duration::from_secs(30);
const WARMUP: Duration = Duration::from_secs(5);

pub fn measure(bars: &mut Bars) {
    for _ in 0..rounds() {
        round(bars);
    }
}

fn round(bars: &mut Bars) {
    let server =
        Server::steadycast(&["--source", "synthetic", "--analytics", "on"]).expect("the server starts");
    let seat = |level: u8| {
        let (addr, host, steering) = (server.addr, server.addr.to_string(), Steering::Fixed(level));
        let path = steering.path();
        let spec = ViewerSpec {
            addr,
            host,
            path,
            pace: Pace::Full,
            ack: true,
            rcvbuf: None,
            timeline: false,
            steering,
        };
        Seat { level, spec }
    };
    let plan = |measured| CrowdPlan {
        seats: LEVELS.map(seat).into(),
        viewers: LEVELS.len(),
        warmup: Duration::ZERO,
        measured,
        pid: Some(server.pid()),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(run(&plan(WARMUP))).expect("viewers watch");
    let before = server.metrics().expect("metrics");
    let outcome = runtime.block_on(run(&plan(MEASURED))).expect("viewers watch");
    let after = server.metrics().expect("metrics");
    print!("{}", Summary::new(&outcome).table());
    let grown = |name: &str, label: &str| metric(&after, name, label) - metric(&before, name, label);
    let interval = |name: &str| grown(&format!("{name}_sum"), "") / grown(&format!("{name}_count"), "");
    let per_second =
        |stage: &str| grown("steadycast_analytics_seconds_count", stage) / seconds(&before, &after);
    bars.note(
        "live: captured",
        1.0 / interval("steadycast_capture_interval_seconds"),
        "FPS",
        Must::Within(34.0, 0.2),
    );
    bars.note("live: slowest viewer", Summary::new(&outcome).all.fps_slowest, "FPS", Must::Be);
    let lateness = |percent| quantile(&before, &after, "steadycast_capture_lateness_seconds", percent) * 1e3;
    bars.note("live: lateness p99, at most", lateness(0.99), "ms", Must::AtMost(3.0));
    bars.note("live: detection", per_second("detect"), "a s", Must::AtLeast(10.0));
    bars.note("live: crowd", per_second("crowd"), "a s", Must::AtLeast(2.0));
    let delay = quantile(&before, &after, "steadycast_analytics_delay_seconds", 0.95) * 1e3;
    bars.note("live: capture to result p95, at most", delay, "ms", Must::AtMost(250.0));
    for stage in ["detect", "crowd", "track"] {
        let of = |part: &str| grown(&format!("steadycast_analytics_seconds_{part}"), stage);
        bars.note(format!("live: one {stage}"), of("sum") / of("count") * 1e3, "ms", Must::Be);
    }
}

/// Time between two readings, by the frames captured in it.
fn seconds(before: &str, after: &str) -> f64 {
    let sum = |text: &str| metric(text, "steadycast_capture_interval_seconds_sum", "");
    sum(after) - sum(before)
}

/// The upper bound, in seconds, of the bucket in which that share of what was observed between two readings
/// lies.
fn quantile(before: &str, after: &str, name: &str, share: f64) -> f64 {
    let bucket = format!("{name}_bucket");
    let bounds =
        after.lines().filter_map(|line| line.strip_prefix(&bucket)?.split('"').nth(1)?.parse::<f64>().ok());
    let upto = |bound: f64| {
        let label = format!("le=\"{bound}\"");
        metric(after, &bucket, &label) - metric(before, &bucket, &label)
    };
    let count = format!("{name}_count");
    let all = metric(after, &count, "") - metric(before, &count, "");
    bounds
        .filter(|bound| bound.is_finite())
        .find(|bound| upto(*bound) >= share * all)
        .unwrap_or(f64::INFINITY)
}
