//! Where pictures come from, as text: parsed, checked, and shown again without credentials.
//!
//! Nothing is opened here. `parse` reads what was typed, with the help of `authority` where a password holds
//! odd characters; `show` says how much of it others may see.

mod authority;
mod parse;
mod show;

use std::{
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
};

use percent_encoding::percent_decode_str;
use thiserror::Error;
use url::Url;

use super::scene::{Kind, SceneParamError, SceneParams};

/// Schemes of streams, as the text of an error lists them.
const SCHEMES: &str = "rtsp, rtsps, rtmp, rtmps, http, https, udp, srt, tcp";

/// A source's address, of one of the kinds that can be opened. User and password in a `Url` are
/// percent-encoded, whatever was typed.
#[derive(Clone, PartialEq)]
pub enum Address {
    /// The synthetic plaza.
    Synthetic(SceneParams),
    /// A webcam by its number, as in `/dev/video0`.
    Webcam(u32),
    /// A stream of one of the schemes `rtsp`, `rtsps`, `rtmp`, `rtmps`, `http`, `https`, `udp`, `srt` and
    /// `tcp`. It always has a host: one that only listens has `0.0.0.0`.
    Stream(Url),
    /// A page over HTTP or HTTPS that gives one picture each time it is asked.
    Snapshot(Url),
    /// A video file, a still picture, or the description (`.sdp`) of a stream.
    File(PathBuf),
    /// A file that may not lead out of a folder, the one whose files may be set over HTTP. Texts give
    /// [`Address::File`]; [`Address::kept_in`] tells which of them are such files.
    Media {
        /// The folder.
        folder: PathBuf,
        /// The file's path, which begins with the folder's.
        file: PathBuf,
    },
    /// A video that somebody sent: its file, of which the last part is its name. Named by its name alone
    /// until [`Address::within`] tells the folder.
    Upload(PathBuf),
}

/// Why a text is no source. What was typed is not repeated in any of them, since it may hold a password.
#[derive(Debug, Error)]
pub enum AddressError {
    /// Nothing was given.
    #[error("is empty; give synthetic, a webcam's number, a stream's address or a video file")]
    Empty,
    /// The scene's parameters are wrong.
    #[error("is no scene: {0}")]
    Scene(#[from] SceneParamError),
    /// The text begins as the scene does, and goes on as an address.
    #[error("is no scene: synthetic: takes people=…, vehicles=… and seed=… only")]
    OddScene,
    /// The address is of a scheme that is not supported.
    #[error("cannot be opened: what stands before :// is not among {SCHEMES}, file")]
    Scheme,
    /// The address of a stream lacks its scheme.
    #[error("has no scheme: write rtsp://… (or http://… and so on) for a stream, or ./… if it is a file")]
    NoScheme,
    /// The path of a `file://` address is not whole.
    #[error("is no whole path: write file:///… with three slashes, or the path alone")]
    FilePath,
    /// The address behind `snapshot:` is none of HTTP.
    #[error("is no address of a snapshot: snapshot: is followed by http://… or https://…")]
    Snapshot,
    /// What stands behind `upload:` is no upload's name.
    #[error("is no upload: upload: is followed by a name that /api/uploads lists")]
    Upload,
    /// The text has an `@` that may end the password or belong to the path.
    #[error(
        "can be read in two ways: in a password write / ? # @ as %2F %3F %23 %40, and in a path write @ as \
         %40, so that one @ is left before the host"
    )]
    Unclear,
    /// User or password cannot be sent over RTMP.
    #[error(
        "has a user or password that RTMP cannot say: neither may hold / ? or #, the user no : either; \
         choose another password in the server"
    )]
    Rtmp,
    /// The address is malformed.
    #[error("is no valid address: {0}")]
    Malformed(#[from] url::ParseError),
    /// The text holds a line break, tabulator or other control character.
    #[error("is no valid address: it holds a control character")]
    Control,
}

/// User and password as the camera wants them, without any encoding.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The user's name: bytes, since cameras may expect other encodings than UTF-8.
    pub user: Vec<u8>,
    /// The password; empty where none was given.
    pub password: Vec<u8>,
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let home = std::env::var_os("HOME").map(PathBuf::from);
        parse::address(text, home.as_deref())
    }
}

impl Address {
    /// User and password, decoded; `None` where the address has none.
    pub fn credentials(&self) -> Option<Credentials> {
        let (Address::Stream(url) | Address::Snapshot(url)) = self else { return None };
        let decoded = |text: &str| percent_decode_str(text).collect::<Vec<u8>>();
        let given = !url.username().is_empty() || url.password().is_some();
        given.then(|| Credentials {
            user: decoded(url.username()),
            password: decoded(url.password().unwrap_or_default()),
        })
    }

    /// What FFmpeg opens of a stream, credentials included; `None` of anything else.
    ///
    /// FFmpeg decodes user and password of RTSP and HTTP, and takes those of RTMP as they are.
    pub fn location(&self) -> Option<String> {
        match self {
            Address::Stream(url) if url.scheme().starts_with("rtmp") => {
                Some(self.with_plain_credentials(url))
            }
            Address::Stream(url) | Address::Snapshot(url) => Some(url.to_string()),
            Address::File(_)
            | Address::Media { .. }
            | Address::Upload(_)
            | Address::Webcam(_)
            | Address::Synthetic(_) => None,
        }
    }

