//! Every counter, gauge and histogram once, with its unit and its name on `/metrics`.
//!
//! Stages count here; nothing here decides. Each server has a registry of its own, so several can live in one
//! process.

use std::collections::HashMap;

use prometheus::{
    Encoder, GaugeVec, HistogramOpts, HistogramVec, IntCounterVec, IntGaugeVec, Opts, Registry, TextEncoder,
    core::{Collector, MetricVec, MetricVecBuilder},
};
pub use prometheus::{Error as MetricsError, Gauge, Histogram, IntCounter, IntGauge};

use crate::tools::fence::Fences;

/// Bounds in seconds for what should take milliseconds: encoding, delivery, lateness, intervals around 1/34
/// s.
const SECONDS: [f64; 20] = [
    0.0001, 0.00025, 0.0005, 0.001, 0.0015, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.025, 0.03,
    0.035, 0.05, 0.1, 0.25, 1.0, 5.0,
];

/// The label of what is counted by camera.
const CAMERA: &[&str] = &["camera"];

/// The labels of what is counted by camera and level.
const LEVEL: &[&str] = &["camera", "level"];

/// The labels of what is counted of delta frames.
const DELTA: &[&str] = &["camera", "level", "scale", "kind"];

/// The values of no labels.
const NO_LABELS: &[&str] = &[];

/// Help texts, as `/metrics` shows them.
const PANICS: &str = "Panics that cost a piece of work";
const CAPTURED: &str = "Frames handed on by capture";
const INTERVAL: &str = "From one captured frame to the next";
const LATENESS: &str = "From a frame's deadline to the start of its capture";
const FPS: &str = "Measured capture rate, frames a second";
const RECONNECTS: &str = "Times a source was opened again";
const ENCODES: &str = "JPEGs made";
const ENCODE_TIME: &str = "Time to compress one JPEG";
const ENCODE_LOAD: &str = "CPU time that all wanted rungs take, as a share of the encoders' time";
const MERGED: &str = "Rungs whose viewers get a lower one";
const UNTOUCHED: &str = "Frames that went out as the camera's own JPEG";
const SENT: &str = "Frames handed to viewers' sockets";
const SKIPPED: &str = "Frames not delivered";
const BYTES: &str = "Bytes of frames handed to viewers' sockets";
const DELTA_FRAMES: &str = "Frames handed to viewers who get deltas";
const DELTA_BYTES: &str = "Bytes of frames handed to viewers who get deltas";
const DELTA_BLOCKS: &str = "Blocks sent because they changed";
const REFINED_BLOCKS: &str = "Blocks sent again because they stand still";
const KEYS_ASKED: &str = "Key frames that viewers asked for and were given";
const DELIVERY: &str = "From capture to the viewer's socket";
const ANALYTICS_TIME: &str = "Time one step of analytics took";
const RESULTS: &str = "Results of analytics";
const RESULT_DELAY: &str = "From a frame's capture to its result";
const FILE_REFUSED: &str = "1 while the cameras file is not taken over, or a camera is not as described";
const NEWS_LOST: &str = "News that a reader was too slow for";
const MESSAGES: &str = "Messages to services";
const OCCASIONS: &str = "Times that a rule held";
const HISTORY_UP: &str = "Whether history is being written";
const HISTORY_DROPPED: &str = "What history had to let go of while its disk failed";
const HISTORY_COMMIT: &str = "Time one write of history took";
const HISTORY_BYTES: &str = "Size of history's database";

const REFUSED: &str = "Requests, viewers and connections that were refused";
const AUDIT_LOST: &str = "Entries of the audit that are in the log alone, since too many came at once";
const CERTIFICATE: &str = "Time until the certificate ends; without TLS it never does";

/// What viewers who get deltas were sent.
#[derive(Clone)]
pub struct Deltas {
    /// Frames, by camera, level, scale and kind: `key`, `delta`, `sweep`, `refined`.
    pub frames: IntCounterVec,
    /// Bytes of those frames, by the same labels.
    pub bytes: IntCounterVec,
    /// Blocks of delta frames and of sweeps, by camera.
    pub blocks: IntCounterVec,
    /// Blocks of refinements, by camera.
    pub refined_blocks: IntCounterVec,
    /// Wishes for a key frame that were granted, by camera: the frame goes out next, or once there is one.
    pub keys_asked: IntCounterVec,
}

