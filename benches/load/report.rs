//! A run's summary and its table.
//!
//! In: the reports of a run's viewers and what the processes used. Out: numbers with units, as text or JSON.
//! Not here: measuring.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{
    ages::{percentile, sorted_ms},
    crowd::Outcome,
    record::{Deltas, ViewerReport},
};

/// What a group of viewers got.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivered {
    /// Number of viewers.
    pub viewers: usize,
    /// Frames a second that the slowest viewer got.
    pub fps_slowest: f64,
    /// Frames a second that the slowest hundredth of the viewers got at most.
    pub fps_p1: f64,
    /// Frames a second that half of the viewers got at most.
    pub fps_p50: f64,
    /// Ages at p50, p95 and p99, milliseconds, where the frames carry the comment.
    pub ages_ms: Option<[f64; 3]>,
    /// Frames skipped, where the frames carry the comment.
    pub gaps: Option<u64>,
    /// Bytes of JPEGs, of all viewers.
    pub bytes: u64,
    /// Bytes of JPEGs a second, of all viewers.
    pub bytes_per_second: f64,
    /// Frames of all viewers.
    pub frames: u64,
}

/// Sums up `reports` over `seconds`.
pub fn delivered<'a>(reports: impl IntoIterator<Item = &'a ViewerReport>, seconds: f64) -> Delivered {
    let reports: Vec<_> = reports.into_iter().collect();
    let mut fps: Vec<f64> = reports.iter().map(|report| report.frames as f64 / seconds).collect();
    fps.sort_unstable_by(f64::total_cmp);
    let ages = sorted_ms(reports.iter().map(|report| &report.ages));
    let at = |percent| percentile(&ages, percent);
    let bytes = reports.iter().map(|report| report.bytes).sum::<u64>();
    let commented = reports.iter().any(|report| report.commented > 0);
    Delivered {
        viewers: reports.len(),
        fps_slowest: fps.first().copied().unwrap_or_default(),
        fps_p1: percentile(&fps, 1.0).unwrap_or_default(),
        fps_p50: percentile(&fps, 50.0).unwrap_or_default(),
        ages_ms: at(50.0).zip(at(95.0)).zip(at(99.0)).map(|((p50, p95), p99)| [p50, p95, p99]),
        gaps: commented.then(|| reports.iter().map(|report| report.gaps).sum()),
        bytes,
        bytes_per_second: bytes as f64 / seconds,
        frames: reports.iter().map(|report| report.frames).sum(),
    }
}

/// A run in numbers: all viewers, and the viewers of each level.
pub struct Summary {
    pub all: Delivered,
    pub levels: BTreeMap<u8, Delivered>,
    /// What the viewers got of whole and of changed pictures.
    pub deltas: Deltas,
    /// Percent of one core, resident MB and CPU microseconds per delivered frame, when the server's process
    /// is known.
    pub server: Option<ServerCost>,
    /// Percent of one core that this program itself used: near 100 it is what limits the run.
    pub own_cpu_percent: f64,
    /// Percent of one core that everybody else used, when the server's process is known: it spoils a run on
    /// few cores.
    pub other_cpu_percent: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ServerCost {
    pub cpu_percent: f64,
    pub rss_mb: f64,
    pub us_per_frame: f64,
}

impl Summary {
    pub fn new(outcome: &Outcome) -> Self {
        let group = |level| {
            outcome.watching().filter(move |viewer| viewer.level == level).map(|viewer| &viewer.report)
        };
        let levels: BTreeSet<u8> = outcome.watching().map(|viewer| viewer.level).collect();
        let all = delivered(outcome.watching().map(|viewer| &viewer.report), outcome.seconds);
        let mut deltas = Deltas::default();
        outcome.watching().for_each(|viewer| deltas.add(&viewer.report.deltas));
        let percent = |cpu_seconds: f64| (cpu_seconds / outcome.seconds * 100.0).max(0.0);
        let server = outcome.server.map(|used| ServerCost {
            cpu_percent: percent(used.cpu_seconds),
            rss_mb: used.rss_bytes as f64 / 1e6,
            us_per_frame: used.cpu_seconds * 1e6 / all.frames.max(1) as f64,
        });
        Self {
            levels: levels
                .into_iter()
                .map(|level| (level, delivered(group(level), outcome.seconds)))
                .collect(),
            all,
            deltas,
            server,
            own_cpu_percent: percent(outcome.own.cpu_seconds),
            other_cpu_percent: outcome.server.map(|used| {
                percent(outcome.machine_busy_seconds - outcome.own.cpu_seconds - used.cpu_seconds)
            }),
        }
    }

