//! Routes that tell how things are: state, figures, health, metrics. Pure.

use super::{
    kinds::{About, Answer},
    params::CAMERA,
};

/// Tells how cameras fare.
pub const STATUS: About =
    About { answers: &[Answer::json(200, "Status")], ..About::of("status", "Tells how cameras fare") };

/// Tells what is counted in a camera's pictures.
pub const STATS: About = About {
    query: &[CAMERA],
    answers: &[Answer::json(200, "Stats")],
    codes: &["no_camera"],
    ..About::of("stats", "Tells what is counted in a camera's pictures")
};

/// Tells where people are in a camera's pictures.
pub const HEATMAP: About = About {
    query: &[CAMERA],
    answers: &[Answer::json(200, "Heatmap")],
    codes: &["no_camera", "analytics_off", "analytics_failed", "no_result"],
    ..About::of("heatmap", "Tells where people are in a camera's pictures")
};

/// Tells where a camera's pictures are to be had.
pub const STREAM_INFO: About = About {
    query: &[CAMERA],
    answers: &[Answer::json(200, "StreamInfo")],
    codes: &["no_camera"],
    ..About::of("streamInfo", "Tells where a camera's pictures are to be had")
};

/// Tells that the process answers.
pub const HEALTH: About = About {
    answers: &[Answer::json(200, "Health")],
    ..About::of("health", "Tells that the process answers")
};

/// Tells whether every camera shows pictures.
pub const READY: About = About {
    answers: &[Answer::json(200, "Ready"), Answer::json(503, "NotReady")],
    codes: &["no_picture"],
    ..About::of("ready", "Tells whether every camera shows pictures")
};

/// Gives the metrics for Prometheus.
pub const METRICS: About = About {
    answers: &[Answer::raw("text/plain")],
    ..About::of("metrics", "Gives the metrics for Prometheus")
};
