//! Cameras that come, change and go while others are watched, through the registry itself and over HTTP.

use std::{
    collections::BTreeSet,
    fs,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use steadycast::{
    analytics::AnalyticsSettings,
    cameras::Survey,
    capture::CaptureSettings,
    nouns::place::Line,
    registry::{CameraSettings, RegistryError},
    source::Wish,
};

use crate::support::{
    SCENE, http, is_long,
    media::data,
    metrics::Metrics,
    server::Server,
    skip,
    viewer::{Heard, Viewer},
    wait::{self, PATIENCE},
};

/// Viewers of a camera whose source is changed.
const VIEWERS: usize = 50;

/// Viewers of the camera that stays while others come and go.
const ONLOOKERS: usize = 30;

/// Times that a camera comes and goes; many more where what takes long is wanted.
const CYCLES: usize = 12;
const MANY_CYCLES: usize = 1000;

/// Frames in a row that an onlooker may miss while cameras come and go.
const LARGEST_GAP: u64 = 2;

/// Memory that may be left behind by the many cycles, KiB. What a few leave cannot be told from the
/// allocator's own ups and downs.
const LEFT_BEHIND_KIB: u64 = 2048;

/// Cycles before the first look: the allocator's arenas and caches fill meanwhile.
const WARM_UP: usize = 6;
const LONG_WARM_UP: usize = 200;

pub fn camera(name: &str, source: &str) -> CameraSettings {
    let wish = Wish { fps: 20.0, size: (320, 180), file_fps: None, snapshot_fps: 1.0 };
    let address = source.parse().expect("an address");
    CameraSettings {
        name: name.to_owned(),
        source: CaptureSettings { address, wish, frozen_after: None },
        on: true,
        survey: Survey::default(),
        analytics: None,
        rules: Vec::new(),
    }
}

/// Frames that a viewer got until the first of another size, and how long that took to come.
struct Changed {
    rising: bool,
    took: Duration,
}

fn until_size(mut viewer: Viewer, width: u32, since: Instant) -> Changed {
    let (mut last, mut rising) = (0, true);
    loop {
        match viewer.next() {
            Heard::Frame(frame) => {
                rising &= frame.comment.frame > last;
                last = frame.comment.frame;
                let picture = steadycast::jpeg::CameraJpeg::new(frame.jpeg.clone().into()).expect("a JPEG");
                if picture.size().0 == width as usize && !frame.comment.slate {
                    return Changed { rising, took: frame.at.saturating_duration_since(since) };
                }
            }
            Heard::Text(_) | Heard::Pong(_) => {}
            Heard::Close(code, reason) => panic!("closed with {code} {reason}"),
            Heard::Gone => panic!("the connection ended"),
        }
    }
}

#[test]
fn a_source_is_changed_while_fifty_watch_and_nobody_is_sent_away() {
    let clip = match data("plaza.avi") {
        Ok(clip) => clip,
        Err(reason) => return skip("a source changed while fifty watch", &reason),
    };
    let server = Server::scene(&[]);
    let mut viewers: Vec<Viewer> =
        (0..VIEWERS).map(|_| Viewer::open(server.address, "/websocket/60")).collect();
    let mut first = viewers.pop().expect("there are fifty");
    viewers.iter_mut().for_each(|viewer| drop(viewer.frame()));
    let told = first.text("hello");
    assert_eq!((&told["width"], &told["height"]), (&320.into(), &180.into()));
    let since = Instant::now();
    let watching: Vec<_> =
        viewers.into_iter().map(|viewer| thread::spawn(move || until_size(viewer, 1280, since))).collect();
    server.registry.change(camera("main", &clip.display().to_string())).expect("there is such a camera");
    let again = first.text_where("hello", PATIENCE, |hello| hello["width"] == 1280);
    assert_eq!(again["run"], told["run"]);
    let changed: Vec<Changed> =
        watching.into_iter().map(|thread| thread.join().expect("stays connected")).collect();
    assert!(changed.iter().all(|one| one.rising), "numbers rise");
    let slowest = changed.iter().map(|one| one.took).max().unwrap_or_default();
    eprintln!("the new picture came within {slowest:?}");
    let status = || http::get(server.address, "/api/status").json()["cameras"][0].clone();
    assert!(status()["source"].as_str().is_some_and(|source| source.ends_with("plaza.avi")));
    wait::until("who is left is the one who stays", PATIENCE, || {
        status()["viewers"] == VIEWERS - changed.len()
    });
}

#[test]
fn a_camera_is_switched_off_and_on_again_while_somebody_watches() {
    let server = Server::scene(&[]);
    let mut viewer = Viewer::open(server.address, "/websocket/60");
    let before = viewer.frame().comment.frame;
    let switch = |on| {
        let settings = CameraSettings { on, ..camera("main", SCENE) };
        server.registry.change(settings).expect("there is such a camera");
    };
    switch(false);
    let off = viewer.text_where("status", PATIENCE, |status| status["state"] == "stopped");
    assert_eq!(
        (&off["reason_code"], &off["reason"]),
        (&"stopped".into(), &"the camera was stopped by an operator".into())
    );
    let slate = wait::until_some("a slate comes", PATIENCE, || {
        Some(viewer.frame()).filter(|frame| frame.comment.slate)
    });
    assert!(slate.comment.frame > before);
    assert_eq!(http::get(server.address, "/api/ready").status, 200, "one that is off is as it should be");
    switch(true);
    viewer.text_where("status", PATIENCE, |status| status["state"] == "streaming");
    assert_eq!(http::get(server.address, "/api/ready").status, 200, "a camera that is on shows pictures");
    let picture = wait::until_some("pictures are back", PATIENCE, || {
        Some(viewer.frame()).filter(|frame| !frame.comment.slate)
    });
    assert!(picture.comment.frame > slate.comment.frame);
}

#[test]
fn other_lines_are_announced_by_another_hello() {
    let server = Server::scene(&[]);
    let mut viewer = Viewer::open(server.address, "/websocket/60");
    viewer.text("hello");
    let mut settings = camera("main", SCENE);
    let line = Line::new("gate", [0.1, 0.5], [0.9, 0.5]);
    settings.survey = Survey { lines: vec![line], ..Survey::default() };
    server.registry.change(settings).expect("there is such a camera");
    let hello = viewer.text_where("hello", PATIENCE, |hello| hello["lines"][0]["id"] == "gate");
    assert_eq!(hello["zones"], json!([]));
}

#[test]
fn a_second_camera_is_watched_by_its_name_and_its_removal_is_told() {
    let server = Server::scene(&[]);
    server.registry.add(camera("gate", SCENE)).expect("starts");
    let mut viewer = Viewer::open(server.address, "/websocket/gate/60");
    assert_eq!(viewer.text("hello")["camera"], "gate");
    assert_eq!(viewer.frame().comment.camera, "gate");
    let names = || {
        let status = http::get(server.address, "/api/status").json();
        let cameras = status["cameras"].as_array().cloned().unwrap_or_default();
        cameras
            .iter()
            .map(|camera| camera["camera"].as_str().unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(), ["gate", "main"]);
    server.registry.remove("gate").expect("there is such a camera");
    assert_eq!(viewer.closed(), (4404, "the camera was removed".to_owned()));
    assert_eq!(names(), ["main"]);
    let metrics = http::get(server.address, "/metrics").text();
    assert!(!metrics.contains("gate"), "{metrics}");
    assert_eq!(http::get(server.address, "/api/snapshot/gate").status, 404);
}

#[test]
fn a_camera_that_comes_back_goes_on_with_higher_numbers() {
    let server = Server::scene(&[]);
    let mut last = 0;
    for _ in 0..3 {
        server.registry.add(camera("gate", SCENE)).expect("starts");
        let mut viewer = Viewer::open(server.address, "/websocket/gate/60");
        let number = viewer.frame().comment.frame;
        assert!(number > last, "{number} after {last}");
        last = number;
        server.registry.remove("gate").expect("there is such a camera");
    }
}

#[test]
fn a_camera_whose_models_panic_while_it_is_added_leaves_nothing_behind_and_may_be_added_again() {
    let server = Server::scene(&[]);
    let mut onlooker = Viewer::open(server.address, "/websocket/60");
    let first = onlooker.frame().comment.frame;
    let add = |idle_fps| {
        let analytics = Some(AnalyticsSettings { idle_fps, ..AnalyticsSettings::without_models("brink") });
        server.registry.add(CameraSettings { analytics, ..camera("brink", SCENE) })
    };
    for _ in 0..3 {
        // No setting allows it: the time between two looks would be endless, which no `Duration` is.
        let refused = add(0.0).err().expect("its models cannot start");
        assert!(refused.to_string().contains("camera brink: a fault of this program"), "{refused}");
    }
    let threads = || {
        let tasks = fs::read_dir("/proc/self/task").expect("this is Linux").flatten();
        let names = tasks.filter_map(|task| fs::read_to_string(task.path().join("comm")).ok());
        names.filter(|name| name.contains("brink")).collect::<Vec<_>>()
    };
    wait::until("its threads are gone", PATIENCE, || threads().is_empty());
    let metrics = http::get(server.address, "/metrics").text();
    assert!(!metrics.contains("camera=\"brink\""), "{metrics}");
    assert_eq!(http::get(server.address, "/api/snapshot/brink").status, 404);
    assert!(server.registry.camera("brink").is_none());
    add(2.0).expect("nothing is in its way");
    Viewer::open(server.address, "/websocket/brink/60").frames(3);
    assert!(!threads().is_empty(), "its threads are known by its name");
    assert!(onlooker.frame().comment.frame > first, "who watched another camera goes on");
}

#[test]
fn names_that_are_taken_or_are_none_are_refused_with_what_to_do() {
    let server = Server::scene(&[]);
    let refused = |name: &str| server.registry.add(camera(name, SCENE)).err();
    assert!(matches!(refused("main"), Some(RegistryError::Known(_))));
    for name in ["", "Gate", "a b", "../x", &"x".repeat(33)] {
        assert!(refused(name).is_some_and(|error| error.to_string().contains("1 to 32 of a-z")), "{name:?}");
    }
    assert!(matches!(server.registry.remove("gate"), Err(RegistryError::Unknown(_))));
    let mut still = camera("gate", SCENE);
    still.source.wish.snapshot_fps = 0.0;
    assert!(matches!(server.registry.add(still), Err(RegistryError::Settings(_))));
    assert!(matches!(server.registry.change(camera("gate", SCENE)), Err(RegistryError::Unknown(_))));
}

/// What this process has: KiB of memory, threads, open files and sockets.
#[derive(Debug)]
struct Own {
    memory: u64,
    threads: u64,
    handles: u64,
}

impl Own {
    fn now() -> Own {
        let status = fs::read_to_string("/proc/self/status").expect("this is Linux");
        let number = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("Linux tells it");
            line.trim().trim_end_matches(" kB").parse().expect("a number")
        };
        let handles = fs::read_dir("/proc/self/fd").expect("this is Linux").count() as u64;
        Own { memory: number("VmRSS:"), threads: number("Threads:"), handles }
    }
}

/// Watches until it is told to stop; the largest gap in the numbers.
fn look_on(mut viewer: Viewer, stop: &AtomicBool) -> u64 {
    let (mut last, mut largest) = (viewer.frame().comment.frame, 0);
    while !stop.load(Ordering::Relaxed) {
        match viewer.next() {
            Heard::Frame(frame) => {
                largest = largest.max(frame.comment.frame - last - 1);
                last = frame.comment.frame;
            }
            Heard::Text(_) | Heard::Pong(_) => {}
            Heard::Close(..) | Heard::Gone => panic!("an onlooker stays"),
        }
    }
    largest
}

/// Asks for a change over HTTP, which is done.
fn done(server: &Server, method: &str, path: &str, body: &Value) {
    let reply = http::change(server.address, method, path, body);
    assert!((200..300).contains(&reply.status), "{method} {path}: {}", reply.text());
}

/// A camera comes, is watched, shows another source, stops, starts, and goes.
fn come_and_go(server: &Server, cycle: usize) {
    let (level, scale) = ([30, 60, 95][cycle % 3], 1 + cycle % 2);
    let guest = json!({ "name": "guest", "source": SCENE, "width": 320, "height": 180, "fps": 20 });
    done(server, "POST", "/api/cameras", &guest);
    let mut viewer = Viewer::open(server.address, &format!("/websocket/guest/{level}?scale={scale}"));
    viewer.frame();
    let other = json!({ "source": "synthetic:kind=road,seed=3", "width": 480, "height": 270 });
    done(server, "PATCH", "/api/cameras/guest", &other);
    viewer.text_where("hello", PATIENCE, |hello| hello["width"] == 480);
    done(server, "POST", "/api/cameras/guest/stop", &json!({}));
    wait::until("a slate comes", PATIENCE, || viewer.frame().comment.slate);
    done(server, "POST", "/api/cameras/guest/start", &json!({}));
    wait::until("pictures are back", PATIENCE, || !viewer.frame().comment.slate);
    done(server, "DELETE", "/api/cameras/guest", &json!({}));
    viewer.ended();
}

#[test]
fn cameras_that_come_and_go_leave_nothing_behind_and_cost_others_no_frame() {
    // What is left behind is seen in a process that does nothing else.
    let this = std::env::current_exe().expect("this is a program");
    let alone = ["--exact", "cameras::come_and_go_alone", "--ignored", "--nocapture"];
    // glibc gives threads arenas of their own: with threads that come and go, up to 6 MB more or less.
    let output = Command::new(this).args(alone).env("MALLOC_ARENA_MAX", "2").output();
    let output = output.expect("it starts again");
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
    eprintln!("{}", said.lines().find(|line| line.contains("cycles:")).unwrap_or_default());
}

#[test]
#[ignore = "the test above runs it in a process of its own"]
fn come_and_go_alone() {
    let (warm_up, cycles) = if is_long() { (LONG_WARM_UP, MANY_CYCLES) } else { (WARM_UP, CYCLES) };
    let server = Server::scene(&[]);
    let stop = Arc::new(AtomicBool::new(false));
    let onlookers: Vec<_> = (0..ONLOOKERS)
        .map(|_| Viewer::open(server.address, "/websocket/60"))
        .map(|viewer| {
            let stop = Arc::clone(&stop);
            thread::spawn(move || look_on(viewer, &stop))
        })
        .collect();
    (0..warm_up).for_each(|cycle| come_and_go(&server, cycle));
    let series = || -> BTreeSet<String> {
        let text = http::get(server.address, "/metrics").text();
        let samples = text.lines().filter(|line| !line.starts_with('#'));
        samples.filter_map(|line| line.rsplit_once(' ')).map(|(series, _)| series.to_owned()).collect()
    };
    let (before, series_before) = (settled(&server), series());
    (0..cycles).for_each(|cycle| come_and_go(&server, cycle));
    // Threads that did a change wait ten seconds for another one.
    let after = wait::until_some("threads and handles are as before", 3 * PATIENCE, || {
        let now = settled(&server);
        (now.threads <= before.threads && now.handles <= before.handles).then_some(now)
    });
    eprintln!("{cycles} cycles: {before:?}, then {after:?}");
    let replaced = Metrics::of(server.address).sum("frames_skipped_total", &["reason=\"encoder_busy\""]);
    stop.store(true, Ordering::Relaxed);
    let gaps = onlookers.into_iter().map(|thread| thread.join().expect("watches to the end"));
    let gap = gaps.max().unwrap_or_default();
    assert!(gap <= LARGEST_GAP, "{gap} frames missed in a row, {replaced} replaced in all");
    let series = series();
    // That the encoder of the onlookers' own camera is busy for the first time is nobody's leftover.
    let busy = "steadycast_frames_skipped_total{camera=\"main\",reason=\"encoder_busy\"}";
    let is_odd = |series: &&String| series_before.contains(*series) || *series != busy;
    let odd: Vec<_> = series.symmetric_difference(&series_before).filter(is_odd).collect();
    assert!(odd.is_empty(), "label series that came or went: {odd:?}");
    let grown = after.memory.saturating_sub(before.memory);
    assert!(!is_long() || grown <= LEFT_BEHIND_KIB, "{grown} KiB are left behind by {cycles} cycles");
}

/// What there is once nobody but the onlookers is connected.
fn settled(server: &Server) -> Own {
    wait::until("only the onlookers are left", PATIENCE, || {
        Metrics::of(server.address).sum("viewers", &[]) == ONLOOKERS as f64
    });
    Own::now()
}
