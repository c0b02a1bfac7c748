//! A camera that sends JPEGs over HTTP, as webcams in a box and IP cameras do.

use std::{
    io::{BufRead, BufReader, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use turbojpeg::{Image, PixelFormat, Subsamp};

use super::wait::PATIENCE;

/// Time between two pictures: 25 a second.
const EVERY: Duration = Duration::from_millis(40);

/// A running camera; ends when dropped, with the connections it has.
pub struct Camera {
    port: u16,
    ended: Arc<AtomicBool>,
}

/// What it sends.
struct Script {
    /// The header that it insists on.
    authorization: Option<String>,
    /// Whether pictures are parts, or follow each other as they are.
    multipart: bool,
    /// Whether the first who asks is the last one.
    once: bool,
    parts: Vec<Vec<u8>>,
}

impl Camera {
    /// Sends `parts` over and over to whoever asks. Every other one says its length.
    pub fn start(parts: Vec<Vec<u8>>) -> Camera {
        Camera::run(Script { authorization: None, multipart: true, once: false, parts })
    }

    /// Sends them to the first who asks, and is not there for anybody else.
    pub fn start_once(parts: Vec<Vec<u8>>) -> Camera {
        Camera::run(Script { authorization: None, multipart: true, once: true, parts })
    }

    /// Sends them one behind the other, which FFmpeg takes for a video.
    pub fn start_without_parts(parts: Vec<Vec<u8>>) -> Camera {
        Camera::run(Script { authorization: None, multipart: false, once: false, parts })
    }

    /// Sends them to those only who show that `Authorization`.
    pub fn start_with(authorization: &str, parts: Vec<Vec<u8>>) -> Camera {
        let authorization = Some(authorization.to_owned());
        Camera::run(Script { authorization, multipart: true, once: false, parts })
    }

    fn run(script: Script) -> Camera {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let port = listener.local_addr().expect("it is bound").port();
        let ended = Arc::new(AtomicBool::new(false));
        let script = Arc::new(script);
        let over = Arc::clone(&ended);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if over.load(Ordering::Relaxed) {
                    return;
                }
                let (serves, ended) = (Arc::clone(&script), Arc::clone(&over));
                // A viewer that goes away ends its thread.
                thread::spawn(move || serves.serve(stream, &ended));
                if script.once {
                    return;
                }
            }
        });
        Camera { port, ended }
    }

    /// Returns the camera's address, with `login` in it: `user:password@`, or nothing.
    pub fn url(&self, credentials: &str) -> String {
        format!("http://{credentials}127.0.0.1:{}/video?channel=1", self.port)
    }
}

impl Drop for Camera {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        // Wakes the thread that listens.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
    }
}

impl Script {
    fn serve(&self, mut stream: TcpStream, over: &AtomicBool) -> std::io::Result<()> {
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        let mut lines = BufReader::new(stream.try_clone()?).lines();
        let head: Vec<String> =
            lines.by_ref().map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
        let shown = head.iter().find_map(|line| {
            line.split_once(": ").filter(|(name, _)| name.eq_ignore_ascii_case("authorization"))
        });
        if self.authorization.is_some() && self.authorization.as_deref() != shown.map(|(_, value)| value) {
            let refusal = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"camera\"\r\n\
                           Content-Length: 0\r\n\r\n";
            return stream.write_all(refusal.as_bytes());
        }
        let kind = if self.multipart {
            "multipart/x-mixed-replace; boundary=\"--cam\""
        } else {
            "video/x-motion-jpeg"
        };
        stream.write_all(format!("HTTP/1.0 200 OK\r\nContent-Type: {kind}\r\n\r\n").as_bytes())?;
        for (n, part) in self.parts.iter().cycle().enumerate() {
            if over.load(Ordering::Relaxed) {
                break;
            }
            if !self.multipart {
                stream.write_all(part)?;
                thread::sleep(EVERY);
                continue;
            }
            let length =
                if n % 2 == 0 { format!("Content-Length: {}\r\n", part.len()) } else { String::new() };
            stream.write_all(format!("--cam\r\nContent-Type: image/jpeg\r\n{length}\r\n").as_bytes())?;
            stream.write_all(part)?;
            stream.write_all(b"\r\n")?;
            thread::sleep(EVERY);
        }
        Ok(())
    }
}

/// Pictures of 320x180 that differ from each other, as JPEGs of that quality and sampling.
pub fn jpegs(count: usize, quality: i32, subsamp: Subsamp) -> Vec<Vec<u8>> {
    let (width, height) = (320, 180);
    let jpeg = |n: usize| {
        let pixel = |at: usize| {
            let (x, y) = (at % width + 9 * n, at / width);
            [(x / 2) as u8, (((x / 16 + y / 16) % 2) * 140 + y / 3) as u8, (x * y / 40) as u8]
        };
        let pixels: Vec<u8> = (0..width * height).flat_map(pixel).collect();
        let image = Image { pixels: &pixels[..], width, pitch: width * 3, height, format: PixelFormat::BGR };
        turbojpeg::compress(image, quality, subsamp).expect("compresses").to_vec()
    };
    (0..count).map(jpeg).collect()
}
