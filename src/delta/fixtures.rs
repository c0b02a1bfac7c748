//! A camera whose pictures tests draw, and viewers that compose what they are sent as a page does.

use std::sync::Arc;

use super::{
    changes::Changes,
    cut::Room,
    held::Held,
    live::{Live, Looked},
    made::Served,
};
use crate::{
    coder::{Coefficients, Huffman, Motion, Moved},
    frame::{EncodedFrame, Facts},
    nouns::{
        form::Part,
        picture::Planes,
        quality::{Level, Rung, Tier},
    },
    protocol::{BLOCK, comment_of, patch_of},
};

/// Width and height of the pictures.
pub const SIZE: (usize, usize) = (320, 240);
/// Blocks in a row of them.
pub const COLUMNS: usize = SIZE.0 / BLOCK;
/// All blocks of one.
pub const BLOCKS: usize = COLUMNS * SIZE.1 / BLOCK;
/// Time between two frames, microseconds.
pub const FRAME_US: u64 = 29_412;

/// The rung of that level at full size.
pub fn rung(level: u32) -> Rung {
    Rung { tier: Tier::Full, level: Level::exactly(level).expect("a level") }
}

/// Waves of light everywhere, shifted by so many pixels.
pub fn waves(shift: usize) -> Planes {
    let mut planes = Planes::grey(SIZE.0, SIZE.1, 0);
    for (n, sample) in planes.y.iter_mut().enumerate() {
        let (x, y) = ((n % SIZE.0 + shift) as f64, (n / SIZE.0) as f64);
        *sample = (120.0 + 50.0 * (x / 4.0).sin() + 40.0 * (y / 7.0 + x / 11.0).sin()) as u8;
    }
    for (n, sample) in planes.u.iter_mut().enumerate() {
        *sample = (128.0 + 30.0 * (n as f64 / 900.0).sin()) as u8;
    }
    planes
}

/// A stream, what it is fed by, and the pictures.
pub struct Bench {
    pub live: Live,
    motion: Motion,
    /// What the camera sees.
    pub planes: Planes,
    pub number: u64,
    /// By how much the camera's clock is ahead, microseconds.
    pub ahead_us: u64,
    noise: u32,
}

impl Bench {
    /// A stream of waves that has got no frame yet.
    pub fn new(rung: Rung) -> Self {
        let live = Live::new(&Arc::from("main"), rung, Level::MAX);
        Bench { live, motion: Motion::new(), planes: waves(0), number: 0, ahead_us: 0, noise: 1 }
    }

    /// The next frame.
    pub fn advance(&mut self) -> Looked {
        self.advance_from(None)
    }

    /// The next frame, with changes of another stream of the camera.
    pub fn advance_from(&mut self, inherited: Option<&Changes>) -> Looked {
        self.number += 1;
        let (picture, mut moved) = (self.picture(), Moved::default());
        self.motion.measure(&picture, self.number, &mut moved);
        let captured_us = self.ahead_us + self.number * FRAME_US;
        let facts = Facts { number: self.number, captured_us, size: SIZE, ..Facts::default() };
        self.live.advance(&picture, &moved, facts, inherited).expect("a picture")
    }

    /// The frame that would be next, as the coder has it.
    pub fn picture(&self) -> Coefficients {
        let mut picture = Coefficients::new();
        picture.load_planes(&self.planes).expect("a picture");
        picture
    }

    /// Makes the first 8 x 8 luma samples of a block so bright.
    pub fn paint(&mut self, block: usize, luma: u8) {
        let (x, y) = (block % COLUMNS * BLOCK, block / COLUMNS * BLOCK);
        for row in 0..8 {
            self.planes.y[(y + row) * SIZE.0 + x..][..8].fill(luma);
        }
    }

    /// Shows other planes, with noise of up to `amplitude` grey values.
    pub fn show(&mut self, planes: &Planes, amplitude: u32) {
        self.planes.copy_from(planes);
        for sample in &mut self.planes.y {
            self.noise = self.noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = (self.noise >> 16) % (2 * amplitude + 1);
            *sample = (u32::from(*sample) + noise).saturating_sub(amplitude).min(255) as u8;
        }
    }

    /// What the server believes that viewers hold.
    pub fn believed(&mut self) -> Planes {
        planes_of(&self.live.serve(None, Room::default()).expect("has a frame").frame.jpeg)
    }

    /// The newest picture as a complete JPEG of that quality shows it.
    pub fn whole(&self, quality: u8) -> Planes {
        planes_of(&self.picture().to_jpeg(quality, Huffman::Standard).expect("a picture"))
    }
}

