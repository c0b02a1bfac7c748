//! How far a download is, on the terminal of whoever waits for it; nothing where nobody looks.

use std::{
    io::{IsTerminal, Write, stderr},
    time::{Duration, Instant},
};

/// Time between two lines of progress.
const EVERY: Duration = Duration::from_millis(100);

/// A line that is written over and over.
pub(super) struct Progress {
    bytes: u64,
    is_seen: bool,
    written: Option<Instant>,
}

impl Progress {
    /// Progress towards so many bytes.
    pub fn towards(bytes: u64) -> Progress {
        Progress { bytes, is_seen: stderr().is_terminal(), written: None }
    }

    /// Shows that there are `have` bytes; not each time, so that the terminal is no brake.
    pub fn show(&mut self, have: u64) {
        let now = Instant::now();
        let is_due = self.written.is_none_or(|at| now.saturating_duration_since(at) >= EVERY);
        if self.is_seen && (is_due || have >= self.bytes) {
            self.written = Some(now);
            // A terminal that is gone shows nothing.
            let _ = write!(stderr(), "\r{}", line(have, self.bytes));
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.written.is_some() {
            let _ = writeln!(stderr());
        }
    }
}

/// The line, of the same width throughout.
fn line(have: u64, bytes: u64) -> String {
    let percent = (have * 100).checked_div(bytes).unwrap_or(100);
    format!("{:>6.1} of {:.1} MB, {percent:>3} %", megabytes(have), megabytes(bytes))
}

/// Bytes as megabytes.
pub(super) fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_how_much_of_how_much() {
        assert_eq!(line(1_200_000, 3_659_407), "   1.2 of 3.7 MB,  32 %");
        assert_eq!(line(3_659_407, 3_659_407), "   3.7 of 3.7 MB, 100 %");
    }
}
