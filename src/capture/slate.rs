//! The picture shown while there is none: says which camera, and why.
//!
//! When it is shown is `life`'s. Text is laid out here so that all of it lies within pictures of any size and
//! shape: as large as the width allows, and on small pictures with fewer words.

use crate::{
    nouns::picture::Planes,
    source::{Reason, ReasonCode},
    tools::text::{GLYPH, paint_text},
};

/// Luma of the background: dark, so that nobody takes it for a picture.
const BACKGROUND: u8 = 40;

/// Characters in a line of a wide picture: what a phone's width still shows legibly.
const WIDE_LINE: usize = 46;

/// Characters in a line of an upright picture, which is shown narrower.
const UPRIGHT_LINE: usize = 28;

/// Room between the text and each side in dots of the font: the text's dark box reaches so far.
const MARGIN: usize = 2;

/// Dots of the font from one line to the next.
const LINE_HEIGHT: usize = GLYPH * 3 / 2;

/// A slate for `camera` of `size` pixels that says `why`.
pub(super) fn draw(camera: &str, why: &Reason, size: (usize, usize)) -> Planes {
    let (width, height) = size;
    let mut planes = Planes::grey(width, height, BACKGROUND);
    let Layout { scale, lines } = Layout::of(&texts(camera, why), size);
    let line_height = LINE_HEIGHT * scale;
    // The last line needs no room behind it.
    let text_height = (line_height * lines.len()).saturating_sub((LINE_HEIGHT - GLYPH) * scale);
    let top = height.saturating_sub(text_height) / 2;
    for (row, line) in lines.iter().enumerate() {
        let left = width.saturating_sub(line.len() * GLYPH * scale) / 2;
        paint_text(&mut planes, left, top + row * line_height, scale, line);
    }
    planes
}

/// What may be said, from everything to a mark, each in paragraphs: the first that has room is.
fn texts(camera: &str, why: &Reason) -> Vec<Vec<String>> {
    let text =
        |paragraphs: &[&str]| paragraphs.iter().map(|text| (*text).to_owned()).collect::<Vec<String>>();
    let short = in_short(why.code);
    vec![
        text(&[&format!("No picture from camera {camera}"), "", &why.text]),
        text(&["No picture", "", &why.text]),
        text(&[&format!("No picture from {camera}"), "", short]),
        text(&["No picture", short]),
        text(&["No picture"]),
        text(&["Off"]),
        text(&["X"]),
    ]
}

/// The kind of trouble in a few short words.
fn in_short(code: ReasonCode) -> &'static str {
    match code {
        ReasonCode::BadAddress => "bad address",
        ReasonCode::HostUnknown => "host not known",
        ReasonCode::Refused => "nobody listens",
        ReasonCode::Unreachable => "no way there",
        ReasonCode::TimedOut => "no answer",
        ReasonCode::LoginWrong | ReasonCode::LoginUnsupported => "login fails",
        ReasonCode::LoginMissing => "login wanted",
        ReasonCode::NotFound => "not found",
        ReasonCode::ServerError => "server error",
        ReasonCode::NotVideo => "no video",
        ReasonCode::HungUp => "hung up",
        ReasonCode::Silent => "sends nothing",
        ReasonCode::NoKeyFrame => "no key frame yet",
        ReasonCode::CodecUnknown => "codec not known",
        ReasonCode::Broken => "broken video",
        ReasonCode::Missing => "not there",
        ReasonCode::Forbidden | ReasonCode::ForbiddenAddress => "not allowed",
        ReasonCode::Busy => "in use",
        ReasonCode::Empty => "empty file",
        ReasonCode::Stopped => "stopped",
        ReasonCode::Internal => "internal fault",
        ReasonCode::Frozen | ReasonCode::NoPicture => "please wait",
    }
}

/// Lines of text, and how many pixels a dot of the font takes each way.
#[derive(Debug, PartialEq)]
struct Layout {
    scale: usize,
    lines: Vec<String>,
}

impl Layout {
    /// The first of `texts` that fits into so many pixels, as large as it may be.
    fn of(texts: &[Vec<String>], (width, height): (usize, usize)) -> Layout {
        let wanted = if width >= height { WIDE_LINE } else { UPRIGHT_LINE };
        let largest = (width / (GLYPH * (wanted + 2))).max(1);
        let fitting = |text: &Vec<String>| {
            (1..=largest).rev().find_map(|scale| {
                let columns = (width / scale).saturating_sub(2 * MARGIN) / GLYPH;
                let rows = (height / scale).saturating_sub(2 * MARGIN + GLYPH) / LINE_HEIGHT + 1;
                let lines = wrapped(text, columns.min(wanted))?;
                (lines.len() <= rows).then_some(Layout { scale, lines })
            })
        };
        // Nothing is legible on fewer pixels than a letter has.
        texts.iter().find_map(fitting).unwrap_or(Layout { scale: 1, lines: Vec::new() })
    }
}

