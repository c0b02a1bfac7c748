//! The program itself: settings, signals, exit statuses. What it logs is in `log.rs`.

use std::{
    io::{Read, Write},
    net::TcpListener,
    process::Output,
    time::Duration,
};

use rustix::process::Signal;

use crate::support::{
    SCENE, http, media,
    program::{Program, run},
    viewer::{Heard, Viewer, narrow},
    wait::PATIENCE,
};

/// The time within which the program promises to end.
const ENDS_WITHIN: Duration = Duration::from_secs(3);

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn a_wrong_value_ends_with_2_and_names_setting_value_and_what_is_allowed() {
    for (flags, environment, words) in [
        (&["--max-level", "33"][..], None, ["max-level", "33", "30 to 95"]),
        (&["--port", "seventy"], None, ["port", "seventy", "invalid"]),
        (&[], Some(("STEADYCAST_CAPTURE_FPS", "60")), ["capture-fps", "60", "1 to 34"]),
        (&[], Some(("STEADYCAST_SOURCE", "ftp://cam/")), ["source", "not among", "rtsp"]),
        (&["--viewer-token", ""], None, ["viewer-token", "empty", "everybody"]),
        (&[], Some(("STEADYCAST_MAX_VIEWERS", "0")), ["max-viewers", "0", "1 to 100000"]),
    ] {
        let output = run(flags, environment.as_slice());
        assert_eq!(output.status.code(), Some(2), "{words:?}: {}", said(&output));
        for word in words {
            assert!(said(&output).contains(word), "{word} in {}", said(&output));
        }
    }
    assert_eq!(run(&["--no-such-flag"], &[]).status.code(), Some(2));
}

#[test]
fn a_port_in_use_is_said_to_be() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = taken.local_addr().expect("bound").port().to_string();
    let output = run(&["--port", &port, "--source", SCENE], &[]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains(&format!("port {port} is in use")), "{}", said(&output));
}

#[test]
fn a_port_in_use_that_was_to_lead_to_https_is_named_with_its_setting() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = taken.local_addr().expect("bound");
    let port = address.port().to_string();
    let flags = ["--port", "0", "--source", SCENE, "--tls", "self-signed", "--http-redirect-port", &port];
    let output = run(&flags, &[]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    for word in ["--http-redirect-port", &address.to_string(), "in use", "choose"] {
        assert!(said(&output).contains(word), "{word} in {}", said(&output));
    }
}

