//! Bodies as cameras send them, in pieces of any size, and what they hold.

use super::{walk::END, *};

const TYPE: &str = "multipart/x-mixed-replace; boundary=frame";

/// SOI, a scan of three bytes, EOI.
const ONE: [u8; 12] = [0xFF, 0xD8, 0xFF, 0xDA, 0, 3, 1, 9, 8, 7, 0xFF, 0xD9];
const TWO: [u8; 12] = [0xFF, 0xD8, 0xFF, 0xDA, 0, 3, 1, 6, 5, 4, 0xFF, 0xD9];

/// All parts of a body that comes in pieces of that size.
fn parts(content_type: &str, body: &[u8], piece: usize) -> Vec<Part> {
    let mut parts = PartReader::of(content_type).expect("a multipart type");
    let mut found = Vec::new();
    for bytes in body.chunks(piece) {
        parts.inbox().extend_from_slice(bytes);
        while let Some(part) = parts.next().expect("keeps to its bounds") {
            found.push(part);
        }
    }
    found
}

/// Expects the pictures ONE and TWO of a body, in whatever pieces it comes.
fn holds_both(content_type: &str, body: &[u8]) {
    for piece in [1, 2, 7, 1000] {
        let both = [Part::Picture(ONE.to_vec()), Part::Picture(TWO.to_vec())];
        let shown = String::from_utf8_lossy(body);
        assert_eq!(parts(content_type, body, piece), both, "{content_type}, by {piece}: {shown}");
    }
}

#[test]
fn two_pictures_come_out_however_a_camera_writes_them() {
    let head = "Content-Type: image/jpeg\r\n\r\n";
    // What stands before the first picture, between the two, and behind the second.
    for (what, first, second, last) in [
        ("plain", "--frame\r\nContent-Type: image/jpeg\r\n\r\n", "\r\n--frame\r\n\r\n", "\r\n--frame--\r\n"),
        ("line feeds only", "--frame\nA: b\n\n", "\n--frame\nA: b\n\n", "\n"),
        ("no line before the delimiter", "--frame\r\n\r\n", "--frame\r\n\r\n", ""),
        (
            "a length too large",
            "--frame\r\nContent-Length: 52\r\n\r\n",
            "\r\n--frame\r\nContent-Length: 52\r\n\r\n",
            "\r\n",
        ),
        (
            "a length too small",
            "--frame\r\nContent-Length: 10\r\n\r\n",
            "\r\n--frame\r\nContent-Length: 10\r\n\r\n",
            "\r\n",
        ),
        ("dashes doubled", "----frame\r\n\r\n", "\r\n----frame\r\n\r\n", "\r\n----frame"),
        ("no dashes", "frame\r\nContent-Type: image/jpeg\r\n\r\n", "\r\nframe\r\n\r\n", "\r\nframe\r\n"),
        ("another boundary", "--other\r\n\r\n", "\r\n--other\r\n\r\n", "\r\n--other"),
        ("delimiters doubled", "--frame\r\n--frame\r\n\r\n", "\r\n--frame\r\n--frame\r\n\r\n", ""),
        ("no first delimiter", head, "\r\n--frame\r\n\r\n", ""),
        (
            "headers in the delimiter's line",
            "--frameContent-type: image/jpeg\r\n\r\n",
            "\r\n--frameContent-type: x\r\n\r\n",
            "",
        ),
        ("no empty line", "--frame\r\nA: b\r\n", "\r\n--frame\r\nA: b\r\n", ""),
        ("a welcome", "Welcome\r\n-\r\n--fra\r\n--frame\r\n\r\n", "\r\n--frame\r\n\r\n", ""),
        (
            "text between",
            "--frame\r\n\r\n",
            "\r\n--frame\r\nContent-Type: text/plain\r\n\r\nmove=1\r\n--frame\r\n\r\n",
            "",
        ),
        ("empty parts", "--frame\r\n\r\n\r\n--frame\r\n\r\n", "\r\n--frame\r\n\r\n\r\n--frame\r\n\r\n", ""),
        ("blank lines before pictures", "--frame\r\n\r\n\r\n", "\r\n--frame\r\n\r\n\r\n", ""),
        ("padding", "--frame\r\n\r\n", "\0\0\0\0\r\n--frame\r\n\r\n", "\0\0"),
        ("nothing", "", "", ""),
    ] {
        for named in ["; boundary=frame", "; boundary=\"--frame\"", ""] {
            if named.is_empty() && matches!(what, "no dashes" | "no first delimiter" | "a welcome") {
                continue;
            }
            let body = [first.as_bytes(), &ONE, second.as_bytes(), &TWO, last.as_bytes()].concat();
            for kind in ["x-mixed-replace", "Mixed"] {
                holds_both(&format!("multipart/{kind}{named}"), &body);
            }
        }
    }
}

