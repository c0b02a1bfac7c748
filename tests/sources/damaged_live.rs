//! Damaged streams that come in packets or in pieces: RTP over RTSP, HLS, MPEG-TS over UDP. One server has a
//! camera for each kind; it lives, nothing in it panics, its memory stays bounded, and a good source that is
//! set into the same camera is shown soon.

use std::{
    fs,
    time::{Duration, Instant},
};

use serde_json::json;

use crate::{
    WORKSHOP,
    breaking::{GIVEN_UP_AFTER, LATE_ONCE_IN, RECOVERS_WITHIN, TOO_LATE, look_on},
    daemon::{self, Daemon},
    damaged::{SERVER_MEMORY, seeds},
    faults::Faults,
    is_long,
    pool::{self, Job},
    row::filled,
    support::{SCENE, http, media, metrics::Metrics, program::Program, skip, viewer::Viewer},
    turns,
    workshop::lacking_for_all,
};

/// Number of streams of each kind that are damaged by default; seeds begin with 0.
const FEW: u64 = 3;
/// Number of streams of each kind that are damaged in a long run.
const ALL: u64 = 60;

/// Time for which one damaged stream is watched, by default and in a long run.
const WATCHED: [Duration; 2] = [Duration::from_millis(1200), Duration::from_secs(3)];

/// Time within which the server must take what a camera sends: damaged descriptions and playlists may cost
/// some tries. Shorter than the HLS stream lasts.
const TAKEN_WITHIN: Duration = Duration::from_secs(30);

/// Time between two looks at what a camera has said.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Shell line of the camera that is set into the place of a damaged one.
const GOOD: &str = "rtsp_camera.py {port} tall.h264";
/// Width and height of that camera's pictures in pixels, which no damaged stream has.
const GOOD_SIZE: (usize, usize) = (180, 320);

/// Files that the cameras send.
const FILES: [&str; 4] = ["small.h264", "tall.h264", "base.ts", "segments"];

/// A kind of stream.
struct Kind {
    /// The camera's name in the server.
    name: &'static str,
    /// Shell line of the damaged camera, with the place of a seed in it.
    camera: &'static str,
    /// The stream's address, with the place of the camera's port in it.
    address: &'static str,
    /// What the camera prints once the server takes what it sends.
    says: &'static str,
    /// Whether the address may be set over HTTP, so that each stream has one of its own, and a good source
    /// follows it. Else all come to the same port, and a good one follows the last.
    is_set: bool,
}

static KINDS: [Kind; 4] = [
    Kind {
        name: "tcp",
        camera: "rtsp_camera.py {port} small.h264 --carrier tcp --damage {seed}",
        address: "rtsp://127.0.0.1:{port}/live",
        says: "asked PLAY",
        is_set: true,
    },
    Kind {
        name: "rtp",
        camera: "rtsp_camera.py {port} small.h264 --carrier udp --damage {seed}",
        address: "rtsp://127.0.0.1:{port}/live",
        says: "asked PLAY",
        is_set: true,
    },
    Kind {
        name: "hls",
        camera: "hls_camera.py {port} segments 2 {seed}",
        address: "http://127.0.0.1:{port}/live.m3u8",
        says: "asked ",
        is_set: true,
    },
    Kind {
        name: "udp",
        camera: "udp_camera.py {port} base.ts 2 {seed}",
        address: "udp://127.0.0.1:{port}",
        says: "heard",
        is_set: false,
    },
];

#[test]
fn no_damaged_packet_kills_hangs_or_bloats_a_server() {
    let name = "no_damaged_packet_kills_hangs_or_bloats_a_server";
    if let Some(reason) = lacking_for_all() {
        return skip(name, &reason);
    }
    let _others = turns::mostly_waits();
    for file in FILES {
        WORKSHOP.make(file);
    }
    let ports = KINDS.each_ref().map(|_| daemon::port());
    let entries = KINDS.iter().zip(ports).map(|(kind, port)| {
        let own = filled(kind.address, WORKSHOP.folder(), port);
        let source = if kind.is_set { SCENE } else { &own };
        format!("[{}]\nsource = {source:?}\nwidth = 320\nheight = 180\n", kind.name)
    });
    let folder = media::folder();
    let file = folder.path().join("cameras.toml");
    fs::write(&file, entries.collect::<String>()).expect("a file can be written");
    let program = Program::start(&["--cameras", &file.to_string_lossy()]);
    let seeds = seeds(FEW, ALL);
    let jobs = KINDS.iter().zip(ports).map(|(kind, port)| {
        let (program, seeds) = (&program, &seeds);
        let check = move || {
            survives(kind, port, seeds, program);
            Faults::default()
        };
        Job { name: kind.name.to_owned(), check: Box::new(check) }
    });
    let jobs: Vec<Job> = jobs.collect();
    pool::run("kinds of damaged streams", &jobs, jobs.len());
    panics_nowhere(&program, "at the end");
    assert!(!program.log().contains("panicked at"), "a panic is said: {}", program.log());
}