#[test]
fn a_certificate_that_is_not_there_is_named_with_its_setting_and_what_to_do() {
    let flags = ["--port", "0", "--source", SCENE, "--tls-cert", "/nowhere/cert.pem", "--tls-key", "key.pem"];
    let output = run(&flags, &[]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    for word in ["TLS: STEADYCAST_TLS_CERT: ", "/nowhere/cert.pem", "put the file there"] {
        assert!(said(&output).contains(word), "{word} in {}", said(&output));
    }
}

#[test]
fn a_token_for_cameras_that_there_are_not_is_made_and_they_are_told() {
    let folder = media::folder();
    let file = folder.path().join("cameras.toml").display().to_string();
    std::fs::write(&file, "[yard]\nsource = \"0\"\n").expect("writes");
    let secret = "a secret of at least thirty-two bytes";
    let hints = |cameras: &str, environment: &[(&str, &str)]| {
        let output = run(&["token", "--jwt-secret", secret, "--cameras", cameras], environment);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        assert_eq!(output.stdout.split(|byte| *byte == b'\n').count(), 2, "the token alone, in one line");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let known = [("STEADYCAST_CAMERAS", &*file)];
    let told = hints("nosuch", &known);
    assert!(told.contains(&format!("{file} lacks the cameras nosuch; it has: yard")), "{told}");
    for quiet in [hints("yard", &known), hints("nosuch", &[])] {
        assert!(!quiet.contains("camera"), "{quiet}");
    }
}

#[test]
fn help_explains_every_setting() {
    let output = run(&["--help"], &[]);
    assert_eq!(output.status.code(), Some(0));
    let help = said(&output);
    let settings = steadycast::config::settings();
    assert!(settings.len() >= 13, "{settings:?}");
    for (name, default) in settings {
        assert!(help.contains(&name), "{name} in {help}");
        assert!(default.is_none_or(|default| help.contains(&default)), "the default of {name} in {help}");
    }
    let version = run(&["--version"], &[]);
    assert!(said(&version).contains(env!("CARGO_PKG_VERSION")));
}

#[test]
fn help_shows_no_secret_of_the_environment() {
    let environment =
        [("STEADYCAST_VIEWER_TOKEN", "hunter2"), ("STEADYCAST_SOURCE", "rtsp://u:hunter2@cam/")];
    assert!(!said(&run(&["--help"], &environment)).contains("hunter2"));
}

#[test]
fn settings_come_from_env_file_environment_and_flags_the_later_winning() {
    let dotenv = format!(
        "STEADYCAST_PORT=0\nSTEADYCAST_SOURCE={SCENE}\nSTEADYCAST_MIN_LEVEL=40\n\
         STEADYCAST_MAX_LEVEL=60\nSTEADYCAST_VIEWER_TOKEN=\n"
    );
    let program =
        Program::start_with(&["serve", "--max-level", "70"], &[("STEADYCAST_MIN_LEVEL", "50")], &dotenv);
    let Heard::Text(hello) = Viewer::open(program.address, "/websocket/95").next() else {
        panic!("the first message is text")
    };
    assert_eq!(hello["levels"], serde_json::json!([50, 55, 60, 65, 70]));
}

#[test]
fn the_road_is_written_as_pictures_with_their_truth() {
    let folder = media::folder();
    let out = folder.path().join("road");
    let out = out.to_string_lossy();
    let scene = ["scene", "--out", &*out, "--width", "320", "--height", "180", "--frames", "4", "--fps", "2"];
    let output = run(&[&scene[..], &["--kind", "road", "--cut", "1"]].concat(), &[]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let read = |name: &str| std::fs::read(folder.path().join("road").join(name)).expect("is written");
    let truth = String::from_utf8(read("truth.jsonl")).expect("text");
    let lines: Vec<serde_json::Value> =
        truth.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.iter().map(|line| line["cuts"].as_u64()).collect::<Vec<_>>(), [0, 0, 1, 1].map(Some));
    for line in &lines {
        assert!(read(line["picture"].as_str().expect("a name")).starts_with(&[0xFF, 0xD8]));
    }
    let mut objects = lines.iter().flat_map(|line| line["objects"].as_array().expect("a list"));
    let is_vehicle = |class: &str| ["car", "truck", "bus"].contains(&class);
    assert!(objects.any(|one| one["class"].as_str().is_some_and(is_vehicle)), "{truth}");
    let output = run(&[&scene[..], &["--kind", "beach"]].concat(), &[]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("known: plaza, road"), "{}", said(&output));
}

#[test]
fn a_signal_tells_viewers_and_ends_the_program_in_time() {
    for signal in [Signal::TERM, Signal::INT] {
        let mut program =
            Program::start(&["--source", SCENE, "--capture-width", "320", "--capture-height", "180"]);
        let mut viewer = Viewer::open(program.address, "/websocket/80");
        let mut mjpeg = http::open(program.address, "/video_feed?level=50", &[]);
        viewer.frame();
        mjpeg.part().expect("a picture");
        program.signal(signal);
        let (code, reason) = viewer.closing();
        assert_eq!(code, 1001, "{reason}");
        while mjpeg.part().is_some() {}
        let (status, time) = program.ended();
        assert_eq!(status.code(), Some(0), "{signal:?}: {status}");
        assert!(time < ENDS_WITHIN, "{signal:?}: {time:?}");
    }
}

#[test]
fn a_viewer_that_does_not_read_does_not_keep_the_program() {
    let mut program =
        Program::start(&["--source", SCENE, "--capture-width", "320", "--capture-height", "180"]);
    let mut stuck = Viewer::open_narrow(program.address, "/websocket/95");
    stuck.frame();
    let mut stuck_mjpeg = narrow(program.address);
    stuck_mjpeg
        .write_all(b"GET /video_feed HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .expect("the server takes the request");
    // A handshake that never ends.
    let mut half = narrow(program.address);
    half.write_all(b"GET /websocket/80 HTTP/1.1\r\nHost: loc").expect("the server takes the bytes");
    let mut good = Viewer::open(program.address, "/websocket/80");
    good.text_where("status", PATIENCE, |status| status["viewers"] == 3);
    // Until the stuck ones' buffers are full.
    good.frames(40);
    program.signal(Signal::TERM);
    let (status, time) = program.ended();
    assert_eq!(status.code(), Some(0), "{status}");
    assert!(time < ENDS_WITHIN, "{time:?}");
}

#[test]
fn a_camera_that_accepts_and_says_nothing_does_not_keep_the_program() {
    let mute = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let source = format!("rtsp://user:hunter2@{}/live", mute.local_addr().expect("bound"));
    let mut program = Program::start(&["--source", &source]);
    let (_held, _) = mute.accept().expect("the program calls the camera");
    let mut viewer = Viewer::open(program.address, "/websocket/80");
    assert!(viewer.frame().comment.slate, "a slate while it hangs");
    program.signal(Signal::TERM);
    assert_eq!(viewer.closing().0, 1001);
    let (status, time) = program.ended();
    assert_eq!(status.code(), Some(0), "{status}");
    assert!(time < ENDS_WITHIN, "{time:?}");
    assert!(!program.log().contains("hunter2"), "{}", program.log());
}

#[test]
fn a_stopping_server_lets_nobody_in() {
    let mut program =
        Program::start(&["--source", SCENE, "--capture-width", "320", "--capture-height", "180"]);
    // Holds the shutdown open for its second.
    let mut stuck = Viewer::open_narrow(program.address, "/websocket/95");
    stuck.frame();
    let mut good = Viewer::open(program.address, "/websocket/80");
    good.frames(20);
    program.signal(Signal::TERM);
    good.closing();
    let refused = std::net::TcpStream::connect(program.address).map_err(drop).and_then(|mut socket| {
        socket.set_read_timeout(Some(PATIENCE)).map_err(drop)?;
        let request = format!(
            "GET /websocket/80 HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            program.address
        );
        socket.write_all(request.as_bytes()).map_err(drop)?;
        let mut answer = Vec::new();
        socket.read_to_end(&mut answer).map_err(drop)?;
        Ok(answer)
    });
    // Not accepted, or not answered, or upgraded and closed; never a picture.
    let answer = refused.unwrap_or_default();
    assert!(!answer.windows(3).any(|bytes| bytes == [0xFF, 0xD8, 0xFF]), "a picture while stopping");
    assert_eq!(program.ended().0.code(), Some(0));
}
