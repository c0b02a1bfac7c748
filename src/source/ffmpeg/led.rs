//! Where an RTSP server sends FFmpeg on: a redirection, which FFmpeg follows by itself, judged before a word
//! is said there.
//!
//! In goes the address at which FFmpeg is, over and over; out comes whether it has to give up. It has
//! connected by then, so a server that is found there learns that somebody has, and nothing else.

use std::sync::{Arc, OnceLock};

use url::Url;

use crate::{
    nouns::reason::{Reason, ReasonCode},
    source::{address::Address, ffmpeg::sys::is_rtsp, guard, reach},
};

/// Judges where FFmpeg is led from where it began.
pub(super) struct Led {
    /// Where FFmpeg may be.
    at: Vec<u8>,
    /// Whether what FFmpeg opens is RTSP: other servers are reached by ways of their own.
    is_rtsp: bool,
    refusal: Arc<OnceLock<Reason>>,
}

impl Led {
    /// A judge of where FFmpeg is led from `location`.
    pub(super) fn from(location: &str) -> Led {
        Led { at: location.as_bytes().to_vec(), is_rtsp: is_rtsp(location), refusal: Arc::default() }
    }

    /// Why FFmpeg had to give up, once it had to.
    pub(super) fn refusal(&self) -> Arc<OnceLock<Reason>> {
        Arc::clone(&self.refusal)
    }

    /// Whether FFmpeg, which is at an address now, has to give up; empty before it has begun.
    pub(super) fn is_astray(&mut self, at: &[u8]) -> bool {
        if !self.is_rtsp || at.is_empty() || at == self.at {
            return false;
        }
        match refusal(at) {
            Some(reason) => {
                self.refusal.get_or_init(|| reason);
                true
            }
            None => {
                at.clone_into(&mut self.at);
                false
            }
        }
    }
}

/// Why a server may not send FFmpeg to an address. A name is looked up by FFmpeg alone, and nobody knows
/// where it leads then.
fn refusal(to: &[u8]) -> Option<Reason> {
    // What FFmpeg may read otherwise than we do is not read at all.
    let is_plain = to.iter().all(u8::is_ascii_graphic);
    let text = std::str::from_utf8(to).ok().filter(|_| is_plain);
    let url = text.and_then(|text| Url::parse(text).ok());
    let judged =
        url.filter(|url| ["rtsp", "rtsps"].contains(&url.scheme()) && reach::number_of(url).is_some());
    let Some(url) = judged else {
        let text = "its server sends on to another address, and not by the number of a host; \
                    give the address where the stream is";
        return Some(Reason::new(ReasonCode::ForbiddenAddress, text));
    };
    reach::is_refused(&Address::Stream(url)).then(guard::reason)
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
        for astray in [
            "rtsp://169.254.169.254/latest",
            "rtsp://[::ffff:169.254.169.254]:80/",
            "rtsps://[fe80::1]/",
            "rtsp://0.0.0.0/",
            "rtsp://2852039166/",
            "rtsp://0xa9fea9fe/",
            "rtsp://cam.example/live",
            "rtsp://10.0.0.7@169.254.169.254/",
            "rtsp://10.0.0.7\\@169.254.169.254/",
            "rtsp://10.0.0.7%00/",
            "rtsp://10.0.0.7\t/",
            "http://10.0.0.7/",
            "file:/etc/passwd",
            "10.0.0.7",
        ] {
            let mut led = Led::from("rtsp://10.0.0.7/live");
            assert!(led.is_astray(astray.as_bytes()), "{astray}");
            let refusal = led.refusal();
            assert!(refusal.get().is_some_and(|why| why.code == ReasonCode::ForbiddenAddress), "{astray}");
        }
        assert!(!Led::from("https://10.0.0.7/live.m3u8").is_astray(b"https://cam.example/live.m3u8"));
    }

    /// A server that answers its first request by sending on to `location`.
    fn sends_on_to(location: String) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("it is asked");
            let asked = stream.read(&mut [0; 4096]).expect("a request comes");
            assert!(asked > 0);
            let answer = format!("RTSP/1.0 302 Found\r\nCSeq: 1\r\nLocation: {location}\r\n\r\n");
            stream.write_all(answer.as_bytes()).expect("it listens");
            // Until it has hung up.
            let _ = stream.read(&mut [0; 4096]);
        });
        address
    }

    /// What a server is told to which FFmpeg was sent on as `host`, and why the source is not open.
    fn told_by_way_of(host: &str) -> (String, Reason) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("it is bound").port();
        let listening = thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("somebody comes");
            stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a limit");
            let mut told = [0; 4096];
            let read = stream.read(&mut told).unwrap_or_default();
            String::from_utf8_lossy(&told[..read]).into_owned()
        });
        let first = sends_on_to(format!("rtsp://{host}:{port}/other"));
        let address: Address = format!("rtsp://{first}/live").parse().expect("valid");
        let why = open(&address).err().expect("nobody sends video").into_reason();
        // Nobody may have come.
        let _ = TcpStream::connect(("127.0.0.1", port));
        (listening.join().expect("does not panic"), why)
    }

    #[test]
    fn a_redirection_to_a_number_is_followed_and_one_to_a_name_is_told_nothing() {
        let (told, why) = told_by_way_of("127.0.0.1");
        assert!(told.starts_with("OPTIONS rtsp://127.0.0.1") && told.contains("/other"), "{told:?}");
        assert_ne!(why.code, ReasonCode::ForbiddenAddress, "{why}");
        let (told, why) = told_by_way_of("localhost");
        assert_eq!((told.as_str(), why.code), ("", ReasonCode::ForbiddenAddress), "{why}");
    }
}
