//! Sources that are missing, late or no video, and the real clip as a file.

use std::{
    fs,
    time::{Duration, Instant},
};

use serde_json::Value;
use steadycast::{
    coder::{Coefficients, Huffman},
    nouns::picture::Planes,
};

use crate::support::{
    frames::{assert_shown_at_once, usual_rate},
    http,
    media::{self, data},
    metrics::Metrics,
    server::Server,
    skip,
    viewer::{Frame, Heard, Viewer, decoded_size},
    wait::{self, PATIENCE},
};

fn camera(server: &Server) -> Value {
    http::get(server.address, "/api/status").json()["cameras"][0].clone()
}

#[test]
fn a_missing_file_shows_a_slate_a_second_and_says_why() {
    let began = Instant::now();
    let server = Server::of("/nowhere/clip.mp4", &[]);
    let mut viewer = Viewer::open(server.address, "/websocket/80");
    assert_eq!(viewer.text("status")["state"], "connecting");
    let first = viewer.frame();
    assert!(began.elapsed() > Duration::from_millis(1900), "a slate after {:?} already", began.elapsed());
    let slates = [first, viewer.frame(), viewer.frame(), viewer.frame()];
    for slate in &slates {
        assert!(slate.comment.slate, "{}", slate.comment);
        assert_eq!(decoded_size(&slate.jpeg), (320, 180));
    }
    // A busy machine delays one, and the others show how often they come.
    let distance = |pair: &[Frame]| (pair[1].comment.captured_us - pair[0].comment.captured_us) as f64 / 1e6;
    let seconds: Vec<f64> = slates.windows(2).map(distance).collect();
    assert!(seconds.iter().sum::<f64>() > 2.5, "three more slates within {seconds:?} s");
    assert!(seconds.iter().any(|seconds| *seconds < 1.3), "slates come {seconds:?} s apart");
    let status = viewer.text("status");
    assert_eq!((&status["state"], status["fps"].as_f64()), (&"connecting".into(), Some(0.0)), "{status}");
    let camera = camera(&server);
    assert_eq!(
        (&camera["state"], &camera["frame_count"], &camera["last_update"]),
        (&"connecting".into(), &0.into(), &Value::Null)
    );
    assert!(camera["reason"].as_str().is_some_and(|reason| reason.contains("no such file")), "{camera}");
    let snapshot = http::get(server.address, "/api/snapshot/main?level=50");
    assert_eq!(snapshot.status, 200, "a snapshot shows the slate, too");
    assert!(steadycast::protocol::comment_of(&snapshot.body).expect("carries its comment").slate);
}

#[test]
fn what_is_no_video_is_named() {
    let folder = media::folder();
    let letter = folder.path().join("letter.mp4");
    fs::write(&letter, "Dear camera, please work.".repeat(100)).expect("writes");
    let empty = folder.path().join("empty.avi");
    fs::write(&empty, "").expect("writes");
    for (path, says) in [(letter.as_path(), "no video"), (&empty, "empty"), (folder.path(), "folder")] {
        let server = Server::of(&path.to_string_lossy(), &[]);
        wait::until(&format!("{} is said to be: {says}", path.display()), PATIENCE, || {
            let camera = camera(&server);
            camera["state"] == "connecting"
                && camera["reason"].as_str().is_some_and(|reason| reason.contains(says))
        });
    }
}

#[test]
fn a_missing_webcam_is_named() {
    let server = Server::of("4000", &[]);
    wait::until("the webcam is named", PATIENCE, || {
        camera(&server)["reason"].as_str().is_some_and(|reason| reason.contains("/dev/video4000"))
    });
}

#[test]
fn a_file_that_appears_later_is_shown_to_those_who_wait() {
    let clip = match data("plaza.avi") {
        Ok(clip) => clip,
        Err(reason) => return skip("a_file_that_appears_later_is_shown_to_those_who_wait", &reason),
    };
    let folder = media::folder();
    let path = folder.path().join("late.avi");
    let server = Server::of(&path.to_string_lossy(), &[]);
    let mut viewer = Viewer::open(server.address, "/websocket/50");
    assert_eq!(viewer.text("hello")["width"], 320);
    assert!(viewer.frame().comment.slate);
    let partial = folder.path().join("partial");
    fs::copy(clip, &partial).expect("copies");
    fs::rename(partial, &path).expect("appears at once, whole");
    let deadline = Instant::now() + Duration::from_secs(20);
    let (mut picture, mut hello) = (None, Value::Null);
    while picture.is_none() || hello.is_null() {
        match viewer.next() {
            // The viewer checks that numbers go on rising.
            Heard::Frame(frame) if !frame.comment.slate => picture = picture.or(Some(frame)),
            Heard::Text(text) if text["type"] == "hello" => hello = text,
            Heard::Close(code, reason) => panic!("closed with {code} {reason}"),
            Heard::Gone => panic!("the connection ended"),
            _ => {}
        }
        assert!(Instant::now() < deadline, "the file is not picked up");
    }
    let picture = picture.expect("the loop ends with one");
    assert_eq!(decoded_size(&picture.jpeg), (1280, 720));
    assert_eq!(
        (&hello["width"], &hello["height"]),
        (&1280.into(), &720.into()),
        "the size is told anew: {hello}"
    );
    viewer.text_where("status", PATIENCE, |status| status["state"] == "streaming");
    assert_eq!(camera(&server)["reason"], "");
}

