//! From what was typed to an address: pure but for the home folder, which is passed in.
//!
//! Decides by form and opens nothing: whether there is such a file is found out when it is opened.

use std::{
    ffi::OsString,
    os::unix::ffi::OsStringExt,
    path::{Path, PathBuf},
};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};
use url::Url;

use super::{
    Address, AddressError, SCHEMES, SceneParams,
    authority::{Likeness, Parts, Unclear, cut, likeness},
    is_upload_name,
};

/// Characters of user and password that are encoded: all but those that need never be (RFC 3986,
/// "unreserved").
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Name of a webcam's device in Linux, up to its number.
const WEBCAM: &str = "/dev/video";

impl From<Unclear> for AddressError {
    fn from(_: Unclear) -> Self {
        AddressError::Unclear
    }
}

/// Reads an address; `~/` is the folder `home`.
pub(super) fn address(text: &str, home: Option<&Path>) -> Result<Address, AddressError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(AddressError::Empty);
    }
    if text.contains(char::is_control) {
        return Err(AddressError::Control);
    }
    if let Some(rest) = text.strip_prefix("synthetic")
        && (rest.is_empty() || rest.starts_with(':'))
    {
        return scene(rest.trim_start_matches(':'));
    }
    if let Ok(index) = text.strip_prefix(WEBCAM).unwrap_or(text).parse() {
        return Ok(Address::Webcam(index));
    }
    match text.split_once(':') {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("snapshot") => return snapshot(rest),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("file") => return file_address(rest),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("upload") => return upload(rest),
        Some((scheme, rest)) if is_scheme(scheme) => match rest.strip_prefix("//") {
            Some(rest) if is_stream(scheme) => return stream(scheme, rest).map(Address::Stream),
            Some(_) => return Err(AddressError::Scheme),
            None if is_stream(scheme) => return Err(AddressError::NoScheme),
            None => {}
        },
        _ => {}
    }
    match text.strip_prefix("~/").zip(home) {
        Some((rest, home)) => Ok(Address::File(home.join(rest))),
        None if lacks_scheme(text) => Err(AddressError::NoScheme),
        None => Ok(Address::File(PathBuf::from(text))),
    }
}

fn scene(params: &str) -> Result<Address, AddressError> {
    // Its errors repeat what they do not understand.
    if params.contains(['@', '/', '?']) {
        return Err(AddressError::OddScene);
    }
    Ok(Address::Synthetic(SceneParams::parse(params)?))
}

fn snapshot(text: &str) -> Result<Address, AddressError> {
    match text.trim().split_once("://") {
        Some((scheme, rest)) if ["http", "https"].contains(&scheme.to_ascii_lowercase().as_str()) => {
            stream(scheme, rest).map(Address::Snapshot)
        }
        _ => Err(AddressError::Snapshot),
    }
}

/// An upload by its name, which is never a path.
fn upload(name: &str) -> Result<Address, AddressError> {
    is_upload_name(name).then(|| Address::Upload(PathBuf::from(name))).ok_or(AddressError::Upload)
}

/// A file named as `file:///…` (RFC 8089), whose path is percent-encoded, or as FFmpeg has it, `file:path`.
fn file_address(rest: &str) -> Result<Address, AddressError> {
    if rest.is_empty() {
        return Err(AddressError::FilePath);
    }
    let Some(whole) = rest.strip_prefix("//") else { return Ok(Address::File(PathBuf::from(rest))) };
    let path = whole.strip_prefix("localhost").unwrap_or(whole);
    if !path.starts_with('/') {
        return Err(AddressError::FilePath);
    }
    Ok(Address::File(OsString::from_vec(percent_decode_str(path).collect()).into()))
}

/// What may stand before `://` (RFC 3986, section 3.1).
fn is_scheme(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(is_part)
}

fn is_stream(scheme: &str) -> bool {
    SCHEMES.split(", ").any(|known| known.eq_ignore_ascii_case(scheme))
}

/// The address `scheme://rest` as addresses should be: user and password percent-encoded, and with a host.
fn stream(scheme: &str, rest: &str) -> Result<Url, AddressError> {
    let Parts { userinfo, host, tail } = cut(rest)?;
    // These may name no host and wait at a port.
    let may_listen = matches!(scheme.to_ascii_lowercase().as_str(), "udp" | "srt" | "tcp");
    let anywhere = if may_listen && host.starts_with(':') { "0.0.0.0" } else { "" };
    if host.is_empty() {
        return Err(url::ParseError::EmptyHost.into());
    }
    let credentials = userinfo.filter(|userinfo| !userinfo.is_empty()).map(encoded).unwrap_or_default();
    let url = Url::parse(&format!("{scheme}://{credentials}{anywhere}{host}{tail}"))?;
    // The parser lets most characters pass that no host has, an encoded @ among them.
    match url.host_str().map(likeness) {
        None | Some(Likeness::None) => Err(url::ParseError::InvalidDomainCharacter.into()),
        Some(_) if url.scheme().starts_with("rtmp") && !can_go_over_rtmp(&url) => Err(AddressError::Rtmp),
        Some(_) => Ok(url),
    }
}

/// Whether RTMP can say user and password. FFmpeg takes them from its address without decoding them: up to
/// the first colon the user, and up to the last `@` before any `/`, `?` or `#` the password.
fn can_go_over_rtmp(url: &Url) -> bool {
    let can = |part: &str, odd: &[u8]| {
        let bytes: Vec<u8> = percent_decode_str(part).collect();
        !bytes.iter().any(|byte| odd.contains(byte)) && String::from_utf8(bytes).is_ok()
    };
    can(url.username(), b"/?#:") && can(url.password().unwrap_or_default(), b"/?#")
}

/// User and password with everything odd percent-encoded once, and the `@` behind them. What is encoded
/// already stays so; a `%` that encodes nothing stands for itself.
fn encoded(userinfo: &str) -> String {
    let part = |text: &str| {
        let bytes: Vec<u8> = percent_decode_str(text).collect();
        percent_encode(&bytes, ENCODED).to_string()
    };
    match userinfo.split_once(':') {
        Some((user, password)) => format!("{}:{}@", part(user), part(password)),
        None => format!("{}@", part(userinfo)),
    }
}

/// Whether a text can be nothing but a path.
pub(super) fn is_plainly_a_path(text: &str) -> bool {
    text.starts_with(['/', '.', '~'])
}

/// Whether a text without a scheme looks like a stream's address rather than a file: it begins with an IP
/// address, with a host and its port, or with a user and a password.
fn lacks_scheme(text: &str) -> bool {
    if is_plainly_a_path(text) {
        return false;
    }
    let first = text.split(['/', '?', '#']).next().unwrap_or_default();
    let is_host = match likeness(first) {
        Likeness::None => false,
        Likeness::Word | Likeness::Name => first.contains(':'),
        Likeness::Certain => true,
    };
    let password = first.find(':').is_some_and(|colon| text[colon..].contains('@'));
    is_host || password
}