/// What rules and services do.
#[derive(Clone)]
pub struct Notifications {
    /// Messages to services, by service and outcome: `told`, `failed` (a try), `dropped` (let go of, or
    /// given up).
    pub messages: IntCounterVec,
    /// Times that a rule held, by outcome: `told` by itself, `gathered` into a later message, `quiet`
    /// (outside of the rule's hours), `untold` (no service tells it, or the rule is gone).
    pub occasions: IntCounterVec,
}

/// What a server counts. Cloning shares the counters.
#[derive(Clone)]
pub struct Metrics {
    registry: Registry,
    /// Frames that capture handed on, by camera, slates included.
    pub frames_captured: IntCounterVec,
    /// Seconds from one captured frame to the next, by camera.
    pub capture_interval: HistogramVec,
    /// Seconds from the moment a frame was due to the moment its drawing or reading began; synthetic scene
    /// and files, by camera.
    pub capture_lateness: HistogramVec,
    /// JPEGs made, by camera, level and scale; of a frame for viewers of deltas the one that nearly all of
    /// them get.
    pub encodes: IntCounterVec,
    /// Frames of a level that went out as the camera's own JPEG, by camera; to viewers of deltas and to
    /// others each.
    pub frames_untouched: IntCounterVec,
    /// Seconds one JPEG took, by level; the first of a frame does, or waits for, what all its levels share.
    pub encode_seconds: HistogramVec,
    /// CPU time that all wanted rungs take at the camera's rate, as a share of the encoding threads' time.
    pub encode_load: Gauge,
    /// Rungs whose viewers get a lower one, because all that are wanted are too many for the processors, by
    /// camera.
    pub rungs_merged: IntGaugeVec,
    /// Frames handed to a viewer's socket, by camera and level; a key frame of one that it had is no other.
    pub frames_sent: IntCounterVec,
    /// Frames not delivered, by camera and reason: `too_fast` (dropped before any work), `broken` (the
    /// camera's picture cannot be used), `encoder_busy` (a newer one came first), `viewer_slow` (a viewer's
    /// gap, whatever its cause).
    pub frames_skipped: IntCounterVec,
    /// Viewers now, by camera and level.
    pub viewers: IntGaugeVec,
    /// Bytes of frames handed to sockets, by camera.
    pub bytes_sent: IntCounterVec,
    /// What viewers who get deltas were sent.
    pub deltas: Deltas,
    /// Seconds from capture to the socket, by camera, of the same frames.
    pub delivery: HistogramVec,
    /// Times a source was opened again, by camera.
    pub source_reconnects: IntCounterVec,
    /// Measured capture rate, frames a second, by camera.
    pub capture_fps: GaugeVec,
    /// Seconds one step of analytics took, by stage: `crowd`, `detect`, `track`.
    pub analytics_seconds: HistogramVec,
    /// Results of analytics, by camera and model: `crowd`, `detect`.
    pub analytics_results: IntCounterVec,
    /// Seconds from a frame's capture to its result, by camera.
    pub analytics_delay: HistogramVec,
    /// 1 while the present cameras file is not taken over, or a camera cannot be as it is described.
    pub cameras_file_refused: IntGauge,
    /// Results and events that a reader of the news was too slow for, by reader.
    pub news_lost: IntCounterVec,
    /// What rules and services do.
    pub notifications: Notifications,
    /// 1 while history is being written, and 0 while there is none or its disk fails.
    pub history_up: Gauge,
    /// What history had to let go of while its disk failed, by what it was: `minute`, `event`, `snapshot`.
    pub history_dropped: IntCounterVec,
    /// Seconds that one write of history took.
    pub history_commit: Histogram,
    /// Bytes of history's database, but for its log.
    pub history_bytes: Gauge,
    /// Requests, viewers and connections that were refused, by the code of the error.
    pub refused: IntCounterVec,
    /// Changes that were not written into the audit, since too many came at once.
    pub audit_lost: IntCounter,
    /// Seconds until the certificate ends, as the last reader of the metrics was told; infinity without TLS.
    pub certificate_expiry: Gauge,
    /// Panics that cost a piece of work and nothing else, by where they happened.
    pub fences: Fences,
}

