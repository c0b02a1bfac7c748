//! Panics on purpose, in every place, while viewers watch: each costs a piece of work, is counted, and
//! nothing ends.

use std::{
    fs,
    net::{Ipv4Addr, TcpListener},
    sync::mpsc::channel,
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use steadycast::{
    app::{self, Inside},
    cli::Task,
    tools::fence::Place,
};

use super::{
    cameras_file::{FILE, with_file},
    roster::names,
};
use crate::support::{
    http, media,
    metrics::Metrics,
    server::Server,
    viewer::{Heard, Viewer},
    wait,
};

/// How long it may take until a hundred panics have happened in a place: a source is opened again 0.6 s after
/// a fault, if it was not long since the last.
const ALL_WITHIN: Duration = Duration::from_secs(150);

/// Panics in each place.
const PANICS: u64 = 100;

/// What a stream may pause for: by then it has to be back.
const BACK_WITHIN: Duration = Duration::from_secs(1);

/// What somebody saw who watched until he was told to stop.
struct Watched {
    frames: u64,
    gaps: u64,
    longest_pause: Duration,
    statuses: u64,
    results: u64,
}

/// Watches `path` until nobody holds the other end of what is returned any more.
fn watch(server: &Server, path: &str) -> (std::sync::mpsc::Sender<()>, thread::JoinHandle<Watched>) {
    let mut viewer = Viewer::open(server.address, path);
    let (stop, stopped) = channel::<()>();
    let watching = thread::spawn(move || {
        viewer.frame();
        let mut last = Instant::now();
        let mut watched =
            Watched { frames: 0, gaps: 0, longest_pause: Duration::ZERO, statuses: 0, results: 0 };
        while stopped.try_recv() != Err(std::sync::mpsc::TryRecvError::Disconnected) {
            match viewer.next() {
                Heard::Frame(frame) => {
                    watched.frames += 1;
                    watched.longest_pause = watched.longest_pause.max(frame.at - last);
                    last = frame.at;
                }
                Heard::Text(text) => match text["type"].as_str() {
                    Some("status") => watched.statuses += 1,
                    Some("analytics") => watched.results += 1,
                    _ => {}
                },
                Heard::Pong(_) => {}
                Heard::Close(..) | Heard::Gone => panic!("the viewer of {} stays", viewer.gaps),
            }
        }
        watched.gaps = viewer.gaps;
        watched
    });
    (stop, watching)
}

fn panics(server: &Server, place: Place) -> f64 {
    Metrics::of(server.address).sum("panics_total", &[&format!("where=\"{}\"", place.label())])
}

/// Frames that were offered to a stream, as they ended up.
struct Ends {
    captured: f64,
    encoded: f64,
    replaced: f64,
}

fn ends(metrics: &Metrics) -> Ends {
    let skipped = metrics.sum("frames_skipped_total", &["reason=\"encoder_busy\""]);
    Ends {
        captured: metrics.sum("frames_captured_total", &[]),
        encoded: metrics.sum("encodes_total", &[]),
        replaced: skipped,
    }
}

/// The sentences of `/api/ready`.
fn degraded(server: &Server) -> Vec<String> {
    let ready = http::get(server.address, "/api/ready").json();
    let list = ready["degraded"].as_array().cloned().unwrap_or_default();
    list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

#[test]
fn a_hundred_panics_in_each_of_five_places_cost_no_stream_and_no_thread() {
    // A second server on the same machine, where nothing panics, tells what the machine itself is late by.
    // However long the encoding takes on a busy machine, no stream is merged with another.
    let never_merged = ["--encode-share", "1"];
    let (server, calm) = (Server::scene_at("30", &never_merged), Server::scene_at("30", &never_merged));
    let (stop_calm, watching_calm) = watch(&calm, "/websocket/60");
    let watching = ["30", "30", "60", "95"].map(|level| watch(&server, &format!("/websocket/{level}")));
    let streams = 3.0;
    wait::until("all are encoded", wait::PATIENCE, || {
        Metrics::of(server.address).encoded_levels() == [30, 60, 95]
    });
    let before = ends(&Metrics::of(server.address));
    let fences = &server.metrics.fences;
    // One in four of the jobs of three streams, so that each stream has its turn.
    fences.arm(Place::Encode, PANICS, 4);
    // A session of three pictures whose only encoded one panics would be two pauses in one, so these come one
    // after the other.
    wait::until("encoding has panicked", ALL_WITHIN, || panics(&server, Place::Encode) >= PANICS as f64);
    fences.arm(Place::Merge, PANICS, 1);
    fences.arm(Place::Report, PANICS, 2);
    // Without any supervision nobody would open the source again, so it panics while the source is read.
    fences.arm(Place::Supervise, PANICS, 2);
    wait::until("supervising has panicked", ALL_WITHIN, || {
        panics(&server, Place::Supervise) >= PANICS as f64
    });
    // Some pictures come in between.
    fences.arm(Place::Read, PANICS, 4);
    let everywhere = [Place::Encode, Place::Read, Place::Supervise, Place::Merge, Place::Report];
    wait::until("all have panicked", ALL_WITHIN, || {
        let counted = everywhere.map(|place| panics(&server, place));
        counted.iter().all(|panics| *panics >= PANICS as f64)
    });
    // Each goes on: pictures, their encoding, the reports.
    let settled = ends(&Metrics::of(server.address));
    let after = wait::until_some("it goes on", wait::PATIENCE, || {
        let now = ends(&Metrics::of(server.address));
        (now.captured >= settled.captured + 40.0).then_some(now)
    });
    let seen = watching.map(|(stop, thread)| {
        drop(stop);
        thread.join().expect("watches to the end")
    });
    drop(stop_calm);
    let alone = watching_calm.join().expect("watches to the end");
    let pause = BACK_WITHIN + alone.longest_pause;
    assert_eq!(everywhere.map(|place| panics(&server, place)), [PANICS as f64; 5]);
    let (offered, encoded, replaced) = (
        (after.captured - before.captured) * streams,
        after.encoded - before.encoded,
        after.replaced - before.replaced,
    );
    // A frame of a stream was encoded, replaced by a newer one, or its encoding panicked; a few are under way
    // at either moment.
    let lost = offered - encoded - replaced - PANICS as f64;
    assert!(lost.abs() <= 6.0, "{lost} of {offered} frames are lost: {encoded} encoded, {replaced} replaced");
    for watched in &seen {
        assert!(
            watched.longest_pause < pause,
            "{:?} without a picture, {pause:?} allowed",
            watched.longest_pause
        );
        assert!(
            watched.frames > 200 && watched.statuses >= 10,
            "{} frames, {} statuses",
            watched.frames,
            watched.statuses
        );
    }
    let gaps: u64 = [&seen[0], &seen[2], &seen[3]].iter().map(|watched| watched.gaps).sum();
    // Each stream may miss what the machine alone costs a stream.
    let allowed = PANICS as f64 + replaced + streams * alone.gaps as f64 + 10.0;
    assert!(gaps as f64 <= allowed, "{gaps} frames missed, {replaced} of them replaced; {allowed} allowed");
    let said = degraded(&server);
    assert_eq!(
        said.iter().filter(|sentence| sentence.contains("failed 100 times in the last 10 minutes")).count(),
        5,
        "{said:?}"
    );
}

#[test]
fn panics_of_the_models_and_of_what_passes_results_on_cost_results_and_no_frame() {
    let plaza =
        ["--source", "synthetic:people=40,vehicles=6,seed=3", "--capture-fps", "10", "--analytics", "on"];
    let server = Server::start(&plaza);
    let (stop, watching) = watch(&server, "/websocket/50");
    wait::until("there are results", wait::PATIENCE, || {
        Metrics::of(server.address).sum("analytics_results_total", &[]) > 0.0
    });
    let fences = &server.metrics.fences;
    fences.arm(Place::Analytics, PANICS, 2);
    fences.arm(Place::Results, PANICS, 2);
    let both = [Place::Analytics, Place::Results];
    wait::until("all have panicked", ALL_WITHIN, || {
        both.iter().all(|place| panics(&server, *place) >= PANICS as f64)
    });
    let results = || Metrics::of(server.address).sum("analytics_results_total", &[]);
    let then = results();
    wait::until("results go on", wait::PATIENCE, || results() >= then + 5.0);
    drop(stop);
    let watched = watching.join().expect("watches to the end");
    assert!(watched.results > 20, "{} results", watched.results);
    assert!(watched.longest_pause < BACK_WITHIN, "{:?} without a picture", watched.longest_pause);
    let replaced = Metrics::of(server.address).sum("frames_skipped_total", &["reason=\"encoder_busy\""]);
    assert!(
        watched.gaps as f64 <= replaced + 3.0,
        "{} frames missed, {replaced} of them replaced",
        watched.gaps
    );
    let models = &http::get(server.address, "/api/status").json()["cameras"][0]["analytics"];
    assert!(models["crowd"]["state"] == "running" && models["detect"]["state"] == "running", "{models}");
}

#[test]
fn panics_of_the_look_at_the_cameras_file_lose_no_change_of_it_and_no_frame() {
    let folder = media::folder();
    let file = folder.path().join("cameras.toml");
    let server = with_file(folder.path(), FILE, &[]);
    assert_eq!(names(server.address), ["gate", "yard"]);
    let (stop, watching) = watch(&server, "/websocket/yard/60");
    for (round, name) in (1..).zip(["door", "roof"]) {
        let wanted = 3.0 * f64::from(round);
        server.metrics.fences.arm(Place::Roster, 3, 1);
        // The looks that would find it panic.
        fs::write(&file, FILE.replace("[gate]", &format!("[{name}]"))).expect("writes");
        wait::until("the looks have panicked", wait::PATIENCE, || panics(&server, Place::Roster) >= wanted);
        wait::until("the change is taken over", wait::PATIENCE, || names(server.address) == [name, "yard"]);
        assert_eq!(panics(&server, Place::Roster), wanted);
    }
    drop(stop);
    let watched = watching.join().expect("watches to the end");
    assert!(watched.longest_pause < BACK_WITHIN, "{:?} without a picture", watched.longest_pause);
    let replaced = Metrics::of(server.address).sum("frames_skipped_total", &["reason=\"encoder_busy\""]);
    assert!(watched.gaps as f64 <= replaced + 3.0, "{} frames missed", watched.gaps);
    // Each camera tells of what has happened since it is there; this one has been all along.
    wait::until("it is said", wait::PATIENCE, || {
        degraded(&server)
            .iter()
            .any(|said| said.contains("the task that looks at the cameras file failed 6 times"))
    });
}

#[test]
fn a_panic_in_one_viewers_connection_ends_that_one_alone() {
    let server = Server::scene(&[]);
    let mut other = http::open(server.address, "/video_feed?level=80", &[]);
    other.part().expect("a picture");
    for round in 1..=3 {
        let mut viewer = Viewer::open(server.address, "/websocket/80");
        viewer.frame();
        server.metrics.fences.arm(Place::Viewer, 1, 1);
        viewer.ended();
        assert_eq!(panics(&server, Place::Viewer), f64::from(round));
        other.part().expect("a picture");
    }
    Viewer::open(server.address, "/websocket/80").frames(3);
    drop(other);
    wait::until("nobody is left", wait::PATIENCE, || Metrics::of(server.address).sum("viewers", &[]) == 0.0);
}

#[test]
fn a_panic_while_a_request_is_answered_is_an_error_and_the_next_one_is_answered() {
    let server = Server::scene(&[]);
    for path in ["/api/health", "/api/status", "/nothing/here"] {
        let before = panics(&server, Place::Request);
        let usual = http::get(server.address, path).status;
        server.metrics.fences.arm(Place::Request, 1, 1);
        let answer = http::get(server.address, path);
        assert_eq!(answer.status, 500, "{path}");
        assert_eq!(http::get(server.address, path).status, usual, "{path}");
        assert_eq!(panics(&server, Place::Request), before + 1.0, "{path}");
    }
    let said = wait::until_some("it is said", wait::PATIENCE, || {
        Some(degraded(&server)).filter(|said| !said.is_empty())
    });
    assert!(said.len() == 1 && said[0].ends_with("was an error instead"), "{said:?}");
}

#[test]
fn a_web_server_that_ends_by_itself_ends_the_program_with_an_error() {
    let task = Task::parse([
        "steadycast",
        "--source",
        crate::support::SCENE,
        "--analytics",
        "off",
        "--database",
        "none",
        "--access-database",
        "none",
        "--jwt-key-file",
        "none",
    ])
    .expect("valid settings");
    let Task::Serve(config) = task else { panic!("serves") };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
    let inside = Inside::new().expect("names differ");
    // Each thread that serves connections panics while it starts.
    inside.metrics.fences.arm(Place::Serve, 1_000, 1);
    let (done, ended) = channel();
    thread::spawn(move || {
        let never = std::future::pending();
        let outcome = actix_web::rt::System::new().block_on(app::run_open(&config, listener, inside, never));
        // Nobody listens once the test has given up.
        let _ = done.send(outcome.map_err(|error| error.to_string()));
    });
    let outcome = ended.recv_timeout(wait::PATIENCE).expect("it ends although nobody stops it");
    let error = outcome.expect_err("the web server has not been told to stop");
    assert!(error.contains("the web server ended by itself"), "{error}");
}

#[test]
fn with_nothing_wrong_nothing_is_degraded() {
    let server = Server::scene(&[]);
    let mut viewer = Viewer::open(server.address, "/websocket/80");
    let status = viewer.text_where("status", wait::PATIENCE, |status| status["state"] == "streaming");
    assert!(
        ["reason", "reason_code", "degraded"].iter().all(|field| status.get(field).is_none()),
        "{status}"
    );
    wait::until("it is ready", wait::PATIENCE, || http::get(server.address, "/api/ready").status == 200);
    assert!(degraded(&server).is_empty());
    assert_eq!(
        http::get(server.address, "/api/status").json()["cameras"][0]["degraded"],
        serde_json::json!([])
    );
}

#[test]
fn a_model_that_was_given_up_is_a_degradation_and_the_server_is_ready_all_the_same() {
    let models = ["--analytics", "on", "--crowd-model", "/nowhere/a.onnx", "--detect-model", "none"];
    let server =
        Server::start(&[&["--source", crate::support::SCENE, "--capture-fps", "10"], &models[..]].concat());
    let said = wait::until_some("it is said", wait::PATIENCE, || {
        Some(degraded(&server)).filter(|said| !said.is_empty())
    });
    assert_eq!(said, ["camera main: the crowd model was given up; /api/status says why"]);
    let mut viewer = Viewer::open(server.address, "/websocket/80");
    let status = viewer.text_where("status", wait::PATIENCE, |status| status.get("degraded").is_some());
    assert_eq!(status["degraded"], serde_json::json!(["the crowd model was given up; /api/status says why"]));
}
