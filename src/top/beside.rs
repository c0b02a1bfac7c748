//! The screen of a server that shows its own cameras: drawn by a thread beside it, and given back with it.

use std::{
    io::{self, IsTerminal, stdout},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
};

use tokio::sync::oneshot;

use super::{run::run, target::Target};
use crate::tools::threads::{Role, spawn};

/// A screen that is shown while a server serves.
pub struct Beside {
    /// Tells the thread that the server ends.
    is_over: Arc<AtomicBool>,
    showing: JoinHandle<io::Result<()>>,
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
        let ends = Arc::clone(&is_over);
        let showing = spawn(Role::Notify, "screen", move || {
            let shown = run(target, &ends);
            // The server may have ended first.
            let _ = closed.send(());
            shown
        })?;
        Ok((Beside { is_over, showing }, is_closed))
    }

    /// Gives the terminal back.
    ///
    /// # Errors
    /// What went wrong with it.
    pub fn end(self) -> io::Result<()> {
        self.is_over.store(true, Ordering::Relaxed);
        self.showing.join().unwrap_or_else(|_| Err(io::Error::other("the screen met a fault")))
    }
}
