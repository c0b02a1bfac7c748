//! Cameras that send JPEGs over HTTP (`multipart/x-mixed-replace`): the only file that names `ureq`.
//!
//! In goes an address, out come the camera's own JPEGs. Whatever else an HTTP server gives, and whatever else it asks for (Digest,
//! `https` with a certificate of the camera's own making), is FFmpeg's.

use std::{
    io::{ErrorKind, Read},
    sync::Arc,
    time::{Duration, Instant},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use parking_lot::Mutex;
use percent_encoding::percent_decode_str;
use thiserror::Error;
use ureq::{
    Agent, Error, Timeout,
    config::Config,
    unversioned::{
        resolver::DefaultResolver,
        transport::{Buffers, ConnectionDetails, Connector, NextTimeout, TcpConnector, Transport},
    },
};
use url::Url;

use super::{
    Address, MOST_BROKEN, READ_TIMEOUT, Reason, ReasonCode, SourceError, Unused, diagnose,
    multipart::{Parts, TooLarge},
};
use crate::{frame::Picture, jpeg::CameraJpeg};

/// How long opening may take, up to the first picture. Then it is FFmpeg's turn.
pub const OPEN_TIMEOUT: Duration = Duration::from_secs(4);

/// Bytes asked of the connection at once.
const CHUNK: usize = 64 << 10;

/// A camera's answer being read.
pub struct HttpCamera {
    address: Address,
    body: Box<dyn Read + Send>,
    deadline: Deadline,
    parts: Parts,
    chunk: Vec<u8>,
    /// The newest picture, until it is taken.
    newest: Option<CameraJpeg>,
    /// Whether nobody has asked for it yet.
    first: bool,
    unused: Unused,
    /// Broken ones since the last good one.
    broken_in_a_row: usize,
}

/// Why it is not opened here, in our own words: `ureq`'s may hold the password.
#[derive(Debug, PartialEq, Error)]
pub enum NotOpened {
    /// Nobody else need try.
    #[error("there is nobody to connect to")]
    Silent,
    /// No HTTP, or none in time.
    #[error("it does not answer as a web server does")]
    NoAnswer,
    /// It wants another login, or to send us elsewhere.
    #[error("it answers with status {0}")]
    Status(u16),
    /// Another content type.
    #[error("it does not send multipart/x-mixed-replace")]
    NoParts,
    /// Parts that are no pictures of ours may be pictures to others.
    #[error("{0}")]
    NoPicture(Ended),
}

/// Why no further picture comes.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum Ended {
    /// The connection is gone.
    #[error("it hangs up")]
    HungUp,
    /// It lasts, but nothing comes of it.
    #[error("it sends no picture")]
    Silent,
    /// What comes is no pictures.
    #[error("its pictures cannot be decoded")]
    Broken,
    /// What comes has no bounds.
    #[error("{0}")]
    TooLarge(#[from] TooLarge),
}

impl From<Error> for NotOpened {
    fn from(error: Error) -> Self {
        match error {
            Error::Timeout(Timeout::Connect) | Error::HostNotFound => NotOpened::Silent,
            Error::Io(error) if error.kind() == ErrorKind::ConnectionRefused => NotOpened::Silent,
            Error::StatusCode(status) => NotOpened::Status(status),
            _ => NotOpened::NoAnswer,
        }
    }
}

/// When reading from a connection ends. `ureq` has limits for a whole body or for each read, of which a trickle takes any number.
#[derive(Clone, Debug)]
struct Deadline(Arc<Mutex<Instant>>);

/// A connection that keeps to it.
#[derive(Debug)]
struct Bounded<T> {
    inner: T,
    deadline: Deadline,
}

impl<T: Transport> Connector<T> for Deadline {
    type Out = Bounded<T>;

    fn connect(&self, _: &ConnectionDetails, inner: Option<T>) -> Result<Option<Self::Out>, Error> {
        Ok(inner.map(|inner| Bounded { inner, deadline: self.clone() }))
    }
}

impl<T: Transport> Transport for Bounded<T> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.inner.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.inner.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        let left = self.deadline.0.lock().saturating_duration_since(Instant::now());
        self.inner.await_input(NextTimeout { after: left.into(), ..timeout })
    }

    fn is_open(&mut self) -> bool {
        self.inner.is_open()
    }
}

impl HttpCamera {
    /// Opens `url`, which is the address's, up to the first picture, within [`OPEN_TIMEOUT`].
    ///
    /// # Errors
    /// [`NotOpened`].
    pub fn open(address: &Address, url: &Url) -> Result<HttpCamera, NotOpened> {
        HttpCamera::open_within(OPEN_TIMEOUT, address, url)
    }

