//! What the writer and those who read share: where the database is, how it fares, which one it is.

use std::{
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
};

use parking_lot::Mutex;

use super::state::HistoryState;

/// What the writer and those who read share.
pub struct Shared {
    path: PathBuf,
    /// Guards how history fares; held to exchange or to copy it.
    state: Mutex<HistoryState>,
    /// Raised with each database that is opened: connections to others are of no use any more.
    generation: AtomicU64,
    /// True once a reader has found the file damaged, until the writer has looked.
    suspect: AtomicBool,
    stopping: AtomicBool,
}

impl Shared {
    /// A database that is not open yet.
    pub fn new(path: PathBuf) -> Self {
        let (state, generation) = (Mutex::new(HistoryState::Opening), AtomicU64::new(0));
        Shared { path, state, generation, suspect: AtomicBool::new(false), stopping: AtomicBool::new(false) }
    }

    /// The database's file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How history fares.
    pub fn state(&self) -> HistoryState {
        self.state.lock().clone()
    }

    /// Notes how history fares; returns what was noted before.
    pub fn set_state(&self, state: HistoryState) -> HistoryState {
        std::mem::replace(&mut *self.state.lock(), state)
    }

    /// Which of the databases that were opened the present one is.
    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    /// Notes that another database is open.
    pub fn renew(&self) {
        self.generation.fetch_add(1, Ordering::Release);
    }

    /// Has the writer look whether the file is damaged.
    pub fn suspect(&self) {
        self.suspect.store(true, Ordering::Relaxed);
    }

    /// Tells whether the writer should look, once.
    pub fn take_suspicion(&self) -> bool {
        self.suspect.swap(false, Ordering::Relaxed)
    }

    /// Has the writer end after its next write.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    /// Tells whether the writer is to end.
    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }
}