impl Metrics {
    /// A fresh set, all at zero.
    ///
    /// # Errors
    /// Only if two metrics had the same name.
    pub fn new() -> prometheus::Result<Self> {
        let registry = Registry::new_custom(Some("steadycast".into()), None)?;
        let make = Make { registry: &registry };
        let panics = make.counter("panics_total", PANICS, &["where"])?;
        Ok(Metrics {
            fences: Fences::new(|place| panics.with_label_values(&[place.label()])),
            frames_captured: make.counter("frames_captured_total", CAPTURED, CAMERA)?,
            capture_interval: make.seconds("capture_interval_seconds", INTERVAL, CAMERA)?,
            capture_lateness: make.seconds("capture_lateness_seconds", LATENESS, CAMERA)?,
            capture_fps: make.rate("capture_fps", FPS, CAMERA)?,
            source_reconnects: make.counter("source_reconnects_total", RECONNECTS, CAMERA)?,
            encodes: make.counter("encodes_total", ENCODES, &["camera", "level", "scale"])?,
            encode_seconds: make.seconds("encode_seconds", ENCODE_TIME, &["level"])?,
            encode_load: make.share("encode_load", ENCODE_LOAD)?,
            rungs_merged: make.count("rungs_merged", MERGED, CAMERA)?,
            frames_untouched: make.counter("frames_untouched_total", UNTOUCHED, CAMERA)?,
            frames_sent: make.counter("frames_sent_total", SENT, LEVEL)?,
            frames_skipped: make.counter("frames_skipped_total", SKIPPED, &["camera", "reason"])?,
            bytes_sent: make.counter("bytes_sent_total", BYTES, CAMERA)?,
            deltas: make.deltas()?,
            delivery: make.seconds("delivery_seconds", DELIVERY, CAMERA)?,
            viewers: make.count("viewers", "Viewers now", LEVEL)?,
            analytics_seconds: make.seconds("analytics_seconds", ANALYTICS_TIME, &["stage"])?,
            analytics_results: make.counter("analytics_results_total", RESULTS, &["camera", "model"])?,
            analytics_delay: make.seconds("analytics_delay_seconds", RESULT_DELAY, CAMERA)?,
            cameras_file_refused: make.flag("cameras_file_refused", FILE_REFUSED)?,
            news_lost: make.counter("news_lost_total", NEWS_LOST, &["reader"])?,
            notifications: make.notifications()?,
            history_up: make.share("history_up", HISTORY_UP)?,
            history_dropped: make.counter("history_dropped_total", HISTORY_DROPPED, &["what"])?,
            history_commit: make.one_of_seconds("history_commit_seconds", HISTORY_COMMIT)?,
            history_bytes: make.share("history_bytes", HISTORY_BYTES)?,
            refused: make.counter("refused_total", REFUSED, &["code"])?,
            audit_lost: make.one_counter("audit_lost_total", AUDIT_LOST)?,
            certificate_expiry: make.share("certificate_expiry_seconds", CERTIFICATE)?,
            registry,
        })
    }

    /// Forgets what was counted of a camera that is gone. Whoever still holds one of its counters counts on
    /// in none of the server's.
    pub fn forget(&self, camera: &str) {
        let counters = [
            &self.frames_captured,
            &self.encodes,
            &self.frames_untouched,
            &self.frames_sent,
            &self.frames_skipped,
            &self.bytes_sent,
            &self.deltas.frames,
            &self.deltas.bytes,
            &self.deltas.blocks,
            &self.deltas.refined_blocks,
            &self.deltas.keys_asked,
            &self.source_reconnects,
            &self.analytics_results,
        ];
        counters.into_iter().for_each(|vec| forget(vec, camera));
        [&self.rungs_merged, &self.viewers].into_iter().for_each(|vec| forget(vec, camera));
        let histograms =
            [&self.capture_interval, &self.capture_lateness, &self.delivery, &self.analytics_delay];
        histograms.into_iter().for_each(|vec| forget(vec, camera));
        forget(&self.capture_fps, camera);
    }

    /// Everything in Prometheus' text format, version 0.0.4.
    ///
    /// # Errors
    /// Where a metric cannot be written as text.
    pub fn render(&self) -> prometheus::Result<String> {
        let mut text = Vec::new();
        TextEncoder::new().encode(&self.registry.gather(), &mut text)?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }
}

/// Removes the series of a camera, whatever their other labels.
fn forget<B: MetricVecBuilder>(vec: &MetricVec<B>, camera: &str) {
    for family in vec.collect() {
        for metric in family.get_metric() {
            let labels: HashMap<&str, &str> =
                metric.get_label().iter().map(|label| (label.name(), label.value())).collect();
            if labels.get("camera") == Some(&camera) {
                // Somebody else may have removed it.
                let _ = vec.remove(&labels);
            }
        }
    }
}

