//! The segment that tells which blocks of the picture a delta frame holds: bytes in, checked runs out, and
//! the reverse.
//!
//! The segment is an APP11, which decoders skip, and stands right behind the comment. A second comment would
//! hide the first from readers that know the last one only. What becomes of the blocks is the reader's.

use std::iter;

use thiserror::Error;

/// Marker of the segment (ITU-T T.81, table B.1).
const APP11: [u8; 2] = [0xFF, 0xEB];
/// Marker of a JPEG's start.
const SOI: [u8; 2] = [0xFF, 0xD8];
/// Marker of a comment segment.
const COM: [u8; 2] = [0xFF, 0xFE];
/// First bytes of the segment: JPEG's box format, the known user of APP11, begins with `JP`.
const MAGIC: [u8; 4] = *b"SCD1";
/// Width and height of a block in pixels.
pub const BLOCK: usize = 16;
/// Most runs of a segment.
pub const MOST_RUNS: usize = 4096;
/// Bits that a byte of a varint carries.
const VARINT_BITS: u32 = 7;
/// Bit of a byte that another one follows.
const CONTINUES: u8 = 0x80;

/// Neighbouring blocks in the order of rows: some that stay as they are, then some that are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// Blocks left out; zero in the first run only.
    pub skip: u32,
    /// Blocks sent, at least one.
    pub send: u32,
}

/// Which blocks of a picture a delta frame holds, and the picture's size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patch {
    /// Pixels in a row of the composed picture.
    pub width: u16,
    /// Rows of pixels of the composed picture.
    pub height: u16,
    /// Runs through the picture's blocks, row by row; what follows the last one is left out.
    pub runs: Vec<Run>,
}

/// Why a segment is no patch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PatchError {
    /// The segment is another program's.
    #[error("the segment does not begin with SCD1")]
    Foreign,
    /// A number is cut short, longer than it need be, or does not fit.
    #[error("a number of the segment is cut, too long or too large")]
    Number,
    /// A side of the picture is 0 or more than JPEG's 65535.
    #[error("the picture of the segment has no possible size")]
    Size,
    /// A run is empty, or there is none, or there are too many.
    #[error("a run of the segment is empty, or there are none or too many")]
    Run,
    /// A run ends behind the picture.
    #[error("the runs of the segment lead out of the picture")]
    Outside,
}

impl Patch {
    /// The patch of those blocks, which rise, of a picture of that size, width first.
    pub fn of(blocks: &[u32], (width, height): (u16, u16)) -> Patch {
        let mut runs: Vec<Run> = Vec::new();
        let mut next = 0;
        for block in blocks {
            match runs.last_mut() {
                Some(run) if *block == next => run.send += 1,
                _ => runs.push(Run { skip: block.saturating_sub(next), send: 1 }),
            }
            next = block + 1;
        }
        Patch { width, height, runs }
    }

    /// Blocks in a row of the picture.
    pub fn columns(&self) -> usize {
        usize::from(self.width).div_ceil(BLOCK)
    }

    /// Rows of blocks of the picture.
    pub fn rows(&self) -> usize {
        usize::from(self.height).div_ceil(BLOCK)
    }

    /// The blocks that are sent, in their order.
    pub fn blocks(&self) -> impl Iterator<Item = u32> + '_ {
        let mut next = 0;
        self.runs.iter().flat_map(move |run| {
            let start = next + run.skip;
            next = start + run.send;
            start..next
        })
    }

    /// The segment, with its marker and its length. Of more than [`MOST_RUNS`] runs the rest is left out.
    pub fn segment(&self) -> Vec<u8> {
        let mut payload = MAGIC.to_vec();
        let runs = self.runs.iter().take(MOST_RUNS).flat_map(|run| [run.skip, run.send]);
        let sizes = [self.width, self.height].map(u32::from);
        sizes.into_iter().chain(runs).for_each(|number| put(&mut payload, number));
        // Runs of one block and gaps below 128 take two bytes, and 4,096 runs of five and five 40 KB: all
        // fit.
        let length = u16::try_from(payload.len() + 2).unwrap_or(u16::MAX);
        [&APP11[..], &length.to_be_bytes(), &payload].concat()
    }

    /// Reads a segment behind its marker and its length.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(payload: &[u8]) -> Result<Patch, PatchError> {
        let mut rest = payload.strip_prefix(&MAGIC).ok_or(PatchError::Foreign)?;
        let mut side = || {
            let side = u16::try_from(number(&mut rest)?).map_err(|_| PatchError::Size)?;
            if side == 0 { Err(PatchError::Size) } else { Ok(side) }
        };
        let (width, height) = (side()?, side()?);
        let runs: Vec<Run> = iter::from_fn(|| (!rest.is_empty()).then(|| run(&mut rest)))
            .take(MOST_RUNS + 1)
            .collect::<Result<_, _>>()?;
        let patch = Patch { width, height, runs };
        patch.check()
    }

    fn check(self) -> Result<Patch, PatchError> {
        let gapless = self.runs.iter().skip(1).any(|run| run.skip == 0);
        let empty = self.runs.iter().any(|run| run.send == 0);
        if gapless || empty || !(1..=MOST_RUNS).contains(&self.runs.len()) {
            return Err(PatchError::Run);
        }
        let end: u64 = self.runs.iter().map(|run| u64::from(run.skip) + u64::from(run.send)).sum();
        if end > (self.columns() * self.rows()) as u64 { Err(PatchError::Outside) } else { Ok(self) }
    }
}

