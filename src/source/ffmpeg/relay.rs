//! Logs into RTSP cameras that want Digest with SHA-256 (RFC 7616), which FFmpeg knows only from version 7
//! on: a relay on loopback, for one connection of FFmpeg's, that adds the header to its requests and hands on
//! everything else as it is.
//!
//! In goes the camera's address, out comes one that FFmpeg opens instead, without a password. What logging in
//! means is `login`'s.

mod ask;
mod message;
mod session;

use std::{
    io::{self, BufReader, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use url::Url;

use self::{message::Message, session::Session};
use crate::{
    nouns::reason::{Reason, ReasonCode},
    source::{
        address::{Address, Credentials, without_credentials},
        login::Login,
    },
    tools::fence::Around,
};

/// Longest time in which the camera is asked how it wants to be logged into, and in which the relay connects
/// to it.
const ANSWER_WITHIN: Duration = Duration::from_secs(3);

/// Longest wait for FFmpeg to come.
const CLIENT_WITHIN: Duration = Duration::from_secs(10);

/// Asks a camera that refused FFmpeg how it wants to be logged into. Returns the address of a relay, which
/// FFmpeg is to open instead, where that is Digest with SHA-256; `None` where FFmpeg knows the way, and was
/// refused for good.
///
/// # Errors
/// Where the camera wants a login that nobody here knows, or does not say which; where no thread or port can
/// be had.
pub(super) fn way_in(address: &Address, url: &Url) -> Result<Option<Url>, Reason> {
    let Some(credentials) = address.credentials() else { return Ok(None) };
    let bare = without_credentials(url);
    let asked = ask::challenges(&bare, Instant::now() + ANSWER_WITHIN);
    let Some(challenges) = asked.map_err(|error| unanswered(&error))? else { return Ok(None) };
    let login = match Login::choose(&challenges) {
        Ok(login) if login.is_sha256() => login,
        Ok(_) => return Ok(None),
        Err(unknown) if unknown.offers.is_empty() => {
            return Err(unsupported("the camera asks for a login and does not say of which kind"));
        }
        Err(unknown) => {
            let kinds = unknown.offers;
            return Err(unsupported(&format!(
                "the camera asks for a login of a kind that is not known here: {kinds}"
            )));
        }
    };
    let relay = start(&bare, credentials, login);
    relay.map(Some).map_err(|error| Reason::new(ReasonCode::Internal, format!("no way to log in: {error}")))
}

/// The reason of a camera that wants a login that nobody here knows.
fn unsupported(text: &str) -> Reason {
    Reason::new(ReasonCode::LoginUnsupported, text)
}

/// The reason of a camera that does not say how it wants to be logged into. It has refused a login all the
/// same, and is not to be tried as often as one that cannot be reached.
fn unanswered(error: &io::Error) -> Reason {
    use io::ErrorKind::{
        BrokenPipe, ConnectionAborted, ConnectionRefused, ConnectionReset, InvalidData, NotFound, TimedOut,
        UnexpectedEof, WouldBlock,
    };
    let why = match error.kind() {
        NotFound => "its host is not known".to_owned(),
        ConnectionRefused => "nothing listens there any more".to_owned(),
        TimedOut | WouldBlock => format!("it does not answer within {} s", ANSWER_WITHIN.as_secs()),
        BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof => "it hangs up".to_owned(),
        InvalidData => "its answer is no RTSP".to_owned(),
        _ => error.to_string(),
    };
    unsupported(&format!("the camera wants a login and cannot be asked of which kind: {why}"))
}

/// Starts a relay to the camera of `bare`. Returns the address that FFmpeg is to open.
fn start(bare: &Url, credentials: Credentials, login: Login) -> io::Result<Url> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    // Nobody else on this machine gets the picture by guessing the port.
    let own =
        format!("rtsp://{}/{:016x}{:016x}", listener.local_addr()?, fastrand::u64(..), fastrand::u64(..));
    let path = match bare.query() {
        Some(query) => format!("{}?{query}", bare.path()),
        None => bare.path().to_owned(),
    };
    let through = Url::parse(&format!("{own}{path}")).map_err(io::Error::other)?;
    let session = Session::new(own, bare, credentials, login);
    let bare = bare.clone();
    let around = Around::here();
    thread::Builder::new().name("rtsp-login".to_owned()).spawn(move || {
        // What a panic said is on the log.
        if let Ok(Err(error)) = around.run(|| serve(&listener, &bare, session)) {
            log::debug!("the relay for an RTSP login ended: {error}");
        }
    })?;
    Ok(through)
}

/// Waits for FFmpeg and relays until either side ends.
fn serve(listener: &TcpListener, url: &Url, session: Session) -> io::Result<()> {
    let client = accept(listener)?;
    let camera = ask::connect(url, Instant::now() + ANSWER_WITHIN)?;
    client.set_nodelay(true)?;
    let session = Arc::new(Mutex::new(session));
    let upwards = (client.try_clone()?, camera.try_clone()?, Arc::clone(&session));
    let around = Around::here();
    thread::Builder::new().name("rtsp-login-up".to_owned()).spawn(move || {
        let (client, camera, session) = upwards;
        // Either end of a connection ends the other, also after a fault of ours: FFmpeg sees it and the
        // source is opened anew.
        let _ = around.run(|| requests(&client, &camera, &session));
        let _ = camera.shutdown(Shutdown::Both);
    })?;
    let ended = answers(&camera, &client, &session);
    let _ = client.shutdown(Shutdown::Both);
    ended
}

/// The connection of FFmpeg, once it comes.
fn accept(listener: &TcpListener) -> io::Result<TcpStream> {
    listener.set_nonblocking(true)?;
    let until = Instant::now() + CLIENT_WITHIN;
    loop {
        match listener.accept() {
            Ok((client, _)) => {
                client.set_nonblocking(false)?;
                return Ok(client);
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock && Instant::now() < until => {
                thread::sleep(Duration::from_millis(5));
            }
            Err(error) => return Err(error),
        }
    }
}

/// Hands FFmpeg's requests, with a login, to the camera.
fn requests(client: &TcpStream, mut camera: &TcpStream, session: &Mutex<Session>) -> io::Result<()> {
    let mut from = BufReader::new(client);
    while let Some(message) = Message::read(&mut from)? {
        let bytes = match message {
            Message::Packet(bytes) => bytes,
            Message::Text(request) => {
                let signed = session.lock().asked(request);
                signed?
            }
        };
        camera.write_all(&bytes)?;
    }
    Ok(())
}

/// Hands the camera's answers and packets to FFmpeg; where the camera asks for another login, the request
/// goes there once more.
fn answers(mut camera: &TcpStream, mut client: &TcpStream, session: &Mutex<Session>) -> io::Result<()> {
    let mut from = BufReader::with_capacity(64 << 10, camera);
    while let Some(message) = Message::read(&mut from)? {
        match message {
            Message::Packet(bytes) => client.write_all(&bytes)?,
            Message::Text(answer) => {
                let again = session.lock().again(&answer);
                match again {
                    Some(request) => camera.write_all(&request)?,
                    None => client.write_all(&answer.bytes())?,
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is told of a camera that answers so, and then hangs up.
    fn told(answer: &'static [u8]) -> Result<Option<Url>, Reason> {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("it is bound").port();
        let answering = thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("it is asked");
            Message::read(&mut BufReader::new(&stream)).expect("a request comes");
            stream.write_all(answer).expect("it listens");
        });
        let found = asked(port);
        answering.join().expect("answers");
        found
    }

    fn asked(port: u16) -> Result<Option<Url>, Reason> {
        let address: Address = format!("rtsp://admin:hunter2@127.0.0.1:{port}/live").parse().expect("valid");
        let Address::Stream(url) = &address else { panic!("it is a stream") };
        way_in(&address, url)
    }

    #[test]
    fn a_camera_that_cannot_be_asked_is_not_told_to_have_refused_the_password() {
        let refused =
            TcpListener::bind("127.0.0.1:0").expect("a port is free").local_addr().expect("is bound");
        for (found, says) in [
            (told(b""), "hangs up"),
            (told(b"RTSP/1.0 401 Unauth"), "hangs up"),
            (told(b"RTSP/1.0 453 Not Enough Bandwidth\r\n\r\n"), "453"),
            (asked(refused.port()), "nothing listens"),
        ] {
            let why = found.expect_err("nothing is known of its login");
            assert!(why.text.contains("cannot be asked") && why.text.contains(says), "{why}");
            assert_eq!(why.code, ReasonCode::LoginUnsupported, "a refused login is not tried again at once");
            assert!(!why.text.contains("hunter2"), "{why}");
        }
    }

    #[test]
    fn logins_that_ffmpeg_knows_are_left_to_it() {
        let with = |challenge: &str| -> &'static [u8] {
            format!("RTSP/1.0 401 Unauthorized\r\nWWW-Authenticate: {challenge}\r\n\r\n").leak().as_bytes()
        };
        for known in ["Basic realm=\"a\"", "Digest realm=\"a\", nonce=\"n\", algorithm=MD5-sess"] {
            assert_eq!(told(with(known)), Ok(None), "{known}");
        }
        assert_eq!(told(b"RTSP/1.0 200 OK\r\n\r\n"), Ok(None), "it wants a login for something else");
        let sha = told(with("Digest realm=\"a\", nonce=\"n\", algorithm=SHA-256"));
        let through = sha.expect("is known").expect("goes through a relay");
        assert!(through.path().ends_with("/live") && through.host_str() == Some("127.0.0.1"), "{through}");
        for (unknown, says) in
            [("Negotiate", "not known here: Negotiate"), ("", "does not say of which kind")]
        {
            let why = told(with(unknown)).expect_err("nobody knows it");
            assert!(why.code == ReasonCode::LoginUnsupported && why.text.contains(says), "{why}");
        }
    }
}
