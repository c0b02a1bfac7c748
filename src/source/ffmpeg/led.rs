//! Where an RTSP server sends FFmpeg on: a redirection, which FFmpeg follows by itself, judged before a word
//! is said there.
//!
//! In goes the address at which FFmpeg is, over and over; out comes whether it has to give up. It has
//! connected by then, so a server that is found there learns that somebody has, and nothing else. Where a
//! name leads is for [`super::ways`] to find out, before FFmpeg goes there by number.

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
    /// The host is called by a name. FFmpeg would look it up alone, and nobody would know where it leads.
    Named(Url),
}

/// Judges where FFmpeg is led from where it began.
pub(super) struct Led {
    /// Where FFmpeg may be.
    at: Vec<u8>,
    /// Whether what FFmpeg opens is RTSP: other servers are reached by ways of their own.
    is_rtsp: bool,
    astray: Arc<OnceLock<Astray>>,
}

impl Led {
    /// A judge of where FFmpeg is led from `location`.
    pub(super) fn from(location: &str) -> Led {
        Led { at: location.as_bytes().to_vec(), is_rtsp: is_rtsp(location), astray: Arc::default() }
    }

    /// Why FFmpeg had to give up, once it had to.
    pub(super) fn astray(&self) -> Arc<OnceLock<Astray>> {
        Arc::clone(&self.astray)
    }

    /// Whether FFmpeg, which is at an address now, has to give up; empty before it has begun.
    pub(super) fn is_astray(&mut self, at: &[u8]) -> bool {
        if !self.is_rtsp || at.is_empty() || at == self.at {
            return false;
        }
        match judged(at) {
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

/// Why a server that sends on to names is not followed any more.
pub(super) fn too_often() -> Reason {
    let text = "its server sends on to another name again and again; give the address where the stream is";
    Reason::new(ReasonCode::ServerError, text)
}

/// Why FFmpeg may not go by itself where a server sends it; `None` where it may.
fn judged(to: &[u8]) -> Option<Astray> {
    // What FFmpeg may read otherwise than we do is not read at all.
    let is_plain = to.iter().all(u8::is_ascii_graphic);
    let text = std::str::from_utf8(to).ok().filter(|_| is_plain);
    let url = text.and_then(|text| Url::parse(text).ok());
    match url.filter(|url| ["rtsp", "rtsps"].contains(&url.scheme())) {
        Some(url) if reach::number_of(&url).is_some() => {
            reach::is_refused(&Address::Stream(url)).then(|| Astray::Refused(guard::reason()))
        }
        Some(url) if url.host_str().is_some_and(is_name) => Some(Astray::Named(url)),
        _ => {
            let text = "its server sends on to what is no address of a stream; \
                        give the address where the stream is";
            Some(Astray::Refused(Reason::new(ReasonCode::ForbiddenAddress, text)))
        }
    }
}

/// Whether a host is a name as others than resolvers read it too.
fn is_name(host: &str) -> bool {
    let is_usual = |letter: u8| letter.is_ascii_alphanumeric() || b"-._".contains(&letter);
    !host.is_empty() && host.bytes().all(is_usual)
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
    fn only_numbers_of_hosts_at_which_a_source_may_be_are_gone_to() {
        let mut led = Led::from("rtsp://10.0.0.7/live");
        for fine in ["", "rtsp://10.0.0.7/live", "rtsp://10.0.0.8:8554/live?x=1", "rtsps://[fd00::8]/live"] {
            assert!(!led.is_astray(fine.as_bytes()), "{fine}");
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
    fn a_name_is_looked_up_before_anybody_goes_there() {
        // Resolvers read odd numbers as well.
        for named in [
            "rtsp://cam.example/live",
            "rtsps://CAM-1:8554/x?y=1",
            "rtsp://2852039166/",
            "rtsp://0xa9fea9fe/",
        ] {
            let mut led = Led::from("rtsp://10.0.0.7/live");
            assert!(led.is_astray(named.as_bytes()), "{named}");
            let Some(Astray::Named(to)) = led.astray().get().cloned() else { panic!("{named} is none") };
            assert_eq!(to.as_str(), named);
        }
    }

    /// What ends a server of these tests.
    const END: &[u8] = b"end";

    /// A server that answers each request by what `answer` makes of its number, from 1 on, and hangs up; its
    /// address, and what it was told.
    fn server(
        answer: impl Fn(u16, usize) -> String + Send + 'static,
    ) -> (SocketAddr, thread::JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        let listening = thread::spawn(move || {
            let mut told = Vec::new();
            for mut stream in listener.incoming().flatten() {
                stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a limit");
                let mut request = [0; 4096];
                let read = stream.read(&mut request).unwrap_or_default();
                match &request[..read] {
                    // Whoever gives up has connected and says nothing.
                    b"" => {}
                    END => break,
                    request => {
                        told.push(String::from_utf8_lossy(request).into_owned());
                        // It may have hung up.
                        let _ = stream.write_all(answer(address.port(), told.len()).as_bytes());
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

    /// What a server is told to which FFmpeg was sent on as `host`, and why the source is not open.
    fn told_by_way_of(host: &str) -> (Vec<String>, Reason) {
        let (last, listening) = server(|_, _| "RTSP/1.0 404 Not Found\r\nCSeq: 1\r\n\r\n".to_owned());
        let location = format!("rtsp://{host}:{}/other", last.port());
        let (first, asked) = server(move |_, _| found(&location));
        let why = why_not(first);
        assert!(!told(first, asked).is_empty(), "the first one is asked");
        (told(last, listening), why)
    }

    #[test]
    fn a_redirection_to_a_number_or_a_name_is_followed_where_a_source_may_be() {
        for host in ["127.0.0.1", "localhost"] {
            let (told, why) = told_by_way_of(host);
            // A name has become a number by then.
            let first = told.first().map(String::as_str).unwrap_or_default();
            assert!(first.starts_with("OPTIONS rtsp://127.0.0.1") && first.contains("/other"), "{told:?}");
            assert_ne!(why.code, ReasonCode::ForbiddenAddress, "{host}: {why}");
        }
    }

    #[test]
    fn a_redirection_to_a_name_that_leads_astray_is_told_nothing() {
        // 0.0.0.0, as resolvers read it: to connect there is to connect to this machine.
        let (told, why) = told_by_way_of("0");
        assert_eq!((told, why.code), (Vec::new(), ReasonCode::ForbiddenAddress), "{why}");
    }

    #[test]
    fn a_server_that_sends_on_to_names_again_and_again_is_followed_three_times() {
        let (address, asked) = server(|port, number| found(&format!("rtsp://localhost:{port}/{number}")));
        let why = why_not(address);
        let told = told(address, asked);
        assert_eq!((told.len(), why.code), (4, ReasonCode::ServerError), "{why}: {told:?}");
        assert!(why.text.contains("again and again"), "{why}");
    }
}
