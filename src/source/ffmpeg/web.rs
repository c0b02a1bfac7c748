//! The way by which FFmpeg reaches web servers: a proxy of our own on loopback that connects it to hosts at
//! which a source may be, and to no others, wherever a name, a redirection or a playlist leads.
//!
//! FFmpeg's requests in, the servers' answers out as they are; encrypted connections pass through closed.
//! FFmpeg follows redirections and opens what playlists name by itself, in places that it does not tell, so
//! nobody but who makes its connections can judge them. [`super::ways`] says when FFmpeg is led here.

mod asked;

use std::{
    io::{self, BufReader, Write},
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use socket2::SockRef;
use url::Url;

use self::asked::Asked;
use crate::{source::reach, tools::fence::Around};

/// Longest time in which a server is connected to, the look-up of its name included: less than FFmpeg waits.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);

/// Longest wait for the first request of a connection.
const REQUEST_WITHIN: Duration = Duration::from_secs(10);

/// Most connections at once: FFmpeg has one or two, and of a playlist with many streams some more.
const MOST_AT_ONCE: usize = 64;

/// Pause after a connection that could not be taken, since the next one may not be taken either.
const PAUSE: Duration = Duration::from_millis(20);

/// Port of web servers where an address names none.
const PORT: u16 = 80;

/// The proxy of one open source; dropping it takes no more connections.
pub(super) struct Web {
    listener: TcpListener,
    address: SocketAddr,
    known: Arc<Known>,
}

/// What is known of where FFmpeg was led.
#[derive(Default)]
struct Known {
    /// No more connections are taken.
    is_over: AtomicBool,
    /// A host was refused.
    refused: AtomicBool,
    /// A server could not be reached.
    unreached: AtomicBool,
}

impl Web {
    /// Starts a proxy on a port of its own.
    ///
    /// # Errors
    /// Where the system has no port or no thread left.
    pub(super) fn open() -> io::Result<Web> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let (address, taking) = (listener.local_addr()?, listener.try_clone()?);
        let known = Arc::<Known>::default();
        let (around, knows) = (Around::here(), Arc::clone(&known));
        thread::Builder::new().name("web-way".to_owned()).spawn(move || {
            // What a panic said is on the log.
            let _ = around.run(|| take_all(&taking, &knows));
        })?;
        Ok(Web { listener, address, known })
    }

    /// The proxy's address, as FFmpeg takes it.
    pub(super) fn address(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Whether a host was refused, since no source may be there.
    pub(super) fn has_refused(&self) -> bool {
        self.known.refused.load(Ordering::Relaxed)
    }

    /// Whether a server could not be reached.
    pub(super) fn has_not_reached(&self) -> bool {
        self.known.unreached.load(Ordering::Relaxed)
    }
}

impl Drop for Web {
    fn drop(&mut self) {
        self.known.is_over.store(true, Ordering::Relaxed);
        // Wakes the thread that waits for connections (Linux); those that there are end with FFmpeg's.
        let _ = SockRef::from(&self.listener).shutdown(Shutdown::Both);
    }
}

/// Takes connections until the proxy is dropped.
fn take_all(listener: &TcpListener, known: &Arc<Known>) {
    loop {
        let taken = listener.accept();
        if known.is_over.load(Ordering::Relaxed) {
            return;
        }
        // Each connection has a share in what is known.
        let is_free = Arc::strong_count(known) <= MOST_AT_ONCE;
        let carried = match taken {
            Ok((client, _)) if is_free => start(client, Arc::clone(known)),
            Ok(_) => Ok(()),
            Err(error) => Err(error),
        };
        if let Err(error) = carried {
            log::debug!("a connection of FFmpeg's to a web server is not taken: {error}");
            thread::sleep(PAUSE);
        }
    }
}

/// Starts to carry one connection.
fn start(client: TcpStream, known: Arc<Known>) -> io::Result<()> {
    let around = Around::here();
    let carried = move || {
        if let Ok(Err(error)) = around.run(|| carry(&client, &known)) {
            log::debug!("a connection of FFmpeg's to a web server ended: {error}");
        }
        let _ = client.shutdown(Shutdown::Both);
    };
    thread::Builder::new().name("web-way-up".to_owned()).spawn(carried).map(drop)
}

/// Connects one connection of FFmpeg's to the server that it asks for, and hands on what either says until
/// either ends.
fn carry(mut client: &TcpStream, known: &Known) -> io::Result<()> {
    client.set_nodelay(true)?;
    client.set_read_timeout(Some(REQUEST_WITHIN))?;
    let mut from = BufReader::new(client);
    let Some(asked) = Asked::read(&mut from)? else { return Ok(()) };
    let mut server = connect(&asked.place, known)?;
    client.set_read_timeout(None)?;
    if asked.is_tunnel {
        client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
    } else {
        server.write_all(&asked.bytes)?;
    }
    let (answers, asker) = (server.try_clone()?, client.try_clone()?);
    let around = Around::here();
    thread::Builder::new().name("web-way-down".to_owned()).spawn(move || {
        let _ = around.run(|| io::copy(&mut &answers, &mut &asker));
        let _ = asker.shutdown(Shutdown::Both);
    })?;
    let ended = if asked.is_tunnel {
        io::copy(&mut from, &mut &server).map(drop)
    } else {
        more(&mut from, &server, &asked.place)
    };
    let _ = server.shutdown(Shutdown::Both);
    ended
}

/// Hands on the requests behind the first one, which go to the same server.
fn more(from: &mut BufReader<&TcpStream>, mut server: &TcpStream, place: &Url) -> io::Result<()> {
    while let Some(asked) = Asked::read(from)? {
        if asked.is_tunnel || asked.place != *place {
            return Err(io::ErrorKind::InvalidData.into());
        }
        server.write_all(&asked.bytes)?;
    }
    Ok(())
}

/// A connection to a server, if a source may be there.
fn connect(place: &Url, known: &Known) -> io::Result<TcpStream> {
    let deadline = Instant::now() + CONNECT_WITHIN;
    let port = place.port_or_known_default().unwrap_or(PORT);
    let found = reach::resolve(place, port, deadline);
    // What a firewall forbids looks like a refusal of ours.
    let connected = found.and_then(|found| reach::connect(&found, deadline).map_err(io::Error::other));
    let server = connected.inspect_err(|error| {
        let which = if reach::is_refusal(error) { &known.refused } else { &known.unreached };
        which.store(true, Ordering::Relaxed);
    })?;
    server.set_nodelay(true)?;
    Ok(server)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    /// What a client of the proxy that says `request` is answered.
    fn answered(web: &Web, request: &str) -> String {
        let mut client = TcpStream::connect(web.address).expect("it listens");
        client.set_read_timeout(Some(Duration::from_secs(20))).expect("a limit");
        client.write_all(request.as_bytes()).expect("is taken");
        let mut answer = String::new();
        client.read_to_string(&mut answer).expect("it ends");
        answer
    }

    /// A server that answers one request with what it was asked, and then hangs up.
    fn echo() -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("it is bound").port();
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let mut asked = [0; 1024];
                let read = stream.read(&mut asked).expect("a request comes");
                let _ = stream.write_all(&asked[..read]);
            }
        });
        port
    }

    #[test]
    fn a_server_is_asked_as_if_there_were_no_proxy() {
        let (web, port) = (Web::open().expect("a port is free"), echo());
        let asked = answered(&web, &format!("GET http://127.0.0.1:{port}/a?b=c HTTP/1.1\r\nHost: x\r\n\r\n"));
        assert_eq!(asked, "GET /a?b=c HTTP/1.1\r\nHost: x\r\n\r\n");
        assert!(!web.has_refused() && !web.has_not_reached());
    }

    #[test]
    fn an_encrypted_connection_passes_through() {
        let (web, port) = (Web::open().expect("a port is free"), echo());
        let mut client = TcpStream::connect(web.address).expect("it listens");
        client.set_read_timeout(Some(Duration::from_secs(20))).expect("a limit");
        client.write_all(format!("CONNECT 127.0.0.1:{port} HTTP/1.1\r\n\r\n").as_bytes()).expect("is taken");
        let mut answer = [0; 39];
        client.read_exact(&mut answer).expect("is let through");
        assert_eq!(&answer, b"HTTP/1.1 200 Connection established\r\n\r\n");
        client.write_all(b"\x16\x03\x01").expect("is taken");
        let mut back = Vec::new();
        client.read_to_end(&mut back).expect("it ends");
        assert_eq!(back, b"\x16\x03\x01");
    }

    #[test]
    fn no_way_leads_to_a_forbidden_host() {
        for request in [
            "GET http://169.254.169.254/latest/meta-data/ HTTP/1.1\r\n\r\n",
            "GET http://[::ffff:169.254.169.254]:80/ HTTP/1.1\r\n\r\n",
            "CONNECT 169.254.169.254:443 HTTP/1.1\r\n\r\n",
            "CONNECT 2852039166:443 HTTP/1.1\r\n\r\n",
        ] {
            let web = Web::open().expect("a port is free");
            assert_eq!(answered(&web, request), "", "{request}");
            assert!(web.has_refused() && !web.has_not_reached(), "{request}");
        }
        let (web, gone) = (Web::open().expect("a port is free"), TcpListener::bind("127.0.0.1:0"));
        let port = gone.and_then(|gone| gone.local_addr()).expect("a port is free").port();
        assert_eq!(answered(&web, &format!("CONNECT 127.0.0.1:{port} HTTP/1.1\r\n\r\n")), "");
        assert!(web.has_not_reached() && !web.has_refused());
    }

    #[test]
    fn a_proxy_that_is_dropped_takes_no_more_connections() {
        let web = Web::open().expect("a port is free");
        let address = web.address;
        drop(web);
        assert!(TcpStream::connect(address).is_err());
    }
}
