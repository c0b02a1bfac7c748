//! A web server that takes what a service is told: it keeps each request, and answers as a test says.

use std::{
    io::{BufRead, BufReader, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use parking_lot::Mutex;

use super::wait::{self, PATIENCE};

/// A request that came.
#[derive(Clone, Debug)]
pub struct Request {
    /// Whether it asks for something, instead of handing something over.
    pub is_get: bool,
    /// Path and query.
    pub path: String,
    /// Header fields, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Everything behind the head.
    pub body: Vec<u8>,
}

impl Request {
    /// Returns the first header of that name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| &**value)
    }
}

/// How requests are answered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Answer {
    /// Status and body, such as `"200 OK"` and `"{}"`.
    Says(&'static str, &'static str),
    /// A status that asks for so many seconds of peace.
    Later(u64),
    /// So many bytes of nothing.
    Floods(usize),
    /// Bytes that are no HTTP.
    Nonsense,
    /// 400 where there is a picture in base64, else 204.
    NoPictures,
    /// 302 to `/echo` of this server for a POST; a status and a body for a GET.
    Leads(&'static str, &'static str),
    /// Nothing, and the connection stays open.
    Hangs,
}

/// A server on a free port of this machine.
pub struct Receiver {
    /// Where it listens.
    pub address: SocketAddr,
    /// Guards what came; held to add a request, or to look.
    came: Arc<Mutex<Vec<Request>>>,
    /// Guards how requests are answered; held to look, or to change that.
    answer: Arc<Mutex<Answer>>,
    ended: Arc<AtomicBool>,
}

impl Receiver {
    /// Starts a server that answers so.
    pub fn start(answer: Answer) -> Receiver {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        let (came, answer, ended) = (Arc::default(), Arc::new(Mutex::new(answer)), Arc::default());
        let receiver = Receiver { address, came, answer, ended };
        let (came, answer) = (Arc::clone(&receiver.came), Arc::clone(&receiver.answer));
        let ended = Arc::clone(&receiver.ended);
        thread::spawn(move || {
            let mut hanging = Vec::new();
            for stream in listener.incoming().flatten() {
                if ended.load(Ordering::Relaxed) {
                    return;
                }
                hanging.extend(serve(stream, &came, &answer));
            }
        });
        receiver
    }

    /// Has it answer otherwise from now on.
    pub fn set(&self, answer: Answer) {
        *self.answer.lock() = answer;
    }

    /// Address of a path there.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Every request so far.
    pub fn requests(&self) -> Vec<Request> {
        self.came.lock().clone()
    }

    /// Waits for the first request for which `is_it` holds.
    pub fn wait_for(&self, what: &str, is_it: impl Fn(&Request) -> bool) -> Request {
        wait::until_some(what, 6 * PATIENCE, || {
            self.came.lock().iter().find(|request| is_it(request)).cloned()
        })
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        // Wakes the thread, which sees it.
        let _ = TcpStream::connect(self.address);
    }
}

/// Reads one request and answers it; the connection, where it is to stay open.
fn serve(mut stream: TcpStream, came: &Mutex<Vec<Request>>, answer: &Mutex<Answer>) -> Option<TcpStream> {
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    let request = read(&mut BufReader::new(stream.try_clone().ok()?))?;
    let is_get = request.is_get;
    let is_pictured = String::from_utf8_lossy(&request.body).contains("\"snapshot\":\"");
    came.lock().push(request);
    let answer = match *answer.lock() {
        Answer::NoPictures if is_pictured => Answer::Says("400 Bad Request", ""),
        Answer::NoPictures => Answer::Says("204 No Content", ""),
        Answer::Leads(status, body) if is_get => Answer::Says(status, body),
        other => other,
    };
    // Whoever has gone wants no answer.
    let _ = match answer {
        Answer::Says(status, body) => write!(
            stream,
            "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        ),
        Answer::Leads(..) => write!(
            stream,
            "HTTP/1.1 302 Found\r\nLocation: /echo\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        ),
        Answer::Later(seconds) => write!(
            stream,
            "HTTP/1.1 429 Too Many Requests\r\nRetry-After: {seconds}\r\nContent-Length: 0\r\n\
             Connection: close\r\n\r\n"
        ),
        Answer::Floods(bytes) => {
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {bytes}\r\nConnection: close\r\n\r\n");
            stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&vec![b'x'; bytes]))
        }
        Answer::Nonsense => stream.write_all(b"\x00\xff\x13 certainly no HTTP\r\n\r\n"),
        Answer::Hangs | Answer::NoPictures => return Some(stream),
    };
    None
}

fn read(stream: &mut impl BufRead) -> Option<Request> {
    let mut line = String::new();
    stream.read_line(&mut line).ok()?;
    let (is_get, path) = (line.starts_with("GET "), line.split(' ').nth(1)?.to_owned());
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_lowercase(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let mut body = vec![0; length.and_then(|(_, length)| length.parse().ok()).unwrap_or(0)];
    stream.read_exact(&mut body).ok()?;
    Some(Request { is_get, path, headers, body })
}