    fn with_plain_credentials(&self, url: &Url) -> String {
        match (self.credentials(), url.as_str().split_once('@')) {
            // The first @ ends the credentials: there it is encoded in an address that was parsed.
            (Some(Credentials { user, password }), Some((_, behind))) => {
                let [user, password] =
                    [user, password].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
                format!("{}://{user}:{password}@{behind}", url.scheme())
            }
            _ => url.to_string(),
        }
    }

    /// The address with uploads looked for in that folder.
    #[must_use]
    pub fn within(self, uploads: &Path) -> Self {
        match self {
            Address::Upload(path) => Address::Upload(uploads.join(path.file_name().unwrap_or_default())),
            other => other,
        }
    }

    /// The address with a file kept in that folder, if its path begins with the folder's.
    #[must_use]
    pub fn kept_in(self, folder: &Path) -> Self {
        match self {
            Address::File(file) if file.starts_with(folder) => {
                Address::Media { folder: folder.to_owned(), file }
            }
            other => other,
        }
    }

    /// The file that is read; `None` where the source is none.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Address::File(path) | Address::Media { file: path, .. } | Address::Upload(path) => Some(path),
            _ => None,
        }
    }

    /// Whether the pictures are drawn here.
    pub fn is_drawn(&self) -> bool {
        matches!(self, Address::Synthetic(_))
    }

    /// The address as every viewer may see it: of a file its name alone, of a stream where it is; anything
    /// else as it is shown.
    pub fn public(&self) -> String {
        let shown = self.to_string();
        match self {
            // A folder may be written with a slash behind it.
            Address::File(_) | Address::Media { .. } => {
                shown.rsplit('/').find(|part| !part.is_empty()).unwrap_or("/").to_owned()
            }
            Address::Stream(url) => show::public(url),
            Address::Snapshot(url) => format!("snapshot:{}", show::public(url)),
            _ => shown,
        }
    }

    /// The host, where it may be shown: `None` where there is none, or where what was taken for it may be
    /// part of a password.
    pub fn shown_host(&self) -> Option<&str> {
        match self {
            Address::Stream(url) | Address::Snapshot(url) => show::host(url),
            _ => None,
        }
    }

    /// Whether the address holds a user, a password, or a field of its query or path that is called like one.
    pub fn holds_secret(&self) -> bool {
        match self {
            Address::Stream(url) | Address::Snapshot(url) => show::holds_secret(url),
            _ => false,
        }
    }

    /// Whether this may be the address of a stream whose scheme was forgotten: a relative path that names a
    /// folder, or a host.
    pub fn may_lack_scheme(&self) -> bool {
        let Address::File(path) = self else { return false };
        let text = path.to_string_lossy();
        !parse::is_plainly_a_path(&text) && text.contains(['/', '@']) && Path::new(&*text).is_relative()
    }
}

/// The address without credentials: no user, no password, no query (cameras take passwords there), no
/// fragment, and of the path nothing from the first name on that holds more than letters, digits and
/// `.-_~+,`.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::Synthetic(SceneParams { kind, people, vehicles, seed, cut_s }) => {
                let kind = if *kind == Kind::Plaza { String::new() } else { format!("kind={kind},") };
                write!(f, "synthetic:{kind}people={people},vehicles={vehicles},seed={seed}")?;
                if *cut_s > 0 { write!(f, ",cut={cut_s}") } else { Ok(()) }
            }
            Address::Webcam(index) => write!(f, "webcam {index}"),
            Address::File(path) | Address::Media { file: path, .. } => f.write_str(&show::file(path)),
            Address::Upload(path) => {
                write!(f, "upload:{}", path.file_name().unwrap_or_default().to_string_lossy())
            }
            Address::Stream(url) => f.write_str(&show::url(url)),
            Address::Snapshot(url) => write!(f, "snapshot:{}", show::url(url)),
        }
    }
}

/// Whether a text has the form of the names that the server makes for uploads: day, time of day and four
/// letters or digits, such as `20261127-041259-k3x9`.
pub fn is_upload_name(text: &str) -> bool {
    let digits = |text: &str, count| text.len() == count && text.bytes().all(|c| c.is_ascii_digit());
    let ending =
        |text: &str| text.len() == 4 && text.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    let parts: Vec<&str> = text.split('-').collect();
    matches!(parts[..], [day, time, end] if digits(day, 8) && digits(time, 6) && ending(end))
}

/// Whether an address holds a secret; whoever asks a server for such an address shows it a login.
pub(super) fn holds_secret(url: &Url) -> bool {
    show::holds_secret(url)
}

/// A copy of `url` without user and password, as a camera is asked before it wants them.
pub(super) fn without_credentials(url: &Url) -> Url {
    let mut bare = url.clone();
    // Refused only for addresses that have no host; they hold no password either.
    let _ = bare.set_password(None);
    let _ = bare.set_username("");
    bare
}

/// The address without credentials in `{:?}` too, as [`fmt::Display`] writes it: a derived one would print
/// passwords into logs.
impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({self})")
    }
}

#[cfg(test)]
mod tests;
