//! One network namespace: made under a name of this process's own, entered by threads and commands, removed
//! when dropped.
//!
//! Not here: devices, addresses and routes, which are what a link is about.

use std::{
    fs::{self, File},
    os::fd::AsFd,
    panic::resume_unwind,
    process::{self, Command},
    sync::atomic::{AtomicU32, Ordering},
    thread,
};

use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

use super::command::run;

/// Number of the next namespace, which tells those of one process apart.
static MADE: AtomicU32 = AtomicU32::new(0);

/// A namespace that this process made.
pub struct Namespace {
    name: String,
}

impl Namespace {
    /// Makes a namespace with a loopback device and without IPv6, whose own packets would count as traffic.
    ///
    /// # Errors
    /// What the system said: this user may not make one.
    pub fn new(side: &str) -> Result<Namespace, String> {
        let name = format!("steadycast-{}-{}-{side}", process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        run(&format!("ip netns add {name}"))?;
        let namespace = Namespace { name };
        namespace.ip("link set lo up")?;
        // A kernel without IPv6 has no such setting.
        let _ = namespace.setting("ipv6/conf/default/disable_ipv6", "1");
        Ok(namespace)
    }

    /// Returns the name that `ip netns` shows.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Runs `ip` with `arguments` inside.
    ///
    /// # Errors
    /// What `ip` said.
    pub fn ip(&self, arguments: &str) -> Result<(), String> {
        run(&format!("ip -n {} {arguments}", self.name))
    }

    /// Writes a setting below `/proc/sys/net`, which shows each thread its own namespace.
    ///
    /// # Errors
    /// What the system said: there is no setting of that name, or it does not take that value.
    pub fn setting(&self, name: &str, value: &str) -> Result<(), String> {
        let path = format!("/proc/sys/net/{name}");
        self.enter(|| fs::write(&path, value)).map_err(|error| format!("{path}: {error}"))
    }

    /// Returns a command that runs `program` inside.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.name, program]);
        command
    }

    /// Runs `work` on a thread of its own inside; a panic of it goes on here.
    pub fn enter<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        thread::scope(|scope| {
            let inside = scope.spawn(|| {
                let namespace =
                    File::open(format!("/run/netns/{}", self.name)).expect("`ip netns add` left its file");
                move_into_link_name_space(namespace.as_fd(), Some(LinkNameSpaceType::Network))
                    .expect("who may make a namespace may enter it");
                work()
            });
            inside.join().unwrap_or_else(|panic| resume_unwind(panic))
        })
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        // Devices vanish with it, at both of their ends. Should it fail, a name is left that `ip netns`
        // shows.
        let _ = run(&format!("ip netns delete {}", self.name));
    }
}
