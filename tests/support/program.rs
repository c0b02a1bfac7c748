//! The real program as a child process: its log, its address, its exit status.

// Every test uses its own part.
#![allow(dead_code)]

use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Read},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::wait::{self, PATIENCE};

/// File of the program.
pub const FILE: &str = env!("CARGO_BIN_EXE_steadycast");

/// A running program; killed when dropped.
pub struct Program {
    /// Where it listens.
    pub address: SocketAddr,
    child: Child,
    /// Guards what it has written so far; held by the reading thread to add a line, by a test to look.
    log: Arc<Mutex<String>>,
    _folder: TempDir,
}

impl Program {
    /// Starts it on a free port with `flags`, and waits for its address.
    pub fn start(flags: &[&str]) -> Program {
        Program::start_with(&[&["--port", "0"], flags].concat(), &[], "")
    }

    /// Starts it with settings from all three places; `dotenv` is the text of the `.env` file.
    pub fn start_with(flags: &[&str], environment: &[(&str, &str)], dotenv: &str) -> Program {
        Program::try_start(flags, environment, dotenv)
            .unwrap_or_else(|log| panic!("the program ended: {log}"))
    }

    /// Starts a copy of it on a free port with `flags`, and waits for its address.
    pub fn start_copy(file: &Path, flags: &[&str]) -> Program {
        let folder = tempfile::tempdir().expect("a folder");
        let command = command(file, &[&["--port", "0"], flags].concat(), &[], folder.path());
        Program::run(command, folder).unwrap_or_else(|log| panic!("the program ended: {log}"))
    }

    /// Starts it like [`Program::start_with`]; where it ends by itself instead, what it has logged.
    pub fn try_start(flags: &[&str], environment: &[(&str, &str)], dotenv: &str) -> Result<Program, String> {
        let folder = tempfile::tempdir().expect("a folder");
        if !dotenv.is_empty() {
            std::fs::write(folder.path().join(".env"), dotenv).expect(".env can be written");
        }
        Program::run(command(Path::new(FILE), flags, environment, folder.path()), folder)
    }

    fn run(mut command: Command, folder: TempDir) -> Result<Program, String> {
        let mut child =
            command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the program starts");
        let log = Arc::new(Mutex::new(String::new()));
        let (mut stderr, lines) =
            (BufReader::new(child.stderr.take().expect("it is piped")), Arc::clone(&log));
        let reading = thread::spawn(move || {
            let mut line = String::new();
            while stderr.read_line(&mut line).is_ok_and(|read| read > 0) {
                lines.lock().push_str(&line);
                line.clear();
            }
        });
        let address =
            wait::until_some("the program says its address or ends", PATIENCE, || match child.try_wait() {
                Ok(Some(_)) => Some(None),
                _ => address_in(&log.lock()).map(Some),
            });
        match address {
            Some(address) => Ok(Program { address, child, log, _folder: folder }),
            None => {
                reading.join().expect("reads to the end");
                Err(std::mem::take(&mut *log.lock()))
            }
        }
    }

    /// What it has logged so far.
    pub fn log(&self) -> String {
        self.log.lock().clone()
    }

    /// Memory it has in use now, in KiB.
    pub fn memory_kib(&self) -> u64 {
        self.told("VmRSS:")
    }

    /// Most memory it has had in use, in KiB.
    pub fn peak_kib(&self) -> u64 {
        self.told("VmHWM:")
    }

    /// Threads it has now.
    pub fn threads(&self) -> u64 {
        self.told("Threads:")
    }

    /// Files, sockets and pipes it has open now.
    pub fn handles(&self) -> u64 {
        let open = std::fs::read_dir(format!("/proc/{}/fd", self.child.id())).expect("the program is alive");
        open.count() as u64
    }

    /// A number of Linux's status of it.
    fn told(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))
            .expect("the program is alive");
        let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("Linux tells it");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("the program takes the signal");
    }

    /// Waits until it has ended; says how, and how long that took.
    pub fn ended(&mut self) -> (ExitStatus, Duration) {
        let began = Instant::now();
        let status = wait::until_some("the program ends", PATIENCE, || {
            self.child.try_wait().expect("it can be waited for")
        });
        (status, began.elapsed())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if thread::panicking() {
            eprintln!("--- log of the program\n{}---", self.log.lock());
        }
    }
}

/// Runs it to its end, which it must reach by itself within [`PATIENCE`].
pub fn run(flags: &[&str], environment: &[(&str, &str)]) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    run_in(folder.path(), flags, environment)
}

/// Runs it like [`run`], in a folder of the test's own.
pub fn run_in(folder: &Path, flags: &[&str], environment: &[(&str, &str)]) -> Output {
    let mut child = command(Path::new(FILE), flags, environment, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let (mut stdout, mut stderr) = (child.stdout.take().expect("piped"), child.stderr.take().expect("piped"));
    // Read meanwhile, or a long help text would fill the pipe.
    let out = thread::spawn(move || read_all(&mut stdout));
    let err = thread::spawn(move || read_all(&mut stderr));
    let deadline = Instant::now() + PATIENCE;
    let status = loop {
        if let Some(status) = child.try_wait().expect("it can be waited for") {
            break status;
        }
        if Instant::now() > deadline {
            let _ = child.kill();
            panic!("the program does not end by itself with {flags:?}");
        }
        thread::sleep(Duration::from_millis(10));
    };
    Output { status, stdout: out.join().expect("reads"), stderr: err.join().expect("reads") }
}

fn read_all(from: &mut impl Read) -> Vec<u8> {
    let mut all = Vec::new();
    from.read_to_end(&mut all).expect("the program's output can be read");
    all
}

/// The program without any setting of whoever runs the tests.
fn command(file: &Path, flags: &[&str], environment: &[(&str, &str)], folder: &Path) -> Command {
    let kept: HashMap<_, _> = std::env::vars_os()
        .filter(|(name, _)| !name.to_string_lossy().starts_with("STEADYCAST_") && name != "RUST_LOG")
        .collect();
    let mut command = Command::new(file);
    // What a test does not look at should not cost it time.
    let quiet = [
        ("STEADYCAST_ANALYTICS", "off"),
        ("STEADYCAST_DATABASE", "none"),
        ("STEADYCAST_ACCESS_DATABASE", "none"),
        ("STEADYCAST_JWT_KEY_FILE", "none"),
        ("STEADYCAST_DEAR_REQUESTS", "10000"),
    ];
    command.args(flags).env_clear().envs(kept).envs(quiet).envs(environment.iter().copied());
    command.current_dir(folder).stdin(Stdio::null());
    command
}

fn address_in(log: &str) -> Option<SocketAddr> {
    let complete = &log[..log.rfind('\n')?];
    let rest = complete.split(" on http").nth(1)?;
    rest.trim_start_matches('s').strip_prefix("://")?.split([',', ' ', '\n']).next()?.parse().ok()
}
