//! Every counter, gauge and histogram once, with its unit and its name on `/metrics`.
//!
//! Stages count here; nothing here decides. Each server has a registry of its own, so several can live in one
//! process.

use prometheus::{
    Encoder, Gauge, HistogramOpts, HistogramVec, IntCounterVec, IntGaugeVec, Opts, Registry, TextEncoder,
    core::Collector,
};
pub use prometheus::{Error as MetricsError, Histogram, IntCounter, IntGauge};

use crate::tools::fence::Fences;

/// Bounds in seconds for what should take milliseconds: encoding, delivery, lateness, intervals around 1/34
/// s.
const SECONDS: [f64; 20] = [
    0.0001, 0.00025, 0.0005, 0.001, 0.0015, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.025, 0.03,
    0.035, 0.05, 0.1, 0.25, 1.0, 5.0,
];

/// What a server counts. Cloning shares the counters.
#[derive(Clone)]
pub struct Metrics {
    registry: Registry,
    /// Frames that capture handed on, by camera, slates included.
    pub frames_captured: IntCounterVec,
    /// Seconds from one captured frame to the next.
    pub capture_interval: Histogram,
    /// Seconds from the moment a frame was due to the moment its drawing or reading began; synthetic scene
    /// and files.
    pub capture_lateness: Histogram,
    /// JPEGs made, by camera, level and scale.
    pub encodes: IntCounterVec,
    /// Frames of a level that went out as the camera's own JPEG, by camera.
    pub frames_untouched: IntCounterVec,
    /// Seconds one JPEG took, by level; the first of a frame does, or waits for, what all its levels share.
    pub encode_seconds: HistogramVec,
    /// CPU time that all wanted rungs take at the camera's rate, as a share of the encoding threads' time.
    pub encode_load: Gauge,
    /// Rungs whose viewers get a lower one, because all that are wanted are too many for the processors, by
    /// camera.
    pub rungs_merged: IntGaugeVec,
    /// Frames handed to a viewer's socket, by camera and level.
    pub frames_sent: IntCounterVec,
    /// Frames not delivered, by camera and reason: `too_fast` (dropped before any work), `broken` (the
    /// camera's picture cannot be used), `encoder_busy` (a newer one came first), `viewer_slow` (a viewer's
    /// gap, whatever its cause).
    pub frames_skipped: IntCounterVec,
    /// Viewers now, by camera and level.
    pub viewers: IntGaugeVec,
    /// Bytes of frames handed to sockets, by camera.
    pub bytes_sent: IntCounterVec,
    /// Seconds from capture to the socket.
    pub delivery: Histogram,
    /// Times a source was opened again, by camera.
    pub source_reconnects: IntCounterVec,
    /// Measured capture rate, frames a second.
    pub capture_fps: Gauge,
    /// Seconds one step of analytics took, by stage: `crowd`, `detect`, `track`.
    pub analytics_seconds: HistogramVec,
    /// Results of analytics, by camera.
    pub analytics_results: IntCounterVec,
    /// Seconds from a frame's capture to its result.
    pub analytics_delay: Histogram,
    /// What a bounded queue had no room for, by queue: `analytics`.
    pub queue_dropped: IntCounterVec,
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
        let counter = |name: &str, help: &str, labels: &[&str]| {
            registered(&registry, IntCounterVec::new(Opts::new(name, help), labels)?)
        };
        let seconds = |name: &str, help: &str| HistogramOpts::new(name, help).buckets(SECONDS.to_vec());
        let histogram =
            |name: &str, help: &str| registered(&registry, Histogram::with_opts(seconds(name, help))?);
        let panics = counter("panics_total", "Panics that cost a piece of work", &["where"])?;
        Ok(Metrics {
            fences: Fences::new(|place| panics.with_label_values(&[place.label()])),
            frames_captured: counter("frames_captured_total", "Frames handed on by capture", &["camera"])?,
            capture_interval: histogram("capture_interval_seconds", "From one captured frame to the next")?,
            capture_lateness: histogram(
                "capture_lateness_seconds",
                "From a frame's deadline to the start of its capture",
            )?,
            encodes: counter("encodes_total", "JPEGs made", &["camera", "level", "scale"])?,
            frames_untouched: counter(
                "frames_untouched_total",
                "Frames that went out as the camera's own JPEG",
                &["camera"],
            )?,
            encode_seconds: registered(
                &registry,
                HistogramVec::new(seconds("encode_seconds", "Time to compress one JPEG"), &["level"])?,
            )?,
            encode_load: registered(
                &registry,
                Gauge::new(
                    "encode_load",
                    "CPU time that all wanted rungs take, as a share of the encoders' time",
                )?,
            )?,
            rungs_merged: registered(
                &registry,
                IntGaugeVec::new(
                    Opts::new("rungs_merged", "Rungs whose viewers get a lower one"),
                    &["camera"],
                )?,
            )?,
            frames_sent: counter(
                "frames_sent_total",
                "Frames handed to viewers' sockets",
                &["camera", "level"],
            )?,
            frames_skipped: counter("frames_skipped_total", "Frames not delivered", &["camera", "reason"])?,
            viewers: registered(
                &registry,
                IntGaugeVec::new(Opts::new("viewers", "Viewers now"), &["camera", "level"])?,
            )?,
            bytes_sent: counter(
                "bytes_sent_total",
                "Bytes of frames handed to viewers' sockets",
                &["camera"],
            )?,
            delivery: histogram("delivery_seconds", "From capture to the viewer's socket")?,
            source_reconnects: counter(
                "source_reconnects_total",
                "Times a source was opened again",
                &["camera"],
            )?,
            capture_fps: registered(
                &registry,
                Gauge::new("capture_fps", "Measured capture rate, frames a second")?,
            )?,
            analytics_seconds: registered(
                &registry,
                HistogramVec::new(
                    seconds("analytics_seconds", "Time one step of analytics took"),
                    &["stage"],
                )?,
            )?,
            analytics_results: counter("analytics_results_total", "Results of analytics", &["camera"])?,
            queue_dropped: counter(
                "queue_dropped_total",
                "What a bounded queue had no room for",
                &["queue"],
            )?,
            analytics_delay: histogram("analytics_delay_seconds", "From a frame's capture to its result")?,
            registry,
        })
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

/// The metric, once the registry knows it.
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
        assert!(text.contains("steadycast_delivery_seconds_count 0"), "{text}");
    }
}
