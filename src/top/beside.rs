//! The screen of a server that shows its own cameras: drawn by a thread beside it, and given back with it.

use std::{
    io::{self, IsTerminal, stdout},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, RecvTimeoutError, channel},
    },
    time::Duration,
};

use tokio::sync::oneshot;

use super::{run::run_beside, target::Target};
use crate::tools::threads::{Role, spawn};

/// Longest time that the end of a server waits for its screen: a terminal that takes nothing blocks whoever
/// draws on it.
const GIVES_BACK_WITHIN: Duration = Duration::from_secs(2);

/// A screen that is shown while a server serves.
pub struct Beside {
    /// Tells the thread that the server ends.
    is_over: Arc<AtomicBool>,
    shown: Receiver<io::Result<()>>,
}

impl Beside {
    /// Takes the terminal over and shows how the cameras of a server fare; what is returned besides is done
    /// once somebody has closed the screen.
    ///
    /// # Errors
    /// Where there is no terminal, or no thread.
    pub fn start(target: Target) -> io::Result<(Self, oneshot::Receiver<()>)> {
        if !stdout().is_terminal() {
            return Err(io::Error::other("--tui needs a terminal"));
        }
        let (is_over, (closed, is_closed)) = (Arc::new(AtomicBool::new(false)), oneshot::channel());
        let ((show, shown), ends) = (channel(), Arc::clone(&is_over));
        spawn(Role::Notify, "screen", move || {
            // Goes with the thread, however that ends.
            let _closed = closed;
            // The server may have ended first.
            let _ = show.send(run_beside(target, &ends));
        })?;
        Ok((Beside { is_over, shown }, is_closed))
    }

    /// Has the terminal given back.
    ///
    /// # Errors
    /// What went wrong with it.
    pub fn end(self) -> io::Result<()> {
        self.is_over.store(true, Ordering::Relaxed);
        self.shown.recv_timeout(GIVES_BACK_WITHIN).unwrap_or_else(|ended| {
            Err(io::Error::other(match ended {
                RecvTimeoutError::Timeout => "the terminal takes nothing; `reset` gives it back",
                RecvTimeoutError::Disconnected => "the screen met a fault",
            }))
        })
    }
}
