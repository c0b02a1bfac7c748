//! Where an RTSP server sends FFmpeg on: a redirection, which FFmpeg follows by itself, judged before a word
//! is said there.
//!
//! In goes the address at which FFmpeg is, over and over; out comes whether it has to give up. It has
//! connected by then, so a server that is found there learns that somebody has, and nothing else. FFmpeg
//! takes the login along wherever it goes, so it goes on by itself only to where it began. How to get
//! elsewhere is for [`super::ways`] to find out.

use std::sync::{Arc, OnceLock};

use url::Url;

use crate::{
    nouns::reason::{Reason, ReasonCode},
    source::{address::Address, ffmpeg::sys::is_rtsp, guard, reach},
};

/// Why FFmpeg had to give up.
#[derive(Clone, Debug)]
pub(super) enum Astray {
    /// No source may be there.
    Refused(Reason),
    /// Another host than that of the beginning, or one that is called by a name. FFmpeg would show the login
    /// there, and look a name up alone, so that nobody would know where it leads.
    Elsewhere(Url),
}

/// Most times that FFmpeg is sent on to the number where it began; FFmpeg does not count.
const MOST_MOVES: u32 = 3;

/// Judges where FFmpeg is led from where it began.
pub(super) struct Led {
    /// Where FFmpeg may be.
    at: Vec<u8>,
    /// Whether what FFmpeg opens is RTSP: other servers are reached by ways of their own.
    is_rtsp: bool,
    /// Where FFmpeg began; `None` where that cannot be read.
    began: Option<Url>,
    /// How often FFmpeg has been sent on.
    moves: u32,
    /// Place in memory of the address at which FFmpeg was last; `None` before it has begun. Where FFmpeg is
    /// sent on, the new address is made before the old one goes, so its place is another even for the text of
    /// before.
    place: Option<usize>,
    astray: Arc<OnceLock<Astray>>,
}

impl Led {
    /// A judge of where FFmpeg is led from `location`.
    pub(super) fn from(location: &str) -> Led {
        let (at, is_rtsp) = (location.as_bytes().to_vec(), is_rtsp(location));
        Led { at, is_rtsp, began: Url::parse(location).ok(), moves: 0, place: None, astray: Arc::default() }
    }

    /// Why FFmpeg had to give up, once it had to.
    pub(super) fn astray(&self) -> Arc<OnceLock<Astray>> {
        Arc::clone(&self.astray)
    }

    /// Whether FFmpeg, which is at an address now, has to give up; empty before it has begun.
    pub(super) fn is_astray(&mut self, at: &[u8]) -> bool {
        let has_begun = self.place.is_some();
        // An empty one later is where a server sends on without saying where.
        if !self.is_rtsp || (at.is_empty() && !has_begun) {
            return false;
        }
        let place = Some(at.as_ptr().addr());
        let is_there = self.place == place || !has_begun;
        self.place = place;
        if is_there && at == self.at {
            return false;
        }
        self.moves += 1;
        let once_more = (self.moves > MOST_MOVES).then(|| Astray::Refused(too_often()));
        match judged(at, self.began.as_ref()).or(once_more) {
            Some(astray) => {
                self.astray.get_or_init(|| astray);
                true
            }
            None => {
                at.clone_into(&mut self.at);
                false
            }
        }
    }
}

/// Why a server that sends on elsewhere is not followed any more.
pub(super) fn too_often() -> Reason {
    let text = "its server sends on to another place again and again; give the address where the stream is";
    Reason::new(ReasonCode::ServerError, text)
}

/// Why FFmpeg, which `began` there, may not go by itself where a server sends it; `None` where it may.
fn judged(to: &[u8], began: Option<&Url>) -> Option<Astray> {
    // What FFmpeg may read otherwise than we do is not read at all.
    let is_plain = to.iter().all(u8::is_ascii_graphic);
    let text = std::str::from_utf8(to).ok().filter(|_| is_plain);
    let url = text.and_then(|text| Url::parse(text).ok());
    match url.filter(|url| ["rtsp", "rtsps"].contains(&url.scheme())) {
        Some(url) if reach::number_of(&url).is_some() => {
            let is_there = began.is_some_and(|began| is_same_place(began, &url));
            if reach::is_refused(&Address::Stream(url.clone())) {
                return Some(Astray::Refused(guard::reason()));
            }
            (!is_there).then_some(Astray::Elsewhere(url))
        }
        Some(url) if url.host_str().is_some_and(is_name) => Some(Astray::Elsewhere(url)),
        _ => {
            let text = "its server sends on to what is no address of a stream; \
                        give the address where the stream is";
            Some(Astray::Refused(Reason::new(ReasonCode::ForbiddenAddress, text)))
        }
    }
}

