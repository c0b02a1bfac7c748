//! What the program says in its log: where it is, what it lacks, what is wrong, what comes and goes.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use rustix::process::Signal;

use super::uploads::made;
use crate::support::{
    SCENE, media,
    program::Program,
    wait::{self, PATIENCE},
};

/// What the log says where the models inside the program know other pictures alone.
const MODEL_NEEDED: &str = "get a real one by `steadycast models get yolox_nano`";

#[test]
fn the_address_where_cameras_are_served_is_told_and_whether_there_are_others() {
    for (flags, others) in [
        (&["--host", "127.0.0.1"][..], ""),
        (&["--host", "0.0.0.0", "--viewer-token", "a-token-long-enough"], ", and at its other addresses"),
    ] {
        let program = Program::start(&[&["--source", SCENE], flags].concat());
        let told = format!("on http://127.0.0.1:{}{others}\n", program.address.port());
        assert!(program.log().contains(&told), "{told}: {}", program.log());
    }
}

#[test]
fn what_clients_send_that_is_no_http_is_logged_for_those_who_ask_for_it() {
    for (filter, is_logged) in [("debug", false), ("info,actix_http::h1::dispatcher=error", true)] {
        let flags = ["--port", "0", "--source", SCENE];
        let program = Program::start_with(&flags, &[("RUST_LOG", filter)], "");
        let mut socket = TcpStream::connect(program.address).expect("listens");
        socket.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nno header\r\n\r\n").expect("is taken");
        // Hung up on once its error is logged, and not before.
        let mut reply = String::new();
        socket.read_to_string(&mut reply).expect("is hung up on");
        assert!(reply.starts_with("HTTP/1.1 400 "), "{filter}: {reply}");
        program.signal(Signal::TERM);
        wait::until("the log is at its end", PATIENCE, || program.log().contains("stopping"));
        assert_eq!(program.log().contains("ERROR actix_http"), is_logged, "{filter}: {}", program.log());
    }
}

#[test]
fn settings_that_open_more_than_is_meant_are_warned_of() {
    let of = |flags: &[&str]| Program::start(&[&["--source", SCENE], flags].concat()).log();
    let vast = of(&["--trusted-proxies", "10.0.0.0/8,::/0"]);
    let warned = |word: &str, log: &str| log.lines().any(|line| line.contains("WARN") && line.contains(word));
    assert!(warned("--trusted-proxies ::/0", &vast) && !warned("10.0.0.0/8", &vast), "{vast}");
    let told = of(&["--tls", "self-signed", "--hsts-days", "30"]);
    assert!(warned("--hsts-days", &told), "{told}");
    let usual = of(&["--tls", "self-signed", "--trusted-proxies", "127.0.0.1"]);
    assert!(!warned("--trusted-proxies", &usual) && !warned("--hsts-days", &usual), "{usual}");
}

#[test]
fn a_setting_that_does_not_exist_is_warned_of() {
    let program = Program::start_with(&["--port", "0", "--source", SCENE], &[("STEADYCAST_PROT", "1")], "");
    assert!(program.log().contains("STEADYCAST_PROT"), "{}", program.log());
}

#[test]
fn where_a_real_model_is_needed_the_log_says_how_to_get_one() {
    let folder = media::folder();
    let clip = made(folder.path(), "walk.mp4", &["-pix_fmt", "yuv420p"]).display().to_string();
    let program = Program::start(&["--source", &clip, "--analytics", "on"]);
    wait::until("the log says so", PATIENCE, || program.log().contains(MODEL_NEEDED));
    let line = program.log().lines().find(|line| line.contains(MODEL_NEEDED)).map(str::to_owned);
    assert!(line.is_some_and(|line| line.contains("WARN") && line.contains("camera main")));
}

#[test]
fn a_cameras_file_that_is_refused_is_logged_with_what_is_wrong_and_where() {
    let folder = media::folder();
    let file = folder.path().join("cameras.toml");
    let text = format!("[gate]\nsource = \"{SCENE}\"\nwidth = 320\nheight = 180\nfps = 20\n");
    std::fs::write(&file, &text).expect("writes");
    let program = Program::start(&["--cameras", &file.to_string_lossy()]);
    std::fs::write(&file, text.replace("fps = 20", "fps = 199")).expect("writes");
    wait::until("the log says so", PATIENCE, || program.log().contains("fps is 199"));
    let log = program.log();
    let line = log.lines().find(|line| line.contains("fps is 199")).unwrap_or_default();
    for word in ["ERROR", "cameras.toml", "line 5", "camera gate", "1 to 34", "what runs goes on"] {
        assert!(line.contains(word), "{word}: {log}");
    }
}

#[test]
fn an_address_is_told_only_of_a_server_that_has_its_cameras() {
    let folder = media::folder();
    let wrong = format!("[gate]\nsource = \"{SCENE}\"\nfps = 199\n");
    for (text, why) in [(Some(wrong), "fps is 199"), (None, "cannot be read")] {
        let file = folder.path().join(if text.is_some() { "wrong.toml" } else { "missing.toml" });
        if let Some(text) = text {
            std::fs::write(&file, text).expect("writes");
        }
        let flags = ["--port", "0", "--cameras", &file.to_string_lossy()];
        let log = Program::try_start(&flags, &[], "").err().expect("the program ends");
        assert!(log.contains(why) && !log.contains("http://"), "{log}");
    }
}

#[test]
fn cameras_that_come_change_and_go_are_logged() {
    let folder = media::folder();
    let file = folder.path().join("cameras.toml");
    let text = format!("[gate]\nsource = \"{SCENE}\"\nwidth = 320\nheight = 180\n");
    std::fs::write(&file, &text).expect("writes");
    let program = Program::start(&["--cameras", &file.to_string_lossy()]);
    let says = |line: &str| wait::until(line, PATIENCE, || program.log().contains(line));
    says("camera gate: added");
    std::fs::write(&file, format!("{text}fps = 9\n")).expect("writes");
    says("camera gate: changed: fps");
    std::fs::write(&file, text.replace("gate", "yard")).expect("writes");
    says("camera yard: added");
    assert!(program.log().contains("camera gate: removed"), "{}", program.log());
}

#[test]
fn why_a_source_does_not_open_is_logged_before_anything_that_its_pictures_would_need() {
    // Nothing listens there.
    let program = Program::start(&["--source", "http://127.0.0.1:9/video", "--analytics", "on"]);
    let said = "nothing listens on 127.0.0.1 port 9";
    wait::until("the log says so", PATIENCE, || program.log().contains(said));
    let log = program.log();
    let warning = log.lines().find(|line| line.contains("WARN") && line.contains("camera main"));
    assert!(warning.is_some_and(|line| line.contains(said)), "{log}");
    assert!(!log.contains(MODEL_NEEDED), "{log}");
}
