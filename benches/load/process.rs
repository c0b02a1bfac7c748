//! What a process and the machine cost: CPU seconds and resident memory, read from `/proc`, and this
//! process's own file limit.
//!
//! In: a process id. Out: numbers with units. Not here: percentages and tables (`report.rs`). Linux only.

use std::fs;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Ticks a second, in which `/proc/<pid>/stat` counts `utime` and `stime`; Linux shows user space 100 on
/// every architecture in use.
const TICKS_PER_SECOND: f64 = 100.0;
/// Beginning of the names of the server's threads that read sources.
const READING: &str = "read-";
/// Most files that are open besides the viewers' sockets: runtime, standard streams, `/proc`.
const SPARE_FILES: u64 = 64;

#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    #[error("process {pid} cannot be read ({source}): is it still running?")]
    Gone { pid: u32, source: std::io::Error },
    #[error("/proc/{0}/{1} does not look as expected")]
    Format(u32, &'static str),
    #[error("/proc/stat cannot be read")]
    Machine,
    #[error(
        "{viewers} viewers need {needed} open files, but the hard limit is {hard}: \
         raise it (`ulimit -Hn`, LimitNOFILE) or take fewer"
    )]
    Files { viewers: usize, needed: u64, hard: u64 },
    #[error("the limit of open files cannot be raised from {soft} to {needed}: {source}")]
    Raise { soft: u64, needed: u64, source: std::io::Error },
}

/// A process at one moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Usage {
    /// CPU seconds since the process started, all threads, user and system.
    pub cpu_seconds: f64,
    /// Resident memory in bytes.
    pub rss_bytes: u64,
}

/// Reads what process `pid` has used so far, without its children.
pub fn usage(pid: u32) -> Result<Usage, ProcessError> {
    let read = |name: &str| {
        fs::read_to_string(format!("/proc/{pid}/{name}")).map_err(|source| ProcessError::Gone { pid, source })
    };
    let cpu_seconds = parse_stat(&read("stat")?).ok_or(ProcessError::Format(pid, "stat"))?;
    let rss_bytes = parse_rss(&read("status")?).ok_or(ProcessError::Format(pid, "status"))?;
    Ok(Usage { cpu_seconds, rss_bytes })
}

/// Reads the CPU seconds that threads which read sources have used so far in the server's process `pid`.
pub fn reading_seconds(pid: u32) -> Result<f64, ProcessError> {
    let gone = |source| ProcessError::Gone { pid, source };
    let mut reading = 0.0;
    for thread in fs::read_dir(format!("/proc/{pid}/task")).map_err(gone)? {
        let thread = thread.map_err(gone)?.path();
        // One that has just ended has no files any more.
        let Ok(name) = fs::read_to_string(thread.join("comm")) else { continue };
        if name.starts_with(READING) {
            let Ok(used) = fs::read_to_string(thread.join("schedstat")) else { continue };
            reading += parse_schedstat(&used).ok_or(ProcessError::Format(pid, "task/*/schedstat"))?;
        }
    }
    Ok(reading)
}

/// Reads the CPU seconds in the text of `/proc/<pid>/task/<tid>/schedstat`: its first field, in nanoseconds.
fn parse_schedstat(schedstat: &str) -> Option<f64> {
    schedstat.split_whitespace().next()?.parse::<u64>().ok().map(|ns| ns as f64 / 1e9)
}

/// Returns the CPU seconds since the start in which the machine's cores were not idle, time stolen by its
/// host included.
pub fn machine_busy_seconds() -> Result<f64, ProcessError> {
    fs::read_to_string("/proc/stat").ok().and_then(|stat| parse_busy(&stat)).ok_or(ProcessError::Machine)
}

/// Reads the first line of `/proc/stat`: user nice system idle iowait irq softirq steal, and guest, which
/// user already holds.
fn parse_busy(stat: &str) -> Option<f64> {
    let fields = stat.lines().next()?.strip_prefix("cpu ")?.split_whitespace().take(8);
    let ticks = fields.map(|field| field.parse().ok()).collect::<Option<Vec<u64>>>()?;
    let [user, nice, system, _idle, _iowait, irq, softirq, steal] = ticks[..] else { return None };
    Some((user + nice + system + irq + softirq + steal) as f64 / TICKS_PER_SECOND)
}

