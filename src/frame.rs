//! The nouns that travel from capture to viewer: raw pictures, a numbered frame, an encoded frame.
//!
//! Only data and the little that keeps it consistent. How pictures are made belongs to `source`, how they are
//! converted and compressed to `encode`, and who gets a frame to `hub`.

use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;

use crate::{
    jpeg::CameraJpeg,
    nouns::{
        form::Part,
        picture::{Bgr, Planes},
        quality::Rung,
    },
    protocol::{Comment, Delta, LONGEST_HEADER, Opcode, Patch, header},
};

/// A picture as a source gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Picture {
    /// Planes, ready to be compressed.
    Planes(Planes),
    /// Pixels, to be converted first if anybody wants them.
    Bgr(Bgr),
    /// A camera's JPEG, to be decoded first if anybody wants its pixels.
    Jpeg(CameraJpeg),
}

impl Picture {
    /// Width and height in pixels.
    pub fn size(&self) -> (usize, usize) {
        match self {
            Picture::Planes(planes) => (planes.width, planes.height),
            Picture::Bgr(bgr) => (bgr.width, bgr.height),
            Picture::Jpeg(jpeg) => jpeg.size(),
        }
    }

    /// Tells whether there are pixels to look at. For threads of the lowest priority only: a camera's JPEG
    /// that nobody has decoded is decoded by this.
    pub fn decodes_in_the_background(&self) -> bool {
        match self {
            Picture::Planes(_) | Picture::Bgr(_) => true,
            Picture::Jpeg(jpeg) => jpeg.planes_in_the_background().is_ok(),
        }
    }
}

/// A captured picture with its number and its time.
#[derive(Debug)]
pub struct Frame {
    /// Strictly rising within one run of the server, slates included.
    pub number: u64,
    /// When the source returned the picture, in microseconds since the Unix epoch.
    pub captured_us: u64,
    /// Whether this is the picture shown while the source is lost.
    pub slate: bool,
    /// Take that the picture belongs to, by the number from which on frames may be of it: what was found in
    /// an earlier frame says nothing about this one. Another take begins with another source, where a
    /// recording begins again, and with pictures of another size.
    pub take: u64,
    /// What the source gave.
    pub picture: Picture,
}

impl Frame {
    /// A frame of `picture`.
    pub fn new(number: u64, captured_us: u64, picture: Picture) -> Self {
        Frame { number, captured_us, slate: false, take: 0, picture }
    }

    /// The frame as one of that take.
    pub fn of_take(self, take: u64) -> Self {
        Frame { take, ..self }
    }

    /// The picture shown while there is none.
    pub fn slate(number: u64, captured_us: u64, planes: Planes) -> Self {
        Frame { slate: true, ..Frame::new(number, captured_us, Picture::Planes(planes)) }
    }
}

/// What a frame is, without its picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Frame number.
    pub number: u64,
    /// When the source returned the picture, in microseconds since the Unix epoch.
    pub captured_us: u64,
    /// Whether this is the picture shown while the source is lost.
    pub slate: bool,
    /// Take that the picture belongs to; see [`Frame::take`].
    pub take: u64,
    /// Width and height of the full-size picture in pixels.
    pub size: (usize, usize),
}

impl Frame {
    /// What the frame is.
    pub fn facts(&self) -> Facts {
        let Frame { number, captured_us, slate, take, ref picture } = *self;
        Facts { number, captured_us, slate, take, size: picture.size() }
    }
}

/// What the JPEG of a delta frame holds.
#[derive(Clone, Copy, Debug)]
pub struct Changed<'a> {
    /// What the comment says of it.
    pub delta: Delta,
    /// Which blocks these are.
    pub patch: &'a Patch,
}

/// A frame as one rung's viewers get it: a complete JPEG with its comment segment, laid out once and shared.
/// Of a delta frame the JPEG shows the changed blocks.
#[derive(Debug)]
pub struct EncodedFrame {
    /// Frame number.
    pub number: u64,
    /// When the source returned the picture, in microseconds since the Unix epoch.
    pub captured_us: u64,
    /// Level and tier.
    pub rung: Rung,
    /// Width and height of the full-size picture in pixels.
    pub size: (usize, usize),
    /// The JPEG as one WebSocket binary message, header included.
    pub message: Bytes,
    /// The JPEG alone: the end of `message`, sharing its bytes.
    pub jpeg: Bytes,
    /// Whether the JPEG shows the slate.
    pub slate: bool,
    /// What the JPEG shows.
    pub part: Part,
    /// Blocks that a delta frame holds; 0 of a complete picture.
    pub blocks: u32,
}

/// A frame's message while its JPEG is being appended.
#[derive(Debug)]
pub struct Draft {
    facts: Facts,
    rung: Rung,
    part: Part,
    blocks: u32,
    message: Vec<u8>,
}