    /// Returns the table that people read.
    pub fn table(&self) -> String {
        let mut out = format!(
            "{:>5} {:>7} {:>7} {:>7} {:>9} {:>9} {:>9} {:>7} {:>9}\n",
            "level", "viewers", "fps p1", "fps p50", "age p50", "age p95", "age p99", "gaps", "MB/s"
        );
        let rows = self.levels.iter().map(|(level, row)| (level.to_string(), row));
        for (name, row) in rows.chain((self.levels.len() > 1).then(|| ("all".to_owned(), &self.all))) {
            let ages = row.ages_ms.map_or(["-".to_owned(), "-".to_owned(), "-".to_owned()], |ages| {
                ages.map(|age| format!("{age:.1}"))
            });
            let gaps = row.gaps.map_or("-".to_owned(), |gaps| gaps.to_string());
            let [p50, p95, p99] = ages;
            out += &format!(
                "{name:>5} {:>7} {:>7.1} {:>7.1} {p50:>9} {p95:>9} {p99:>9} {gaps:>7} {:>9.1}\n",
                row.viewers,
                row.fps_p1,
                row.fps_p50,
                row.bytes_per_second / 1e6
            );
        }
        out += &self.told_of_deltas();
        match self.server {
            Some(ServerCost { cpu_percent, rss_mb, us_per_frame }) => {
                out += &format!(
                    "server: {cpu_percent:.0} % of one core, {rss_mb:.0} MB resident, \
                     {us_per_frame:.1} us of CPU per frame\n"
                );
            }
            None => out += "server: name its process with --pid to see CPU and memory\n",
        }
        let other = self
            .other_cpu_percent
            .map_or(String::new(), |percent| format!(", everything else on this machine: {percent:.0} %"));
        out + &format!("this load generator: {:.0} % of one core{other}\n", self.own_cpu_percent)
    }

    /// A line about delta frames, where there were any.
    fn told_of_deltas(&self) -> String {
        let Deltas { keys, changed, swept, refined, unapplied, .. } = self.deltas;
        if changed + swept + refined + unapplied == 0 {
            return String::new();
        }
        let share = self.share_of_whole();
        format!(
            "deltas: {keys} key frames, {changed} deltas, {swept} parts of sweeps, {refined} refinements, \
             {unapplied} that did not apply; {share:.2} of the bytes of complete pictures\n"
        )
    }

    /// Returns the bytes that came as a share of those that complete pictures would have taken, by what the
    /// frames' comments say.
    pub fn share_of_whole(&self) -> f64 {
        self.all.bytes as f64 / self.deltas.whole_bytes.max(1) as f64
    }

    /// Returns the numbers for other programs.
    pub fn json(&self) -> Value {
        let levels: BTreeMap<String, Value> =
            self.levels.iter().map(|(level, row)| (level.to_string(), row.json())).collect();
        let server = self.server.map(|cost| {
            json!({
                "cpu_percent": cost.cpu_percent, "rss_mb": cost.rss_mb, "us_per_frame": cost.us_per_frame,
            })
        });
        json!({
            "all": self.all.json(), "levels": levels, "server": server,
            "deltas": self.deltas.json(),
            "own_cpu_percent": self.own_cpu_percent, "other_cpu_percent": self.other_cpu_percent,
        })
    }
}

impl Deltas {
    fn json(&self) -> Value {
        let Deltas { keys, changed, swept, refined, blocks, whole_bytes, unapplied } = self;
        json!({
            "keys": keys, "changed": changed, "swept": swept, "refined": refined, "blocks": blocks,
            "whole_bytes": whole_bytes, "unapplied": unapplied,
        })
    }
}

impl Delivered {
    fn json(&self) -> Value {
        json!({
            "viewers": self.viewers, "frames": self.frames, "bytes_per_second": self.bytes_per_second,
            "gaps": self.gaps, "age_ms_p50_p95_p99": self.ages_ms,
            "fps": {"slowest": self.fps_slowest, "p1": self.fps_p1, "p50": self.fps_p50},
        })
    }
}

#[cfg(test)]
#[path = "report_tests.rs"]
mod tests;