/// Makes metrics that a registry knows: each by its name, its help and the names of its labels.
struct Make<'a> {
    registry: &'a Registry,
}

impl Make<'_> {
    fn counter(&self, name: &str, help: &str, labels: &[&str]) -> prometheus::Result<IntCounterVec> {
        registered(self.registry, IntCounterVec::new(Opts::new(name, help), labels)?)
    }

    fn notifications(&self) -> prometheus::Result<Notifications> {
        Ok(Notifications {
            messages: self.counter("messages_total", MESSAGES, &["service", "outcome"])?,
            occasions: self.counter("rule_occasions_total", OCCASIONS, &["outcome"])?,
        })
    }

    fn deltas(&self) -> prometheus::Result<Deltas> {
        Ok(Deltas {
            frames: self.counter("delta_frames_total", DELTA_FRAMES, DELTA)?,
            bytes: self.counter("delta_bytes_total", DELTA_BYTES, DELTA)?,
            blocks: self.counter("delta_blocks_total", DELTA_BLOCKS, CAMERA)?,
            refined_blocks: self.counter("refined_blocks_total", REFINED_BLOCKS, CAMERA)?,
            keys_asked: self.counter("delta_keys_asked_total", KEYS_ASKED, CAMERA)?,
        })
    }

    fn one_counter(&self, name: &str, help: &str) -> prometheus::Result<IntCounter> {
        Ok(self.counter(name, help, &[])?.with_label_values(NO_LABELS))
    }

    fn count(&self, name: &str, help: &str, labels: &[&str]) -> prometheus::Result<IntGaugeVec> {
        registered(self.registry, IntGaugeVec::new(Opts::new(name, help), labels)?)
    }

    fn flag(&self, name: &str, help: &str) -> prometheus::Result<IntGauge> {
        registered(self.registry, IntGauge::new(name, help)?)
    }

    fn rate(&self, name: &str, help: &str, labels: &[&str]) -> prometheus::Result<GaugeVec> {
        registered(self.registry, GaugeVec::new(Opts::new(name, help), labels)?)
    }

    fn share(&self, name: &str, help: &str) -> prometheus::Result<Gauge> {
        registered(self.registry, Gauge::new(name, help)?)
    }

    fn seconds(&self, name: &str, help: &str, labels: &[&str]) -> prometheus::Result<HistogramVec> {
        let options = HistogramOpts::new(name, help).buckets(SECONDS.to_vec());
        registered(self.registry, HistogramVec::new(options, labels)?)
    }

    fn one_of_seconds(&self, name: &str, help: &str) -> prometheus::Result<Histogram> {
        Ok(self.seconds(name, help, &[])?.with_label_values(NO_LABELS))
    }
}

/// Registers a metric.
fn registered<M: Collector + Clone + 'static>(registry: &Registry, metric: M) -> prometheus::Result<M> {
    registry.register(Box::new(metric.clone()))?;
    Ok(metric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_carry_the_prefix_and_start_at_nothing() {
        let metrics = Metrics::new().expect("names differ");
        metrics.encodes.with_label_values(&["main", "80", "1"]).inc();
        let text = metrics.render().expect("renders");
        assert!(
            text.contains("steadycast_encodes_total{camera=\"main\",level=\"80\",scale=\"1\"} 1"),
            "{text}"
        );
        metrics.delivery.with_label_values(&["main"]);
        let text = metrics.render().expect("renders");
        assert!(text.contains("steadycast_delivery_seconds_count{camera=\"main\"} 0"), "{text}");
    }

    #[test]
    fn a_camera_that_is_forgotten_leaves_no_series_and_others_stay() {
        let metrics = Metrics::new().expect("names differ");
        for camera in ["gate", "yard"] {
            metrics.encodes.with_label_values(&[camera, "80", "1"]).inc();
            metrics.frames_skipped.with_label_values(&[camera, "broken"]).inc();
            metrics.delivery.with_label_values(&[camera]).observe(0.1);
            metrics.viewers.with_label_values(&[camera, "80"]).inc();
            metrics.capture_fps.with_label_values(&[camera]).set(25.0);
        }
        let held = metrics.frames_skipped.with_label_values(&["gate", "broken"]);
        metrics.forget("gate");
        held.inc();
        let text = metrics.render().expect("renders");
        assert!(!text.contains("gate") && text.contains("yard"), "{text}");
    }
}
