//! How an RTSP camera wants to be logged into: its address in, its challenges out, all of it by one deadline.

use std::{
    io::{self, BufReader, Read, Write},
    net::TcpStream,
    time::Instant,
};

use url::Url;

use super::message::Message;
use crate::source::{login::Challenge, reach};

/// Port of `rtsp` where an address names none.
const PORT: u16 = 554;

/// A connection on which no wait goes on behind a deadline.
struct Until<'a> {
    stream: &'a TcpStream,
    deadline: Instant,
}

impl Read for Until<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.stream.set_read_timeout(Some(left))?;
        self.stream.read(into)
    }
}

/// Logins that the camera of `bare` offers to somebody without one; `None` where it answers without.
///
/// # Errors
/// Where the camera does not answer by the deadline, or answers that it has other troubles.
pub(super) fn challenges(bare: &Url, deadline: Instant) -> io::Result<Option<Vec<Challenge>>> {
    let mut camera = connect(bare, deadline)?;
    camera.write_all(
        format!("DESCRIBE {bare} RTSP/1.0\r\nCSeq: 1\r\nAccept: application/sdp\r\n\r\n").as_bytes(),
    )?;
    match Message::read(&mut BufReader::new(Until { stream: &camera, deadline }))? {
        Some(Message::Text(answer)) => match answer.status() {
            Some(401) => Ok(Some(answer.challenges())),
            Some(200..=299) => Ok(None),
            Some(status) => Err(io::Error::other(format!("it answers with status {status}"))),
            None => Err(io::ErrorKind::InvalidData.into()),
        },
        Some(Message::Packet(_)) => Err(io::ErrorKind::InvalidData.into()),
        None => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

/// A connection to the camera.
pub(super) fn connect(url: &Url, deadline: Instant) -> io::Result<TcpStream> {
    let found = reach::resolve(url, url.port().unwrap_or(PORT), deadline)?;
    let stream = reach::connect(&found, deadline)?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

#[cfg(test)]
mod tests {
    use std::{net::TcpListener, thread, time::Duration};

    use super::*;

    #[test]
    fn a_camera_that_trickles_its_answer_is_not_waited_for_without_end() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let url = format!("rtsp://{}/live", listener.local_addr().expect("it is bound"));
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("it is asked");
            // Each piece comes in time, until whoever asked has hung up.
            while stream.write_all(b"x").is_ok() {
                thread::sleep(Duration::from_millis(20));
            }
        });
        let url = Url::parse(&url).expect("an address");
        let (began, limit) = (Instant::now(), Duration::from_millis(200));
        let why = challenges(&url, began + limit).expect_err("it does not come to an end");
        assert!(matches!(why.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock), "{why}");
        assert!(began.elapsed() < 20 * limit, "{:?}", began.elapsed());
    }
}
