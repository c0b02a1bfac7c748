//! Routes of uploaded videos. Pure.

use super::kinds::{About, Answer, Body, Param};

/// Most bytes of a video for the table: the setting's bound holds, which is not known here.
const VIDEO_BYTES: u64 = u64::MAX;

/// What may be wrong with a video that is sent.
const SENT_CODES: &[&str] =
    &["bad_body", "uploads_off", "stalled", "too_large", "no_video", "upload_failed", "busy", "disk_full"];

/// Lists uploaded videos.
pub const UPLOADS: About = About {
    answers: &[Answer::json(200, "Uploads")],
    codes: &["uploads_off", "upload_failed"],
    ..About::of("listUploads", "Lists uploaded videos")
};

/// Takes a video.
pub const UPLOAD_PUT: About = About {
    body: Some(Body { kind: "application/octet-stream", schema: "", most: VIDEO_BYTES }),
    answers: &[Answer::json(201, "Upload")],
    codes: SENT_CODES,
    ..About::of("putUpload", "Takes a video")
};

/// Deletes an uploaded video.
pub const UPLOAD_DELETE: About = About {
    query: &[Param::of(
        "force",
        "1: also while a camera has it as its source, which ends at once",
        r#"{"type":"string"}"#,
    )],
    answers: &[Answer::empty(204)],
    codes: &["uploads_off", "no_upload", "upload_in_use", "upload_failed"],
    ..About::of("deleteUpload", "Deletes an uploaded video")
};

/// Takes a video from a form.
pub const UPLOAD_FORM: About = About {
    body: Some(Body { kind: "multipart/form-data", schema: "UploadForm", most: VIDEO_BYTES }),
    answers: &[Answer::json(201, "Upload")],
    codes: SENT_CODES,
    ..About::of("uploadForm", "Takes a video from a form")
};
