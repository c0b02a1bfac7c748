//! Statements about `wire.rs`: headers of every length, torn input, masking, comments. No sockets.

use super::*;

fn jpeg(comment: &str) -> Vec<u8> {
    let mut bytes = vec![0xff, 0xd8, 0xff, 0xfe];
    bytes.extend_from_slice(&(comment.len() as u16 + 2).to_be_bytes());
    bytes.extend_from_slice(comment.as_bytes());
    bytes.resize(2_000, 0x55);
    bytes
}

#[test]
fn headers_of_all_three_lengths_are_read() {
    for (length, header_bytes) in [(0, 2), (125, 2), (126, 4), (65_535, 4), (65_536, 10), (3_000_000, 10)] {
        let frame = server_frame(Kind::Binary, &vec![0; length]);
        assert_eq!(frame.len(), header_bytes + length);
        assert_eq!(parse_header(&frame[..header_bytes - 1]), Ok(None));
        let expected = Header { kind: Kind::Binary, payload_bytes: length as u64 };
        assert_eq!(parse_header(&frame[..header_bytes]), Ok(Some(expected)));
    }
}

#[test]
fn what_a_server_must_not_send_is_refused() {
    assert_eq!(parse_header(&[0x02, 5]), Err(WireError::Fragmented));
    assert_eq!(parse_header(&[0x80, 5]), Err(WireError::Fragmented));
    assert_eq!(parse_header(&[0x83, 5]), Err(WireError::Opcode(3)));
    assert_eq!(parse_header(&[0x82, 0x85]), Err(WireError::Bits(0x82, 0x85)));
    assert_eq!(parse_header(&[0xc2, 5]), Err(WireError::Bits(0xc2, 5)));
    assert_eq!(parse_header(&[0x82, 127, 1, 0, 0, 0, 0, 0, 0, 0]), Err(WireError::TooLong(1 << 56)));
}

#[test]
fn messages_come_out_whole_however_the_stream_is_torn() {
    let sent =
        [(Kind::Text, 40), (Kind::Binary, 48_000), (Kind::Ping, 0), (Kind::Binary, 70_000), (Kind::Close, 2)];
    let stream: Vec<u8> =
        sent.iter().flat_map(|&(kind, length)| server_frame(kind, &vec![7; length])).collect();
    for piece in [1, 3, 500, 4_096, stream.len()] {
        let mut decoder = Decoder::default();
        let mut received = Vec::new();
        for mut input in stream.chunks(piece) {
            while let Some(message) = decoder.feed(&mut input).expect("the stream is correct") {
                assert_eq!(message.start, vec![7; KEPT.min(message.payload_bytes as usize)]);
                received.push((message.kind, message.payload_bytes as usize));
            }
        }
        assert_eq!(received, sent);
    }
}

#[test]
fn the_rest_of_a_long_message_may_be_skipped_unseen() {
    let frame = server_frame(Kind::Binary, &vec![1; 48_000]);
    let mut decoder = Decoder::default();
    assert_eq!(decoder.feed(&mut &frame[..100]), Ok(None));
    assert_eq!(decoder.skippable(), 0, "the comment may still be on its way");
    assert_eq!(decoder.feed(&mut &frame[100..1_004]), Ok(None));
    assert_eq!(decoder.skippable(), 47_000);
    assert_eq!(decoder.skip(46_999), None);
    assert_eq!(decoder.skip(1).map(|message| message.payload_bytes), Some(48_000));
    assert_eq!(decoder.skippable(), 0);
}

#[test]
fn masking_is_undone_by_the_same_key() {
    for length in [0, 1, 125, 126, 1_000] {
        let payload: Vec<u8> = (0..length).map(|i| i as u8).collect();
        let mut out = Vec::new();
        push_masked(&mut out, Kind::Text, &payload, [1, 2, 3, 4]);
        let header = if length > 125 { 4 } else { 2 };
        assert_eq!(out[0], 0x81);
        assert_eq!(out[1] & 0x80, 0x80);
        assert_eq!(out[header..header + 4], [1, 2, 3, 4]);
        let unmasked: Vec<u8> =
            out[header + 4..].iter().enumerate().map(|(i, byte)| byte ^ [1, 2, 3, 4][i % 4]).collect();
        assert_eq!(unmasked, payload);
    }
}

#[test]
fn the_comment_gives_frame_and_capture_time() {
    let full = jpeg("steadycast/1 camera=main frame=1234 captured_us=1732147200000000 level=85 scale=1");
    assert_eq!(
        parse_comment(&full),
        Some(Comment {
            frame: 1234,
            captured_us: 1_732_147_200_000_000,
            rung: Rung { level: 85, scale: 1 },
            slate: false,
            delta: None,
        })
    );
    assert_eq!(parse_comment(&full[..KEPT]), parse_comment(&full));
    assert_eq!(parse_comment(&full[..60]), None, "cut inside the comment");
    let shuffled = jpeg("steadycast/1 scale=2 captured_us=5 future=x slate=1 frame=6 level=30");
    assert_eq!(
        parse_comment(&shuffled),
        Some(Comment {
            frame: 6,
            captured_us: 5,
            rung: Rung { level: 30, scale: 2 },
            slate: true,
            delta: None
        })
    );
}

#[test]
fn a_jpeg_of_another_server_has_no_comment() {
    assert_eq!(parse_comment(&[0xff, 0xd8, 0xff, 0xe0, 0, 16, b'J', b'F', b'I', b'F']), None);
    assert_eq!(parse_comment(&jpeg("Created with some tool")), None);
    assert_eq!(parse_comment(&jpeg("steadycast/1 frame=x captured_us=1")), None);
    assert_eq!(parse_comment(&[0xff, 0xd8, 0xff, 0xfe, 0, 0]), None);
    assert_eq!(parse_comment(&[]), None);
}

#[test]
fn a_delta_frame_says_what_it_applies_to() {
    let read = |words: &str| {
        let text = format!("steadycast/1 camera=main frame=9 captured_us=5 level=60 scale=1{words}");
        parse_comment(&jpeg(&text)).expect("a comment").delta
    };
    let delta = |kind| Some(Delta { base: 8, blocks: 70, whole: 51_000, kind });
    assert_eq!(read(" base=8 blocks=70 whole=51000"), delta(DeltaKind::Changed));
    assert_eq!(read(" base=8 blocks=70 whole=51000 sweep=1"), delta(DeltaKind::Sweep));
    assert_eq!(read(" base=8 blocks=70 whole=51000 refined=1"), delta(DeltaKind::Refined));
    assert_eq!(read(""), None);
}

#[test]
fn whoever_composes_keeps_all_of_a_message() {
    let stream = server_frame(Kind::Binary, &jpeg("steadycast/1"));
    let mut decoder = Decoder::keeping(usize::MAX);
    let message = decoder.feed(&mut &stream[..]).expect("valid").expect("complete");
    assert_eq!(message.start.len() as u64, message.payload_bytes);
    assert_eq!(decoder.skippable(), 0);
}
