//! The server under a flood: the product with every kind of credential, in a folder of its own; and what it
//! holds at a moment.
//!
//! In: settings. Out: a server and its figures. Not here: floods.

use std::{
    fs,
    net::SocketAddr,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    load::process::usage,
    support::Server,
    users::add_user,
    wire::{self, Request, Said},
};

/// What every viewer may show.
pub const VIEWER: &str = "viewer-token-of-the-bench";

/// What the admin shows.
pub const ADMIN: &str = "admin-token-of-the-bench";

/// A user and her password.
pub const USER: (&str, &str) = ("anna", "a password that is long enough");

/// Time within which what a flood has left is gone.
const GONE_WITHIN: Duration = Duration::from_secs(60);

/// Time between two looks at that.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// A server, and where it keeps what it keeps.
pub struct House {
    /// The server.
    pub server: Server,
    _folder: TempDir,
}

impl House {
    /// Starts the product with the drawn plaza, 1280x720 at 34 frames a second unless `settings` say
    /// otherwise.
    pub fn open(settings: &[&str]) -> House {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
        add_user(&folder.path().join("access.db"), USER.0, USER.1);
        let (database, uploads) = (path("access.db"), path("uploads"));
        let own: [[&str; 2]; 8] = [
            ["--source", "synthetic"],
            ["--viewer-token", VIEWER],
            ["--admin-token", ADMIN],
            ["--jwt-secret", "a secret of the bench, of more than thirty-two bytes"],
            ["--access-database", &database],
            ["--uploads-dir", &uploads],
            // The bench looks at them without a token.
            ["--metrics", "open"],
            ["--dear-requests", "10000"],
        ];
        let own = own.iter().filter(|[name, _]| !settings.contains(name)).flatten().copied();
        let all: Vec<&str> = own.chain(settings.iter().copied()).collect();
        House { server: Server::steadycast(&all).expect("the server starts"), _folder: folder }
    }

    /// Returns where it listens.
    pub fn address(&self) -> SocketAddr {
        self.server.addr
    }

    /// Sends a change of the admin's.
    pub fn change(&self, path: &str, body: &Value) -> Said {
        wire::ask(self.address(), &Request::of("POST", path).showing(ADMIN).meant().json(body))
    }

    /// Makes a viewer's token.
    pub fn token(&self) -> String {
        let made = self.change("/api/tokens", &json!({ "role": "viewer", "ttl_seconds": 3600 }));
        assert_eq!(made.status, 201, "{}", made.text());
        made.json()["token"].as_str().expect("a token").to_owned()
    }

    /// Returns its resident memory, MB.
    pub fn memory_mb(&self) -> f64 {
        usage(self.server.pid()).expect("it runs").rss_bytes as f64 / 1e6
    }

    /// Returns the CPU seconds that it has used so far.
    pub fn cpu_seconds(&self) -> f64 {
        usage(self.server.pid()).expect("it runs").cpu_seconds
    }

    /// Returns how many files, sockets and pipes it has open.
    pub fn handles(&self) -> usize {
        fs::read_dir(format!("/proc/{}/fd", self.server.pid())).expect("it runs").count()
    }

    /// Returns how many viewers it counts, at all levels.
    pub fn viewers(&self) -> f64 {
        self.server.metric("steadycast_viewers", "").expect("it answers")
    }

    /// Waits until it has no more handles than before, and returns how many are left beyond them.
    pub fn left_beyond(&self, before: usize) -> usize {
        let deadline = Instant::now() + GONE_WITHIN;
        loop {
            let left = self.handles().saturating_sub(before);
            if left == 0 || Instant::now() > deadline {
                return left;
            }
            std::thread::sleep(LOOK_EVERY);
        }
    }
}