    fn open_within(limit: Duration, address: &Address, url: &Url) -> Result<HttpCamera, NotOpened> {
        let deadline = Deadline(Arc::new(Mutex::new(Instant::now() + limit)));
        let transport = ().chain(TcpConnector::default()).chain(deadline.clone());
        let agent = Agent::with_parts(config(limit), transport, DefaultResolver::default());
        let (bare, credentials) = split(url);
        let mut request = agent.get(bare.as_str());
        if let Some(credentials) = credentials {
            request = request.header("Authorization", credentials);
        }
        let response = request.call()?;
        if !response.status().is_success() {
            return Err(NotOpened::Status(response.status().as_u16()));
        }
        let content_type = response.headers().get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
        let parts = Parts::of(content_type).ok_or(NotOpened::NoParts)?;
        let body = Box::new(response.into_body().into_reader());
        let mut camera = HttpCamera {
            address: address.clone(),
            body,
            deadline,
            parts,
            chunk: vec![0; CHUNK],
            newest: None,
            first: true,
            unused: Unused::default(),
            broken_in_a_row: 0,
        };
        camera.advance().map_err(NotOpened::NoPicture)?;
        let decodes = camera.newest.as_ref().is_some_and(|jpeg| jpeg.planes().is_ok());
        if decodes { Ok(camera) } else { Err(NotOpened::NoPicture(Ended::Broken)) }
    }

    /// As [`super::Source::grab`].
    ///
    /// # Errors
    /// [`SourceError::Read`].
    pub fn grab(&mut self) -> Result<(), SourceError> {
        if std::mem::take(&mut self.first) {
            return Ok(());
        }
        self.newest = None;
        *self.deadline.0.lock() = Instant::now() + READ_TIMEOUT;
        self.advance().map_err(|ended| match ended {
            Ended::HungUp => SourceError::read(&self.address, diagnose::why(&self.address)),
            other => self.lost(ReasonCode::Broken, &other.to_string()),
        })
    }

    /// As [`super::Source::retrieve`].
    ///
    /// # Errors
    /// [`SourceError::Read`] where nothing was grabbed.
    pub fn retrieve(&mut self) -> Result<Picture, SourceError> {
        self.newest.take().map(Picture::Jpeg).ok_or_else(|| self.lost(ReasonCode::Internal, "no picture was waited for"))
    }

    /// As [`super::Source::take_unused`].
    pub fn take_unused(&mut self) -> Unused {
        std::mem::take(&mut self.unused)
    }

    /// Reads until there is a picture, or up to the deadline: of several that have come, the newest.
    fn advance(&mut self) -> Result<(), Ended> {
        while self.newest.is_none() {
            let read = self.body.read(&mut self.chunk).unwrap_or(0);
            if read == 0 {
                return Err(if Instant::now() < *self.deadline.0.lock() { Ended::HungUp } else { Ended::Silent });
            }
            self.parts.push(&self.chunk[..read]);
            while let Some(part) = self.parts.next()? {
                self.take(part);
            }
            if self.broken_in_a_row > MOST_BROKEN {
                return Err(Ended::Broken);
            }
        }
        Ok(())
    }

    fn take(&mut self, part: Vec<u8>) {
        match CameraJpeg::new(part.into()) {
            Ok(jpeg) => {
                self.broken_in_a_row = 0;
                self.unused.passed_over += u64::from(self.newest.replace(jpeg).is_some());
            }
            Err(error) => {
                log::debug!("{} sent a picture that is skipped: {error}", self.address);
                self.broken_in_a_row += 1;
                self.unused.broken += 1;
            }
        }
    }

    fn lost(&self, code: ReasonCode, reason: &str) -> SourceError {
        SourceError::read(&self.address, Reason::new(code, reason))
    }
}

/// Opening takes that long at most. The camera is asked itself and nobody else, whatever the environment or the camera say: a proxy, and
/// whoever it sends us to, would be shown the password.
fn config(limit: Duration) -> Config {
    let step = Some(limit / 2);
    Agent::config_builder().timeout_resolve(step).timeout_connect(step).proxy(None).max_redirects(0).build()
}

/// The address without user and password, and those as the header that HTTP wants (Basic, RFC 7617).
fn split(url: &Url) -> (Url, Option<String>) {
    let decoded = |text: &str| percent_decode_str(text).collect::<Vec<u8>>();
    let user = decoded(url.username());
    let password = decoded(url.password().unwrap_or_default());
    let credentials = (!user.is_empty() || !password.is_empty())
        .then(|| format!("Basic {}", BASE64_STANDARD.encode([&user[..], b":", &password].concat())));
    let mut bare = url.clone();
    // Refused only for addresses that have no host; they hold no password either.
    let _ = bare.set_password(None);
    let _ = bare.set_username("");
    (bare, credentials)
}

#[cfg(test)]
mod tests {
    use std::{
        io::{BufRead, BufReader, Write},
        net::{TcpListener, TcpStream},
        thread,
    };

    use super::*;
    use crate::{
        encode::{Coefficients, Huffman},
        frame::Planes,
    };

    const HEAD: &str = "HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=cam\r\n\r\n";