#[test]
fn a_picture_that_has_ended_does_not_wait_for_the_next_one() {
    assert_eq!(parts(TYPE, &[b"--frame\r\n\r\n", &ONE[..]].concat(), 1000), [Part::Picture(ONE.to_vec())]);
}

#[test]
fn a_picture_without_its_end_ends_where_the_next_part_begins() {
    for (open, second) in [
        (&ONE[..10], "\r\n--frame\r\n\r\n"),
        (&ONE[..10], "\n--frame\n\n"),
        (&ONE[..10], ""),
        (&ONE[..11], "\r\n--frame\r\n\r\n"),
    ] {
        let body = [b"--frame\r\nContent-Length: 7\r\n\r\n", open, second.as_bytes(), &TWO].concat();
        for piece in [1, 3, 1000] {
            let found = parts(TYPE, &body, piece);
            assert_eq!(
                found,
                [Part::Cut(ONE.to_vec()), Part::Picture(TWO.to_vec())],
                "{second:?} by {piece}"
            );
        }
    }
}

#[test]
fn a_picture_without_its_end_is_not_late_where_its_length_is_right() {
    for (length, behind) in [(10, "\r\n"), (12, "\n")] {
        let blank = "\r\n".repeat((length - 10) / 2);
        let head = format!("--frame\r\nContent-Length: {length}\r\n\r\n{blank}");
        let body = [head.as_bytes(), &ONE[..10], behind.as_bytes()].concat();
        assert_eq!(parts(TYPE, &body, 1000), [Part::Cut(ONE.to_vec())], "{length}{behind:?}");
        // More of the picture than its length says.
        assert_eq!(parts(TYPE, &[&body[..], &ONE[10..11]].concat(), 1000), [], "{length}{behind:?}");
    }
}

#[test]
fn a_body_that_breaks_off_may_hold_a_picture_all_the_same() {
    let mut parts = PartReader::bare();
    parts.inbox().extend_from_slice(&ONE[..10]);
    assert_eq!((parts.next(), parts.finish()), (Ok(None), Some(Part::Cut(ONE.to_vec()))));
    assert_eq!(parts.finish(), None);
    parts.inbox().extend_from_slice(&ONE[..4]);
    assert_eq!((parts.next(), parts.finish()), (Ok(None), None));
}

#[test]
fn a_preview_behind_the_picture_is_no_picture_of_its_own() {
    let body = [b"--frame\r\n\r\n", &ONE[..], &TWO, b"\r\n--frame\r\n\r\n", &TWO].concat();
    holds_both(TYPE, &body);
}

#[test]
fn a_start_that_is_written_several_times_is_one() {
    let starts = [0xFF, 0xD8].repeat(40_000);
    holds_both(TYPE, &[b"--frame\r\n\r\n", &starts[..], &ONE, b"\r\n--frame\r\n\r\n", &TWO].concat());
}

