//! What the whole-server tests stand on: a server to start, clients to watch it with, real media servers, and waiting.
//!
//! Nothing here judges the product, except that a client refuses what no viewer may ever get: a broken JPEG, a frame number that
//! does not rise.

pub mod http;
pub mod media;
pub mod metrics;
pub mod program;
pub mod server;
pub mod viewer;
pub mod wait;

use std::{fs::OpenOptions, io::Write};

/// The small scene most tests watch: little work for the machine, and still a picture that changes.
pub const SCENE: &str = "synthetic:people=5,vehicles=1,seed=1";

/// Says that a test did not run, and why; also in the file that `STEADYCAST_SKIPPED` names, which `make test` shows at its end.
pub fn skip(test: &str, reason: &str) {
    eprintln!("skipped {test}: {reason}");
    let Some(path) = std::env::var_os("STEADYCAST_SKIPPED") else { return };
    let mut file = OpenOptions::new().create(true).append(true).open(path).expect("STEADYCAST_SKIPPED names a file to append to");
    writeln!(file, "{test}: {reason}").expect("the list of skipped tests takes a line");
}
