//! What goes wrong with an HTTP camera, each as one plain sentence with its code. Pure.
//!
//! Sentences go on behind the camera's address, so "it" is the camera. None of them holds a user, a password
//! or a query.

use std::{io, time::Duration};

use crate::{
    nouns::reason::{Reason, ReasonCode},
    source::{guard::REFUSED, login::NOT_TAKEN, multipart::TooLarge},
};

/// Example of an address with a login.
const LOGIN_EXAMPLE: &str = "http://user:password@host/path";

/// Sentence of [`Failure::NotHttp`].
const NOT_HTTP: &str = "it does not answer as a web server does; check scheme and port of the address";

/// Sentence of [`Failure::LoginUnsupported`] where the camera names no kind.
const LOGIN_UNNAMED: &str = "it asks for a login and does not say of which kind";

/// End of the sentence of [`Failure::LoginUnsupported`].
const KNOWN_LOGINS: &str = "Basic, and Digest with MD5 or SHA-256, are known here";

/// Sentence of [`Failure::Forbidden`] where a login was shown.
const FORBIDDEN: &str = "it refuses the login, or does not let this user see the video (status 403)";

/// Sentence of [`Failure::Forbidden`] where the address's login was not asked for.
const FORBIDDEN_UNASKED: &str = "it refuses (status 403) without asking for the user and the password of the \
    address; the camera's manual or web page says where its video is";

/// End of the sentence of [`Failure::Forbidden`] where no login was shown.
const IF_LOGIN_IS_MISSING: &str = "if it wants a user and a password, write them as in";

/// Sentence of [`Failure::NotFound`].
const NOT_FOUND: &str =
    "it has nothing at this path (status 404); the camera's manual or web page says where its video is";

/// End of the sentence of [`Failure::Elsewhere`].
const IF_ELSEWHERE_IS_RIGHT: &str = "if that is the camera's, give it as the source";

/// Sentence of [`Failure::WebPage`].
const WEB_PAGE: &str = "it answers with a web page, not with video; give the path of the video itself";

/// What a camera was shown before it refused.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Shown {
    /// No login: there is none.
    Nothing,
    /// No login: the camera did not ask for the one that the address has.
    Unasked,
    /// A login.
    Login,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Failure {
    /// The host's name is not known.
    HostUnknown { host: Option<String> },
    /// The host is at addresses that no source may be at.
    ForbiddenAddress,
    /// Nothing listens there.
    Refused { place: String },
    /// The host does not answer, or no way leads to it.
    Unreachable { place: String, why: Option<io::ErrorKind> },
    /// The camera takes the connection and does not answer in this time.
    Unanswered(Duration),
    /// The answer is no HTTP.
    NotHttp,
    /// The camera asks for a login, and none was shown.
    LoginMissing,
    /// The camera asks for a login in spite of one in the path or the query.
    LoginNotTaken,
    /// The camera refuses the login.
    LoginWrong,
    /// The camera asks for a login of these kinds, which are not known here.
    LoginUnsupported { offers: String },
    /// The camera shows this to nobody, or not to the user whose login was shown.
    Forbidden(Shown),
    /// Nothing is at this path.
    NotFound,
    /// The camera answers with another status.
    Status(u16),
    /// The camera sends us to another place.
    Elsewhere { place: String },
    /// The camera sends us from one place to the next.
    Circle,
    /// A web page is answered.
    WebPage,
    /// Something of that content type is answered.
    NotVideo { kind: String },
    /// Pictures of that content type come, which are no JPEGs.
    NotJpeg { kind: String },
    /// The connection ended after that time; whether before its first picture.
    HungUp { after: Duration, before_first: bool },
    /// The connection lasts, and no picture came in that time.
    Silent(Duration),
    /// What comes are no pictures that can be decoded.
    Broken,
    /// What comes has no bounds.
    TooLarge,
    /// The system has no thread left.
    NoThread,
}

impl From<TooLarge> for Failure {
    fn from(_: TooLarge) -> Self {
        Failure::TooLarge
    }
}

impl Failure {
    /// What a status other than success says.
    pub fn of_status(status: u16, shown: Shown) -> Failure {
        match status {
            403 => Failure::Forbidden(shown),
            404 | 410 => Failure::NotFound,
            status => Failure::Status(status),
        }
    }

    /// The code, for machines.
    pub fn code(&self) -> ReasonCode {
        match self {
            Failure::HostUnknown { .. } => ReasonCode::HostUnknown,
            Failure::ForbiddenAddress => ReasonCode::ForbiddenAddress,
            Failure::Refused { .. } => ReasonCode::Refused,
            Failure::Unreachable { .. } => ReasonCode::Unreachable,
            Failure::Unanswered(_) => ReasonCode::TimedOut,
            Failure::LoginMissing | Failure::Forbidden(Shown::Nothing | Shown::Unasked) => {
                ReasonCode::LoginMissing
            }
            Failure::LoginNotTaken | Failure::LoginWrong | Failure::Forbidden(Shown::Login) => {
                ReasonCode::LoginWrong
            }
            Failure::LoginUnsupported { .. } => ReasonCode::LoginUnsupported,
            Failure::NotFound => ReasonCode::NotFound,
            Failure::Status(_) | Failure::Elsewhere { .. } | Failure::Circle => ReasonCode::ServerError,
            Failure::NotHttp | Failure::WebPage | Failure::NotVideo { .. } | Failure::NotJpeg { .. } => {
                ReasonCode::NotVideo
            }
            Failure::HungUp { .. } => ReasonCode::HungUp,
            Failure::Silent(_) => ReasonCode::Silent,
            Failure::Broken | Failure::TooLarge => ReasonCode::Broken,
            Failure::NoThread => ReasonCode::Internal,
        }
    }

