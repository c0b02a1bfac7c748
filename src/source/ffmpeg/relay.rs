//! Logs into RTSP cameras that want Digest with SHA-256 (RFC 7616), which FFmpeg knows only from version 7
//! on: a relay on loopback, for one connection of FFmpeg's, that adds the header to its requests and hands on
//! everything else as it is.
//!
//! In goes the camera's address, out comes one that FFmpeg opens instead, without a password. What logging in
//! means is `login`'s.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{Shutdown, TcpListener, TcpStream, ToSocketAddrs},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use url::Url;

use crate::{
    source::{
        address::{Address, Credentials, without_credentials},
        login::{Challenge, Login, Request, Unknown},
    },
    tools::fence::caught,
};

/// How long the camera may take to be connected to, and to say how it wants to be logged into.
const ANSWER_WITHIN: Duration = Duration::from_secs(3);

/// How long FFmpeg may take to come.
const CLIENT_WITHIN: Duration = Duration::from_secs(10);

/// Bytes of a message's head at most.
const LONGEST_HEAD: usize = 16 << 10;
/// Bytes of a message's body at most.
const LONGEST_BODY: usize = 256 << 10;

/// What a camera that refused FFmpeg wants.
pub(super) enum Wanted {
    /// What FFmpeg does: it was refused for good.
    Known,
    /// Digest with SHA-256: FFmpeg is to open this address instead.
    Through(Url),
    /// A login that nobody here knows.
    Unknown(Unknown),
}

/// Asks the camera how it wants to be logged into, and starts a relay where that is our part.
///
/// # Errors
/// Where the camera does not answer, or no thread or port can be had.
pub(super) fn wanted(address: &Address, url: &Url) -> io::Result<Wanted> {
    let Some(credentials) = address.credentials() else { return Ok(Wanted::Known) };
    let bare = without_credentials(url);
    let mut camera = connect(&bare)?;
    camera.write_all(
        format!("DESCRIBE {bare} RTSP/1.0\r\nCSeq: 1\r\nAccept: application/sdp\r\n\r\n").as_bytes(),
    )?;
    let Some(Message::Text(answer)) = Message::read(&mut BufReader::new(&camera))? else {
        return Ok(Wanted::Known);
    };
    let login = match Login::choose(&answer.challenges()) {
        Ok(login) if login.is_sha256() => login,
        Ok(_) => return Ok(Wanted::Known),
        Err(unknown) => return Ok(Wanted::Unknown(unknown)),
    };
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    // Nobody else on this machine gets the picture by guessing the port.
    let own =
        format!("rtsp://{}/{:016x}{:016x}", listener.local_addr()?, fastrand::u64(..), fastrand::u64(..));
    let path = match bare.query() {
        Some(query) => format!("{}?{query}", bare.path()),
        None => bare.path().to_owned(),
    };
    let through = Url::parse(&format!("{own}{path}")).map_err(io::Error::other)?;
    let mut origin = bare.clone();
    origin.set_path("");
    origin.set_query(None);
    origin.set_fragment(None);
    let session = Session {
        own,
        origin: origin.as_str().trim_end_matches('/').to_owned(),
        credentials,
        login,
        last: None,
        knows_us: false,
    };
    thread::Builder::new().name("rtsp-login".to_owned()).spawn(move || {
        match caught(|| serve(&listener, &bare, session)) {
            Ok(Ok(())) => {}
            Ok(Err(error)) => log::debug!("the relay for an RTSP login ended: {error}"),
            Err(panic) => log::error!("the relay for an RTSP login met a fault of this program: {panic}"),
        }
    })?;
    Ok(Wanted::Through(through))
}

