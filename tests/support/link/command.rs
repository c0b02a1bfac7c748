//! Running the system's tools: a line in, nothing or the tool's own complaint out.

use std::process::{Command, Stdio};

/// Runs `line`, a program and its arguments between spaces.
///
/// # Errors
/// The line and what the program said, or that there is no such program.
pub fn run(line: &str) -> Result<(), String> {
    let mut words = line.split_whitespace();
    let mut command = Command::new(words.next().unwrap_or_default());
    let output =
        command.args(words).stdin(Stdio::null()).output().map_err(|error| format!("{line}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{line}: {}", String::from_utf8_lossy(&output.stderr).trim()))
}
