//! Routes by which cameras are listed, described, tried and changed. Pure.

use super::kinds::{About, Answer, Body};

/// What may be wrong with any change of a camera.
const CHANGE_CODES: &[&str] =
    &["bad_camera", "no_camera", "cameras_file", "cameras_file_unwritable", "stopping"];

/// How a camera is once it is changed.
const CHANGED: &[Answer] = &[Answer::json(200, "Camera")];

/// Lists cameras and how they are described.
pub const CAMERAS: About = About {
    answers: &[Answer::json(200, "Cameras")],
    ..About::of("listCameras", "Lists cameras and how they are described")
};

/// Adds a camera.
pub const CAMERA_ADD: About = About {
    body: Body::camera("NewCamera"),
    answers: &[Answer::json(201, "Camera")],
    codes: &["bad_camera", "camera_exists", "cameras_file", "cameras_file_unwritable", "stopping"],
    ..About::of("addCamera", "Adds a camera")
};

/// Tries a source without changing anything.
pub const CAMERA_TEST: About = About {
    body: Body::camera("CameraSettings"),
    answers: &[Answer::json(200, "Tried")],
    codes: &["bad_camera", "no_picture", "busy"],
    ..About::of("testSource", "Tries a source without changing anything")
};

/// Tells how a camera fares and is described.
pub const CAMERA: About = About {
    answers: &[Answer::json(200, "Camera")],
    codes: &["no_camera"],
    ..About::of("readCamera", "Tells how a camera fares and is described")
};

/// Changes a camera.
pub const CAMERA_CHANGE: About = About {
    body: Body::camera("CameraSettings"),
    answers: CHANGED,
    codes: CHANGE_CODES,
    ..About::of("changeCamera", "Changes a camera; null goes back to the setting")
};

/// Removes a camera.
pub const CAMERA_REMOVE: About = About {
    answers: &[Answer::empty(204)],
    codes: CHANGE_CODES,
    ..About::of("removeCamera", "Removes a camera")
};

/// Switches a camera on.
pub const CAMERA_START: About =
    About { answers: CHANGED, codes: CHANGE_CODES, ..About::of("startCamera", "Switches a camera on") };

/// Switches a camera off.
pub const CAMERA_STOP: About =
    About { answers: CHANGED, codes: CHANGE_CODES, ..About::of("stopCamera", "Switches a camera off") };

/// Sets a camera's source, by the path of other servers.
pub const SET_SOURCE: About = About {
    body: Body::camera("SetSource"),
    answers: CHANGED,
    codes: CHANGE_CODES,
    ..About::of("setSource", "Sets a camera's source, by the path of other servers; forms are taken as well")
};

/// Switches a camera on, by the path of other servers.
pub const START_STREAM: About = About {
    body: Body::camera("WhichCamera"),
    answers: CHANGED,
    codes: CHANGE_CODES,
    ..About::of("startStream", "Switches a camera on, by the path of other servers; forms are taken as well")
};

/// Switches a camera off, by the path of other servers.
pub const STOP_STREAM: About = About {
    body: Body::camera("WhichCamera"),
    answers: CHANGED,
    codes: CHANGE_CODES,
    ..About::of("stopStream", "Switches a camera off, by the path of other servers; forms are taken as well")
};
