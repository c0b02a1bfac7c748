//! Statements about viewers and sender together, over loopback on port 0.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::client::{Pace, Steering, ViewerSpec};
use super::crowd::{CrowdPlan, Outcome, Seat, run};
use super::handshake;
use super::sender::{framed, serve, stand_in};
use super::wire::{Kind, server_frame};

fn plan(addr: std::net::SocketAddr, viewers: usize) -> CrowdPlan {
    let spec = ViewerSpec { ack: true, ..ViewerSpec::new(addr, Steering::Fixed(80)) };
    let (warmup, measured) = (Duration::from_millis(100), Duration::from_millis(500));
    CrowdPlan {
        seats: vec![Seat { level: 80, spec }],
        viewers,
        warmup,
        measured,
        pid: Some(std::process::id()),
    }
}

async fn listen() -> (TcpListener, std::net::SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
    let addr = listener.local_addr().expect("it is bound");
    (listener, addr)
}

async fn sender_watched_by(pace: Pace, frame_bytes: usize) -> Outcome {
    let (listener, addr) = listen().await;
    tokio::spawn(serve(listener, framed(&[stand_in(frame_bytes)]), 50.0));
    let mut plan = plan(addr, 3);
    plan.seats[0].spec.pace = pace;
    run(&plan).await.expect("the sender takes everybody")
}

#[tokio::test]
async fn every_byte_of_the_sender_arrives() {
    let outcome = sender_watched_by(Pace::Full, 70_000).await;
    assert_eq!(outcome.ended_early(), None);
    for viewer in &outcome.viewers {
        assert!((10..=30).contains(&viewer.report.frames), "{} frames of about 25", viewer.report.frames);
        assert_eq!(viewer.report.bytes, viewer.report.frames * 70_000);
    }
}

/// A JPEG of 60 kB whose comment says that it was captured now.
fn commented(frame: u64) -> Vec<u8> {
    let captured_us =
        SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock stands after 1970").as_micros();
    let text = format!("steadycast/1 camera=main frame={frame} captured_us={captured_us} level=80 scale=1");
    let mut jpeg = stand_in(60_000);
    let mut segment = vec![0xff, 0xfe];
    segment.extend_from_slice(&(text.len() as u16 + 2).to_be_bytes());
    segment.extend_from_slice(text.as_bytes());
    jpeg.splice(2..2, segment);
    jpeg
}

#[tokio::test]
async fn ages_and_gaps_are_read_from_frames_on_the_wire() {
    let (listener, addr) = listen().await;
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("the viewer comes");
        handshake::accept(&mut stream).await.expect("the viewer asks correctly");
        for frame in (0..1_000).step_by(5) {
            let jpeg = commented(frame);
            tokio::time::sleep(Duration::from_millis(20)).await;
            if stream.write_all(&server_frame(Kind::Binary, &jpeg)).await.is_err() {
                break;
            }
        }
    });
    let outcome = run(&plan(addr, 1)).await.expect("the upgrade succeeds");
    let report = &outcome.viewers[0].report;
    assert!(report.frames > 5 && report.commented == report.frames, "{report:?}");
    assert_eq!((report.gaps, report.backwards), (report.frames * 4, 0));
    let ages = report.ages.sorted_ms();
    assert!(ages[0] >= 20.0 && ages[ages.len() / 2] < 200.0, "{ages:?}");
}

