//! Why a source gives no picture: a code for machines and a sentence for people.
//!
//! Pure: what happened is found out in `source` and `capture`, and shown by slate, log, `/api/status` and the
//! messages to viewers.

use std::fmt;

use serde::Serialize;

/// Kind of trouble that a source has: `reason_code` in `/api/status` and in messages. Names are part of the
/// API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReasonCode {
    /// The address cannot be understood.
    BadAddress,
    /// The name of the host is not known.
    HostUnknown,
    /// The host is there; nothing listens on the port.
    Refused,
    /// No way leads to the host, or it does not answer.
    Unreachable,
    /// The source was connected to, and did not answer in time.
    TimedOut,
    /// The source refuses the login that it was shown.
    LoginWrong,
    /// The source asks for a login, or refuses, and no login was shown to it.
    LoginMissing,
    /// The source asks for a login of a kind that is not known here.
    LoginUnsupported,
    /// The server has nothing at this path.
    NotFound,
    /// The server answers with another error.
    ServerError,
    /// What came is no video and no picture.
    NotVideo,
    /// The source ended the connection.
    HungUp,
    /// The source is connected and sends nothing.
    Silent,
    /// Video comes, and its next key frame is waited for.
    NoKeyFrame,
    /// Video comes in a codec that this build does not decode, or in pictures that are too large for it.
    CodecUnknown,
    /// What comes cannot be decoded, or a file cannot be read to its end.
    Broken,
    /// There is no such file, device or folder entry.
    Missing,
    /// The file or device may not be opened by this user, or lies outside of the folder that it has to be in.
    Forbidden,
    /// The source leads to a link-local address or to a metadata service's, which no setting allows.
    ForbiddenAddress,
    /// The device is used by another program.
    Busy,
    /// The file is empty, or holds no picture.
    Empty,
    /// Pictures come, and all are the same.
    Frozen,
    /// The server is stopping, or the camera is switched off.
    Stopped,
    /// Nothing is known but that no picture came.
    NoPicture,
    /// The fault is this program's, not the source's.
    Internal,
}

impl ReasonCode {
    /// Whether a login was refused: cameras lock users out who repeat it. Where its kind is not known here,
    /// the password may be wrong as well.
    pub fn is_refused_login(self) -> bool {
        matches!(self, ReasonCode::LoginWrong | ReasonCode::LoginUnsupported)
    }
}

/// Why a source gives no picture; without credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The kind of trouble, for machines.
    pub code: ReasonCode,
    /// The trouble in one sentence without a full stop, for people, with what to do where that can be said.
    pub text: String,
}

impl Reason {
    /// Makes a reason of `code` in the words of `text`.
    pub fn new(code: ReasonCode, text: impl Into<String>) -> Self {
        Reason { code, text: text.into() }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
