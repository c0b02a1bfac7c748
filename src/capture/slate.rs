//! The picture shown while there is none: says which camera, and why.
//!
//! When it is shown is `life`'s.

use crate::{frame::Planes, text::paint_text};

/// Dark, so that nobody takes it for a picture.
const BACKGROUND: u8 = 40;

/// Width and height of a character before scaling, in pixels.
const GLYPH: usize = 8;

/// Characters in a line: what a phone's width still shows legibly.
const LINE: usize = 46;

/// A slate for `camera` of `size` pixels that says `why`.
pub(super) fn draw(camera: &str, why: &str, (width, height): (usize, usize)) -> Planes {
    let mut planes = Planes::grey(width, height, BACKGROUND);
    let scale = (width / (GLYPH * (LINE + 2))).max(1);
    let mut lines = wrapped(&format!("No picture from camera {camera}"));
    lines.push(String::new());
    lines.extend(wrapped(why));
    let line_height = GLYPH * scale * 3 / 2;
    let top = height.saturating_sub(line_height * lines.len()) / 2;
    for (row, line) in lines.iter().enumerate() {
        let left = width.saturating_sub(line.len() * GLYPH * scale) / 2;
        paint_text(&mut planes, left, top + row * line_height, scale, line);
    }
    planes
}

/// The text in lines of at most [`LINE`] characters, broken between words. Other than ASCII becomes `?`: the font has no more.
fn wrapped(text: &str) -> Vec<String> {
    let ascii: String = text.chars().map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '?' }).collect();
    let mut lines = vec![String::new()];
    for word in ascii.split_whitespace() {
        for piece in word.as_bytes().chunks(LINE).map(String::from_utf8_lossy) {
            let line = lines.last_mut().filter(|line| line.len() + 1 + piece.len() <= LINE);
            match line {
                Some(line) if line.is_empty() => line.push_str(&piece),
                Some(line) => *line = format!("{line} {piece}"),
                None => lines.push(piece.into_owned()),
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_reasons_are_broken_between_words() {
        let lines =
            wrapped("cannot open rtsp://cam.example:8554/live: nothing listens on cam.example port 8554; is the server running?");
        assert!(lines.len() > 2 && lines.iter().all(|line| line.len() <= LINE), "{lines:?}");
        assert!(wrapped(&"x".repeat(200)).iter().all(|line| line.len() <= LINE));
        assert_eq!(wrapped("kein Bild für 2 s"), ["kein Bild f?r 2 s"]);
    }

    #[test]
    fn a_slate_has_the_cameras_size_and_shows_text() {
        for size in [(1280, 720), (161, 91), (16, 16)] {
            let planes = draw("main", "there is no such file", size);
            assert_eq!((planes.width, planes.height), size);
            assert!(planes.y.iter().any(|luma| *luma > 200), "{size:?}");
        }
    }
}
