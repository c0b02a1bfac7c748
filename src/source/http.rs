//! Cameras that send JPEGs over HTTP (`multipart/x-mixed-replace`): the only file that names `ureq`.
//!
//! In goes an address, out come the camera's own JPEGs. Whatever else an HTTP server gives, and whatever else it asks for (Digest,
//! `https` with a certificate of the camera's own making), is FFmpeg's.

use std::{
    io::Read,
    time::{Duration, Instant},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use percent_encoding::percent_decode_str;
use ureq::{Agent, Error, Timeout};
use url::Url;

use super::{Address, Losses, MOST_BROKEN, READ_TIMEOUT, SourceError, diagnose, multipart::Parts};
use crate::{frame::Picture, jpeg::CameraJpeg};

/// How long each step of opening may take: finding the host, connecting, its answer, the first picture. Together less than capture
/// waits for a first picture.
const STEP_TIMEOUT: Duration = Duration::from_millis(3500);

/// Bytes asked of the connection at once.
const CHUNK: usize = 64 << 10;

/// A camera's answer being read.
pub struct HttpCamera {
    address: Address,
    body: Box<dyn Read + Send>,
    parts: Parts,
    chunk: Vec<u8>,
    /// The newest picture, until it is taken.
    newest: Option<CameraJpeg>,
    /// Whether nobody has asked for it yet.
    first: bool,
    losses: Losses,
    /// Broken ones since the last good one.
    broken_in_a_row: usize,
}

/// Why it is not opened here.
#[derive(Debug, PartialEq)]
pub enum NotOpened {
    /// It answers with something else: FFmpeg may know what to do.
    Other,
    /// There is nobody to connect to, so that nobody else need try.
    Silent,
}

impl From<Error> for NotOpened {
    fn from(error: Error) -> Self {
        match error {
            Error::Timeout(Timeout::Resolve | Timeout::Connect) | Error::HostNotFound => NotOpened::Silent,
            _ => NotOpened::Other,
        }
    }
}

impl HttpCamera {
    /// Opens `url`, which is the address's, up to the first picture.
    ///
    /// # Errors
    /// [`NotOpened`] without words: `ureq`'s own may hold the password.
    pub fn open(address: &Address, url: &Url) -> Result<HttpCamera, NotOpened> {
        let config = Agent::config_builder()
            .timeout_resolve(Some(STEP_TIMEOUT))
            .timeout_connect(Some(STEP_TIMEOUT))
            .timeout_recv_response(Some(STEP_TIMEOUT))
            .timeout_per_read(Some(READ_TIMEOUT));
        let agent = Agent::new_with_config(config.build());
        let (bare, credentials) = split(url);
        let mut request = agent.get(bare.as_str());
        if let Some(credentials) = credentials {
            request = request.header("Authorization", credentials);
        }
        let response = request.call()?;
        let content_type = response.headers().get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
        let parts = Parts::of(content_type).ok_or(NotOpened::Other)?;
        let body = Box::new(response.into_body().into_reader());
        let mut camera = HttpCamera {
            address: address.clone(),
            body,
            parts,
            chunk: vec![0; CHUNK],
            newest: None,
            first: true,
            losses: Losses::default(),
            broken_in_a_row: 0,
        };
        // Parts that are no pictures of ours may be pictures to others.
        camera.advance(STEP_TIMEOUT).map_err(|_| NotOpened::Other)?;
        let decodes = camera.newest.as_ref().is_some_and(|jpeg| jpeg.planes().is_ok());
        if decodes { Ok(camera) } else { Err(NotOpened::Other) }
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
        self.advance(READ_TIMEOUT)
    }

    /// As [`super::Source::retrieve`].
    ///
    /// # Errors
    /// [`SourceError::Read`] where nothing was grabbed.
    pub fn retrieve(&mut self) -> Result<Picture, SourceError> {
        self.newest.take().map(Picture::Jpeg).ok_or_else(|| self.lost("no picture was waited for"))
    }

    /// As [`super::Source::take_losses`].
    pub fn take_losses(&mut self) -> Losses {
        std::mem::take(&mut self.losses)
    }

    /// Reads until there is a picture: of several that have come, the newest.
    fn advance(&mut self, limit: Duration) -> Result<(), SourceError> {
        let deadline = Instant::now() + limit;
        while self.newest.is_none() {
            let read = self.body.read(&mut self.chunk).unwrap_or(0);
            if read == 0 {
                return Err(self.lost(&diagnose::why(&self.address)));
            }
            self.parts.push(&self.chunk[..read]);
            while let Some(part) = self.parts.next().map_err(|error| self.lost(&error.to_string()))? {
                self.take(part);
            }
            if self.broken_in_a_row > MOST_BROKEN {
                return Err(self.lost("its pictures cannot be decoded"));
            }
            if self.newest.is_none() && Instant::now() >= deadline {
                return Err(self.lost("it sends no picture"));
            }
        }
        Ok(())
    }

    fn take(&mut self, part: Vec<u8>) {
        match CameraJpeg::new(part.into()) {
            Ok(jpeg) => {
                self.broken_in_a_row = 0;
                self.losses.passed_over += u64::from(self.newest.replace(jpeg).is_some());
            }
            Err(error) => {
                log::debug!("{} sent a picture that is skipped: {error}", self.address);
                self.broken_in_a_row += 1;
                self.losses.broken += 1;
            }
        }
    }

    fn lost(&self, reason: &str) -> SourceError {
        SourceError::Read { address: self.address.to_string(), reason: reason.to_owned() }
    }
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
        net::TcpListener,
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
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let url = format!("http://{}/", listener.local_addr().expect("it is bound"));
        thread::spawn(move || -> std::io::Result<()> {
            let (mut stream, _) = listener.accept()?;
            let mut lines = BufReader::new(stream.try_clone()?).lines();
            while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
            stream.write_all(&answer)
        });
        let address: Address = url.parse().expect("an address");
        let Address::Stream(url) = address.clone() else { unreachable!("made so") };
        HttpCamera::open(&address, &url)
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
        assert_eq!(camera.take_losses(), Losses { broken: 1, passed_over: 2 });
        let error = camera.grab().expect_err("the camera hung up").to_string();
        assert!(error.contains("stopped delivering"), "{error}");
    }

    #[test]
    fn what_is_not_for_us_is_left_to_others() {
        let digest = b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"a\"\r\nContent-Length: 0\r\n\r\n";
        assert_eq!(refused(digest), Some(NotOpened::Other));
        assert_eq!(refused(b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nContent-Length: 0\r\n\r\n"), Some(NotOpened::Other));
        assert_eq!(refused(b"RTSP/1.0 200 OK\r\n\r\n"), Some(NotOpened::Other));
        assert_eq!(refused(HEAD.as_bytes()), Some(NotOpened::Other), "no picture at all");
        let mut astray = part(16);
        let scan = astray.windows(2).position(|pair| pair == [0xFF, 0xDA]).expect("has a scan");
        // A component that the frame header does not know.
        astray[scan + 5] = 9;
        assert_eq!(refused(&[HEAD.as_bytes(), &astray].concat()), Some(NotOpened::Other), "one that does not decode");
        let others = [HEAD.as_bytes(), &b"--cam\r\nContent-Type: image/png\r\n\r\nPNG\r\n".repeat(40)].concat();
        assert_eq!(refused(&others), Some(NotOpened::Other));
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
