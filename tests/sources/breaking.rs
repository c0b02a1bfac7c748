//! A source that breaks in a new way every few seconds: the program lives, takes no more than at first, and
//! shows each good picture.

use std::time::{Duration, Instant};

use serde::Deserialize;

use crate::{
    WORKSHOP,
    daemon::{self, Daemon},
    faults::Faults,
    is_long,
    pool::{self, Job},
    row::filled,
    support::{
        program::Program,
        skip,
        viewer::{Heard, Viewer},
    },
    turns,
    workshop::lacking_for_all,
};

/// How long one way of being broken lasts.
const BROKEN_FOR: Duration = Duration::from_millis(2500);

/// How long the source is good before the next one.
const GOOD_FOR: Duration = Duration::from_millis(2500);

/// Time within which a good source must be shown again. In a long run, which has the machine for itself, one
/// time in [`LATE_ONCE_IN`] may take longer, but never [`TOO_LATE`]; a short run has others beside it, and
/// only the latter holds.
pub const RECOVERS_WITHIN: Duration = Duration::from_secs(2);
/// Time within which a good source must be shown again each time.
pub const TOO_LATE: Duration = Duration::from_secs(6);
/// Number of times of which one may take longer than [`RECOVERS_WITHIN`].
pub const LATE_ONCE_IN: usize = 20;

/// Time after which nobody waits any longer for a good source, so that the run ends.
pub const GIVEN_UP_AFTER: Duration = Duration::from_secs(20);

/// How long it goes on by default, and in a long run; `STEADYCAST_SOAK_SECONDS` says otherwise.
const SHORT: u64 = 40;
const LONG: u64 = 30 * 60;

/// What may be added from the first good times to the last: memory in KiB, threads, handles.
const MORE: [u64; 3] = [24 << 10, 3, 4];

/// Ways to break a source of one kind.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ways {
    /// `http` or `rtsp`.
    scheme: String,
    /// What the source is called.
    address: String,
    /// The camera's shell line while it is good.
    good: String,
    /// Files that the lines use.
    files: Vec<String>,
    /// The camera's shell lines while it is broken.
    bad: Vec<String>,
}

/// What the program takes in a good time: memory in KiB, threads, handles.
type Taken = [u64; 3];

fn ways(scheme: &str) -> Ways {
    #[derive(Deserialize)]
    struct All {
        way: Vec<Ways>,
    }
    let all: All = toml::from_str(include_str!("breaking.toml"))
        .unwrap_or_else(|error| panic!("breaking.toml: {error}"));
    all.way.into_iter().find(|ways| ways.scheme == scheme).expect("the file has both schemes")
}

fn lasts() -> Duration {
    let told = std::env::var("STEADYCAST_SOAK_SECONDS").ok();
    let told = told.map(|seconds| seconds.parse().expect("STEADYCAST_SOAK_SECONDS is a number"));
    Duration::from_secs(told.unwrap_or(if is_long() { LONG } else { SHORT }))
}

#[test]
fn a_camera_that_breaks_in_a_new_way_each_time_costs_nothing_but_pictures() {
    let name = "a_camera_that_breaks_in_a_new_way_each_time_costs_nothing_but_pictures";
    if let Some(reason) = lacking_for_all() {
        return skip(name, &reason);
    }
    let _others = turns::mostly_waits();
    let jobs = ["http", "rtsp"].map(|scheme| {
        let check = move || {
            breaks(&ways(scheme));
            Faults::default()
        };
        Job { name: scheme.to_owned(), check: Box::new(check) }
    });
    pool::run("breaking cameras", &jobs, jobs.len());
}

fn breaks(ways: &Ways) {
    for file in &ways.files {
        WORKSHOP.make(file);
    }
    let port = daemon::port();
    let program = Program::start(&["--source", &filled(&ways.address, WORKSHOP.folder(), port)]);
    let mut viewer = Viewer::open(program.address, "/websocket/60?analytics=off");
    let (began, mut taken, mut late) = (Instant::now(), Vec::<Taken>::new(), Vec::new());
    for (round, bad) in ways.bad.iter().cycle().enumerate() {
        // A short run does not get through all of them; each run of the two begins with the first.
        let what = format!("round {round}");
        let broken = (!bad.is_empty()).then(|| Daemon::start(bad, WORKSHOP.folder(), port));
        look_on(&mut viewer, &program, &what, BROKEN_FOR, |_| false);
        drop(broken);
        let mut camera = Daemon::start(&ways.good, WORKSHOP.folder(), port);
        camera.until_listening();
        let good = Instant::now();
        let shown = look_on(&mut viewer, &program, &what, GIVEN_UP_AFTER, |size| size == (320, 180));
        assert!(shown, "{what}: no picture {GIVEN_UP_AFTER:?} after {bad:?}: {}", program.log());
        let took = good.elapsed();
        assert!(took < TOO_LATE, "{what}: a good camera is shown after {took:?} only, after {bad:?}");
        if took > RECOVERS_WITHIN {
            late.push(format!("{:.1} s after {bad:?}", took.as_secs_f64()));
        }
        look_on(&mut viewer, &program, &what, GOOD_FOR, |_| false);
        taken.push([program.memory_kib(), program.threads(), program.handles()]);
        if began.elapsed() > lasts() {
            break;
        }
    }
    stays_flat(&taken, ways.bad.len());
    let some = taken.len().div_ceil(LATE_ONCE_IN);
    assert!(
        late.len() <= some || !is_long(),
        "{} of {} times a good camera is shown late: {}",
        late.len(),
        taken.len(),
        late.join(", ")
    );
}

/// Takes what comes for that time, or until a picture's size fits; true then. Panics with `what` where the
/// server ends it, or where a JPEG is not whole.
pub fn look_on(
    viewer: &mut Viewer,
    program: &Program,
    what: &str,
    time: Duration,
    fits: impl Fn((usize, usize)) -> bool,
) -> bool {
    let end = Instant::now() + time;
    while Instant::now() < end {
        match viewer.next_within(Duration::from_millis(20)) {
            Some(Heard::Frame(frame)) if !frame.comment.slate => {
                let header = turbojpeg::read_header(&frame.jpeg)
                    .unwrap_or_else(|error| panic!("{what}: a JPEG is not whole: {error}"));
                if fits((header.width, header.height)) {
                    return true;
                }
            }
            Some(Heard::Close(code, reason)) => panic!("{what}: closed with {code} {reason}"),
            Some(Heard::Gone) => panic!("{what}: the server is gone: {}", program.log()),
            _ => {}
        }
    }
    false
}

/// Checks that what is taken does not grow, once each way has been gone through twice.
fn stays_flat(taken: &[Taken], ways: usize) {
    let Some(known) = taken.get(ways..).filter(|known| known.len() >= ways) else { return };
    let median = |part: &[Taken], which: usize| {
        let mut values: Vec<u64> = part.iter().map(|taken| taken[which]).collect();
        values.sort_unstable();
        values[values.len() / 2]
    };
    let part = known.len().div_ceil(4);
    let (first, last) = (&known[..part], &known[known.len() - part..]);
    for (which, what) in ["KiB of memory", "threads", "handles"].iter().enumerate() {
        let (before, after) = (median(first, which), median(last, which));
        assert!(after <= before + MORE[which], "{after} {what} at the end, {before} at the beginning");
    }
}
