//! Cameras and their companions: shell lines that run beside a test, and what they have said.

use std::{
    fs::{self, File},
    net::{Ipv4Addr, TcpListener, TcpStream},
    ops::Range,
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process_group};

use crate::{
    row::{Row, filled},
    support::wait::{self, PATIENCE},
    workshop::cameras,
};

/// A camera ends by itself after so many seconds, should the test that started it be killed.
const LIFE: &str = "240";

/// The next camera's number, for the name of its log.
static NEXT: AtomicU32 = AtomicU32::new(0);

/// Where cameras listen: below the ports that systems give to whoever connects, which one of them might get
/// in between.
const PORTS: Range<u32> = 20_000..32_000;

/// How many ports have been given.
static GIVEN: AtomicU32 = AtomicU32::new(0);

/// An even port that nobody else of this run gets, nor the one above it, and that is free now: RTP takes two.
pub fn port() -> u16 {
    let pairs = PORTS.len() as u32 / 2;
    let first = std::process::id() * 131 % pairs;
    loop {
        let port = PORTS.start + 2 * ((first + GIVEN.fetch_add(1, Ordering::Relaxed)) % pairs);
        let port = u16::try_from(port).expect("the range is one of ports");
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
}

/// What a row needs to run beside its check.
pub struct Stage {
    /// The camera, where there is one, until it dies.
    pub camera: Option<Daemon>,
    _joined: Option<Daemon>,
}

impl Stage {
    /// Starts a row's camera and whoever joins it.
    pub fn set(row: &Row, folder: &Path, port: u16) -> Stage {
        let start = |line: &String| (!line.is_empty()).then(|| Daemon::start(line, folder, port));
        let mut camera = start(&row.camera);
        if let Some(camera) = camera.as_mut().filter(|_| row.listens.unwrap_or(true)) {
            camera.until_listening();
        }
        let joined = start(&row.joined_by);
        if let Some(camera) = camera.as_ref().filter(|_| !row.joined_says.is_empty()) {
            camera.until_said(&row.joined_says);
        }
        thread::sleep(Duration::from_secs_f64(row.settle));
        Stage { camera, _joined: joined }
    }
}

/// A running shell line; ends when dropped, with all that it has started.
pub struct Daemon {
    child: Child,
    port: u16,
    said: PathBuf,
}

impl Daemon {
    /// Starts a shell line in `folder`, with the port in it. One that begins with the name of a script runs
    /// that script.
    pub fn start(line: &str, folder: &Path, port: u16) -> Daemon {
        let line = filled(line, folder, port);
        let script = line.split(' ').next().filter(|word| word.ends_with(".py"));
        let python = if script == Some("gst_camera.py") { "/usr/bin/python3" } else { "python3" };
        let line =
            script.map_or(line.clone(), |_| format!("exec {python} -B {}/{line}", cameras().display()));
        let said = folder.join(format!("camera-{}.log", NEXT.fetch_add(1, Ordering::Relaxed)));
        let log = File::create(&said).expect("a camera's log can be written");
        let child = Command::new("timeout")
            .args(["--foreground", LIFE, "bash", "-c", &line])
            .process_group(0)
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a file has two handles"))
            .stderr(log)
            .spawn()
            .expect("timeout starts");
        Daemon { child, port, said }
    }

    /// Waits until its port can be connected to.
    pub fn until_listening(&mut self) {
        wait::until(&format!("a camera listens: {}", self.said()), PATIENCE, || {
            let ended = self.child.try_wait().expect("it can be waited for");
            assert!(ended.is_none(), "the camera ended: {}", self.said());
            TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_ok()
        });
    }

    /// Waits until it has printed `words`.
    fn until_said(&self, words: &str) {
        wait::until(&format!("a camera says {words:?}"), PATIENCE, || self.said().contains(words));
    }

    /// What it has printed.
    pub fn said(&self) -> String {
        fs::read_to_string(&self.said).unwrap_or_default()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = kill_process_group(Pid::from_child(&self.child), Signal::KILL);
        let _ = self.child.wait();
    }
}
