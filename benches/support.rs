//! What the benches share: servers to measure, the clip to play, bars and a table of what was measured.
//!
//! In go command lines and figures, out come processes that end with the bench, and an exit code. Measuring
//! is each bench's own.

// Every bench uses its own part.
#![allow(dead_code)]

use std::{
    fmt,
    io::{self, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, ExitCode, Stdio},
    time::{Duration, Instant},
};

/// Longest time that a server may take to listen and to show a picture.
const START_WITHIN: Duration = Duration::from_secs(20);

/// Settings of the product's: what a bench does not measure must not run beside it, nor be left behind; and
/// all viewers of a bench come from one address.
pub const QUIET: [(&str, &str); 5] = [
    ("STEADYCAST_MAX_CONNECTIONS_PER_ADDRESS", "0"),
    ("STEADYCAST_ANALYTICS", "off"),
    ("STEADYCAST_DATABASE", "none"),
    ("STEADYCAST_ACCESS_DATABASE", "none"),
    ("STEADYCAST_JWT_KEY_FILE", "none"),
];

/// A server under test; killed when dropped.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub addr: SocketAddr,
}

impl Server {
    /// The product, with settings other than the port.
    pub fn steadycast(settings: &[&str]) -> io::Result<Server> {
        Server::steadycast_logging("warn", settings)
    }

