//! The login of one connection: FFmpeg's requests in, the same with the camera's addresses and a login out.

use std::io;

use url::Url;

use super::message::Text;
use crate::source::{
    address::Credentials,
    login::{Login, Request},
};

/// The login of one connection. A lock guards it, since requests and answers come by different threads; it is
/// held for one message.
pub(super) struct Session {
    /// Beginning of the relay's addresses.
    own: String,
    /// Beginning of the camera's addresses, which takes its place.
    origin: String,
    credentials: Credentials,
    login: Login,
    /// The last request, while it has not been sent a second time.
    last: Option<Text>,
    /// Whether the client has named the secret part of our address.
    knows_us: bool,
}

impl Session {
    /// The login of a connection to the camera of `bare`, whose client uses addresses that begin with `own`.
    pub(super) fn new(own: String, bare: &Url, credentials: Credentials, login: Login) -> Session {
        let mut origin = bare.clone();
        origin.set_path("");
        origin.set_query(None);
        origin.set_fragment(None);
        let origin = origin.as_str().trim_end_matches('/').to_owned();
        Session { own, origin, credentials, login, last: None, knows_us: false }
    }

    /// A request of FFmpeg's as the camera gets it.
    pub(super) fn asked(&mut self, mut request: Text) -> io::Result<Vec<u8>> {
        let mut words = request.first.splitn(3, ' ');
        let (Some(method), Some(uri), Some(version)) = (words.next(), words.next(), words.next()) else {
            return Err(io::ErrorKind::InvalidData.into());
        };
        // Later ones name the camera itself, as its answers did.
        let uri = match uri.strip_prefix(&self.own) {
            Some(rest) => {
                self.knows_us = true;
                format!("{}{rest}", self.origin)
            }
            // By whatever name: cameras behind a forwarded port use their own.
            None if self.knows_us => uri.to_owned(),
            None => return Err(io::ErrorKind::PermissionDenied.into()),
        };
        request.first = format!("{method} {uri} {version}");
        let bytes = self.signed(&request);
        self.last = Some(request);
        Ok(bytes)
    }

    /// The last request once more, where the camera asks for a login in another way, or with a new nonce.
    pub(super) fn again(&mut self, answer: &Text) -> Option<Vec<u8>> {
        if answer.status() != Some(401) {
            return None;
        }
        self.login = Login::choose(&answer.challenges()).ok()?;
        let request = self.last.take()?;
        Some(self.signed(&request))
    }

    /// A request with its login.
    fn signed(&mut self, request: &Text) -> Vec<u8> {
        let mut words = request.first.split(' ');
        let (method, uri) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let salt = format!("{:016x}", fastrand::u64(..));
        let value = self.login.authorization(&self.credentials, Request { method, uri }, &salt);
        let mut signed = request.clone();
        signed.fields.retain(|field| !field.to_ascii_lowercase().starts_with("authorization:"));
        signed.fields.push(format!("Authorization: {value}"));
        signed.bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::login::Challenge;

    fn session(challenge: &str) -> Session {
        let credentials = Credentials { user: b"admin".to_vec(), password: b"hunter2".to_vec() };
        let login = Login::choose(&Challenge::all([challenge].into_iter())).expect("is known");
        let camera = Url::parse("rtsp://cam:8554/live").expect("an address");
        Session::new("rtsp://127.0.0.1:9/key".to_owned(), &camera, credentials, login)
    }

    const SHA: &str = "Digest realm=\"cam\", nonce=\"n1\", algorithm=\"SHA-256\"";

    fn request(first: &str) -> Text {
        Text { first: first.to_owned(), fields: vec!["CSeq: 2".to_owned()], body: Vec::new() }
    }

    #[test]
    fn requests_go_to_the_camera_with_a_login_and_without_the_password() {
        let mut session = session(SHA);
        let sent = session.asked(request("DESCRIBE rtsp://127.0.0.1:9/key/live RTSP/1.0")).expect("is ours");
        let sent = String::from_utf8(sent).expect("text");
        assert!(
            sent.starts_with("DESCRIBE rtsp://cam:8554/live RTSP/1.0\r\nCSeq: 2\r\nAuthorization: Digest "),
            "{sent}"
        );
        assert!(
            sent.contains("algorithm=SHA-256")
                && sent.contains("uri=\"rtsp://cam:8554/live\"")
                && !sent.contains("hunter2")
        );
        let later = session.asked(request("SETUP rtsp://192.168.0.10:554/live/track1 RTSP/1.0"));
        assert!(later.is_ok(), "as the camera names itself");
    }

    #[test]
    fn who_does_not_know_the_secret_part_is_turned_away() {
        for guessed in ["rtsp://127.0.0.1:9/guessed/live", "rtsp://cam:8554/live", "*"] {
            assert!(
                session(SHA).asked(request(&format!("DESCRIBE {guessed} RTSP/1.0"))).is_err(),
                "{guessed}"
            );
        }
    }

    #[test]
    fn a_request_with_an_old_nonce_is_sent_once_more() {
        let mut session = session(SHA);
        session.asked(request("PLAY rtsp://127.0.0.1:9/key/live RTSP/1.0")).expect("is ours");
        let refusal = Text {
            first: "RTSP/1.0 401 Unauthorized".to_owned(),
            fields: vec![format!("WWW-Authenticate: {}", SHA.replace("n1", "n2"))],
            body: Vec::new(),
        };
        let again = String::from_utf8(session.again(&refusal).expect("once more")).expect("text");
        assert!(again.starts_with("PLAY ") && again.contains("nonce=\"n2\""), "{again}");
        assert!(session.again(&refusal).is_none(), "refused twice is refused");
    }
}
