//! The comment segment that tells which frame a JPEG is: text in, checked fields out, and the reverse.
//!
//! Where the segment goes into the file is here as well; compressing the picture is not.

use std::{fmt, str::FromStr};

use thiserror::Error;

use crate::nouns::{form::Part, quality::Level};

/// Word that each comment segment begins with: the protocol and its version.
const PREFIX: &str = "steadycast/1";

/// Marker of a JPEG's start (ITU-T T.81, table B.1).
const SOI: [u8; 2] = [0xFF, 0xD8];
/// Marker of a comment segment (ITU-T T.81, table B.1).
const COM: [u8; 2] = [0xFF, 0xFE];

/// Which frame this JPEG is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Name of the camera.
    pub camera: String,
    /// Number of the frame, among all that the camera gave in one run of the server. Later messages to a
    /// viewer have higher ones, but for refinements and key frames that were asked for: they may be of the
    /// frame that came last.
    pub frame: u64,
    /// When the source returned the picture, in microseconds since the Unix epoch.
    pub captured_us: u64,
    /// JPEG quality.
    pub level: u8,
    /// Divisor of each axis.
    pub scale: u32,
    /// Number of the frame with which the picture's take may have begun: what was found in an earlier frame
    /// is not to be shown on it. 0 at a camera's beginning, and of slates.
    pub take: u64,
    /// True for the picture shown while the source is lost.
    pub slate: bool,
    /// What a delta frame says besides; `None` for a complete picture.
    pub delta: Option<Delta>,
}

/// What the comment of a delta frame says besides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delta {
    /// Number of the frame that it applies to: that one, or a later one of the same level and scale.
    pub base: u64,
    /// How many blocks the JPEG holds, filler left out; at least one.
    pub blocks: u32,
    /// Bytes that a complete JPEG of the frame would take, reckoned.
    pub whole: u32,
    /// True where any picture of the camera will do as the base, scaled to the size of this one.
    pub sweep: bool,
    /// True for sharper blocks of frame [`Comment::frame`], which was sent before.
    pub refined: bool,
}

impl Delta {
    /// What the frame holds.
    pub fn part(&self) -> Part {
        match self {
            Delta { refined: true, .. } => Part::Refined,
            Delta { sweep: true, .. } => Part::Sweep,
            Delta { .. } => Part::Delta,
        }
    }
}

/// Why a text is no comment of this protocol.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CommentError {
    /// The comment is another program's, or of another version of this protocol.
    #[error("the comment does not begin with {PREFIX:?}")]
    Foreign,
    /// A field is missing or is not what it must be.
    #[error("the comment has no valid {0:?}")]
    Field(&'static str),
}

impl fmt::Display for Comment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Comment { camera, frame, captured_us, level, scale, take, slate, delta } = self;
        write!(
            f,
            "{PREFIX} camera={camera} frame={frame} captured_us={captured_us} level={level} scale={scale}"
        )?;
        if *take > 0 {
            write!(f, " take={take}")?;
        }
        if *slate {
            f.write_str(" slate=1")?;
        }
        delta.map_or(Ok(()), |delta| write!(f, "{delta}"))
    }
}

impl fmt::Display for Delta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Delta { base, blocks, whole, sweep, refined } = self;
        write!(f, " base={base} blocks={blocks} whole={whole}")?;
        if *sweep {
            f.write_str(" sweep=1")?;
        }
        if *refined { f.write_str(" refined=1") } else { Ok(()) }
    }
}

impl FromStr for Comment {
    type Err = CommentError;

    /// Reads the fields in any order; unknown ones are ignored, since a later server may add some.
    fn from_str(text: &str) -> Result<Self, CommentError> {
        let mut words = text.split(' ');
        if words.next() != Some(PREFIX) {
            return Err(CommentError::Foreign);
        }
        let fields: Vec<(&str, &str)> = words.filter_map(|word| word.split_once('=')).collect();
        let find = |name| fields.iter().find(|(key, _)| *key == name).map(|(_, value)| *value);
        let number =
            |name| find(name).and_then(|value| value.parse::<u64>().ok()).ok_or(CommentError::Field(name));
        let level = number("level")?;
        let scale = number("scale")?;
        let is_set = |name| find(name) == Some("1");
        let small = |name| u32::try_from(number(name)?).map_err(|_| CommentError::Field(name));
        let delta = || -> Result<Delta, CommentError> {
            let blocks = small("blocks")?;
            let blocks = Some(blocks).filter(|blocks| *blocks > 0).ok_or(CommentError::Field("blocks"))?;
            let (base, whole) = (number("base")?, small("whole")?);
            Ok(Delta { base, blocks, whole, sweep: is_set("sweep"), refined: is_set("refined") })
        };
        Ok(Comment {
            camera: find("camera").ok_or(CommentError::Field("camera"))?.to_owned(),
            frame: number("frame")?,
            captured_us: number("captured_us")?,
            level: level.try_into().ok().filter(is_level).ok_or(CommentError::Field("level"))?,
            scale: scale.try_into().map_err(|_| CommentError::Field("scale"))?,
            take: find("take").map_or(Ok(0), |_| number("take"))?,
            slate: is_set("slate"),
            delta: find("base").map(|_| delta()).transpose()?,
        })
    }
}

