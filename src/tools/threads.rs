//! Threads by role: their names and how urgent the system should find them.
//!
//! What the threads do belongs to their stages.

use std::{io, thread};

/// Purpose of a thread, most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The thread pulls pictures on time. It runs at the process's own priority, because only root may go
    /// above it.
    Capture,
    /// The thread compresses pictures: below capture, so that a frame's deadline is met while the last one is
    /// still being compressed.
    Encode,
    /// The thread writes history: below what makes pictures, and above what looks at them, for which nobody
    /// would wait behind a disk.
    History,
    /// The thread tells other services what happens: as urgent as history, and mostly it waits.
    Notify,
    /// The thread looks at pictures, or tries a source: below everything, so that it never costs a frame.
    Analytics,
}

impl Role {
    /// Returns how much less urgent than the process the thread is, as a nice value (Linux: per thread, 19
    /// being the least urgent).
    fn nicer_by(self) -> i32 {
        match self {
            Role::Capture => 0,
            Role::Encode => 5,
            Role::History | Role::Notify => 10,
            Role::Analytics => 19,
        }
    }
}

/// Starts a thread with a name for `top` and `gdb`, at its role's priority.
///
/// # Errors
/// Where the system has no thread left.
pub fn spawn<T: Send + 'static>(
    role: Role,
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<thread::JoinHandle<T>> {
    thread::Builder::new().name(name.to_owned()).spawn(move || {
        // On Linux the value is a thread's own although the call says process. A system that refuses costs
        // urgency, not function.
        if let Err(error) = yield_to_the_urgent(role) {
            log::debug!("priority of {role:?} stays as it was: {error}");
        }
        work()
    })
}

fn yield_to_the_urgent(role: Role) -> rustix::io::Result<()> {
    use rustix::process::{getpriority_process, setpriority_process};
    if role.nicer_by() == 0 {
        return Ok(());
    }
    let thread = Some(rustix::thread::gettid());
    setpriority_process(thread, (getpriority_process(thread)? + role.nicer_by()).min(19))
}