    /// A picture of so many columns, as a part.
    fn part(width: usize) -> Vec<u8> {
        let mut coefficients = Coefficients::new();
        coefficients.load_planes(&Planes::grey(width, 16, 77)).expect("a picture");
        let jpeg = coefficients.to_jpeg(80, Huffman::Standard).expect("a picture");
        [&b"--cam\r\n\r\n"[..], &jpeg, b"\r\n"].concat()
    }

    /// Opens a server that gives `answer` to the first who asks, at once, and then hangs up.
    fn open(answer: Vec<u8>) -> Result<HttpCamera, NotOpened> {
        open_within(OPEN_TIMEOUT, move |stream| stream.write_all(&answer))
    }

    /// Opens a server that answers the first who asks by `answer`, and then hangs up.
    fn open_within(
        limit: Duration,
        answer: impl FnOnce(&mut TcpStream) -> std::io::Result<()> + Send + 'static,
    ) -> Result<HttpCamera, NotOpened> {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let url = format!("http://{}/", listener.local_addr().expect("it is bound"));
        thread::spawn(move || -> std::io::Result<()> {
            let (mut stream, _) = listener.accept()?;
            let mut lines = BufReader::new(stream.try_clone()?).lines();
            while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
            answer(&mut stream)
        });
        let address: Address = url.parse().expect("an address");
        let Address::Stream(url) = address.clone() else { unreachable!("made so") };
        HttpCamera::open_within(limit, &address, &url)
    }

    fn refused(answer: &[u8]) -> Option<NotOpened> {
        open(answer.to_vec()).err()
    }

    #[test]
    fn of_pictures_that_come_at_once_the_newest_is_taken_and_the_others_are_counted() {
        let mut camera = open([HEAD.as_bytes(), &part(16), b"--cam\r\n\r\nno picture\r\n", &part(32), &part(48)].concat())
            .unwrap_or_else(|error| panic!("opens: {error:?}"));
        camera.grab().expect("the first is there");
        assert_eq!(camera.retrieve().expect("is grabbed").size(), (48, 16));
        assert_eq!(camera.take_unused(), Unused { broken: 1, passed_over: 2 });
        let error = camera.grab().expect_err("the camera hung up").to_string();
        assert!(error.contains("stopped delivering"), "{error}");
    }

    #[test]
    fn opening_ends_in_time_whatever_trickles_in() {
        let limit = Duration::from_millis(400);
        for (head, trickle) in [(HEAD, "--cam\r\n\r\n"), (HEAD, "x"), ("HTTP/1.1 200 OK\r\n", "A: b\r\n"), ("", "")] {
            let began = Instant::now();
            let refused = open_within(limit, move |stream| {
                stream.write_all(head.as_bytes())?;
                while began.elapsed() < 3 * limit {
                    stream.write_all(trickle.as_bytes())?;
                    thread::sleep(Duration::from_millis(20));
                }
                Ok(())
            });
            let took = began.elapsed();
            assert!(refused.is_err() && took < 2 * limit, "{head}{trickle}: {took:?}");
        }
    }

    #[test]
    fn what_is_not_for_us_is_left_to_others() {
        let digest = b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"a\"\r\nContent-Length: 0\r\n\r\n";
        assert_eq!(refused(digest), Some(NotOpened::Status(401)));
        let elsewhere = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n";
        assert_eq!(refused(elsewhere), Some(NotOpened::Status(302)), "nobody else is shown the password");
        assert_eq!(refused(b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nContent-Length: 0\r\n\r\n"), Some(NotOpened::NoParts));
        assert_eq!(refused(b"RTSP/1.0 200 OK\r\n\r\n"), Some(NotOpened::NoAnswer));
        assert_eq!(refused(HEAD.as_bytes()), Some(NotOpened::NoPicture(Ended::HungUp)));
        let mut astray = part(16);
        let scan = astray.windows(2).position(|pair| pair == [0xFF, 0xDA]).expect("has a scan");
        // A component that the frame header does not know.
        astray[scan + 5] = 9;
        assert_eq!(refused(&[HEAD.as_bytes(), &astray].concat()), Some(NotOpened::NoPicture(Ended::Broken)));
        let others = [HEAD.as_bytes(), &b"--cam\r\nContent-Type: image/png\r\n\r\nPNG\r\n".repeat(40)].concat();
        assert_eq!(refused(&others), Some(NotOpened::NoPicture(Ended::Broken)));
        let nobody: Address = "http://127.0.0.1:1/".parse().expect("an address");
        let Address::Stream(url) = nobody.clone() else { unreachable!("made so") };
        assert_eq!(HttpCamera::open(&nobody, &url).err(), Some(NotOpened::Silent));
    }

    #[test]
    fn credentials_leave_the_address_and_are_decoded() {
        let url: Url = "http://admin:p%40ss%3Aword@cam/live?x=1".parse().expect("valid");
        let (bare, credentials) = split(&url);
        assert_eq!(bare.as_str(), "http://cam/live?x=1");
        let encoded = BASE64_STANDARD.encode("admin:p@ss:word");
        assert_eq!(credentials, Some(format!("Basic {encoded}")));
        assert_eq!(split(&bare), (bare.clone(), None));
    }
}