/// Reads the patch of a JPEG that carries one right behind its comment; `None` where no APP11 stands there.
pub fn patch_of(jpeg: &[u8]) -> Option<Result<Patch, PatchError>> {
    let comment = jpeg.strip_prefix(&SOI)?.strip_prefix(&COM)?;
    let behind = comment.get(segment_length(comment)?..)?;
    let segment = behind.strip_prefix(&APP11)?;
    let payload = segment.get(2..segment_length(segment)?).ok_or(PatchError::Number);
    Some(payload.and_then(Patch::read))
}

/// Length of a segment behind its marker, its own two bytes included.
fn segment_length(segment: &[u8]) -> Option<usize> {
    segment.first_chunk::<2>().map(|length| usize::from(u16::from_be_bytes(*length)))
}

/// Appends a number as LEB128: seven bits a byte, the lowest first.
fn put(out: &mut Vec<u8>, mut number: u32) {
    while number >= u32::from(CONTINUES) {
        out.push(number as u8 | CONTINUES);
        number >>= VARINT_BITS;
    }
    out.push(number as u8);
}

/// Takes a number off the front.
fn number(rest: &mut &[u8]) -> Result<u32, PatchError> {
    let (mut number, mut shift) = (0_u64, 0);
    loop {
        let (byte, others) = rest.split_first().ok_or(PatchError::Number)?;
        *rest = others;
        number |= u64::from(byte & !CONTINUES) << shift;
        if byte & CONTINUES == 0 {
            // The last byte of several is never zero: each number has one form only.
            let overlong = *byte == 0 && shift > 0;
            return u32::try_from(number).ok().filter(|_| !overlong).ok_or(PatchError::Number);
        }
        shift += VARINT_BITS;
        if shift > 4 * VARINT_BITS {
            return Err(PatchError::Number);
        }
    }
}

/// Takes a run off the front.
fn run(rest: &mut &[u8]) -> Result<Run, PatchError> {
    Ok(Run { skip: number(rest)?, send: number(rest)? })
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn golden(group: &str) -> Vec<Value> {
        let text = include_str!("../../tests/golden/patches.json");
        let golden: Value = serde_json::from_str(text).expect("golden file is JSON");
        golden[group].as_array().expect("a list").clone()
    }

    fn bytes(case: &Value) -> Vec<u8> {
        let hex = case["hex"].as_str().expect("a text").as_bytes();
        let digit = |digit: u8| (digit as char).to_digit(16).expect("a digit") as u8;
        hex.chunks(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
    }

    #[test]
    fn golden_patches_are_read_and_written_to_the_letter() {
        for case in golden("valid") {
            let payload = bytes(&case);
            let patch = Patch::read(&payload).expect("valid");
            let runs: Vec<[u32; 2]> = patch.runs.iter().map(|run| [run.skip, run.send]).collect();
            let found = serde_json::json!([patch.width, patch.height, runs]);
            assert_eq!(found, serde_json::json!([case["width"], case["height"], case["runs"]]));
            assert_eq!(patch.segment()[4..], payload);
            let blocks: Vec<u32> = patch.blocks().collect();
            assert_eq!(Patch::of(&blocks, (patch.width, patch.height)), patch);
        }
    }

    #[test]
    fn golden_strangers_are_refused() {
        for case in golden("invalid") {
            assert!(Patch::read(&bytes(&case)).is_err(), "{}", case["why"]);
        }
    }

    #[test]
    fn the_patch_stands_behind_the_comment_and_a_cut_one_is_an_error() {
        let patch = Patch::of(&[0, 1, 2, 80], (1280, 720));
        let head = [&[0xFF, 0xD8, 0xFF, 0xFE, 0, 4, 65, 66][..], &patch.segment()].concat();
        assert_eq!(patch_of(&head), Some(Ok(patch)));
        assert_eq!(patch_of(&head[..8]), None);
        for end in 13..head.len() {
            assert_ne!(patch_of(&head[..end]).and_then(Result::ok), patch_of(&head).and_then(Result::ok));
        }
    }
}