fn connect(url: &Url) -> io::Result<TcpStream> {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let address = (bare, url.port().unwrap_or(554)).to_socket_addrs()?.next();
    let address = address.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
    let stream = TcpStream::connect_timeout(&address, ANSWER_WITHIN)?;
    stream.set_read_timeout(Some(ANSWER_WITHIN))?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Waits for FFmpeg and relays until either side ends.
fn serve(listener: &TcpListener, url: &Url, session: Session) -> io::Result<()> {
    let client = accept(listener)?;
    let camera = connect(url)?;
    camera.set_read_timeout(None)?;
    client.set_nodelay(true)?;
    let session = Arc::new(Mutex::new(session));
    let upwards = (client.try_clone()?, camera.try_clone()?, Arc::clone(&session));
    thread::Builder::new().name("rtsp-login-up".to_owned()).spawn(move || {
        let (client, camera, session) = upwards;
        // Either end of a connection ends the other, also after a fault of ours: FFmpeg sees it and the
        // source is opened anew.
        if let Err(panic) = caught(|| requests(&client, &camera, &session)) {
            log::error!("the relay for an RTSP login met a fault of this program: {panic}");
        }
        let _ = camera.shutdown(Shutdown::Both);
    })?;
    let ended = answers(&camera, &client, &session);
    let _ = client.shutdown(Shutdown::Both);
    ended
}

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

/// FFmpeg's requests, with a login, to the camera.
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

/// The camera's answers and packets to FFmpeg; where it asks for another login, the request goes there once
/// more.
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

/// One connection's login. Guarded by a lock, since requests and answers come by different threads; held for
/// one message.
struct Session {
    /// What our addresses begin with, and the camera's in their place.
    own: String,
    origin: String,
    credentials: Credentials,
    login: Login,
    /// The last request, while it has not been sent a second time.
    last: Option<Text>,
    /// Whether the client has named the secret part of our address.
    knows_us: bool,
}

impl Session {
    /// A request of FFmpeg's as the camera gets it.
    fn asked(&mut self, mut request: Text) -> io::Result<Vec<u8>> {
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
    fn again(&mut self, answer: &Text) -> Option<Vec<u8>> {
        if answer.first.split(' ').nth(1) != Some("401") {
            return None;
        }
        self.login = Login::choose(&answer.challenges()).ok()?;
        let request = self.last.take()?;
        Some(self.signed(&request))
    }

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

/// What goes over an RTSP connection (RFC 2326, sections 4 and 10.12).
enum Message {
    /// Interleaved data, with its four bytes of header.
    Packet(Vec<u8>),
    /// A request or an answer.
    Text(Text),
}

/// A request or an answer.
#[derive(Clone)]
struct Text {
    first: String,
    fields: Vec<String>,
    body: Vec<u8>,
}

impl Message {
    /// The next message; `None` at the end.
    fn read(from: &mut impl BufRead) -> io::Result<Option<Message>> {
        let Some(&first) = from.fill_buf()?.first() else { return Ok(None) };
        if first == b'$' {
            let mut head = [0; 4];
            from.read_exact(&mut head)?;
            let mut packet = head.to_vec();
            packet.resize(4 + usize::from(u16::from_be_bytes([head[2], head[3]])), 0);
            from.read_exact(&mut packet[4..])?;
            return Ok(Some(Message::Packet(packet)));
        }
        Text::read(from).map(|text| text.map(Message::Text))
    }
}

impl Text {
    fn read(from: &mut impl BufRead) -> io::Result<Option<Text>> {
        let mut lines = Vec::new();
        let mut limited = from.take(LONGEST_HEAD as u64);
        loop {
            let mut line = Vec::new();
            if limited.read_until(b'\n', &mut line)? == 0 {
                return if lines.is_empty() { Ok(None) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
            }
            // Realms may be in any encoding.
            let line = String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned();
            match (line.is_empty(), lines.is_empty()) {
                (true, false) => break,
                // Some cameras send empty lines between messages.
                (true, true) => {}
                _ => lines.push(line),
            }
        }
        let (first, fields) = (lines.remove(0), lines);
        let mut text = Text { first, fields, body: Vec::new() };
        let length = text.field("content-length").and_then(|value| value.parse().ok()).unwrap_or(0);
        if length > LONGEST_BODY {
            return Err(io::ErrorKind::InvalidData.into());
        }
        text.body = vec![0; length];
        from.read_exact(&mut text.body)?;
        Ok(Some(text))
    }

    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.fields.iter().filter_map(|field| field.split_once(':'));
        named.filter(move |(other, _)| other.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    fn field<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.all(name).next()
    }

    fn challenges(&self) -> Vec<Challenge> {
        Challenge::all(self.all("www-authenticate"))
    }

    fn bytes(&self) -> Vec<u8> {
        let mut head = self.first.clone();
        for field in &self.fields {
            head.push_str("\r\n");
            head.push_str(field);
        }
        head.push_str("\r\n\r\n");
        [head.as_bytes(), &self.body].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(bytes: &[u8]) -> Vec<Message> {
        let mut from = bytes;
        std::iter::from_fn(|| Message::read(&mut from).ok().flatten()).collect()
    }

    fn session(challenge: &str) -> Session {
        let credentials = Credentials { user: b"admin".to_vec(), password: b"hunter2".to_vec() };
        Session {
            own: "rtsp://127.0.0.1:9/key".to_owned(),
            origin: "rtsp://cam:8554".to_owned(),
            credentials,
            login: Login::choose(&Challenge::all([challenge].into_iter())).expect("is known"),
            last: None,
            knows_us: false,
        }
    }

    const SHA: &str = "Digest realm=\"cam\", nonce=\"n1\", algorithm=\"SHA-256\"";

    fn request(first: &str) -> Text {
        Text { first: first.to_owned(), fields: vec!["CSeq: 2".to_owned()], body: Vec::new() }
    }

    #[test]
    fn texts_and_packets_are_told_apart() {
        let bytes = b"RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 3\r\n\r\nabc$\0\0\x02xy\r\nRTSP/1.0 200 OK\r\n\r\n";
        let read = messages(bytes);
        assert!(
            matches!(&read[0], Message::Text(text) if text.body == b"abc" && text.field("CSEQ") == Some("1"))
        );
        assert!(matches!(&read[1], Message::Packet(packet) if packet == b"$\0\0\x02xy"));
        assert!(matches!(&read[2], Message::Text(text) if text.bytes() == b"RTSP/1.0 200 OK\r\n\r\n"));
        assert_eq!(read.len(), 3);
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
