//! Threads by role: their names and how urgent the system should find them.
//!
//! What the threads do belongs to their stages.

use std::{io, thread};

/// What a thread is for, most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Pulls pictures on time. Runs at the process's own priority, because only root may go above it.
    Capture,
    /// Compresses pictures: below capture, so that a frame's deadline is met while the last one is still being compressed.
    Encode,
}

impl Role {
    /// Nice value (Linux: per thread, -20 most to 19 least urgent), relative to nothing: the process starts at 0.
    fn nice(self) -> i32 {
        match self {
            Role::Capture => 0,
            Role::Encode => 5,
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
        // On Linux the value is a thread's own although the call says process. A system that refuses costs urgency, not function.
        if role.nice() != 0
            && let Err(error) = rustix::process::setpriority_process(Some(rustix::thread::gettid()), role.nice())
        {
            log::debug!("priority of {role:?} stays as it was: {error}");
        }
        work()
    })
}