/// The paragraphs in lines of at most `columns` characters, broken between words; `None` where a word would
/// be broken in a narrow picture. Other than ASCII becomes `?`: the font has no more.
fn wrapped(paragraphs: &[String], columns: usize) -> Option<Vec<String>> {
    let mut lines = Vec::new();
    for paragraph in paragraphs {
        let mut line = String::new();
        for word in ascii(paragraph).split_whitespace() {
            // Addresses are longer than any line.
            if word.len() > columns && columns < UPRIGHT_LINE / 2 {
                return None;
            }
            for piece in word.as_bytes().chunks(columns.max(1)).map(String::from_utf8_lossy) {
                if !line.is_empty() && line.len() + 1 + piece.len() > columns {
                    lines.push(std::mem::take(&mut line));
                }
                if !line.is_empty() {
                    line.push(' ');
                }
                line.push_str(&piece);
            }
        }
        lines.push(line);
    }
    Some(lines)
}

fn ascii(text: &str) -> String {
    let letters = text.chars().map(|letter| match letter {
        '…' => "...".to_owned(),
        '–' => "-".to_owned(),
        letter if letter.is_ascii_graphic() || letter == ' ' => letter.to_string(),
        _ => "?".to_owned(),
    });
    letters.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZES: [(usize, usize); 16] = [
        (1280, 720),
        (1920, 1080),
        (3840, 2160),
        (640, 360),
        (360, 640),
        (1080, 1920),
        (320, 240),
        (240, 320),
        (367, 207),
        (176, 144),
        (160, 120),
        (161, 91),
        (96, 96),
        (32, 24),
        (16, 16),
        (4096, 64),
    ];

    fn long() -> Reason {
        let text = "cannot open rtsp://camera-at-the-gate.example:8554/Streaming/Channels/101…: nothing \
                    listens on camera-at-the-gate.example port 8554; \
                    is the server running? (no picture for 25 s)";
        Reason::new(ReasonCode::Refused, text)
    }

    fn layout(why: &Reason, size: (usize, usize)) -> Layout {
        Layout::of(&texts("main", why), size)
    }

    /// Samples of the letters' own brightness.
    fn ink(planes: &Planes) -> usize {
        planes.y.iter().filter(|luma| **luma > 200).count()
    }

    #[test]
    fn all_of_the_text_lies_within_pictures_of_any_size_and_shape() {
        for why in [long(), Reason::new(ReasonCode::Missing, "there is no such file")] {
            for size in SIZES {
                let Layout { scale, lines } = layout(&why, size);
                let mut large = Planes::grey(8192, 4096, BACKGROUND);
                for (row, line) in lines.iter().enumerate() {
                    paint_text(&mut large, 64, 64 + row * LINE_HEIGHT * scale, scale, line);
                }
                let slate = draw("main", &why, size);
                assert_eq!((slate.width, slate.height), size);
                assert!(ink(&slate) > 0 && ink(&slate) == ink(&large), "{size:?}: {lines:?}");
            }
        }
    }

    #[test]
    fn usual_pictures_show_the_whole_reason() {
        for size in SIZES.iter().take(8) {
            let lines = layout(&long(), *size).lines;
            assert!(lines.len() > 3 && lines[0].starts_with("No picture"), "{size:?}: {lines:?}");
            assert_eq!(lines[1..].join(" ").matches("25 s)").count(), 1, "{size:?}: {lines:?}");
        }
    }

    #[test]
    fn text_grows_with_the_picture() {
        let scale = |size| layout(&long(), size).scale;
        assert_eq!([(1280, 720), (3840, 2160), (360, 640), (1080, 1920)].map(scale), [3, 10, 1, 4]);
    }

    #[test]
    fn tiny_pictures_say_the_most_important() {
        let lines = |size| layout(&long(), size).lines;
        assert_eq!(lines((160, 60)), ["No picture from", "main", "", "nobody listens"]);
        assert_eq!(lines((96, 24)), ["No picture"]);
        assert_eq!(lines((32, 24)), ["Off"]);
        assert_eq!(lines((16, 16)), ["X"]);
        assert_eq!(lines((4, 4)), [""; 0]);
    }

    #[test]
    fn long_reasons_are_broken_between_words() {
        let wrapped = |text: &str, columns| wrapped(&[text.to_owned()], columns);
        let lines = wrapped(&long().text, 46).expect("wide enough");
        assert!(lines.len() > 2 && lines.iter().all(|line| line.len() <= 46), "{lines:?}");
        assert!(wrapped(&"x".repeat(200), 46).expect("is broken").iter().all(|line| line.len() <= 46));
        assert_eq!(wrapped("kein Bild für … 2 s", 46), Some(vec!["kein Bild f?r ... 2 s".to_owned()]));
        assert_eq!(wrapped("a word", 3), None);
    }
}
