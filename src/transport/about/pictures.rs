//! Routes that give pictures, or stay open: WebSocket, MJPEG, snapshots, Socket.IO. Pure.

use super::{
    kinds::{About, Answer, Body, Param},
    params::{CAMERA, LEVEL, OVERLAY, PICTURE_LEVEL, SCALE},
};

/// Whether a WebSocket sends text.
const MESSAGES: Param = Param::of("messages", "none: no text messages", r#"{"type":"string"}"#);

/// Whether a WebSocket sends results.
const ANALYTICS: Param = Param::of("analytics", "off: no analytics messages", r#"{"type":"string"}"#);

/// Whether a WebSocket sends only what changed.
const DELTA: Param =
    Param::of("delta", "1: only what changed, where the server can tell", r#"{"type":"string"}"#);

/// What a WebSocket's query may hold.
const SOCKET_QUERY: &[Param] = &[SCALE, MESSAGES, ANALYTICS, DELTA];

/// What an MJPEG stream's query may hold.
const STREAM_QUERY: &[Param] = &[LEVEL, SCALE, OVERLAY];

/// What the query of an MJPEG stream may hold whose path names no camera.
const STREAM_QUERY_DEFAULT: &[Param] = &[CAMERA, LEVEL, SCALE, OVERLAY];

/// What a stream of pictures gives.
const PARTS: &[Answer] = &[Answer::raw("multipart/x-mixed-replace")];

/// What may be wrong with a WebSocket.
const SOCKET_CODES: &[&str] = &["websocket_only"];

/// What may be wrong with a stream of pictures.
const STREAM_CODES: &[&str] = &[
    "bad_level",
    "bad_overlay",
    "no_camera",
    "viewer_limit",
    "overlay_limit",
    "stopping",
    "too_many_of_address",
    "too_many_viewers",
];

/// The query of Engine.IO.
const ENGINE_QUERY: &[Param] = &[
    Param::of("EIO", "Version of Engine.IO", r#"{"type":"string","const":"4"}"#),
    Param::of("transport", "How packets are carried", r#"{"enum":["polling","websocket"]}"#),
    Param::of("sid", "Name of the session; none begins one", r#"{"type":"string"}"#),
    Param::of("t", "Anything, so that nothing is cached", r#"{"type":"string"}"#),
    CAMERA,
];

/// What Engine.IO answers to a request.
const ENGINE_ANSWERS: &[Answer] = &[
    Answer::raw("text/plain"),
    Answer::json(400, "EngineError"),
    Answer::json(403, "EngineError"),
    Answer::json(413, "EngineError"),
    Answer::json(429, "EngineError"),
    Answer::json(503, "EngineError"),
];

/// Watches the default camera over a WebSocket.
pub const WEBSOCKET_DEFAULT: About = About {
    query: SOCKET_QUERY,
    answers: &[Answer::empty(101)],
    codes: SOCKET_CODES,
    ..About::of("watchDefault", "Watches the default camera over a WebSocket")
};

/// Watches a camera over a WebSocket.
pub const WEBSOCKET: About = About {
    query: SOCKET_QUERY,
    answers: &[Answer::empty(101)],
    codes: SOCKET_CODES,
    ..About::of("watch", "Watches a camera over a WebSocket")
};

/// Begins, polls or upgrades a Socket.IO session.
pub const SOCKETIO_GET: About = About {
    query: ENGINE_QUERY,
    answers: &[
        Answer::empty(101),
        Answer::raw("text/plain"),
        Answer::json(400, "EngineError"),
        Answer::json(403, "EngineError"),
        Answer::json(429, "EngineError"),
        Answer::json(503, "EngineError"),
    ],
    ..About::of("socketioGet", "Begins, polls or upgrades a Socket.IO session")
};

/// Takes packets of a Socket.IO session.
pub const SOCKETIO_POST: About = About {
    query: ENGINE_QUERY,
    body: Some(Body { kind: "text/plain", schema: "", most: 4096 }),
    answers: ENGINE_ANSWERS,
    ..About::of("socketioPost", "Takes packets of a Socket.IO session")
};

/// Tells which requests pages of allowed sites may send to Socket.IO.
pub const SOCKETIO_OPTIONS: About = About {
    answers: &[Answer::empty(204)],
    ..About::of("socketioOptions", "Tells which requests pages of allowed sites may send to Socket.IO")
};

/// Streams a camera, by default the default one, as MJPEG.
pub const MJPEG_DEFAULT: About = About {
    query: STREAM_QUERY_DEFAULT,
    answers: PARTS,
    codes: STREAM_CODES,
    ..About::of("mjpegDefault", "Streams the default camera as MJPEG, or another one")
};

/// Streams a camera, by default the default one, as MJPEG, by the path of other servers.
pub const MJPEG_SEED: About = About {
    query: STREAM_QUERY_DEFAULT,
    answers: PARTS,
    codes: STREAM_CODES,
    ..About::of("mjpegSeed", "Streams a camera as MJPEG, by the path of other servers")
};

/// Streams a camera as MJPEG.
pub const MJPEG: About = About {
    query: STREAM_QUERY,
    answers: PARTS,
    codes: STREAM_CODES,
    ..About::of("mjpeg", "Streams a camera as MJPEG")
};

/// Gives one picture of a camera.
pub const SNAPSHOT: About = About {
    query: &[PICTURE_LEVEL, SCALE, OVERLAY],
    answers: &[Answer::raw("image/jpeg")],
    codes: &["bad_level", "bad_overlay", "no_camera", "no_picture", "overlay_limit", "stopping"],
    ..About::of("snapshot", "Gives one picture of a camera")
};
