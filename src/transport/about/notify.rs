//! Routes of rules of all cameras and of services. Pure.

use super::kinds::{About, Answer, Body};

/// Tells the rules of all cameras.
pub const RULES: About =
    About { answers: &[Answer::json(200, "Rules")], ..About::of("rules", "Tells the rules of all cameras") };

/// Replaces the rules of all cameras.
pub const RULES_SET: About = About {
    body: Body::camera("Rules"),
    answers: &[Answer::json(200, "Rules")],
    codes: &["bad_rules", "cameras_file", "cameras_file_unwritable"],
    ..About::of("setRules", "Replaces the rules of all cameras")
};

/// Tells a test by a service.
pub const SERVICE_TEST: About = About {
    body: Body::small("WhichService"),
    answers: &[Answer::json(200, "ServiceTried")],
    codes: &["busy"],
    ..About::of("testService", "Tells a test by a service, and what became of it")
};