fn is_level(quality: &u8) -> bool {
    Level::at_or_below(u32::from(*quality)).is_some()
}

impl Comment {
    /// Returns the bytes that a JPEG of this frame begins with: SOI and the comment segment. What follows is
    /// the rest of the JPEG after its own SOI.
    pub fn jpeg_head(&self) -> Vec<u8> {
        let text = self.to_string();
        // The length counts itself (two bytes). Camera names are bounded, so the text is far below the
        // segment's 65,533 bytes.
        let length = u16::try_from(text.len() + 2).unwrap_or(u16::MAX);
        [&SOI[..], &COM, &length.to_be_bytes(), text.as_bytes()].concat()
    }
}

/// Reads the comment segment of a JPEG that carries one right after SOI.
///
/// # Errors
/// [`CommentError::Foreign`] where there is no such segment, else those of [`Comment::from_str`].
pub fn comment_of(jpeg: &[u8]) -> Result<Comment, CommentError> {
    let rest =
        jpeg.strip_prefix(&SOI).and_then(|rest| rest.strip_prefix(&COM)).ok_or(CommentError::Foreign)?;
    let (length, rest) = rest.split_first_chunk::<2>().ok_or(CommentError::Foreign)?;
    let length = usize::from(u16::from_be_bytes(*length)).saturating_sub(2);
    let text =
        rest.get(..length).and_then(|text| std::str::from_utf8(text).ok()).ok_or(CommentError::Foreign)?;
    text.parse()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn golden() -> Value {
        serde_json::from_str(include_str!("../../tests/golden/comments.json")).expect("golden file is JSON")
    }

    fn cases(golden: &Value, group: &str) -> Vec<(String, Value)> {
        let cases = golden[group].as_array().expect("a list of cases");
        cases
            .iter()
            .map(|case| (case["text"].as_str().expect("a text").to_owned(), case["fields"].clone()))
            .collect()
    }

    fn fields(comment: &Comment) -> Value {
        let Comment { camera, frame, captured_us, level, scale, take, slate, delta } = comment;
        let mut fields = serde_json::json!({
            "camera": camera, "frame": frame, "captured_us": captured_us,
            "level": level, "scale": scale, "take": take, "slate": slate,
        });
        if let Some(Delta { base, blocks, whole, sweep, refined }) = delta {
            fields["delta"] = serde_json::json!({
                "base": base, "blocks": blocks, "whole": whole, "sweep": sweep, "refined": refined,
            });
        }
        fields
    }

    #[test]
    fn golden_comments_are_read_and_written_to_the_letter() {
        for (text, expected) in cases(&golden(), "valid") {
            let comment: Comment = text.parse().expect(&text);
            assert_eq!(fields(&comment), expected);
            assert_eq!(comment.to_string(), text);
        }
    }

    #[test]
    fn fields_of_a_later_server_are_ignored() {
        for (text, expected) in cases(&golden(), "tolerated") {
            assert_eq!(fields(&text.parse().expect(&text)), expected);
        }
    }

    #[test]
    fn golden_strangers_are_refused() {
        for (text, _) in cases(&golden(), "invalid") {
            assert!(text.parse::<Comment>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_comment_stands_right_after_soi() {
        let (text, _) = cases(&golden(), "valid").remove(0);
        let comment: Comment = text.parse().expect("valid");
        let mut jpeg = comment.jpeg_head();
        assert!(jpeg.starts_with(&[0xFF, 0xD8, 0xFF, 0xFE]));
        jpeg.extend([0xFF, 0xD9]);
        assert_eq!(comment_of(&jpeg), Ok(comment));
    }

    #[test]
    fn a_cut_segment_is_an_error_and_no_panic() {
        let (text, _) = cases(&golden(), "valid").remove(0);
        let jpeg = text.parse::<Comment>().expect("valid").jpeg_head();
        for end in 0..jpeg.len() {
            assert!(comment_of(&jpeg[..end]).is_err(), "{end} bytes");
        }
    }
}