#[tokio::test]
async fn an_acking_viewer_names_the_frame_and_answers_pings() {
    let (listener, addr) = listen().await;
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("the viewer comes");
        handshake::accept(&mut stream).await.expect("the viewer asks correctly");
        for (kind, payload) in
            [(Kind::Text, b"{}".to_vec()), (Kind::Binary, commented(42)), (Kind::Ping, b"hi".to_vec())]
        {
            stream.write_all(&server_frame(kind, &payload)).await.expect("the viewer listens");
        }
        let (ack, mut received) = (br#"{"type":"ack","frame":42}"#, [0; 6 + 25 + 6 + 2]);
        stream.read_exact(&mut received).await.expect("the viewer answers both");
        let (text, pong) = received.split_at(6 + ack.len());
        for (frame, opcode, payload) in [(text, 0x81, &ack[..]), (pong, 0x8a, b"hi")] {
            assert_eq!(frame[..2], [opcode, 0x80 | payload.len() as u8]);
            let unmasked: Vec<u8> =
                frame[6..].iter().zip(frame[2..6].iter().cycle()).map(|(byte, key)| byte ^ key).collect();
            assert_eq!(unmasked, payload);
        }
        stream
    });
    let outcome = run(&plan(addr, 1)).await.expect("the upgrade succeeds");
    assert_eq!(outcome.ended_early(), None);
    server.await.expect("the answers are as they should be");
}

/// A message of a comment and nothing else, which is enough for a viewer that does not compose.
fn bare(frame: u64, words: &str) -> Vec<u8> {
    let text = format!("steadycast/1 camera=main frame={frame} captured_us=0 level=80 scale=1{words}");
    let length = (text.len() as u16 + 2).to_be_bytes();
    server_frame(Kind::Binary, &[&[0xff, 0xd8, 0xff, 0xfe][..], &length, text.as_bytes()].concat())
}

#[tokio::test]
async fn a_viewer_asks_for_a_key_frame_once_when_a_delta_does_not_apply() {
    let (listener, addr) = listen().await;
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("the viewer comes");
        handshake::accept(&mut stream).await.expect("the viewer asks correctly");
        let lost = " base=8 blocks=1 whole=90";
        for message in [bare(1, ""), bare(9, lost), bare(10, lost), server_frame(Kind::Ping, b"hi")] {
            stream.write_all(&message).await.expect("the viewer listens");
        }
        let key = br#"{"type":"key"}"#;
        let mut received = [0; 6 + 14 + 6 + 2];
        stream.read_exact(&mut received).await.expect("the viewer answers");
        let (text, pong) = received.split_at(6 + key.len());
        let unmasked: Vec<u8> =
            text[6..].iter().zip(text[2..6].iter().cycle()).map(|(byte, key)| byte ^ key).collect();
        assert_eq!((text[0], &unmasked[..], pong[0]), (0x81, &key[..], 0x8a));
        stream
    });
    let mut plan = plan(addr, 1);
    plan.seats[0].spec.ack = false;
    let outcome = run(&plan).await.expect("the upgrade succeeds");
    assert_eq!(outcome.ended_early(), None);
    server.await.expect("the answers are as they should be");
}

#[tokio::test]
async fn a_throttled_viewer_gets_no_more_than_its_rate() {
    let outcome = sender_watched_by(Pace::Kbps(800.0), 5_000).await;
    for viewer in &outcome.viewers {
        assert!((6..=13).contains(&viewer.report.frames), "{} frames of about 10", viewer.report.frames);
    }
}

#[tokio::test]
async fn a_refusal_after_the_upgrade_is_told_with_its_code() {
    let (listener, addr) = listen().await;
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("the viewer comes");
        handshake::accept(&mut stream).await.expect("the viewer asks correctly");
        stream.write_all(&server_frame(Kind::Close, b"\x03\xebbad level")).await.expect("the viewer listens");
    });
    let told = run(&plan(addr, 1))
        .await
        .expect("the upgrade succeeds")
        .ended_early()
        .expect("the viewer was closed");
    assert_eq!(
        told,
        "1 of 1 viewers ended early; the first: closed by the server with code 1003 (bad level)"
    );
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named() {
    let (listener, addr) = listen().await;
    drop(listener);
    let message = run(&plan(addr, 2)).await.err().expect("nobody listens").to_string();
    assert!(
        message.starts_with("viewer ") && message.contains(&format!("cannot connect to {addr}")),
        "{message}"
    );
}