    /// Code and sentence.
    pub fn reason(&self) -> Reason {
        Reason::new(self.code(), self.sentence())
    }

    /// The sentence, for people.
    fn sentence(&self) -> String {
        match self {
            Failure::HostUnknown { host: Some(host) } => format!("the host {host} is not known"),
            Failure::HostUnknown { host: None } => "its host is not known".to_owned(),
            Failure::ForbiddenAddress => REFUSED.to_owned(),
            Failure::Refused { place } => format!("nothing listens on {place}; is the server running?"),
            Failure::Unreachable { place, why: None } => format!("{place} does not answer"),
            Failure::Unreachable { place, why: Some(why) } => format!("{place}: {why}"),
            Failure::Unanswered(limit) => {
                format!("it takes the connection and does not answer within {}", seconds(*limit))
            }
            Failure::NotHttp => NOT_HTTP.to_owned(),
            Failure::LoginMissing => {
                format!("it asks for a user and a password; write them as in {LOGIN_EXAMPLE}")
            }
            Failure::LoginNotTaken => format!("{NOT_TAKEN} {LOGIN_EXAMPLE}"),
            Failure::LoginWrong => "it refuses the user or the password".to_owned(),
            Failure::LoginUnsupported { offers } if offers.is_empty() => LOGIN_UNNAMED.to_owned(),
            Failure::LoginUnsupported { offers } => {
                format!("it asks for a login of the kind {offers}; {KNOWN_LOGINS}")
            }
            Failure::Forbidden(Shown::Login) => FORBIDDEN.to_owned(),
            Failure::Forbidden(Shown::Unasked) => FORBIDDEN_UNASKED.to_owned(),
            Failure::Forbidden(Shown::Nothing) => {
                format!("it refuses (status 403); {IF_LOGIN_IS_MISSING} {LOGIN_EXAMPLE}")
            }
            Failure::NotFound => NOT_FOUND.to_owned(),
            Failure::Status(status) => format!("it answers with {}", named(*status)),
            Failure::Elsewhere { place } => {
                format!("it sends us to {place}, which is not followed; {IF_ELSEWHERE_IS_RIGHT}")
            }
            Failure::Circle => "it sends us from one place to the next and never to a picture".to_owned(),
            Failure::WebPage => WEB_PAGE.to_owned(),
            Failure::NotVideo { kind } => format!("it answers with {kind}, not with video"),
            Failure::NotJpeg { kind } if claims_jpeg(kind) => "what it sends are no JPEGs".to_owned(),
            Failure::NotJpeg { kind } => {
                format!("it sends {kind}; of single pictures only JPEGs are understood")
            }
            Failure::HungUp { after, before_first } => {
                let when = if *before_first { ", before its first picture" } else { "" };
                format!("it hung up after {}{when}", seconds(*after))
            }
            Failure::Silent(limit) => format!("it is connected and sent no picture for {}", seconds(*limit)),
            Failure::Broken => "its pictures cannot be decoded".to_owned(),
            Failure::TooLarge => format!("{TooLarge}"),
            Failure::NoThread => "the system has no thread left".to_owned(),
        }
    }
}

/// Whether a content type says that pictures are JPEGs, or says nothing.
fn claims_jpeg(kind: &str) -> bool {
    kind.is_empty() || kind.ends_with("/jpeg") || kind.ends_with("/jpg")
}

/// A time in words.
fn seconds(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds < 10.0 { format!("{seconds:.1} s") } else { format!("{seconds:.0} s") }
}

/// A status with what it means for a camera.
fn named(status: u16) -> String {
    let means = match status {
        400 => ": it does not understand the address",
        429 => ": it is asked too often",
        503 => ": it is starting, or others watch already",
        500.. => ": it has a fault",
        _ => "",
    };
    format!("status {status}{means}")
}

/// A content type as it may be shown: without parameters, and short.
pub(super) fn shown(kind: &str) -> String {
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.chars().filter(|letter| letter.is_ascii_graphic()).take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_status_has_its_code() {
        for (status, code, says) in [
            (404, ReasonCode::NotFound, "path"),
            (410, ReasonCode::NotFound, "path"),
            (405, ReasonCode::ServerError, "status 405"),
            (503, ReasonCode::ServerError, "status 503"),
        ] {
            for shown in [Shown::Nothing, Shown::Unasked, Shown::Login] {
                let reason = Failure::of_status(status, shown).reason();
                assert!(reason.code == code && reason.text.contains(says), "{status}: {reason}");
            }
        }
        for (shown, code, says) in [
            (Shown::Login, ReasonCode::LoginWrong, "this user"),
            (Shown::Unasked, ReasonCode::LoginMissing, "without asking"),
            (Shown::Nothing, ReasonCode::LoginMissing, "write them as in"),
        ] {
            let reason = Failure::of_status(403, shown).reason();
            assert!(reason.code == code && reason.text.contains(says), "{shown:?}: {reason}");
        }
    }

    #[test]
    fn a_content_type_is_shown_in_short() {
        assert_eq!(shown("image/png; name=\"a\"\r\n"), "image/png");
        assert_eq!(shown(&"x".repeat(1000)).len(), 40);
    }
}