/// Reads the CPU seconds in the text of `/proc/<pid>/stat`: fields 14 and 15, counted behind the name, which
/// may hold anything.
fn parse_stat(stat: &str) -> Option<f64> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut ticks = fields.split_whitespace().skip(11).map(|field| field.parse::<u64>().ok());
    Some((ticks.next()?? + ticks.next()??) as f64 / TICKS_PER_SECOND)
}

/// Reads the bytes in the line `VmRSS:  1234 kB` of `/proc/<pid>/status`.
fn parse_rss(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? * 1024)
}

/// Raises this process's soft limit of open files so that `viewers` sockets fit.
pub fn allow_viewers(viewers: usize) -> Result<(), ProcessError> {
    let needed = viewers as u64 + SPARE_FILES;
    let limit = getrlimit(Resource::Nofile);
    // `None` means unlimited.
    let Some(soft) = limit.current.filter(|&soft| soft < needed) else { return Ok(()) };
    if let Some(hard) = limit.maximum.filter(|&hard| hard < needed) {
        return Err(ProcessError::Files { viewers, needed, hard });
    }
    let raised = Rlimit { current: Some(limit.maximum.unwrap_or(needed)), maximum: limit.maximum };
    setrlimit(Resource::Nofile, raised).map_err(|source| ProcessError::Raise {
        soft,
        needed,
        source: source.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpu_time_is_found_behind_any_name() {
        let stat = "42 (a (very) odd name) S 1 42 42 0 -1 4194304 100 0 0 0 250 50 7 7 20 0 3 0 100 0 0";
        assert_eq!(parse_stat(stat), Some(3.0));
        assert_eq!(parse_stat("42 (cut) S 1 42"), None);
    }

    #[test]
    fn threads_that_read_are_told_by_their_names() {
        assert_eq!(parse_schedstat("1500000000 77 3\n"), Some(1.5));
        assert_eq!(parse_schedstat(""), None);
        let spin = || {
            let begin = std::time::Instant::now();
            while begin.elapsed().as_millis() < 20 {}
            reading_seconds(std::process::id()).expect("this process runs")
        };
        let reader = std::thread::Builder::new().name("read-main".to_owned()).spawn(spin).expect("starts");
        assert!(reader.join().expect("does not panic") > 0.0);
        assert_eq!(spin(), 0.0);
    }

    #[test]
    fn the_machine_is_busy_with_all_but_idling_and_waiting() {
        assert_eq!(parse_busy("cpu  100 10 50 9999 8888 5 20 15 77 0\ncpu0 1 1 1\n"), Some(2.0));
        assert_eq!(parse_busy("cpu  100 10"), None);
        assert!(machine_busy_seconds().expect("Linux has /proc/stat") > 0.0);
    }

    #[test]
    fn resident_memory_is_read_in_bytes() {
        assert_eq!(parse_rss("Name:\tx\nVmHWM:\t  9 kB\nVmRSS:\t  2048 kB\n"), Some(2 << 20));
        assert_eq!(parse_rss("Name:\tzombie\n"), None);
    }

    #[test]
    fn this_process_can_be_read_and_a_missing_one_is_named() {
        assert!(usage(std::process::id()).expect("this process runs").rss_bytes > 100_000);
        assert!(usage(u32::MAX).expect_err("no such process").to_string().contains("4294967295"));
    }

    #[test]
    fn an_impossible_number_of_viewers_is_refused_with_the_limit() {
        if getrlimit(Resource::Nofile).maximum.is_some() {
            let message = allow_viewers(1 << 40).expect_err("no machine opens that many").to_string();
            assert!(message.contains("hard limit"), "{message}");
        }
        assert!(allow_viewers(1).is_ok());
    }
}