#[test]
fn the_clip_plays_by_its_timestamps_whatever_its_name() {
    let clip = match data("plaza.avi") {
        Ok(clip) => clip,
        Err(reason) => return skip("the_clip_plays_by_its_timestamps_whatever_its_name", &reason),
    };
    let folder = media::folder();
    let path = folder.path().join("clip.bin");
    fs::copy(clip, &path).expect("copies");
    let server = Server::start(&["--analytics", "off", "--source", &path.to_string_lossy()]);
    let mut viewer = Viewer::open(server.address, "/websocket/30");
    viewer.frame();
    let fps = usual_rate(&viewer.frames_of(100));
    assert!((24.0..26.0).contains(&fps), "plays at {fps}; its header says 50, its timestamps 25");
    let told = |status: &Value| status["fps"].as_f64().expect("a rate");
    viewer.text_where("status", PATIENCE, |status| (20.0..30.0).contains(&told(status)));
}

#[test]
fn the_clip_starts_again_after_its_end() {
    let clip = match data("plaza.avi") {
        Ok(clip) => clip,
        Err(reason) => return skip("the_clip_starts_again_after_its_end", &reason),
    };
    // 341 pictures at 34 a second: its end is 10 s away.
    let server =
        Server::start(&["--analytics", "off", "--source", &clip.to_string_lossy(), "--file-fps", "34"]);
    let mut viewer = Viewer::open(server.address, "/websocket/30?messages=none");
    viewer.frame();
    let frames = viewer.frames_of(341 + 34);
    let slate = frames.iter().find(|frame| frame.comment.slate);
    assert!(slate.is_none(), "{:?}", slate.map(|frame| &frame.comment));
    assert_ne!(
        frames[frames.len() - 1].picture(),
        frames[frames.len() - 20].picture(),
        "the picture moves after the end as well"
    );
    let pause = |pair: &[Frame]| pair[1].comment.captured_us - pair[0].comment.captured_us;
    let longest_us = frames.windows(2).map(pause).max().expect("there are many");
    assert!(longest_us < 1_000_000, "{longest_us} us without a picture");
    let fps = usual_rate(&frames);
    assert!((32.5..35.5).contains(&fps), "plays at {fps}");
    assert_eq!(camera(&server)["state"], "streaming");
}

#[test]
fn a_picture_that_stays_the_same_is_sent_once_a_second_and_nothing_counts_as_skipped() {
    let picture = turbojpeg::Image {
        pixels: &[90_u8; 320 * 180 * 3][..],
        width: 320,
        pitch: 960,
        height: 180,
        format: turbojpeg::PixelFormat::BGR,
    };
    let jpeg = turbojpeg::compress(picture, 80, turbojpeg::Subsamp::Sub2x2).expect("compresses");
    let folder = media::folder();
    let file = folder.path().join("still.mjpeg");
    fs::write(&file, jpeg.repeat(500)).expect("a file can be written");
    let server = Server::of(&file.to_string_lossy(), &[]);
    let mut viewer = Viewer::open(server.address, "/websocket/80");
    viewer.frame();
    let before = Metrics::of(server.address);
    let frames = viewer.frames(4);
    let after = Metrics::of(server.address);
    let grown = |name| after.sum(name, &[]) - before.sum(name, &[]);
    let seconds = (frames[3].comment.captured_us - frames[0].comment.captured_us) as f64 / 1e6;
    assert!(seconds > 2.7, "three more frames in {seconds} s");
    assert!(grown("frames_captured_total") >= 40.0, "{} captured", grown("frames_captured_total"));
    assert!(grown("encodes_total") <= 5.0, "{} encoded", grown("encodes_total"));
    assert_eq!(viewer.text("status")["skipped"], 0);
    // Who joins does not wait for the next second.
    assert_shown_at_once(server.address, "/websocket/80");
}

#[test]
fn pictures_of_a_file_that_cannot_be_decoded_are_counted() {
    let picture = |luma| {
        let mut coefficients = Coefficients::new();
        coefficients.load_planes(&Planes::grey(64, 48, luma)).expect("a picture");
        coefficients.to_jpeg(80, Huffman::Standard).expect("a picture")
    };
    let mut broken = picture(50);
    let size = broken.windows(2).position(|pair| pair == [0xFF, 0xC0]).expect("tells its size");
    // As many components as no JPEG has.
    broken[size + 9] = 9;
    let pictures: Vec<Vec<u8>> =
        (0..30).map(|n| if n % 10 == 5 { broken.clone() } else { picture(n * 5) }).collect();
    let folder = media::folder();
    let clip = folder.path().join("damaged.mjpeg");
    fs::write(&clip, pictures.concat()).expect("the folder can be written to");
    let server = Server::of(clip.to_str().expect("a path of letters"), &[]);
    let broken = || Metrics::of(server.address).sum("frames_skipped_total", &["reason=\"broken\""]);
    wait::until("they are counted", PATIENCE, || broken() >= 3.0);
    Viewer::open(server.address, "/websocket/80").frames(10);
}
