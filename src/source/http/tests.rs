//! Cameras of a few lines each: what they are asked, what is made of their answers.

mod login_tests;

use std::{
    io::{self, BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::Arc,
    thread,
};

use parking_lot::Mutex;

use super::*;
use crate::{
    fixtures::{grey_jpeg, jpeg as jpeg_of_planes},
    nouns::picture::Planes,
    source::limits::READ_TIMEOUT,
};

const HEAD: &str = "HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=cam\r\n\r\n";

/// What the tests' login is.
const LOGIN: &str = "admin:hunter%402@";

/// A request that a camera got.
struct Request {
    /// The lines of its head.
    head: Vec<String>,
    /// How many there were before it, on all connections.
    number: usize,
}

impl Request {
    fn header(&self, name: &str) -> Option<&str> {
        let named =
            |line: &&String| line.split_once(':').is_some_and(|(other, _)| other.eq_ignore_ascii_case(name));
        self.head.iter().find(named).and_then(|line| line.split_once(": ")).map(|(_, value)| value)
    }
}

/// A camera that runs as long as the test.
struct Camera {
    place: String,
    /// The head of each request, its lines joined, and the number of its connection.
    asked: Arc<Mutex<Vec<(String, usize)>>>,
}

impl Camera {
    /// Answers each request; a connection goes on while that says so.
    fn start(
        answer: impl Fn(&Request, &mut TcpStream) -> io::Result<bool> + Send + Sync + 'static,
    ) -> Camera {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let place = listener.local_addr().expect("it is bound").to_string();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (answer, heard) = (Arc::new(answer), Arc::clone(&asked));
        thread::spawn(move || {
            for (connection, stream) in listener.incoming().flatten().enumerate() {
                let (answer, heard) = (Arc::clone(&answer), Arc::clone(&heard));
                thread::spawn(move || -> io::Result<()> {
                    let mut stream = stream;
                    let mut lines = BufReader::new(stream.try_clone()?).lines();
                    loop {
                        let head: Vec<String> = lines
                            .by_ref()
                            .map_while(Result::ok)
                            .take_while(|line| !line.is_empty())
                            .collect();
                        if head.is_empty() {
                            return Ok(());
                        }
                        let number = {
                            let mut heard = heard.lock();
                            heard.push((head.join("\n"), connection));
                            heard.len() - 1
                        };
                        if !answer(&Request { head, number }, &mut stream)? {
                            return Ok(());
                        }
                    }
                });
            }
        });
        Camera { place, asked }
    }

    /// Gives these bytes to whoever asks, and hangs up.
    fn of(answer: Vec<u8>) -> Camera {
        Camera::start(move |_, stream| stream.write_all(&answer).map(|()| false))
    }

    fn open(&self) -> Result<HttpCamera, NotOpened> {
        self.open_as("")
    }

    fn open_as(&self, login: &str) -> Result<HttpCamera, NotOpened> {
        self.open_within(LIMITS, login)
    }

    fn open_within(&self, limits: Limits, login: &str) -> Result<HttpCamera, NotOpened> {
        let (address, url) = address(&format!("http://{login}{}/video?channel=1", self.place));
        open_within(limits, &address, &url, &WISH)
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().iter().map(|(head, _)| head.clone()).collect()
    }
}

/// Time by which a busy machine may be late.
const BUSY_MACHINE: Duration = Duration::from_secs(2);

/// Many single pictures a second, so that tests need not wait.
const WISH: Wish = Wish { fps: 34.0, size: (16, 16), file_fps: None, snapshot_fps: 50.0 };

fn address(text: &str) -> (Address, Url) {
    let address: Address = text.parse().expect("an address");
    let (Address::Stream(url) | Address::Snapshot(url)) = address.clone() else { unreachable!("made so") };
    (address, url)
}

/// A picture of so many columns.
fn jpeg(width: usize) -> Vec<u8> {
    grey_jpeg((width, 16), 77)
}

/// Bytes as a part.
fn part(bytes: &[u8]) -> Vec<u8> {
    [b"--cam\r\n\r\n", bytes, b"\r\n"].concat()
}

/// An answer by a picture that comes alone.
fn snapshot(bytes: &[u8], headers: &str) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: {}\r\n{headers}\r\n",
        bytes.len()
    );
    [head.as_bytes(), bytes].concat()
}

