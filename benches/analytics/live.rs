//! The whole server with both models and viewers at three levels: what analytics get done, and what that does
//! to the video.

use std::time::Duration;

use crate::{
    load::{
        client::{Steering, ViewerSpec},
        crowd::{CrowdPlan, Seat, run},
        report::Summary,
    },
    support::{Bars, Must, Server, metric, rounds},
};

/// Levels of the viewers, one each.
const LEVELS: [u8; 3] = [50, 70, 90];
/// How long viewers and analytics are measured.
const MEASURED: Duration = Duration::from_secs(30);
/// How long viewers watch before that.
const WARMUP: Duration = Duration::from_secs(5);

pub fn measure(bars: &mut Bars) {
    for _ in 0..rounds() {
        round(bars);
    }
}

fn round(bars: &mut Bars) {
    let server =
        Server::steadycast(&["--source", "synthetic", "--analytics", "on"]).expect("the server starts");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(run(&plan(&server, WARMUP))).expect("viewers watch");
    let before = server.metrics().expect("metrics");
    let outcome = runtime.block_on(run(&plan(&server, MEASURED))).expect("viewers watch");
    let between = Between { before, after: server.metrics().expect("metrics") };
    let summary = Summary::new(&outcome);
    print!("{}", summary.table());
    bars.note("live: captured", between.captured_fps(), "FPS", Must::Within(34.0, 0.2));
    bars.note("live: slowest viewer", summary.all.fps_slowest, "FPS", Must::Be);
    let lateness = between.quantile("steadycast_capture_lateness_seconds", 0.99) * 1e3;
    bars.note("live: lateness p99, at most", lateness, "ms", Must::AtMost(3.0));
    analytics(bars, &between);
}

/// Viewers at the bench's levels for a while.
fn plan(server: &Server, measured: Duration) -> CrowdPlan {
    let seat = |level: u8| {
        let spec = ViewerSpec { ack: true, ..ViewerSpec::new(server.addr, Steering::Fixed(level)) };
        Seat { level, spec }
    };
    let (viewers, pid) = (LEVELS.len(), Some(server.pid()));
    CrowdPlan { seats: LEVELS.map(seat).into(), viewers, warmup: Duration::ZERO, measured, pid }
}

/// Notes how many analytics were done, and what they took.
fn analytics(bars: &mut Bars, between: &Between) {
    let of = |part: &str, stage| between.grown(&format!("steadycast_analytics_seconds_{part}"), stage);
    for (stage, least) in [("detection", 10.0), ("crowd", 2.0)] {
        let label = if stage == "detection" { "detect" } else { stage };
        let per_second = of("count", label) / between.seconds();
        bars.note(format!("live: {stage}"), per_second, "a s", Must::AtLeast(least));
    }
    let delay = between.quantile("steadycast_analytics_delay_seconds", 0.95) * 1e3;
    bars.note("live: capture to result p95, at most", delay, "ms", Must::AtMost(250.0));
    for stage in ["detect", "crowd", "track"] {
        let each = of("sum", stage) / of("count", stage) * 1e3;
        bars.note(format!("live: one {stage}"), each, "ms", Must::Be);
    }
}

/// Two readings of the server's metrics.
struct Between {
    before: String,
    after: String,
}

impl Between {
    /// Returns by how much a metric grew, over all its labels that contain `label`.
    fn grown(&self, name: &str, label: &str) -> f64 {
        metric(&self.after, name, label) - metric(&self.before, name, label)
    }

    /// Returns the time between the readings, by the frames captured in it.
    fn seconds(&self) -> f64 {
        self.grown("steadycast_capture_interval_seconds_sum", "")
    }

    fn captured_fps(&self) -> f64 {
        self.grown("steadycast_capture_interval_seconds_count", "") / self.seconds()
    }

    /// Returns the upper bound, in seconds, of the bucket in which that share of what was observed lies.
    fn quantile(&self, name: &str, share: f64) -> f64 {
        let bucket = format!("{name}_bucket");
        // Series carry the camera as well.
        let bound = |line: &str| {
            let labels = line.strip_prefix(&bucket)?;
            labels.split("le=\"").nth(1)?.split('"').next()?.parse::<f64>().ok()
        };
        let bounds = self.after.lines().filter_map(bound);
        let upto = |bound: f64| self.grown(&bucket, &format!("le=\"{bound}\""));
        let all = self.grown(&format!("{name}_count"), "");
        bounds
            .filter(|bound| bound.is_finite())
            .find(|bound| upto(*bound) >= share * all)
            .unwrap_or(f64::INFINITY)
    }
}
