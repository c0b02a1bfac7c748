//! FFmpeg's errors in plain words: what really happened, and what to do.
//!
//! In go its error codes and how long it took, out come reasons without credentials.

use std::time::Duration;

use ffmpeg_next::Error;
use url::Url;

use crate::{
    nouns::reason::{Reason, ReasonCode},
    source::{
        address::{Address, holds_secret},
        diagnose,
        login::NOT_TAKEN,
    },
};

/// Why a source did not open after `took`.
pub(super) fn of_opening(address: &Address, error: Error, took: Duration) -> Reason {
    let seconds = took.as_secs_f64();
    match (address, error) {
        (_, Error::StreamNotFound) => Reason::new(
            ReasonCode::NotVideo,
            "there is no video in it, only sound or data; choose another file or path",
        ),
        (Address::Upload(_), Error::DecoderNotFound) => Reason::new(
            ReasonCode::CodecUnknown,
            "its video is in a codec that is not taken; send H.264, H.265, VP9, AV1, MPEG-4 or MJPEG",
        ),
        (_, Error::DecoderNotFound) => codec_unknown(),
        (Address::Upload(_), Error::DemuxerNotFound) => Reason::new(
            ReasonCode::NotVideo,
            "it is none of the kinds of video that are taken, such as MP4, MOV, MKV, WebM, AVI and MPEG-TS",
        ),
        (Address::Stream(url), error) => {
            let host = address.shown_host().unwrap_or("the host");
            of_stream(url, error, seconds)
                .or_else(|| diagnose::why_unreachable(address, url))
                .unwrap_or_else(|| of_answer(url.scheme(), host, error, seconds))
        }
        _ => diagnose::why(address),
    }
}

/// Why nothing opened within `took` at `to`, where an RTSP server sends on to; `to` holds the login that is
/// shown there.
pub(super) fn of_sent_on(to: &Url, error: Error, took: Duration) -> Reason {
    match (error, has_login(to)) {
        (Error::HttpUnauthorized | Error::HttpForbidden, false) => {
            let (code, what) = if holds_secret(to) {
                (ReasonCode::LoginWrong, "the login in the path or the query is refused or not taken")
            } else {
                (ReasonCode::LoginMissing, "a login is wanted, and none is shown there")
            };
            let text = format!(
                "where its server sends on to, {what}; give the address where the stream is, with its login"
            );
            return Reason::new(code, text);
        }
        // Only who is asked itself can tell which login is wanted, and nobody but FFmpeg asks there.
        (Error::HttpUnauthorized, true) => {
            let text = "where its server sends on to, this user and password are refused, or a login by \
                        Digest with SHA-256 is wanted, which does not go along; give the address where the \
                        stream is";
            return Reason::new(ReasonCode::LoginUnsupported, text);
        }
        _ => {}
    }
    where_sent_on(&of_opening(&Address::Stream(to.clone()), error, took))
}

/// A reason that holds where an RTSP server sends on to.
pub(super) fn where_sent_on(why: &Reason) -> Reason {
    Reason::new(why.code, format!("where its server sends on to: {}", why.text))
}

/// The reason of a codec that this machine's FFmpeg lacks.
fn codec_unknown() -> Reason {
    let text = "its video is in a codec that FFmpeg on this machine does not know; \
                choose H.264, H.265 or MJPEG in the camera";
    Reason::new(ReasonCode::CodecUnknown, text)
}

/// What a server's own answer says; `None` where it says nothing.
fn of_stream(url: &Url, error: Error, seconds: f64) -> Option<Reason> {
    let reason = match error {
        Error::HttpUnauthorized | Error::HttpForbidden => of_login(url, error),
        Error::HttpNotFound => Reason::new(
            ReasonCode::NotFound,
            "the server has nothing at this path; check what stands behind the host",
        ),
        Error::HttpBadRequest => {
            Reason::new(ReasonCode::ServerError, "the server does not accept the request (400)")
        }
        Error::HttpOther4xx => Reason::new(ReasonCode::ServerError, "the server refuses to send this (4xx)"),
        Error::HttpServerError => {
            Reason::new(ReasonCode::ServerError, "the server has a fault of its own (5xx)")
        }
        Error::Eof if seconds >= 1.0 => {
            Reason::new(ReasonCode::HungUp, format!("hung up after {seconds:.0} s, before any video"))
        }
        Error::Eof => Reason::new(ReasonCode::HungUp, "hung up at once, before any video"),
        Error::ProtocolNotFound => {
            let scheme = url.scheme();
            Reason::new(ReasonCode::CodecUnknown, format!("FFmpeg on this machine cannot read {scheme}://"))
        }
        _ => return None,
    };
    Some(reason)
}