/// Whether two addresses are of one machine by its number, on whatever port, reached in the same manner.
fn is_same_place(one: &Url, other: &Url) -> bool {
    one.scheme() == other.scheme() && reach::number_of(one) == reach::number_of(other)
}

/// Longest name of a host (RFC 1035).
const LONGEST_NAME: usize = 253;

/// Whether a host is a name as others than resolvers read it too. Reasons repeat it.
fn is_name(host: &str) -> bool {
    let is_usual = |letter: u8| letter.is_ascii_alphanumeric() || b"-._".contains(&letter);
    (1..=LONGEST_NAME).contains(&host.len()) && host.bytes().all(is_usual)
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read, Write},
        net::{SocketAddr, TcpListener, TcpStream},
        thread,
        time::Duration,
    };

    use super::*;
    use crate::source::ffmpeg::open::open;

    #[test]
    fn ffmpeg_goes_on_by_itself_to_the_number_at_which_it_began_and_to_no_forbidden_one() {
        for (from, fine) in [
            ("rtsp://10.0.0.7/live", ""),
            ("rtsp://10.0.0.7/live", "rtsp://10.0.0.7/live"),
            ("rtsp://me:pw@10.0.0.7/live", "rtsp://10.0.0.7:8554/live?x=1"),
            ("rtsps://[fd00::8]:322/", "rtsps://[fd00:0::8]/live"),
        ] {
            assert!(!Led::from(from).is_astray(fine.as_bytes()), "{from} to {fine}");
        }
        for refused in [
            "rtsp://169.254.169.254/latest",
            "rtsp://[::ffff:169.254.169.254]:80/",
            "rtsps://[fe80::1]/",
            "rtsp://0.0.0.0/",
            "rtsp://10.0.0.7@169.254.169.254/",
            "rtsp://10.0.0.7\\@169.254.169.254/",
            "rtsp://10.0.0.7%00/",
            "rtsp://10.0.0.7\t/",
            "rtsp:///live",
            "http://10.0.0.7/",
            "file:/etc/passwd",
            "10.0.0.7",
        ] {
            let mut led = Led::from("rtsp://10.0.0.7/live");
            assert!(led.is_astray(refused.as_bytes()), "{refused}");
            let Some(Astray::Refused(why)) = led.astray().get().cloned() else { panic!("{refused} is none") };
            assert_eq!(why.code, ReasonCode::ForbiddenAddress, "{refused}");
        }
        assert!(!Led::from("https://10.0.0.7/live.m3u8").is_astray(b"https://cam.example/live.m3u8"));
    }

    #[test]
    fn ffmpeg_goes_to_no_other_machine_and_to_no_name_by_itself() {
        for elsewhere in [
            "rtsp://10.0.0.8:8554/live?x=1",
            "rtsps://[fd00::8]/live",
            // The machine of the beginning, reached in another manner.
            "rtsps://10.0.0.7/live",
            "rtsp://cam.example/live",
            "rtsps://CAM-1:8554/x?y=1",
            // Resolvers read odd numbers as well.
            "rtsp://2852039166/",
            "rtsp://0xa9fea9fe/",
        ] {
            let mut led = Led::from("rtsp://10.0.0.7/live");
            assert!(led.is_astray(elsewhere.as_bytes()), "{elsewhere}");
            let Some(Astray::Elsewhere(to)) = led.astray().get().cloned() else { panic!("{elsewhere}") };
            assert_eq!(to.as_str(), elsewhere);
        }
        // It began at a name, so nobody knows whether that is the machine.
        let mut led = Led::from("rtsps://cam.example/live");
        assert!(led.is_astray(b"rtsps://10.0.0.7/live"));
    }

    #[test]
    fn what_is_longer_than_any_name_is_none() {
        assert!(is_name(&"a".repeat(253)) && !is_name(&"a".repeat(254)) && !is_name(""));
    }

    /// What ends a server of these tests.
    const END: &[u8] = b"end";

    /// A server on `host` that answers each request by what `answer` makes of its number, from 1 on, for as
    /// long as the connection lasts; its address, and what it was told.
    fn server(
        host: &str,
        answer: impl Fn(u16, usize) -> String + Send + 'static,
    ) -> (SocketAddr, thread::JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind((host, 0)).expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        let listening = thread::spawn(move || {
            let mut told = Vec::new();
            for mut stream in listener.incoming().flatten() {
                stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a limit");
                let mut request = [0; 4096];
                loop {
                    let read = stream.read(&mut request).unwrap_or_default();
                    match &request[..read] {
                        // Whoever gives up has connected and says nothing more.
                        b"" => break,
                        END => return told,
                        request => {
                            told.push(String::from_utf8_lossy(request).into_owned());
                            // It may have hung up.
                            let _ = stream.write_all(answer(address.port(), told.len()).as_bytes());
                        }
                    }
                }
            }
            told
        });
        (address, listening)
    }

    /// What a server was told that is ended now.
    fn told(address: SocketAddr, listening: thread::JoinHandle<Vec<String>>) -> Vec<String> {
        let mut last = TcpStream::connect(address).expect("it listens");
        last.write_all(END).expect("it reads");
        listening.join().expect("does not panic")
    }

    /// The answer that sends on to `location`.
    fn found(location: &str) -> String {
        format!("RTSP/1.0 302 Found\r\nCSeq: 1\r\nLocation: {location}\r\n\r\n")
    }

    /// Why a source is not open whose server sends no video.
    fn why_not(address: SocketAddr) -> Reason {
        let address: Address = format!("rtsp://me:secret@{address}/live").parse().expect("valid");
        open(&address).err().expect("nobody sends video").into_reason()
    }

    /// Headers of an answer that wants a login.
    const UNAUTHORIZED: &str = "401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"cam\"";

    /// What a server that answers so `at` a number is told to which FFmpeg was sent on as `host`, and why the
    /// source is not open.
    fn told_by_way_of(host: &str, at: &str, answer: &'static str) -> (Vec<String>, Reason) {
        let (last, listening) =
            server(at, move |_, number| format!("RTSP/1.0 {answer}\r\nCSeq: {number}\r\n\r\n"));
        let location = format!("rtsp://{host}:{}/other", last.port());
        let (first, asked) = server("127.0.0.1", move |_, _| found(&location));
        let why = why_not(first);
        assert!(!told(first, asked).is_empty(), "the first one is asked");
        (told(last, listening), why)
    }

    #[test]
    fn a_redirection_to_a_number_or_a_name_is_followed_where_a_source_may_be() {
        for host in ["127.0.0.1", "localhost"] {
            let (told, why) = told_by_way_of(host, "127.0.0.1", "404 Not Found");
            // A name has become a number by then.
            let first = told.first().map(String::as_str).unwrap_or_default();
            assert!(first.starts_with("OPTIONS rtsp://127.0.0.1") && first.contains("/other"), "{told:?}");
            assert_eq!(why.code, ReasonCode::NotFound, "{host}: {why}");
            assert_eq!(why.text.contains("sends on to"), host == "localhost", "{host}: {why}");
        }
    }

    #[test]
    fn a_login_is_shown_to_the_machine_that_sends_on_and_to_no_other() {
        for (host, at, is_same) in [
            ("127.0.0.1", "127.0.0.1", true),
            ("localhost", "127.0.0.1", true),
            ("127.0.0.2", "127.0.0.2", false),
        ] {
            let (told, why) = told_by_way_of(host, at, UNAUTHORIZED);
            assert!(!told.is_empty(), "{host}: {why}");
            let is_shown = told.iter().any(|request| request.contains("Authorization"));
            assert_eq!(is_shown, is_same, "{host}: {told:?}");
            let is_another = why.text.contains("a login is wanted, and none is shown");
            assert_eq!(is_another, !is_same, "{host}: {why}");
        }
    }

    #[test]
    fn a_redirection_to_a_name_that_leads_astray_is_told_nothing() {
        // 0.0.0.0, as resolvers read it: to connect there is to connect to this machine.
        let (told, why) = told_by_way_of("0", "127.0.0.1", "404 Not Found");
        assert_eq!((told, why.code), (Vec::new(), ReasonCode::ForbiddenAddress), "{why}");
    }

    #[test]
    fn a_server_that_sends_on_again_and_again_is_followed_three_times() {
        for (host, is_same) in [("localhost", false), ("127.0.0.1", false), ("127.0.0.1", true)] {
            let (address, asked) = server("127.0.0.1", move |port, number| {
                let path = if is_same { 0 } else { number };
                found(&format!("rtsp://{host}:{port}/{path}"))
            });
            let why = why_not(address);
            let told = told(address, asked);
            assert_eq!((told.len(), why.code), (4, ReasonCode::ServerError), "{host}: {why}: {told:?}");
            assert!(why.text.contains("again and again"), "{why}");
        }
    }

    #[test]
    fn a_server_that_sends_on_without_saying_where_is_followed_nowhere() {
        let (address, asked) = server("127.0.0.1", |_, _| "RTSP/1.0 302 Found\r\nCSeq: 1\r\n\r\n".to_owned());
        // Some releases of FFmpeg give up by themselves, and others go to this machine.
        let why = why_not(address);
        assert_eq!(told(address, asked).len(), 1, "{why}");
        let mut led = Led::from("rtsp://10.0.0.7/live");
        assert!(!led.is_astray(b"") && !led.is_astray(b"rtsp://10.0.0.7/live") && led.is_astray(b""));
    }
}
