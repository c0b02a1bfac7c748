//! Where pictures come from, as text: parsed, checked, and shown again without credentials.
//!
//! Nothing is opened here.

use std::{fmt, path::PathBuf, str::FromStr};

use thiserror::Error;
use url::Url;

use super::scene::{SceneParamError, SceneParams};

/// A source's address, of one of the kinds that can be opened.
#[derive(Clone, PartialEq)]
pub enum Address {
    /// The synthetic plaza.
    Synthetic(SceneParams),
    /// A webcam by its number, as in `/dev/video0`.
    Webcam(u32),
    /// A stream that FFmpeg opens: `rtsp`, `rtsps`, `rtmp`, `rtmps`, `http` or `https`.
    Stream(Url),
    /// A video file.
    File(PathBuf),
}

/// Why a text is no source.
#[derive(Debug, Error)]
pub enum AddressError {
    /// Nothing was given.
    #[error("is empty; give synthetic, a webcam's number, a stream's address or a video file")]
    Empty,
    /// The scene's parameters are wrong.
    #[error("{0}")]
    Scene(#[from] SceneParamError),
    /// The address is of a scheme that is not supported.
    #[error("cannot be opened: {0}:// is not among rtsp, rtsps, rtmp, rtmps, http, https")]
    Scheme(String),
    /// The address is malformed. What was typed is not repeated, since it may hold a password.
    #[error("is no valid address: {0}")]
    Malformed(url::ParseError),
}

const STREAM_SCHEMES: [&str; 6] = ["rtsp", "rtsps", "rtmp", "rtmps", "http", "https"];

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(AddressError::Empty);
        }
        if let Some(rest) = text.strip_prefix("synthetic")
            && (rest.is_empty() || rest.starts_with(':'))
        {
            return Ok(Address::Synthetic(SceneParams::parse(rest.trim_start_matches(':'))?));
        }
        if let Ok(index) = text.parse() {
            return Ok(Address::Webcam(index));
        }
        if let Some((scheme, _)) = text.split_once("://") {
            if !STREAM_SCHEMES.contains(&scheme.to_ascii_lowercase().as_str()) {
                return Err(AddressError::Scheme(scheme.chars().take(20).collect()));
            }
            return Url::parse(text).map(Address::Stream).map_err(AddressError::Malformed);
        }
        Ok(Address::File(PathBuf::from(text)))
    }
}

/// The address without credentials: no user, no password, no query (cameras take passwords there), no fragment.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::Synthetic(SceneParams { people, vehicles, seed }) => {
                write!(f, "synthetic:people={people},vehicles={vehicles},seed={seed}")
            }
            Address::Webcam(index) => write!(f, "webcam {index}"),
            // A stream's address without its scheme looks like a file, with the password before its @.
            Address::File(path) => match path.to_string_lossy().rsplit_once('@') {
                None => write!(f, "{}", path.display()),
                Some((_, shown)) => write!(f, "…@{shown}"),
            },
            Address::Stream(url) => {
                write!(f, "{}://{}", url.scheme(), url.host_str().unwrap_or_default())?;
                if let Some(port) = url.port() {
                    write!(f, ":{port}")?;
                }
                // Some cameras take the user and the password in the path, as user=admin&password=…
                let path = url.path();
                let shown = path.find(['=', '@', '&']).map_or(path, |end| &path[..end]);
                f.write_str(shown)?;
                if url.query().is_some() || shown.len() < path.len() { f.write_str("…") } else { Ok(()) }
            }
        }
    }
}

/// As [`fmt::Display`]: a derived one would print passwords into logs.
impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        text.parse::<Address>().expect(text).to_string()
    }

    #[test]
    fn each_kind_is_told_by_its_form() {
        assert_eq!(shown("2"), "webcam 2");
        assert_eq!(shown("clips/plaza.bin"), "clips/plaza.bin");
        assert_eq!(shown("synthetic"), shown("synthetic:people=40,vehicles=6,seed=1"));
        assert_eq!(shown("synthetics.avi"), "synthetics.avi");
        assert_eq!(shown("rtsp://cam.example:8554/live"), "rtsp://cam.example:8554/live");
    }

    #[test]
    fn credentials_are_never_shown() {
        let secrets = [
            "rtsp://admin:hunter2@cam/live",
            "http://cam/video?user=admin&pwd=hunter2",
            "http://hunter2@cam/#hunter2",
            "rtsp://cam/user=admin&password=hunter2&channel=1",
            "admin:hunter2@cam/live",
        ];
        for secret in secrets {
            let address: Address = secret.parse().expect(secret);
            assert!(!format!("{address} {address:?}").contains("hunter2"), "{address}");
        }
    }

    #[test]
    fn what_cannot_be_opened_is_refused_without_repeating_it() {
        for (text, says) in [("", "empty"), ("ftp://u:hunter2@x/", "ftp"), ("rtsp://u:hunter2@:port:/", "address")] {
            let error = text.parse::<Address>().expect_err(text).to_string();
            assert!(error.contains(says), "{error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
        assert!("synthetic:people=many".parse::<Address>().is_err());
    }
}
