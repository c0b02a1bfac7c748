//! The look at an uploaded file that a child process takes: with little memory and time, and at nobody's
//! cost.
//!
//! In goes a file, out come a report or a reason as one JSON object. What is believed of it is `check`'s.

use std::{ffi::CString, io, path::PathBuf, time::Duration};

use rustix::{
    process::{Resource, Rlimit, Signal, getrlimit, set_parent_process_death_signal, setrlimit},
    thread::set_name,
};
use serde_json::Value;

use super::check::COMMAND;
use crate::{
    probe::{FirstPicture, Probe, failure_json},
    source::{Address, Reason, ReasonCode, Wish},
    tools::threads::Role,
};

/// Memory that the process may map besides what its libraries took when they were loaded: a decoder's
/// pictures of 8192x4320 in 10 bits, 106 MB each, and its threads.
const MOST_MEMORY: u64 = 3 << 30;

/// CPU time after which the process is told to end, and after which it is ended, seconds: its decoder may
/// have several threads.
const MOST_CPU_S: (u64, u64) = (20, 22);

/// Most files that the process may have open: the video, and what libraries read when they start.
const MOST_FILES: u64 = 64;

/// How long pictures are decoded once the file is open.
const LOOK_FOR: Duration = Duration::from_secs(2);

/// Time within which all of it must be done, on a machine that is busy; less than `check` waits.
const WITHIN: Duration = Duration::from_secs(50);

/// What a source is asked for; a file takes none of it.
const WISH: Wish = Wish { fps: 34.0, size: (1280, 720), file_fps: None, snapshot_fps: 1.0 };

/// Lays limits on this process and looks at a file, for a process that does nothing else.
pub fn look(file: PathBuf) -> Value {
    let address = Address::Upload(file);
    let source = address.to_string();
    if let Err(error) = confine() {
        let text = format!("the process that looks at uploads has no limits: {error}");
        return failure_json(&source, &Reason::new(ReasonCode::Internal, text));
    }
    let probe =
        Probe { address, wish: WISH, look_for: LOOK_FOR, within: WITHIN, picture: FirstPicture::Dropped };
    probe.run(Role::Capture, ()).map_or_else(|reason| failure_json(&source, &reason), |report| report.json())
}

/// Lays limits on this process, which goes by the name of its command in lists of processes.
fn confine() -> io::Result<()> {
    // The system would name it after the link by which it was started.
    let _ = CString::new(COMMAND).map(|name| set_name(&name));
    // A server that is killed leaves no decoder behind.
    set_parent_process_death_signal(Some(Signal::KILL))?;
    let memory = MOST_MEMORY + mapped()?;
    let limits = [
        (Resource::As, memory, memory),
        (Resource::Cpu, MOST_CPU_S.0, MOST_CPU_S.1),
        (Resource::Nofile, MOST_FILES, MOST_FILES),
        // It writes no file, and leaves no core behind.
        (Resource::Fsize, 0, 0),
        (Resource::Core, 0, 0),
    ];
    for (resource, current, maximum) in limits {
        // Only root may raise what whoever started us has bounded already.
        let most = getrlimit(resource).maximum.unwrap_or(u64::MAX);
        setrlimit(resource, Rlimit { current: Some(current.min(most)), maximum: Some(maximum.min(most)) })?;
    }
    Ok(())
}

/// Bytes that this process has mapped (`VmSize` of proc(5)).
fn mapped() -> io::Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let size = status.lines().find_map(|line| line.strip_prefix("VmSize:"));
    let kib = size.and_then(|size| size.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    let kib = kib.ok_or_else(|| io::Error::other("/proc/self/status does not look as expected"))?;
    Ok(kib.saturating_mul(1024))
}
