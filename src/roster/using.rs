//! Files that cameras have as their source, and somebody wants to delete.
//!
//! In go a file and what takes it away, out comes what that came to. By which paths a camera has a file is
//! found out in `having`.

use std::path::Path;

use super::{Roster, described::Turn, having::having};

impl Roster {
    /// Does something for which no camera may have that file as its source meanwhile. Otherwise the names of
    /// those that have it, by whatever path, also where they are switched off.
    ///
    /// # Errors
    /// The names of the cameras.
    pub fn unless_used<T>(&self, file: &Path, work: impl FnOnce() -> T) -> Result<T, Vec<String>> {
        let (_turn, names) = self.using(file);
        if names.is_empty() { Ok(work()) } else { Err(names) }
    }

    /// Takes that file away by `work`, whoever has it as their source: the cameras that play it end at once.
    ///
    /// # Errors
    /// Why it is not taken away; the cameras go on then.
    pub fn by_force<T, E>(&self, file: &Path, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let (_turn, names) = self.using(file);
        let done = work()?;
        names.iter().for_each(|name| self.running.give_up_file(name));
        Ok(done)
    }

    /// The names of the cameras that have that file as their source, and a turn in which they stay these.
    fn using(&self, file: &Path) -> (Turn<'_>, Vec<String>) {
        having(file, || {
            // The cameras file may name it since a moment ago; one that is wrong is not taken over.
            let turn = self.begin().unwrap_or_else(|_| self.turn());
            (turn, self.running.file_sources())
        })
    }
}
