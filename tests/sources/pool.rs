//! Rows run a few at a time; what is wrong with each is told at the end, all at once.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use crate::faults::Faults;

/// A thing to check: its name, and a check that can be made more than once.
pub struct Job<'a> {
    /// What a failure is told of.
    pub name: String,
    /// Finds faults.
    pub check: Box<dyn Fn() -> Faults + Send + Sync + 'a>,
}

/// Runs `jobs`, `at_once` at a time; panics with the faults of all. What was late only is tried again alone.
pub fn run(what: &str, jobs: &[Job], at_once: usize) {
    let next = AtomicUsize::new(0);
    // Guards what was found; held to add to it.
    let found: Mutex<Vec<(usize, Faults, Duration)>> = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..at_once {
            scope.spawn(|| {
                while let Some((n, job)) =
                    Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|n| Some((n, jobs.get(n)?)))
                {
                    let began = Instant::now();
                    let faults = checked(job);
                    found.lock().expect("no check panics with it").push((n, faults, began.elapsed()));
                }
            });
        }
    });
    let mut found = found.into_inner().expect("no check panics with it");
    found.sort_by_key(|(n, ..)| *n);
    if std::env::var_os("STEADYCAST_TIMES").is_some() {
        for (n, _, took) in &found {
            eprintln!("{:6.2} s  {}", took.as_secs_f64(), jobs[*n].name);
        }
    }
    let lasting = found
        .into_iter()
        .map(|(n, faults, _)| (n, if faults.may_be_late_only() { checked(&jobs[n]) } else { faults }));
    let texts = lasting.filter_map(|(n, faults)| Some(format!("- {}: {}", jobs[n].name, faults.text()?)));
    let texts: Vec<String> = texts.collect();
    assert!(texts.is_empty(), "{} of {} {what} fail:\n{}\n", texts.len(), jobs.len(), texts.join("\n"));
}

fn checked(job: &Job) -> Faults {
    catch_unwind(AssertUnwindSafe(|| (job.check)())).unwrap_or_else(|cause| {
        let text = cause.downcast_ref::<String>().cloned();
        let text = text.or_else(|| cause.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        let mut faults = Faults::default();
        faults.add(Some(text.unwrap_or_else(|| "the check panics".to_owned())));
        faults
    })
}
