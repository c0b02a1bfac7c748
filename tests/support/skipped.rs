//! Tests that did not run: a name and a reason in, a line for whoever ran them out.

use std::{fs::OpenOptions, io::Write};

/// Says that a test did not run, and why; also in the file that `STEADYCAST_SKIPPED` names, which `make test`
/// shows at its end.
pub fn skip(test: &str, reason: &str) {
    eprintln!("skipped {test}: {reason}");
    let Some(path) = std::env::var_os("STEADYCAST_SKIPPED") else { return };
    let mut file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .expect("STEADYCAST_SKIPPED names a file to append to");
    writeln!(file, "{test}: {reason}").expect("the list of skipped tests takes a line");
}
