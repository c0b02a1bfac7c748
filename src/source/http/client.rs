//! Asking a camera for its pictures: a request in, a successful answer out, after whatever login and
//! redirection that takes.
//!
//! The camera is asked itself and nobody else, whatever the environment or the camera say: a proxy, and
//! whoever it sends us to, would be shown the password. Without being asked for it no password is sent to
//! anybody.

use std::time::Instant;

use url::Url;

use super::{
    body::Body,
    connection::Connection,
    failure::{Failure, Shown},
    head::Head,
    place::Place,
};
use crate::source::{
    address::{Address, Credentials, holds_secret, without_credentials},
    login::{Challenge, Login, Request},
    reach::is_refused,
};

/// Most redirections within the camera that are followed for one answer.
const MOST_HOPS: usize = 4;

/// A camera, and what is kept between two requests.
pub(super) struct Client {
    /// The address without user and password.
    url: Url,
    place: Place,
    credentials: Option<Credentials>,
    /// How the camera wanted to be shown the password when it last asked.
    login: Option<Login>,
    /// The last answer's connection, if it may be used again.
    idle: Option<Connection>,
}

/// A successful answer: 2xx or 304.
pub(super) struct Answer {
    /// The status and the headers.
    pub head: Head,
    /// The body, of which nothing has been taken.
    pub body: Body,
}

/// How often a login was tried for one answer.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Tries {
    /// No login was tried.
    None,
    /// One login was tried.
    One,
    /// A login was tried once more, since what the camera had said was too old.
    Stale,
}

impl Client {
    /// The camera of `url`, which is the address's. Nobody is asked yet.
    pub fn new(address: &Address, url: &Url) -> Client {
        let place = Place::new(address.shown_host(), url);
        Client {
            url: without_credentials(url),
            place,
            credentials: address.credentials(),
            login: None,
            idle: None,
        }
    }

    /// Asks for the address, with these headers besides.
    ///
    /// # Errors
    /// What the camera says instead, or why it says nothing.
    pub fn get(&mut self, headers: &[(&str, String)], deadline: Instant) -> Result<Answer, Failure> {
        let mut url = self.url.clone();
        let (mut tries, mut hops, mut has_shown) = (Tries::None, 0, false);
        loop {
            has_shown |= holds_secret(&url);
            let answer = self.exchange(&url, headers, deadline)?;
            match answer.head.status {
                200..=299 | 304 => return Ok(answer),
                401 => tries = self.log_in(&answer.head, tries, has_shown)?,
                301 | 302 | 303 | 307 | 308 => {
                    hops += 1;
                    if hops > MOST_HOPS {
                        return Err(Failure::Circle);
                    }
                    url = next_place(&url, &answer.head)?;
                }
                status => return Err(Failure::of_status(status, self.shown(has_shown))),
            }
            self.give_back(answer.body);
        }
    }

    /// What the camera has been shown; `in_url` tells whether that was a login in a path or a query.
    fn shown(&self, in_url: bool) -> Shown {
        if in_url || self.login.is_some() {
            Shown::Login
        } else if self.credentials.is_some() {
            Shown::Unasked
        } else {
            Shown::Nothing
        }
    }

    /// Whether the camera wanted Digest with SHA-256 when it last asked for a login.
    pub fn has_used_sha256(&self) -> bool {
        self.login.as_ref().is_some_and(Login::is_sha256)
    }

    /// Keeps the connection of an answer that has been read for the next request.
    pub fn give_back(&mut self, body: Body) {
        self.idle = body.into_connection();
    }

    /// Sends one request and reads its answer, whatever that is.
    fn exchange(
        &mut self,
        url: &Url,
        headers: &[(&str, String)],
        deadline: Instant,
    ) -> Result<Answer, Failure> {
        let request = self.request(url, headers);
        if let Some(mut connection) = self.idle.take() {
            match connection.ask(&request, deadline) {
                Ok(head) => return Ok(Answer { body: Body::new(connection, &head), head }),
                // The camera has closed it meanwhile.
                Err(Failure::HungUp { .. }) if connection.is_stale() => {}
                Err(failure) => return Err(failure),
            }
        }
        let mut connection = Connection::open(url, &self.place, deadline)?;
        let head = connection.ask(&request, deadline)?;
        Ok(Answer { body: Body::new(connection, &head), head })
    }

    /// The bytes of a request.
    fn request(&mut self, url: &Url, headers: &[(&str, String)]) -> Vec<u8> {
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        let target = format!("{}{query}", url.path());
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        let host = format!("{}{port}", url.host_str().unwrap_or_default());
        let mut text = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nAccept: */*\r\n");
        text += concat!("User-Agent: steadycast/", env!("CARGO_PKG_VERSION"), "\r\n");
        if let Some(authorization) = self.authorization(&target) {
            text += &format!("Authorization: {authorization}\r\n");
        }
        for (name, value) in headers {
            text += &format!("{name}: {value}\r\n");
        }
        text += "\r\n";
        text.into_bytes()
    }

    /// What shows the camera the password, where it has asked for that.
    fn authorization(&mut self, target: &str) -> Option<String> {
        let (login, credentials) = (self.login.as_mut()?, self.credentials.as_ref()?);
        let salt = format!("{:016x}", fastrand::u64(..));
        Some(login.authorization(credentials, Request { method: "GET", uri: target }, &salt))
    }

    /// Takes over how the camera wants to be shown the password, for the next request; `has_shown` tells
    /// whether it was shown a login in a path or a query.
    fn log_in(&mut self, head: &Head, tries: Tries, has_shown: bool) -> Result<Tries, Failure> {
        if self.credentials.is_none() {
            return Err(if has_shown { Failure::LoginNotTaken } else { Failure::LoginMissing });
        }
        let challenges = Challenge::all(head.all("www-authenticate"));
        let stale = challenges
            .iter()
            .filter_map(|challenge| challenge.get("stale"))
            .any(|value| value.eq_ignore_ascii_case("true"));
        let tries = match tries {
            Tries::None => Tries::One,
            Tries::One if stale => Tries::Stale,
            Tries::One | Tries::Stale => return Err(Failure::LoginWrong),
        };
        let chosen = Login::choose(&challenges);
        self.login = Some(chosen.map_err(|unknown| Failure::LoginUnsupported { offers: unknown.offers })?);
        Ok(tries)
    }
}

/// The address to which a redirection leads, if that is the camera itself.
fn next_place(url: &Url, head: &Head) -> Result<Url, Failure> {
    let Some(next) = head.get("location").and_then(|location| url.join(location).ok()) else {
        return Err(Failure::Status(head.status));
    };
    let same = next.scheme() == "http"
        && next.host() == url.host()
        && next.port_or_known_default() == url.port_or_known_default();
    if same {
        return Ok(without_credentials(&next));
    }
    let next = Address::Stream(next);
    // Whoever watches reads this: of the path, which may be a key, nothing is told.
    Err(if is_refused(&next) {
        Failure::ForbiddenAddress
    } else {
        Failure::Elsewhere { place: next.public() }
    })
}
