//! Models that get their share of a machine that is busy with something else.
//!
//! The product lets its models go behind everything, so on a machine whose cores are all taken by other
//! programs they all but stand still, and no test that waits for a result can tell that from a fault. Where
//! the system allows it, the models' threads of this process are raised to what an encoder has.

use std::{fs, sync::Once, thread, time::Duration};

use rustix::{
    process::{Pid, getpriority_process, setpriority_process},
    thread::gettid,
};

/// Time between two looks for new threads.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Nice value of an encoder's thread, as `tools::threads` has it.
const NICE: i32 = 5;

/// What the names of models' threads begin with.
const MODELS: [&str; 2] = ["crowd-", "detect-"];

/// Raises models' threads from now on, those that come later too.
pub fn raise_models() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        thread::spawn(|| {
            // Without the right to, nothing is to be done.
            while may_raise() {
                raise();
                thread::sleep(LOOK_EVERY);
            }
        });
    });
}

/// Whether this thread may become more urgent again once it is less so.
fn may_raise() -> bool {
    let own = Some(gettid());
    let before = getpriority_process(own).unwrap_or(0);
    setpriority_process(own, before + 1).is_ok() && setpriority_process(own, before).is_ok()
}

fn raise() {
    let Ok(threads) = fs::read_dir("/proc/self/task") else { return };
    for thread in threads.flatten() {
        let name = fs::read_to_string(thread.path().join("comm")).unwrap_or_default();
        let id = thread.file_name().to_str().and_then(|id| id.parse().ok()).and_then(Pid::from_raw);
        if MODELS.iter().any(|model| name.starts_with(model)) {
            // One that has ended needs nothing.
            let _ = setpriority_process(id, NICE);
        }
    }
}
