//! Why an upload is refused, in words that say what to do.

use std::{io, time::Duration};

use thiserror::Error;

/// Why an upload is refused.
#[derive(Debug, Error)]
pub enum UploadError {
    /// Nobody may upload.
    #[error("videos cannot be uploaded here: STEADYCAST_UPLOADS_DIR is none")]
    Off,
    /// Enough videos are being sent.
    #[error("enough videos are being uploaded; try again in some seconds")]
    Busy,
    /// The file is too large.
    #[error(
        "the file has more than {} MB; choose a smaller one, or raise STEADYCAST_MAX_UPLOAD_MB",
        .0 / 1_000_000
    )]
    TooLarge(u64),
    /// The disk has too little room.
    #[error("the disk has too little room for this file; delete other uploads, or choose a smaller one")]
    NoRoom,
    /// The body holds nothing.
    #[error("the file is empty")]
    Empty,
    /// The form has no file.
    #[error("the form has no field named file; send the video as file, such as curl -F file=@clip.mp4")]
    NoFile,
    /// The file is no video.
    #[error("{0}")]
    NoVideo(String),
    /// Nothing came for a while.
    #[error("too little has come for {} s; send the file again", .0.as_secs())]
    Stalled(Duration),
    /// The client went away, or sent what is no body.
    #[error("the file was broken off: {0}")]
    BrokenOff(String),
    /// There is no such upload.
    #[error("there is no upload {0}; /api/uploads lists them")]
    Unknown(String),
    /// Cameras play the upload.
    #[error("camera {} has it as its source; give it another one first, or add ?force=1", .0.join(", "))]
    InUse(Vec<String>),
    /// The program that looks at uploads does not.
    #[error("the file cannot be looked at: {0}")]
    Look(io::Error),
    /// The folder cannot be written or read.
    #[error("the folder of uploads cannot be used: {0}")]
    Folder(io::Error),
}

impl From<io::Error> for UploadError {
    fn from(error: io::Error) -> Self {
        let is_full = [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded].contains(&error.kind());
        if is_full { UploadError::NoRoom } else { UploadError::Folder(error) }
    }
}