/// A body in chunks that cut through whatever is there.
fn in_chunks(body: &[u8]) -> Vec<u8> {
    body.chunks(100)
        .flat_map(|piece| [format!("{:x}\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat())
        .collect()
}

fn opened(camera: &Camera) -> HttpCamera {
    camera.open().unwrap_or_else(|why| panic!("opens: {why:?}"))
}

/// The next picture's size.
fn size(camera: &mut HttpCamera) -> (usize, usize) {
    assert_eq!(camera.grab().expect("there is one"), Grabbed::Picture(None));
    camera.retrieve().expect("is grabbed").size()
}

/// Why nobody need try.
fn refused(opened: Result<HttpCamera, NotOpened>) -> Reason {
    match opened {
        Err(NotOpened::Refused(reason)) => reason,
        Err(NotOpened::ForFfmpeg { kind, .. }) => panic!("{kind} is left to FFmpeg"),
        Ok(_) => panic!("is opened"),
    }
}

#[test]
fn of_pictures_that_come_at_once_the_newest_is_taken_and_the_others_are_counted() {
    let parts = [part(&jpeg(16)), part(b"no picture"), part(&jpeg(32)), part(&jpeg(48))].concat();
    let mut camera = opened(&Camera::of([HEAD.as_bytes(), &parts].concat()));
    assert_eq!(size(&mut camera), (48, 16));
    assert_eq!(camera.take_unused(), Unused { broken: 1, passed_over: 2 });
    let reason = camera.grab().expect_err("the camera hung up").reason();
    assert!(reason.code == ReasonCode::HungUp && reason.text.contains("it hung up after 0."), "{reason}");
}

#[test]
fn opening_ends_in_time_whatever_trickles_in() {
    let limits = Limits { head: Duration::from_millis(400), picture: Duration::from_millis(400) };
    for (head, trickle, took_at_most) in [
        (HEAD, "--cam\r\n\r\n", 800),
        (HEAD, "x", 800),
        ("HTTP/1.1 200 OK\r\n", "A: b\r\n", 400),
        ("HTTP/1.1 200 OK\r\n\r\n", "", 400),
        ("", "", 400),
    ] {
        let camera = Camera::start(move |_, stream| {
            stream.write_all(head.as_bytes())?;
            // For 6 s, unless its viewer has gone.
            for _ in 0..300 {
                stream.write_all(trickle.as_bytes())?;
                thread::sleep(Duration::from_millis(20));
            }
            Ok(false)
        });
        let began = Instant::now();
        let reason = refused(camera.open_within(limits, ""));
        let took = began.elapsed();
        assert!(took < Duration::from_millis(took_at_most) + BUSY_MACHINE, "{head}{trickle}: {took:?}");
        assert!(
            matches!(reason.code, ReasonCode::Silent | ReasonCode::TimedOut | ReasonCode::NotVideo),
            "{head}{trickle}: {reason}"
        );
    }
}

#[test]
fn a_first_picture_may_take_longer_than_the_head() {
    let limits = Limits { head: Duration::from_millis(300), picture: Duration::from_secs(10) };
    let camera = Camera::start(|_, stream| {
        stream.write_all(HEAD.as_bytes())?;
        thread::sleep(Duration::from_millis(600));
        stream.write_all(&part(&jpeg(16))).map(|()| false)
    });
    let mut camera = camera.open_within(limits, "").unwrap_or_else(|why| panic!("opens: {why:?}"));
    assert_eq!(size(&mut camera), (16, 16));
}

#[test]
fn a_camera_may_think_for_long_before_it_answers_at_all() {
    let limits = Limits { head: Duration::from_secs(10), picture: Duration::from_secs(10) };
    let camera = Camera::start(|_, stream| {
        thread::sleep(Duration::from_millis(600));
        stream.write_all(HEAD.as_bytes())?;
        stream.write_all(&part(&jpeg(16))).map(|()| false)
    });
    let mut camera = camera.open_within(limits, "").unwrap_or_else(|why| panic!("opens: {why:?}"));
    assert_eq!(size(&mut camera), (16, 16));
    assert!(LIMITS.head > Duration::from_secs(12) && LIMITS.picture > LIMITS.head, "{LIMITS:?}");
}

#[test]
fn each_refusal_is_a_sentence_with_its_code() {
    let answer = |head: &str, body: &str| format!("HTTP/1.1 {head}\r\n\r\n{body}").into_bytes();
    let typed = |kind: &str, body: &str| answer(&format!("200 OK\r\nContent-Type: {kind}"), body);
    let asks = |how: &str| answer(&format!("401 Unauthorized\r\nWWW-Authenticate: {how}"), "");
    let others = [HEAD.as_bytes(), &b"--cam\r\nContent-Type: image/png\r\n\r\nPNG\r\n".repeat(40)].concat();
    let damaged = [HEAD.as_bytes(), &part(&jpeg(640)[..700]).repeat(40)].concat();
    for (login, answer, code, says) in [
        (
            "",
            asks("Basic realm=\"a\""),
            ReasonCode::LoginMissing,
            "write them as in http://user:password@host/path",
        ),
        (LOGIN, asks("Basic realm=\"a\""), ReasonCode::LoginWrong, "refuses the user or the password"),
        (
            LOGIN,
            asks("Digest realm=\"a\", nonce=\"b\""),
            ReasonCode::LoginWrong,
            "refuses the user or the password",
        ),
        (LOGIN, asks("Negotiate, Bearer"), ReasonCode::LoginUnsupported, "of the kind Negotiate, Bearer;"),
        (LOGIN, answer("401 Unauthorized", ""), ReasonCode::LoginUnsupported, "does not say of which kind"),
        ("", answer("403 Forbidden", ""), ReasonCode::LoginMissing, "status 403"),
        (LOGIN, answer("403 Forbidden", ""), ReasonCode::LoginMissing, "without asking for the user"),
        ("", answer("404 Not Found", ""), ReasonCode::NotFound, "nothing at this path"),
        (
            "",
            answer("503 Service Unavailable", ""),
            ReasonCode::ServerError,
            "status 503: it is starting, or others watch",
        ),
        ("", answer("418 Teapot", ""), ReasonCode::ServerError, "status 418"),
        ("", typed("text/html", "<html>login</html>"), ReasonCode::NotVideo, "a web page, not with video"),
        ("", typed("application/json", "{}"), ReasonCode::NotVideo, "application/json, not with video"),
        (
            "",
            typed("image/png", "\u{89}PNG and more of it"),
            ReasonCode::NotVideo,
            "sends image/png; of single pictures only JPEGs",
        ),
        ("", typed("image/jpeg", ""), ReasonCode::NotVideo, "are no JPEGs"),
        ("", b"RTSP/1.0 200 OK\r\n\r\n".to_vec(), ReasonCode::NotVideo, "not answer as a web server does"),
        ("", Vec::new(), ReasonCode::HungUp, "hung up after 0.0 s, before its first picture"),
        ("", HEAD.as_bytes().to_vec(), ReasonCode::HungUp, "before its first picture"),
        ("", others, ReasonCode::NotVideo, "sends image/png"),
        ("", damaged, ReasonCode::Broken, "cannot be decoded"),
    ] {
        let reason = refused(Camera::of(answer).open_as(login));
        assert!(
            reason.code == code && reason.text.contains(says),
            "{:?}: {reason} is not {code:?}: {says}",
            reason.code
        );
        assert!(!reason.text.contains("hunter"), "{reason}");
    }
    let (nobody, url) = address("http://127.0.0.1:1/");
    let reason = refused(HttpCamera::open(&nobody, &url, &WISH));
    assert!(
        reason.code == ReasonCode::Refused && reason.text.contains("nothing listens on 127.0.0.1 port 1"),
        "{reason}"
    );
    let (nobody, url) = address("http://no-such-host.invalid/");
    assert_eq!(refused(HttpCamera::open(&nobody, &url, &WISH)).code, ReasonCode::HostUnknown);
}

#[test]
fn what_may_be_video_is_left_to_ffmpeg() {
    let typed = |kind: &str| {
        format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: 0\r\n\r\n").into_bytes()
    };
    let mut arithmetic = jpeg(16);
    let frame = arithmetic.windows(2).position(|pair| pair == [0xFF, 0xC0]).expect("has a frame");
    arithmetic[frame + 1] = 0xC9;
    for answer in [
        typed("video/mp4"),
        typed("application/vnd.apple.mpegurl"),
        [HEAD.as_bytes(), &part(&arithmetic)].concat(),
    ] {
        assert!(matches!(
            Camera::of(answer).open().err(),
            Some(NotOpened::ForFfmpeg { by_sha256: false, .. })
        ));
    }
    let camera = Camera::of(typed("video/mp4"));
    let (address, url) = address(&format!("snapshot:http://{}/", camera.place));
    let reason = refused(HttpCamera::open(&address, &url, &WISH));
    assert!(reason.code == ReasonCode::NotVideo && reason.text.contains("video/mp4"), "{reason}");
}

#[test]
fn heads_that_are_none_by_the_book_open_all_the_same() {
    let pictures = [part(&jpeg(16)), part(&jpeg(32))].concat();
    let chunked = in_chunks(&pictures);
    let kind = "Content-Type: multipart/x-mixed-replace; boundary=cam";
    for (head, body) in [
        (format!("HTTP/1.0 200 OK\n{kind}\n\n"), &pictures),
        (format!("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n{kind}\r\n\r\n"), &pictures),
        (format!("HTTP/1.1 200 OK\r\nContent-Length: 2147483647\r\n{kind}\r\n\r\n"), &pictures),
        (
            format!(
                "HTTP/1.1 200 OK\r\nTue, 12 Jun 2012 01:56:34 GMT\r\nContent Disposition: inline\r\n\
                 {kind}\r\n\r\n"
            ),
            &pictures,
        ),
        (format!("Server: cam\r\n{kind}\r\n\r\n"), &pictures),
        ("HTTP/1.1 200 OK\r\nServer: cam\r\n\r\n".to_owned(), &pictures),
        ("HTTP/1.1 200 OK\r\nContent-Type: multipart/mixed\r\n\r\n".to_owned(), &pictures),
        ("HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n".to_owned(), &pictures),
        (format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n{kind}\r\n\r\n"), &chunked),
    ] {
        let mut camera = opened(&Camera::of([head.as_bytes(), body].concat()));
        assert_eq!(size(&mut camera), (32, 16), "{head}");
    }
    let bare = [jpeg(16), jpeg(32)].concat();
    for (how, body) in [("A: b", bare.clone()), ("Transfer-Encoding: chunked", in_chunks(&bare))] {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n{how}\r\n\r\n");
        let mut camera = opened(&Camera::of([head.as_bytes(), &body].concat()));
        assert_eq!(size(&mut camera), (32, 16), "pictures without parts: {how}");
    }
}

#[test]
fn a_picture_that_nobody_takes_is_not_given_again() {
    let camera = Camera::start(|_, stream| {
        stream.write_all(HEAD.as_bytes())?;
        for width in [16, 32, 48] {
            stream.write_all(&part(&jpeg(width)))?;
            thread::sleep(Duration::from_millis(60));
        }
        Ok(false)
    });
    let mut camera = opened(&camera);
    for _ in 0..2 {
        assert_eq!(camera.grab().expect("there is one"), Grabbed::Picture(None));
    }
    assert_eq!(size(&mut camera), (48, 16));
}

#[test]
fn a_picture_without_its_end_is_shown_if_nothing_else_is_missing() {
    let whole = jpeg(640);
    let (open, half) = (&whole[..whole.len() - 2], &whole[..whole.len() - 40]);
    let body = [part(open), part(half), part(&jpeg(16)[..200]), b"--cam\r\n".to_vec()].concat();
    let camera = Camera::start(move |_, stream| {
        stream.write_all(&[HEAD.as_bytes(), &body].concat())?;
        thread::sleep(Duration::from_millis(100));
        stream.write_all(&part(&jpeg(32))).map(|()| false)
    });
    let mut camera = opened(&camera);
    assert_eq!(size(&mut camera), (640, 16));
    assert_eq!(size(&mut camera), (32, 16));
    assert_eq!(camera.take_unused().broken, 2);
}

#[test]
fn size_and_colour_may_change_from_picture_to_picture() {
    let colours = |width: usize| {
        jpeg_of_planes(&Planes {
            width,
            height: 32,
            y: vec![90; width * 32],
            u: vec![60; width * 8],
            v: vec![200; width * 8],
        })
    };
    let pictures = [jpeg(64), colours(64), colours(32), jpeg(128)];
    let sizes = [(64, 16), (64, 32), (32, 32), (128, 16)];
    let camera = Camera::start(move |_, stream| {
        stream.write_all(HEAD.as_bytes())?;
        for picture in &pictures {
            stream.write_all(&part(picture))?;
            thread::sleep(Duration::from_millis(60));
        }
        Ok(false)
    });
    let mut camera = opened(&camera);
    for expected in sizes {
        assert_eq!(size(&mut camera), expected);
    }
}

#[test]
fn single_pictures_are_asked_for_on_one_connection_and_under_one_login() {
    let camera = Camera::start(|request, stream| {
        let Some(shown) = request.header("authorization") else {
            let asks = "HTTP/1.1 401 No\r\nWWW-Authenticate: Digest realm=\"a\", nonce=\"b\", \
                        qop=\"auth\"\r\nContent-Length: 0\r\n\r\n";
            return stream.write_all(asks.as_bytes()).map(|()| true);
        };
        assert!(shown.contains(&format!("nc={:08x}", request.number)), "{shown}");
        stream.write_all(&snapshot(&jpeg(16 * request.number), "")).map(|()| true)
    });
    let mut snapshots = camera.open_as(LOGIN).unwrap_or_else(|why| panic!("opens: {why:?}"));
    for n in 1..5 {
        assert_eq!(size(&mut snapshots), (16 * n, 16));
    }
    let asked = camera.asked.lock();
    assert!(asked.len() == 5 && asked.iter().all(|(_, connection)| *connection == 0), "{asked:?}");
}

#[test]
fn single_pictures_come_at_the_rate_that_is_wished() {
    let camera = Camera::start(|_, stream| stream.write_all(&snapshot(&jpeg(16), "")).map(|()| false));
    let (address, url) = address(&format!("snapshot:http://{}/", camera.place));
    let wish = Wish { snapshot_fps: 10.0, ..WISH };
    let mut snapshots =
        HttpCamera::open(&address, &url, &wish).unwrap_or_else(|why| panic!("opens: {why:?}"));
    let began = Instant::now();
    for _ in 0..4 {
        size(&mut snapshots);
    }
    // The first picture came with opening.
    assert!(began.elapsed() >= Duration::from_millis(280), "{:?}", began.elapsed());
    assert_eq!(camera.asked().len(), 4);
}

#[test]
fn a_picture_that_has_not_changed_is_not_sent_again() {
    let camera = Camera::start(|request, stream| {
        let known = request.header("if-none-match") == Some("\"a\"")
            && request.header("if-modified-since") == Some("Tue");
        if known && request.number < 3 {
            return stream.write_all(b"HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n").map(|()| true);
        }
        let width = if request.number < 3 { 16 } else { 32 };
        stream.write_all(&snapshot(&jpeg(width), "ETag: \"a\"\r\nLast-Modified: Tue\r\n")).map(|()| true)
    });
    let mut snapshots = opened(&camera);
    for width in [16, 16, 16, 32] {
        assert_eq!(size(&mut snapshots), (width, 16));
    }
    assert!(camera.asked.lock().iter().all(|(_, connection)| *connection == 0));
}

#[test]
fn a_poll_that_fails_is_repeated_and_many_of_them_end_it() {
    let answer = |number: usize| match number {
        0 | 3 | 6 => snapshot(&jpeg(16), ""),
        // The connection ends without an answer.
        1 => Vec::new(),
        4 => snapshot(&jpeg(16)[..200], ""),
        _ => b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n".to_vec(),
    };
    let camera =
        Camera::start(move |request, stream| stream.write_all(&answer(request.number)).map(|()| false));
    let mut snapshots = opened(&camera);
    let mut codes = Vec::new();
    let end = loop {
        match snapshots.grab() {
            Ok(Grabbed::Picture(_)) => codes.push(None),
            Ok(Grabbed::Nothing(reason)) => codes.push(Some(reason.code)),
            Err(error) => break error.reason(),
        }
    };
    let (hung_up, busy, broken) =
        (Some(ReasonCode::HungUp), Some(ReasonCode::ServerError), Some(ReasonCode::Broken));
    assert_eq!(codes, [None, hung_up, busy, None, broken, busy, None, busy, busy]);
    assert!(end.code == ReasonCode::ServerError && end.text.contains("status 503"), "{end}");
}

#[test]
fn single_pictures_with_wrong_lengths_or_none_are_read() {
    let whole = jpeg(48);
    let with = |length: &str, body: &[u8]| {
        [format!("HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n{length}\r\n").as_bytes(), body].concat()
    };
    let answers = [
        with("", &whole),
        with(&format!("Content-Length: {}\r\n", whole.len() - 2), &whole),
        with(&format!("Content-Length: {}\r\n", whole.len() + 100), &whole),
        with(
            "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
            &[format!("{:x}\r\n", whole.len()).as_bytes(), &whole, b"\r\n0\r\n\r\n"].concat(),
        ),
    ];
    let camera = Camera::start(move |request, stream| {
        stream.write_all(&answers[request.number % answers.len()])?;
        thread::sleep(Duration::from_millis(30));
        Ok(false)
    });
    let mut snapshots = opened(&camera);
    let began = Instant::now();
    for _ in 0..8 {
        assert_eq!(size(&mut snapshots), (48, 16));
    }
    assert!(began.elapsed() < READ_TIMEOUT, "no length is waited for: {:?}", began.elapsed());
}
