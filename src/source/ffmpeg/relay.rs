//! Logs into RTSP cameras that want Digest with SHA-256 (RFC 7616), which FFmpeg knows only from version 7
//! on: a relay on loopback, for one connection of FFmpeg's, that adds the header to its requests and hands on
//! everything else as it is.
//!
//! In goes the camera's address, out comes one that FFmpeg opens instead, without a password. What logging in
//! means is `login`'s.

mod message;
mod session;

use std::{
    io::{self, BufReader, Write},
    net::{Shutdown, TcpListener, TcpStream, ToSocketAddrs},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use url::Url;

use self::{
    message::{Message, Text},
    session::Session,
};
use crate::{
    source::{
        address::{Address, Credentials, without_credentials},
        login::{Login, Unknown},
    },
    tools::fence::caught,
};

/// Longest time that connecting to the camera may take, and longest wait for each piece of its answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(3);

/// Longest wait for FFmpeg to come.
const CLIENT_WITHIN: Duration = Duration::from_secs(10);

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
    let Some(answer) = asked(&bare)? else { return Ok(Wanted::Known) };
    let login = match Login::choose(&answer.challenges()) {
        Ok(login) if login.is_sha256() => login,
        Ok(_) => return Ok(Wanted::Known),
        Err(unknown) => return Ok(Wanted::Unknown(unknown)),
    };
    start(&bare, credentials, login).map(Wanted::Through)
}

/// The camera's answer to somebody without a login; `None` where it gives none.
fn asked(bare: &Url) -> io::Result<Option<Text>> {
    let mut camera = connect(bare)?;
    camera.write_all(
        format!("DESCRIBE {bare} RTSP/1.0\r\nCSeq: 1\r\nAccept: application/sdp\r\n\r\n").as_bytes(),
    )?;
    match Message::read(&mut BufReader::new(&camera))? {
        Some(Message::Text(answer)) => Ok(Some(answer)),
        _ => Ok(None),
    }
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
    thread::Builder::new().name("rtsp-login".to_owned()).spawn(move || {
        match caught(|| serve(&listener, &bare, session)) {
            Ok(Ok(())) => {}
            Ok(Err(error)) => log::debug!("the relay for an RTSP login ended: {error}"),
            Err(panic) => log::error!("the relay for an RTSP login met a fault of this program: {panic}"),
        }
    })?;
    Ok(through)
}

/// A connection to the camera.
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