/// Why a server lets nobody in: the login of the address is wrong, or missing.
fn of_login(url: &Url, error: Error) -> Reason {
    let scheme = url.scheme();
    if !has_login(url) {
        let example = format!("{scheme}://user:password@host/…");
        return if holds_secret(url) {
            Reason::new(ReasonCode::LoginWrong, format!("{NOT_TAKEN} {example}"))
        } else {
            Reason::new(
                ReasonCode::LoginMissing,
                format!("the camera asks for a user and a password: {example}"),
            )
        };
    }
    // There nobody but FFmpeg can ask which login is wanted, and FFmpeg does not tell.
    if matches!((scheme, error), ("https" | "rtsps", Error::HttpUnauthorized)) {
        let text = "the camera refuses this user and password, or wants a login that FFmpeg on this machine \
                    does not know (Digest with SHA-256)";
        return Reason::new(ReasonCode::LoginUnsupported, text);
    }
    Reason::new(ReasonCode::LoginWrong, "the camera refuses this user and password")
}

/// Whether an address holds a user or a password.
fn has_login(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

/// What is to be said of a server that answers.
fn of_answer(scheme: &str, host: &str, error: Error, seconds: f64) -> Reason {
    match error {
        Error::Exit => Reason::new(
            ReasonCode::TimedOut,
            format!("{host} answers, and has sent no video within {seconds:.0} s"),
        ),
        Error::Other { errno: ffmpeg_next::error::ETIMEDOUT } => {
            Reason::new(ReasonCode::TimedOut, format!("{host} has not answered within {seconds:.0} s"))
        }
        Error::Other { errno: ffmpeg_next::error::ECONNRESET | ffmpeg_next::error::EPIPE } => {
            Reason::new(ReasonCode::HungUp, format!("{host} hung up after {seconds:.0} s, before any video"))
        }
        Error::Other { errno: ffmpeg_next::error::EIO } if scheme.starts_with("rtmp") => Reason::new(
            ReasonCode::NotFound,
            format!(
                "{host} answers, but nobody publishes at this path yet; check the application and the name"
            ),
        ),
        Error::InvalidData | Error::DemuxerNotFound => {
            Reason::new(ReasonCode::NotVideo, format!("what {host} sends is no video; check the path"))
        }
        error => Reason::new(
            ReasonCode::ServerError,
            format!("{host} answers, but gives no video ({error}); check the path"),
        ),
    }
}

/// Why a live source ended after `lasted`.
pub(super) fn of_reading(error: Error, silent: bool, lasted: Duration) -> Reason {
    let seconds = lasted.as_secs_f64();
    if silent {
        return Reason::new(
            ReasonCode::Silent,
            format!("sends nothing any more, {seconds:.0} s after it began"),
        );
    }
    match error {
        Error::InvalidData => Reason::new(ReasonCode::Broken, "what it sends cannot be decoded any more"),
        _ if seconds < 10.0 => Reason::new(ReasonCode::HungUp, format!("hung up after {seconds:.1} s")),
        _ => Reason::new(ReasonCode::HungUp, format!("hung up after {seconds:.0} s")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(url: &str, error: Error) -> Reason {
        of_stream(&Url::parse(url).expect("an address"), error, 2.0).expect("is known")
    }

    #[test]
    fn a_wrong_password_differs_from_a_missing_one() {
        let wrong = of("rtsp://admin:hunter2@cam/live", Error::HttpUnauthorized);
        let missing = of("rtsp://cam/live", Error::HttpUnauthorized);
        assert_eq!((wrong.code, missing.code), (ReasonCode::LoginWrong, ReasonCode::LoginMissing));
        assert!(wrong.text.contains("refuses") && missing.text.contains("asks for"), "{wrong} {missing}");
        assert!(!wrong.text.contains("hunter2") && !wrong.text.contains("admin"));
        for address in ["rtsp://cam/user=admin&password=hunter2", "http://cam/video?user=admin&pwd=hunter2"] {
            let not_taken = of(address, Error::HttpUnauthorized);
            assert!(
                not_taken.code == ReasonCode::LoginWrong && not_taken.text.contains("or query"),
                "{not_taken}"
            );
        }
    }

    #[test]
    fn where_only_ffmpeg_can_ask_a_refused_password_may_be_right() {
        for scheme in ["https", "rtsps"] {
            let told = |error| of(&format!("{scheme}://admin:hunter2@cam/live"), error);
            let unsure = told(Error::HttpUnauthorized);
            assert_eq!(unsure.code, ReasonCode::LoginUnsupported);
            assert!(unsure.text.contains("or wants a login") && unsure.text.contains("SHA-256"), "{unsure}");
            assert_eq!(told(Error::HttpForbidden).code, ReasonCode::LoginWrong, "it was logged in");
            let missing = of(&format!("{scheme}://cam/live"), Error::HttpUnauthorized);
            assert_eq!(missing.code, ReasonCode::LoginMissing);
        }
    }

    #[test]
    fn what_failed_where_a_server_sends_on_to_is_told_as_that() {
        let there = |url: &str, error| {
            of_sent_on(&Url::parse(url).expect("an address"), error, Duration::from_secs(2))
        };
        let other = there("rtsp://10.0.0.8/live", Error::HttpUnauthorized);
        assert!(other.text.contains("a login is wanted, and none is shown"), "{other}");
        assert_eq!(there("rtsp://10.0.0.8/live", Error::HttpForbidden).text, other.text);
        assert_eq!(other.code, ReasonCode::LoginMissing);
        let in_query = there("rtsp://10.0.0.8/live?user=admin&pwd=hunter2", Error::HttpUnauthorized);
        assert_eq!(in_query.code, ReasonCode::LoginWrong, "a login was shown there");
        assert!(in_query.text.contains("the path or the query is refused"), "{in_query}");
        let no_right = there("rtsp://admin:hunter2@cam/live", Error::HttpForbidden);
        assert_eq!(no_right.code, ReasonCode::LoginWrong, "a login was shown there");
        let same = there("rtsp://admin:hunter2@cam/live", Error::HttpUnauthorized);
        assert_eq!(same.code, ReasonCode::LoginUnsupported, "the password may be right");
        assert!(same.text.contains("refused, or a login by Digest with SHA-256"), "{same}");
        let missing = there("rtsp://admin:hunter2@cam/live", Error::HttpNotFound);
        assert!(missing.code == ReasonCode::NotFound && missing.text.starts_with("where its"), "{missing}");
        assert!(!format!("{same}{missing}").contains("hunter2"));
    }

    #[test]
    fn what_a_server_did_is_no_lack_of_knowledge() {
        // The page passes over "no picture", which says nothing that its state does not.
        for error in
            [Error::Exit, Error::InvalidData, Error::Bug, Error::Other { errno: ffmpeg_next::error::EIO }]
        {
            let reason = of_answer("rtsp", "cam", error, 2.0);
            assert!(reason.code != ReasonCode::NoPicture && reason.text.contains("cam"), "{reason}");
        }
    }

    #[test]
    fn each_end_of_a_stream_has_its_words() {
        let lasted = Duration::from_secs(12);
        assert_eq!(of_reading(Error::Exit, true, lasted).code, ReasonCode::Silent);
        assert_eq!(of_reading(Error::Eof, false, lasted).text, "hung up after 12 s");
        assert_eq!(of_reading(Error::InvalidData, false, lasted).code, ReasonCode::Broken);
        assert_eq!(of("rtsp://cam/live", Error::HttpNotFound).code, ReasonCode::NotFound);
    }
}
