//! Sources that lead to link-local addresses and to metadata services: refused however they lead there, and
//! taken where a setting says so.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    thread,
};

use serde_json::Value;

use crate::{
    probe::Probe,
    support::{program::Program, viewer::Viewer, wait::PATIENCE},
};

/// The place where most clouds have their metadata service.
const METADATA: &str = "http://169.254.169.254/latest/meta-data/";

/// A web server that gives each request the next answer, and the last one again and again; gives its port.
fn answering(answers: Vec<String>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = listener.local_addr().expect("it is bound").port();
    thread::spawn(move || {
        let mut answers = answers.into_iter();
        let mut next = String::new();
        for mut stream in listener.incoming().flatten() {
            let asked = BufReader::new(stream.try_clone().expect("a handle"));
            // The head ends with an empty line; whoever only connects says nothing.
            let head = asked.lines().map_while(Result::ok).take_while(|line| !line.is_empty());
            if head.count() > 0 {
                next = answers.next().unwrap_or(next);
                let _ = stream.write_all(next.as_bytes());
            }
        }
    });
    port
}

fn answer(status: &str, headers: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\n{headers}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

fn redirection() -> String {
    answer("302 Found", &format!("Location: {METADATA}"), "")
}

/// What a probe says of a source that must not open.
fn refused(address: &str) -> Value {
    let folder = tempfile::tempdir().expect("a folder");
    let probed = Probe { address, seconds: 0.5, folder: folder.path(), key: "guard" }.run();
    let report = probed.report.unwrap_or_else(|| panic!("{address} has a report: {}", probed.said));
    assert_eq!(report["opened"], false, "{address}: {report}");
    report
}

#[test]
fn a_forbidden_address_is_refused_in_every_protocol_and_the_setting_named() {
    for address in [
        METADATA,
        "https://169.254.169.254/latest/",
        "snapshot:http://100.100.100.200/a.jpg",
        "rtsp://169.254.169.254/live",
        "rtsps://[fd00:ec2::254]/live",
        "rtmp://192.0.0.192/app/name",
        "tcp://0.0.0.0:22",
        "srt://168.63.129.16:9000",
        "http://2852039166/",
    ] {
        let report = refused(address);
        assert_eq!(report["reason_code"], "forbidden_address", "{address}: {report}");
        assert!(report["reason"].as_str().is_some_and(|why| why.contains("STEADYCAST_ALLOW_SOURCES")));
    }
}

#[test]
fn no_redirection_and_no_playlist_leads_there() {
    let video = answer("200 OK", "Content-Type: video/mp2t", &"G".repeat(188));
    let playlist = format!("#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{METADATA}a.ts\n#EXT-X-ENDLIST\n");
    let playlist = answer("200 OK", "Content-Type: application/vnd.apple.mpegurl", &playlist);
    for (what, answers, code) in [
        // Nobody follows it, and it is told for what it is.
        ("a redirection", vec![redirection()], "forbidden_address"),
        // FFmpeg asks a second time, and is then led astray.
        ("a redirection of a video", vec![video, redirection()], "forbidden_address"),
        ("a playlist", vec![playlist], "forbidden_address"),
    ] {
        let report = refused(&format!("http://127.0.0.1:{}/live", answering(answers)));
        assert_eq!(report["reason_code"], code, "{what}: {report}");
    }
}

#[test]
fn a_setting_allows_what_is_forbidden_to_others() {
    let port = answering(vec![answer("404 Not Found", "Content-Type: text/plain", "")]);
    // To connect there is to connect to this machine.
    let source = format!("http://0.0.0.0:{port}/live");
    for (more, code) in [(&[][..], "forbidden_address"), (&["--allow-sources", "0.0.0.0"][..], "not_found")] {
        let program = Program::start(&[&["--source", &source], more].concat());
        let mut viewer = Viewer::open(program.address, "/websocket/80");
        viewer.text_where("status", PATIENCE, |status| status["reason_code"] == code);
    }
}