/// A JPEG's planes, exactly: nothing is smoothed.
pub fn planes_of(jpeg: &[u8]) -> Planes {
    let image = turbojpeg::decompress_to_yuv(jpeg).expect("decodes");
    assert!(image.width.is_multiple_of(BLOCK) && image.height.is_multiple_of(BLOCK), "no odd rows");
    let (luma, chroma) = (image.width * image.height, image.width * image.height / 4);
    let (y, colour) = image.pixels.split_at(luma);
    let (u, v) = colour.split_at(chroma);
    let (width, height) = (image.width, image.height);
    Planes { width, height, y: y.to_vec(), u: u.to_vec(), v: v[..chroma].to_vec() }
}

/// A viewer's picture, and what the server knows of it.
#[derive(Clone)]
pub struct Screen {
    pub planes: Planes,
    pub held: Option<Held>,
    /// Number of the last frame.
    number: u64,
}

impl Screen {
    /// A viewer that has just come.
    pub fn new() -> Self {
        Screen { planes: Planes::grey(SIZE.0, SIZE.1, 7), held: None, number: 0 }
    }

    /// Takes what a viewer is sent that holds what this one does.
    pub fn follow(&mut self, bench: &mut Bench, room: Room) -> Arc<EncodedFrame> {
        let served = bench.live.serve(self.held, room).expect("has a frame");
        self.take(&served);
        served.frame
    }

    /// Takes a frame, as the protocol says.
    pub fn take(&mut self, served: &Served) {
        let frame = &served.frame;
        let packed = planes_of(&frame.jpeg);
        if frame.part == Part::Whole {
            self.planes = packed;
        } else {
            let comment = comment_of(&frame.jpeg).expect("has a comment");
            let delta = comment.delta.expect("is a delta");
            match frame.part {
                Part::Refined => assert_eq!((delta.base, comment.frame), (self.number, self.number)),
                Part::Delta => assert!((delta.base..comment.frame).contains(&self.number), "{delta:?}"),
                _ => assert!(self.number > 0, "has some picture"),
            }
            self.paste(&packed, frame);
        }
        (self.held, self.number) = (Some(served.held), frame.number);
    }

    fn paste(&mut self, packed: &Planes, frame: &EncodedFrame) {
        let patch = patch_of(&frame.jpeg).expect("has a patch").expect("valid");
        assert_eq!((usize::from(patch.width), usize::from(patch.height)), SIZE);
        assert_eq!(patch.blocks().count(), frame.blocks as usize);
        let columns = packed.width / BLOCK;
        for (n, block) in patch.blocks().enumerate() {
            let (from, to) =
                ((n % columns, n / columns), (block as usize % COLUMNS, block as usize / COLUMNS));
            copy((&packed.y[..], packed.width), (&mut self.planes.y[..], SIZE.0), (from, to), BLOCK);
            let halves = (packed.width / 2, SIZE.0 / 2);
            copy((&packed.u[..], halves.0), (&mut self.planes.u[..], halves.1), (from, to), BLOCK / 2);
            copy((&packed.v[..], halves.0), (&mut self.planes.v[..], halves.1), (from, to), BLOCK / 2);
        }
    }

    /// Whether the viewer has all of a frame.
    pub fn is_whole(&self) -> bool {
        self.held.is_some_and(|held| usize::from(held.row) == SIZE.1 / BLOCK)
    }
}

/// Column and row of a block.
type Place = (usize, usize);

/// Copies a block of a plane, of so many samples a side, to a place of another one; planes come with the
/// length of their rows.
fn copy(from: (&[u8], usize), to: (&mut [u8], usize), (source, target): (Place, Place), side: usize) {
    for row in 0..side {
        let at = |place: Place, stride: usize| (place.1 * side + row) * stride + place.0 * side;
        let samples = &from.0[at(source, from.1)..][..side];
        to.0[at(target, to.1)..][..side].copy_from_slice(samples);
    }
}

/// Mean squared difference of luma.
pub fn error(one: &Planes, other: &Planes) -> f64 {
    let squares = one.y.iter().zip(&other.y).map(|(a, b)| f64::from(a.abs_diff(*b)).powi(2));
    squares.sum::<f64>() / one.y.len() as f64
}

/// Mean squared difference of luma in each block.
pub fn errors(one: &Planes, other: &Planes) -> Vec<f64> {
    let mut sums = vec![0.0; BLOCKS];
    for (n, (a, b)) in one.y.iter().zip(&other.y).enumerate() {
        let block = n / SIZE.0 / BLOCK * COLUMNS + n % SIZE.0 / BLOCK;
        sums[block] += f64::from(a.abs_diff(*b)).powi(2) / (BLOCK * BLOCK) as f64;
    }
    sums
}