#[test]
fn what_is_no_picture_is_told_and_text_is_passed_over() {
    let mut body = b"--frame\r\n\r\nno picture\r\n".to_vec();
    body.extend_from_slice(b"--frame\r\nContent-Type: image/png\r\n\r\nPNG\r\n");
    body.extend_from_slice(b"--frame\r\nContent-Type: text/plain\r\n\r\nsnow\r\n");
    body.extend_from_slice(
        b"--frame\r\nContent-Type: image/jpeg\r\n\r\n\xFF\xD8\xFF\xE0\0\x04abc, no marker\r\n--frame\r\n",
    );
    for piece in [1, 5, 1000] {
        assert_eq!(
            parts(TYPE, &body, piece),
            [Part::NoPicture, Part::NoPicture, Part::NoPicture],
            "by {piece}"
        );
    }
}

#[test]
fn the_type_of_a_part_is_known() {
    let mut parts = PartReader::of(TYPE).expect("a multipart type");
    parts.inbox().extend_from_slice(b"--frame\r\nCONTENT-TYPE: image/png\r\n\r\nPNG\r\n--frame");
    assert_eq!((parts.next(), parts.kind()), (Ok(Some(Part::NoPicture)), "image/png"));
}

#[test]
fn nothing_grows_without_bound() {
    let endless = |begin: &[u8], filling: &[u8]| {
        let mut parts = PartReader::of(TYPE).expect("a multipart type");
        parts.inbox().extend_from_slice(begin);
        for _ in 0..2 * MOST_PICTURE_BYTES / filling.len() {
            parts.inbox().extend_from_slice(filling);
            if parts.next().is_err() {
                return true;
            }
            assert!(parts.buffer.len() <= MOST_PICTURE_BYTES + filling.len());
        }
        false
    };
    let filling = vec![b'x'; 1 << 16];
    assert!(endless(&[b"--frame\r\n\r\n", &ONE[..7]].concat(), &filling), "a picture without an end");
    assert!(endless(b"--frame\r\nA: ", &filling), "headers without an end");
    for nowhere in ["", "--frame", "--frame\r\n\r\n", "Welcome\r\n"] {
        assert!(!endless(nowhere.as_bytes(), &filling), "what is no picture is kept nowhere: {nowhere}");
    }
}

#[test]
fn any_bytes_are_taken_apart_without_a_panic() {
    let pieces: [&[u8]; 12] = [
        &ONE,
        &TWO,
        &ONE[..5],
        &ONE[3..],
        b"--frame",
        b"\r\n",
        b"\n",
        b"frame",
        b"Content-Length: 9",
        b"Content-Type: text/x",
        b"--",
        b"\xFF",
    ];
    let mut random = fastrand::Rng::with_seed(1);
    for _ in 0..20_000 {
        let kind = ["multipart/mixed", TYPE, "multipart/mixed; boundary=a"][random.usize(..3)];
        let mut parts = PartReader::of(kind).expect("a multipart type");
        let mut came = 0;
        for _ in 0..random.usize(..30) {
            let piece = pieces[random.usize(..pieces.len())];
            parts.inbox().extend_from_slice(piece);
            came += piece.len();
            if random.bool() {
                continue;
            }
            while let Some(part) = parts.next().expect("is small") {
                let (Part::Picture(bytes) | Part::Cut(bytes)) = part else { continue };
                assert!(
                    bytes.starts_with(&BEGIN) && bytes.ends_with(&END) && bytes.len() <= came + END.len()
                );
            }
        }
        // Any answer will do.
        let _ = parts.finish();
    }
}

#[test]
fn other_content_types_are_not_ours() {
    for other in ["video/mp4", "multipart/form-data; boundary=a", "image/jpeg", ""] {
        assert!(PartReader::of(other).is_none(), "{other}");
    }
    assert!(PartReader::told_from(b"\r\n--frame").is_some() && PartReader::told_from(b"<html>").is_none());
}