/// Has one camera of the server show damaged streams of a kind, and good ones after them.
fn survives(kind: &Kind, port: u16, seeds: &[u64], program: &Program) {
    let folder = WORKSHOP.folder();
    let mut viewer = Viewer::open(program.address, &format!("/websocket/{}/60?analytics=off", kind.name));
    let (mut times, mut late) = (0_usize, Vec::new());
    for (n, seed) in seeds.iter().enumerate() {
        let is_followed = kind.is_set || n + 1 == seeds.len();
        let own = if kind.is_set { daemon::port() } else { port };
        let mut camera = Daemon::start(&kind.camera.replace("{seed}", &seed.to_string()), folder, own);
        if kind.is_set {
            camera.until_listening();
            set(program, kind, &filled(kind.address, folder, own));
        }
        let what = format!("seed {seed}");
        until_taken(kind, &what, &camera, &mut viewer, program);
        look_on(&mut viewer, program, &what, WATCHED[usize::from(is_long())], |_| false);
        panics_nowhere(program, &what);
        let memory = program.peak_kib();
        assert!(memory < SERVER_MEMORY, "{what}: {memory} KiB of memory");
        drop(camera);
        if is_followed {
            let took = recovers(kind, &what, &mut viewer, program);
            panics_nowhere(program, &what);
            times += 1;
            late.extend((took > RECOVERS_WITHIN).then(|| format!("{took:.1?} after seed {seed}")));
        }
    }
    let some = times.div_ceil(LATE_ONCE_IN);
    let most = late.len() <= some || !is_long();
    assert!(most, "{} of {times} good sources are shown late: {}", late.len(), late.join(", "));
}

/// Looks on until the server takes what a damaged camera sends.
fn until_taken(kind: &Kind, what: &str, camera: &Daemon, viewer: &mut Viewer, program: &Program) {
    let end = Instant::now() + TAKEN_WITHIN;
    while !camera.said().contains(kind.says) {
        let is_time = Instant::now() < end;
        assert!(is_time, "{what}: the stream is not taken: {}\n{}", camera.said(), program.log());
        look_on(viewer, program, what, LOOK_EVERY, |_| false);
    }
}

/// Sets a good source into the camera of a kind. Returns how long it takes to be shown.
fn recovers(kind: &Kind, what: &str, viewer: &mut Viewer, program: &Program) -> Duration {
    let port = daemon::port();
    let mut good = Daemon::start(GOOD, WORKSHOP.folder(), port);
    good.until_listening();
    let began = Instant::now();
    set(program, kind, &format!("rtsp://127.0.0.1:{port}/live"));
    let shown = look_on(viewer, program, what, GIVEN_UP_AFTER, |size| size == GOOD_SIZE);
    assert!(shown, "{what}: no good picture within {GIVEN_UP_AFTER:?}: {}", program.log());
    let took = began.elapsed();
    assert!(took < TOO_LATE, "{what}: a good source is shown after {took:.1?} only");
    took
}

/// Checks that no panic is counted, of whichever kind's stream; `what` was shown when one is.
fn panics_nowhere(program: &Program, what: &str) {
    let panics = Metrics::of(program.address).sum("panics_total", &[]);
    assert_eq!(panics, 0.0, "{what}: panics are counted: {}", program.log());
}

/// Sets the source of a kind's camera.
fn set(program: &Program, kind: &Kind, source: &str) {
    let path = format!("/api/cameras/{}", kind.name);
    let reply = http::change(program.address, "PATCH", &path, &json!({ "source": source }));
    assert_eq!(reply.status, 200, "{path}: {}", reply.text());
}
