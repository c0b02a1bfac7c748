//! What the writer and those who read share: where the database is, how it fares, which one it is, and what
//! of the news it lacks.

use std::{
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
};

use tokio::sync::watch;

use super::state::HistoryState;

/// What the writer and those who read share.
pub struct Shared {
    path: PathBuf,
    /// How history fares.
    state: watch::Sender<HistoryState>,
    /// Raised with each database that is opened: connections to others are of no use any more.
    generation: AtomicU64,
    /// True once a reader has found the file damaged, until the writer has looked.
    suspect: AtomicBool,
    stopping: AtomicBool,
    /// Number of the newest event that is, or may be, in no database; 0 of none.
    lost: AtomicU64,
}

impl Shared {
    /// A database that is not open yet.
    pub fn new(path: PathBuf) -> Self {
        let [generation, lost] = [0, 0].map(AtomicU64::new);
        let [suspect, stopping] = [false, false].map(AtomicBool::new);
        Shared { path, state: watch::Sender::new(HistoryState::Opening), generation, suspect, stopping, lost }
    }

    /// The database's file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How history fares.
    pub fn state(&self) -> HistoryState {
        self.state.borrow().clone()
    }

    /// Waits until the database was opened, or was found not to open.
    pub async fn tried(&self) {
        let mut state = self.state.subscribe();
        // The other end lives as long as what is waited with.
        let _ = state.wait_for(|state| *state != HistoryState::Opening).await;
    }

    /// Notes how history fares; returns what was noted before.
    pub fn set_state(&self, state: HistoryState) -> HistoryState {
        self.state.send_replace(state)
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

    /// Notes that the event of that number is in no database, or may be in none.
    pub fn lose(&self, number: u64) {
        self.lost.fetch_max(number, Ordering::Relaxed);
    }

    /// Number of the newest event that is, or may be, in no database; 0 of none.
    pub fn newest_lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
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