impl EncodedFrame {
    /// Begins a frame's message with room for the WebSocket header, the JPEG's SOI marker (2 bytes) and the
    /// comment segment. About `expected` bytes will be appended.
    pub fn begin(camera: &str, frame: &Frame, rung: Rung, expected: usize) -> Draft {
        Self::begin_with(camera, frame.facts(), rung, None, expected)
    }

    /// Begins the message of a frame that may be a delta: as [`EncodedFrame::begin`], with the segment of the
    /// blocks behind the comment.
    pub fn begin_with(
        camera: &str,
        facts: Facts,
        rung: Rung,
        changed: Option<Changed>,
        expected: usize,
    ) -> Draft {
        let delta = changed.map(|changed| changed.delta);
        let mut head = Comment {
            camera: camera.to_owned(),
            frame: facts.number,
            captured_us: facts.captured_us,
            level: rung.level.quality(),
            scale: rung.tier.scale(),
            take: facts.take,
            slate: facts.slate,
            delta,
        }
        .jpeg_head();
        if let Some(Changed { patch, .. }) = changed {
            head.extend_from_slice(&patch.segment());
        }
        let mut message = Vec::with_capacity(LONGEST_HEADER + head.len() + expected);
        message.resize(LONGEST_HEADER, 0);
        message.extend_from_slice(&head);
        let part = delta.map_or(Part::Whole, |delta| delta.part());
        Draft { facts, rung, part, blocks: delta.map_or(0, |delta| delta.blocks), message }
    }

    /// Lays out the JPEG `compressed`, for tests that bring their own.
    #[cfg(test)]
    pub fn new(camera: &str, frame: &Frame, rung: Rung, compressed: &[u8]) -> Self {
        let rest = compressed.get(2..).unwrap_or_default();
        let mut draft = Self::begin(camera, frame, rung, rest.len());
        draft.jpeg().extend_from_slice(rest);
        draft.finish()
    }
}

impl Draft {
    /// Gives the place to which all of the JPEG but its SOI marker is appended.
    pub fn jpeg(&mut self) -> &mut Vec<u8> {
        &mut self.message
    }

    /// Writes the WebSocket header. Its length depends on what follows it, so it comes last, at the end of
    /// the room that was left for it.
    pub fn finish(self) -> EncodedFrame {
        let Draft { facts, rung, part, blocks, mut message } = self;
        let header = header(Opcode::Binary, message.len() - LONGEST_HEADER);
        let start = LONGEST_HEADER - header.len();
        message[start..LONGEST_HEADER].copy_from_slice(&header);
        let message = Bytes::from(message).slice(start..);
        let jpeg = message.slice(header.len()..);
        let Facts { number, captured_us, slate, size, .. } = facts;
        EncodedFrame { number, captured_us, rung, size, message, jpeg, slate, part, blocks }
    }
}

/// The wall clock now, in microseconds since the Unix epoch; 0 for a clock set before it.
pub fn now_us() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
}

/// The wall clock now, in seconds since the Unix epoch; 0 for a clock set before it.
pub fn now_s() -> u64 {
    now_us() / 1_000_000
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        nouns::quality::{Level, Tier},
        protocol::{comment_of, patch_of},
    };

    #[test]
    fn message_and_jpeg_share_their_bytes() {
        let frame = Frame::slate(7, 9, Planes::grey(2, 2, 0));
        let rung = Rung { tier: Tier::Full, level: Level::MAX };
        let encoded = EncodedFrame::new("main", &frame, rung, &[0xFF, 0xD8, 0xFF, 0xD9]);
        assert!(encoded.message.ends_with(&encoded.jpeg));
        assert_eq!(encoded.message.as_ptr_range().end, encoded.jpeg.as_ptr_range().end);
        let comment = comment_of(&encoded.jpeg).expect("carries its comment");
        assert_eq!((comment.frame, comment.captured_us, comment.slate), (7, 9, true));
        assert!(encoded.jpeg.ends_with(&[0xFF, 0xD9]));
    }

    #[test]
    fn a_delta_carries_its_words_and_its_blocks_before_the_picture() {
        let frame = Frame::new(7, 9, Picture::Planes(Planes::grey(64, 48, 0)));
        let rung = Rung { tier: Tier::Full, level: Level::MAX };
        let patch = Patch::of(&[1, 2], (64, 48));
        let delta = Delta { base: 6, blocks: 2, whole: 900, ..Delta::default() };
        let changed = Some(Changed { delta, patch: &patch });
        let encoded = EncodedFrame::begin_with("main", frame.facts(), rung, changed, 0).finish();
        assert_eq!((encoded.part, encoded.blocks, encoded.size), (Part::Delta, 2, (64, 48)));
        assert_eq!(comment_of(&encoded.jpeg).expect("carries its comment").delta, Some(delta));
        assert_eq!(patch_of(&encoded.jpeg), Some(Ok(patch)));
    }
}