    /// The product, saying only what `log` lets it say as its `RUST_LOG`.
    pub fn steadycast_logging(log: &str, settings: &[&str]) -> io::Result<Server> {
        let addr = free_address()?;
        let mut command = Command::new(env!("CARGO_BIN_EXE_steadycast"));
        // Settings of the bench's own win.
        command.args(["--port", &addr.port().to_string()]).args(settings).envs(QUIET).env("RUST_LOG", log);
        let server = Server::start(command, addr)?;
        // It listens before its source is open; what is measured begins with the first picture.
        let deadline = Instant::now() + START_WITHIN;
        while server.metric("steadycast_frames_captured_total", "")? < 1.0 {
            if Instant::now() > deadline {
                return Err(io::Error::new(io::ErrorKind::TimedOut, "the server shows no picture"));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(server)
    }

    /// The straightforward server to compare with, playing the clip at 34 FPS; `None` where Python's packages
    /// or the script are not to be had.
    pub fn naive(clip: &Path) -> Option<Server> {
        let script = test_data().parent()?.join("baseline/naive_server.py");
        let prepared = Command::new("scripts/python.sh")
            .args(["naive", "fastapi", "uvicorn[standard]", "opencv-python-headless"])
            .stderr(Stdio::inherit())
            .output()
            .ok()?;
        let python = String::from_utf8(prepared.stdout).ok()?.trim().to_owned();
        if !script.exists() || python.is_empty() {
            return None;
        }
        let addr = free_address().ok()?;
        let mut command = Command::new(python);
        command.arg(script).arg(clip).arg(addr.port().to_string());
        Server::start(command, addr).ok()
    }

    /// Any other program that listens on `addr`.
    pub fn start(mut command: Command, addr: SocketAddr) -> io::Result<Server> {
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn()?;
        let server = Server { child, addr };
        let deadline = Instant::now() + START_WITHIN;
        while TcpStream::connect(addr).is_err() {
            if Instant::now() > deadline {
                return Err(io::Error::new(io::ErrorKind::TimedOut, format!("nothing listens on {addr}")));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(server)
    }

    /// Returns the number of its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Returns its metrics as text.
    pub fn metrics(&self) -> io::Result<String> {
        self.get("/metrics")
    }

    /// Returns the body that it answers to a path with.
    pub fn get(&self, path: &str) -> io::Result<String> {
        let mut stream = TcpStream::connect(self.addr)?;
        write!(stream, "GET {path} HTTP/1.0\r\n\r\n")?;
        let mut text = String::new();
        stream.read_to_string(&mut text)?;
        let body = text.split_once("\r\n\r\n").map(|(_, body)| body.to_owned());
        body.ok_or_else(|| io::Error::other(format!("no answer of HTTP: {text}")))
    }

    /// Sends a change as this machine's own programs do, and returns the answer's status.
    pub fn change(&self, method: &str, path: &str, body: &str) -> io::Result<u16> {
        let mut stream = TcpStream::connect(self.addr)?;
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\nConnection: close\r\n\r\n{body}",
            self.addr
        )?;
        status(stream)
    }

    /// The sum of a metric over all its labels that contain `label`.
    pub fn metric(&self, name: &str, label: &str) -> io::Result<f64> {
        Ok(metric(&self.metrics()?, name, label))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads an answer to its end, and returns its status.
pub fn status(mut stream: TcpStream) -> io::Result<u16> {
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    let status = text.split(' ').nth(1).and_then(|status| status.parse().ok());
    status.ok_or_else(|| io::Error::other(format!("no answer of HTTP: {text}")))
}

/// The sum of a metric in Prometheus' text format over all its labels that contain `label`.
pub fn metric(text: &str, name: &str, label: &str) -> f64 {
    let of = |line: &str| {
        let (key, value) = line.rsplit_once(' ')?;
        let (found, labels) = key.split_once('{').unwrap_or((key, ""));
        (found == name && labels.contains(label)).then(|| value.parse::<f64>().ok()).flatten()
    };
    text.lines().filter_map(of).fold(0.0, |sum, value| sum + value)
}

/// A port of this machine that is free now.
pub fn free_address() -> io::Result<SocketAddr> {
    TcpListener::bind("127.0.0.1:0")?.local_addr()
}

/// Where real clips lie.
pub fn test_data() -> PathBuf {
    std::env::var_os("STEADYCAST_TEST_DATA").map_or_else(|| PathBuf::from("../shared/data"), PathBuf::from)
}

/// The real clip, where it is to be had.
pub fn clip() -> Option<PathBuf> {
    Some(test_data().join("plaza.avi")).filter(|clip| clip.exists())
}

/// How often a bench measures everything; `BENCH_ROUNDS` says otherwise.
pub fn rounds() -> usize {
    std::env::var("BENCH_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(3)
}

/// Returns the middle one of `values`.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// What was measured against what must be.
#[derive(Default)]
pub struct Bars {
    rows: Vec<Row>,
}

#[derive(Clone)]
struct Row {
    what: String,
    measured: f64,
    must: Must,
    unit: &'static str,
}

/// What a figure must be.
#[derive(Clone, Copy, Debug)]
pub enum Must {
    /// At most this.
    AtMost(f64),
    /// At least this.
    AtLeast(f64),
    /// The first, give or take the second.
    Within(f64, f64),
    /// Anything: told only.
    Be,
}

impl Must {
    fn holds(self, measured: f64) -> bool {
        match self {
            Must::AtMost(most) => measured <= most,
            Must::AtLeast(least) => measured >= least,
            Must::Within(target, tolerance) => (measured - target).abs() <= tolerance,
            Must::Be => true,
        }
    }
}

impl fmt::Display for Must {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Must::AtMost(most) => write!(f, "<= {most:.2}"),
            Must::AtLeast(least) => write!(f, ">= {least:.2}"),
            Must::Within(target, tolerance) => write!(f, "{target:.1} +- {tolerance:.1}"),
            Must::Be => f.write_str("told"),
        }
    }
}

impl Bars {
    /// Notes one figure, and prints it at once: a bench may be stopped. Of figures with the same name the
    /// median counts.
    pub fn note(&mut self, what: impl Into<String>, measured: f64, unit: &'static str, must: Must) {
        let row = Row { what: what.into(), measured, must, unit };
        println!("{row}");
        self.rows.push(row);
    }

    /// One row a name, in the order in which names first came, with the median of its figures.
    fn medians(&self) -> Vec<Row> {
        let mut names: Vec<&str> = Vec::new();
        self.rows.iter().for_each(|row| {
            if !names.contains(&row.what.as_str()) {
                names.push(&row.what)
            }
        });
        let median_of = |name: &str| {
            let mut rows: Vec<&Row> = self.rows.iter().filter(|row| row.what == name).collect();
            rows.sort_by(|a, b| a.measured.total_cmp(&b.measured));
            rows[rows.len() / 2].clone()
        };
        names.into_iter().map(median_of).collect()
    }

    /// Returns how many bars are missed.
    pub fn missed(&self) -> usize {
        self.medians().iter().filter(|row| !row.must.holds(row.measured)).count()
    }

    /// Prints the table; fails where a bar is missed.
    pub fn finish(self) -> ExitCode {
        let rows = self.medians();
        println!("\n{}", rows.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
        let missed = self.missed();
        if missed == 0 {
            return ExitCode::SUCCESS;
        }
        println!("{missed} of {} bars missed", rows.len());
        ExitCode::FAILURE
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.must.holds(self.measured) { "" } else { "  MISSED" };
        write!(
            f,
            "{:<72} {:>9.3} {:<6} {:>12}{verdict}",
            self.what,
            self.measured,
            self.unit,
            self.must.to_string()
        )
    }
}
