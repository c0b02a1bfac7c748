//! The processor, the libraries, and how many files may be open.

use std::thread::available_parallelism;

use rustix::process::{Resource, getrlimit};

use super::finding::{Finding, Grade};
use crate::source;

/// Open files of a viewer: its socket, and the one by which it is woken.
const FILES_OF_A_VIEWER: u64 = 2;

/// Cores, and whether they calculate as fast as the program can.
pub fn processor() -> Finding {
    let cores = available_parallelism().map_or(1, usize::from);
    let words = format!("{cores} cores");
    #[cfg(target_arch = "x86_64")]
    if !is_x86_feature_detected!("avx2") {
        return Finding::of(
            Grade::Doubtful,
            "processor",
            format!("{words}, without AVX2: pictures and models take several times as long"),
            "give the virtual machine the processor of its host (cpu: host)",
        );
    }
    Finding::good("processor", words)
}

/// What reads streams and files.
pub fn libraries() -> Finding {
    Finding::good("libraries", source::libraries())
}

/// How many files may be open, of which each viewer takes two.
pub fn files(connections: u64) -> Finding {
    let most = getrlimit(Resource::Nofile).maximum;
    let viewers = most.map_or(connections, |most| most / FILES_OF_A_VIEWER);
    if viewers >= connections {
        return Finding::good("open files", format!("room for {connections} connections"));
    }
    Finding::of(
        Grade::Doubtful,
        "open files",
        format!("room for about {viewers} viewers, where up to {connections} connections are allowed"),
        "ulimit -Hn 65536 as root before the start, or LimitNOFILE=65536 in the unit of systemd",
    )
}
