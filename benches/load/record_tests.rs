//! Statements about `record.rs`: messages of known bytes, and what is counted of them. No sockets, no clocks
//! but that of arrivals.

use super::*;

fn jpeg(frame: u64, captured_us: u64) -> Vec<u8> {
    let text = format!("steadycast/1 camera=main frame={frame} captured_us={captured_us} level=80 scale=1");
    let mut bytes = vec![0xff, 0xd8, 0xff, 0xfe];
    bytes.extend_from_slice(&(text.len() as u16 + 2).to_be_bytes());
    bytes.extend_from_slice(text.as_bytes());
    bytes
}

fn take(recorder: &mut Recorder, kind: Kind, start: &[u8], phase: Phase) -> Reply {
    let arrival = || Arrival { at: Instant::now(), utc_us: 1_000_000 };
    recorder.take(&Message { kind, payload_bytes: start.len() as u64, start }, phase, arrival)
}

#[test]
fn only_the_measured_time_counts_but_a_gap_into_it_does() {
    let mut recorder = Recorder::new(true);
    for (frame, phase) in [(3, Phase::Warmup), (9, Phase::Warmup), (12, Phase::Measure), (13, Phase::Measure)]
    {
        let reply = take(&mut recorder, Kind::Binary, &jpeg(frame, 980_000), phase);
        assert!(matches!(reply, Reply::Arrived(arrived) if arrived.comment.frame == frame), "{reply:?}");
    }
    take(&mut recorder, Kind::Text, b"{}", Phase::Warmup);
    take(&mut recorder, Kind::Text, b"{}", Phase::Measure);
    let report = recorder.finish(End::Stopped);
    assert_eq!(
        (report.frames, report.commented, report.gaps, report.backwards, report.texts),
        (2, 2, 2, 0, 1)
    );
    assert_eq!(report.ages.sorted_ms(), [20.0, 20.0]);
    assert_eq!(report.timeline.len(), 2);
}

#[test]
fn a_message_that_cannot_be_composed_counts_in_the_measured_time() {
    let mut recorder = Recorder::default();
    for phase in [Phase::Warmup, Phase::Measure, Phase::Done] {
        recorder.broken(phase);
    }
    assert_eq!(recorder.finish(End::Stopped).deltas.unapplied, 1);
}

#[test]
fn a_number_that_does_not_rise_is_counted() {
    let mut recorder = Recorder::default();
    for frame in [5, 5, 4] {
        take(&mut recorder, Kind::Binary, &jpeg(frame, 0), Phase::Measure);
    }
    let report = recorder.finish(End::Stopped);
    assert_eq!((report.backwards, report.gaps), (2, 0));
    assert!(report.timeline.is_empty(), "nobody asked for it");
}

#[test]
fn a_key_frame_that_was_asked_for_may_be_of_the_last_frame() {
    let mut recorder = Recorder::default();
    take(&mut recorder, Kind::Binary, &jpeg(5, 0), Phase::Measure);
    recorder.asks_key();
    for frame in [5, 6, 4] {
        take(&mut recorder, Kind::Binary, &jpeg(frame, 0), Phase::Measure);
    }
    let report = recorder.finish(End::Stopped);
    assert_eq!((report.frames, report.backwards, report.gaps), (4, 1, 0));
}

#[test]
fn a_frame_without_comment_counts_without_age_or_ack() {
    let mut recorder = Recorder::default();
    assert_eq!(take(&mut recorder, Kind::Binary, &[0xff, 0xd8, 0xff, 0xe0], Phase::Measure), Reply::Nothing);
    let report = recorder.finish(End::Stopped);
    assert_eq!((report.frames, report.bytes, report.commented), (1, 4, 0));
}

#[test]
fn control_messages_ask_for_their_answer() {
    let mut recorder = Recorder::default();
    assert_eq!(take(&mut recorder, Kind::Ping, b"abc", Phase::Warmup), Reply::Pong(b"abc".to_vec()));
    let closed = End::Closed { code: Some(1013), reason: "full".to_owned() };
    assert_eq!(take(&mut recorder, Kind::Close, b"\x03\xf5full", Phase::Warmup), Reply::End(closed));
    let silent = End::Closed { code: None, reason: String::new() };
    assert_eq!(take(&mut recorder, Kind::Close, b"", Phase::Warmup), Reply::End(silent));
    let lost = take(&mut recorder, Kind::Binary, b"PNG", Phase::Warmup);
    assert!(matches!(lost, Reply::End(End::Lost(_))));
}

fn delta(frame: u64, words: &str) -> Vec<u8> {
    let text = format!("steadycast/1 camera=main frame={frame} captured_us=0 level=80 scale=1{words}");
    let length = (text.len() as u16 + 2).to_be_bytes();
    [&[0xff, 0xd8, 0xff, 0xfe][..], &length, text.as_bytes()].concat()
}

#[test]
fn sharper_blocks_are_no_frames_and_what_does_not_apply_asks_for_a_key_frame_once() {
    let mut recorder = Recorder::default();
    let mut takes = |jpeg: &[u8]| take(&mut recorder, Kind::Binary, jpeg, Phase::Measure);
    takes(&jpeg(5, 0));
    let next = delta(6, " base=5 blocks=3 whole=900");
    assert!(matches!(takes(&next), Reply::Arrived(_)));
    assert!(matches!(takes(&delta(6, " base=6 blocks=2 whole=900 refined=1")), Reply::Arrived(_)));
    assert!(matches!(takes(&delta(9, " base=8 blocks=1 whole=900")), Reply::Unapplied(_)));
    assert!(matches!(takes(&delta(10, " base=9 blocks=1 whole=900")), Reply::Arrived(_)));
    let report = recorder.finish(End::Stopped);
    let whole_bytes = jpeg(5, 0).len() as u64 + 900;
    let deltas = Deltas { keys: 1, changed: 1, refined: 1, blocks: 5, whole_bytes, unapplied: 2, swept: 0 };
    assert_eq!((report.frames, report.gaps, report.deltas), (2, 0, deltas));
}
