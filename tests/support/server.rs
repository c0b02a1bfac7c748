//! A whole server inside the test's process: `app::run` on a free port, in its own thread.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::Path,
    sync::{
        Arc,
        mpsc::{Receiver, channel},
    },
    thread,
    time::Duration,
};

use actix_web::rt::System;
use steadycast::{app, cli::Task, registry::Registry, tools::metrics::Metrics};
use tokio::sync::oneshot;

use super::{SCENE, program::FILE, urgent};

/// How long a server may take to stop: the product promises 3 s, a busy machine gets some more.
const STOPS_WITHIN: Duration = Duration::from_secs(6);

/// A running server; stops when dropped.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    /// What it counts, and where its threads can be made to fail.
    pub metrics: Metrics,
    /// Its cameras.
    pub registry: Arc<Registry>,
    stop: Option<oneshot::Sender<()>>,
    ended: Receiver<Result<(), String>>,
}

impl Server {
    /// The small scene at 20 frames a second, with `flags` besides.
    pub fn scene(flags: &[&str]) -> Server {
        Server::scene_at("20", flags)
    }

    /// The small scene at `fps` frames a second, with `flags` besides.
    pub fn scene_at(fps: &str, flags: &[&str]) -> Server {
        Server::start(&[&["--source", SCENE, "--capture-fps", fps], &small()[..], flags].concat())
    }

    /// Any server, with pictures of 320x180 if it draws them itself.
    pub fn of(source: &str, flags: &[&str]) -> Server {
        Server::start(&[&["--source", source], &small()[..], flags].concat())
    }

    /// A server with these flags; without history, users and a key unless they name them, and with as many
    /// requests for what costs as a test likes.
    pub fn start(flags: &[&str]) -> Server {
        Server::looking_by(Path::new(FILE), flags)
    }

    /// A server like [`Server::start`]'s, whose uploads are looked at by a program of the test's own.
    pub fn looking_by(program: &Path, flags: &[&str]) -> Server {
        urgent::raise_models();
        let quiet = QUIET.into_iter().filter(|[flag, _]| !flags.contains(flag)).flatten();
        let given = ["steadycast"].into_iter().chain(quiet).chain(flags.iter().copied());
        let task = Task::parse(given).expect("the test's settings are valid");
        let Task::Serve(config) = task else { panic!("{flags:?} serve nothing") };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        let (stop, stopped) = oneshot::channel();
        let metrics = Metrics::new().expect("names differ");
        let (registry, cameras) = oneshot::channel();
        let inside = app::Inside { metrics: metrics.clone(), registry, program: program.to_owned() };
        let (done, ended) = channel();
        thread::spawn(move || {
            let stopping = async move {
                // A test that panicked has dropped the other end, which means the same.
                let _ = stopped.await;
            };
            let outcome = System::new().block_on(app::run_open(&config, listener, inside, stopping));
            // Nobody listens once the test has given up.
            let _ = done.send(outcome.map_err(|error| error.to_string()));
        });
        match cameras.blocking_recv() {
            Ok(registry) => Server { address, metrics, registry, stop: Some(stop), ended },
            Err(_) => panic!("the server does not start: {:?}", ended.recv()),
        }
    }

    /// Has it stop, without waiting.
    pub fn begin_stop(&mut self) {
        // A server that is gone already is told by `drop`.
        let _ = self.stop.take().map(|stop| stop.send(()));
    }
}

/// Settings of all servers, unless a test has others: nothing is written, and nobody waits.
const QUIET: [[&str; 2]; 4] = [
    ["--database", "none"],
    ["--access-database", "none"],
    ["--jwt-key-file", "none"],
    ["--dear-requests", "10000"],
];

/// Small pictures that nobody analyses: what a test does not look at should not cost it time.
fn small() -> [&'static str; 6] {
    ["--capture-width", "320", "--capture-height", "180", "--analytics", "off"]
}

impl Drop for Server {
    fn drop(&mut self) {
        self.begin_stop();
        let ended = self.ended.recv_timeout(STOPS_WITHIN);
        if !thread::panicking() {
            ended.expect("the server stops in time").expect("the server stops without an error");
        }
    }
}
