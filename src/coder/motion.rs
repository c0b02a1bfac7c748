//! How far blocks have moved, measured once a frame and tier for all levels: in go pictures, out comes what a
//! level may leave out of its look. Whether it does is not decided here.
//!
//! Each block is compared with a reference of its own, which is renewed every few frames, a part of the
//! blocks a frame. A level that looked at a block in the frame of its reference knows how much room that
//! left; where the change since is small against it, the block need not be looked at again before its next
//! turn: at 34 FPS what a level overlooks lasts 0.24 s.

use super::{
    block::Block,
    kept::HEAD,
    measure::{self, Renewed},
    moved::{Moved, TURN, Tail},
    size::JpegSize,
    sys::avx2::Avx2,
    tile::BLOCKS,
};

/// MCUs that are transformed and measured at a time: each is read twice, and so many stay in the first-level
/// cache.
pub(super) const PIECE: usize = 16;

/// Blocks of which one tells of noise: whichever turn it is, some of all others do.
const EACH: usize = 7;
/// Of so many of these one changed less than noise is taken to do.
const LESS: usize = 10;

/// References of one tier of a camera.
#[derive(Default)]
pub struct Motion {
    size: JpegSize,
    /// Number of the last frame.
    number: u64,
    /// Frames measured: numbers may leave some out, turns must not.
    frames: usize,
    heads: Vec<[[i16; HEAD]; BLOCKS]>,
    /// Number of the frame that each block's reference is of.
    since: Vec<u64>,
}

impl Motion {
    /// References of no picture.
    pub fn new() -> Self {
        Motion::default()
    }

    /// What blocks change that stand still; those whose reference is this very frame have not changed at all.
    fn noise(&self, moved: &Moved, class: usize) -> u32 {
        let places = moved.energy.iter().zip(&moved.since).step_by(EACH);
        let compared = places.filter(|(_, since)| **since != self.number);
        let mut energy: Vec<u32> = compared.map(|(energy, _)| energy[class]).collect();
        let at = energy.len() / LESS;
        if energy.is_empty() { 0 } else { *energy.select_nth_unstable(at).1 }
    }
}

/// What a picture is measured by, also while it is taken, when it is in the processor's caches.
///
/// Of a frame that is not behind the last one nothing is compared, and every level looks at every block; so
/// it does at one of another size.
pub struct Gauge<'a> {
    /// References of the picture's tier.
    pub motion: &'a mut Motion,
    /// Number of the frame.
    pub number: u64,
    /// What moved in it.
    pub moved: &'a mut Moved,
}

impl<'a> Gauge<'a> {
    /// Begins to measure a picture of so many MCUs.
    pub(super) fn begin(self, size: JpegSize, blocks: usize, avx2: Option<Avx2>) -> Measuring<'a> {
        let Gauge { motion, number, moved } = self;
        moved.number = number;
        moved.tails.resize(blocks, [Tail::default(); BLOCKS]);
        moved.since.clear();
        moved.noise = [0; 2];
        if number <= motion.number {
            moved.energy.clear();
            return Measuring { motion, moved, size, renewed: None, avx2 };
        }
        motion.frames = motion.frames.wrapping_add(1);
        let renewed = if size == motion.size { Renewed::Part(motion.frames % TURN) } else { Renewed::All };
        // Until the end: where it is not reached, as by a panic, nobody knows which references are renewed.
        (motion.size, motion.number) = (JpegSize::default(), number);
        motion.heads.resize(blocks, [[0; HEAD]; BLOCKS]);
        motion.since.resize(blocks, 0);
        moved.energy.resize(blocks, [0; 2]);
        Measuring { motion, moved, size, renewed: Some(renewed), avx2 }
    }
}

/// A frame that is measured piece by piece.
pub(super) struct Measuring<'a> {
    motion: &'a mut Motion,
    moved: &'a mut Moved,
    size: JpegSize,
    /// Which references are renewed; `None` where nothing is compared.
    renewed: Option<Renewed>,
    avx2: Option<Avx2>,
}

impl Measuring<'_> {
    /// Takes the MCUs from `first` on, up to [`PIECE`] of them.
    pub fn take(&mut self, first: usize, mcus: &[[Block; BLOCKS]]) {
        let Measuring { motion, moved, renewed, avx2, .. } = self;
        let places = first..first + mcus.len();
        let tails = &mut moved.tails[places.clone()];
        match avx2 {
            #[cfg(target_arch = "x86_64")]
            Some(avx2) => avx2.tails(mcus, tails),
            _ => measure::tails(mcus, tails),
        }
        let Some(renewed) = renewed.map(|renewed| renewed.behind(first)) else { return };
        let (heads, energy) = (&mut motion.heads[places.clone()], &mut moved.energy[places]);
        match avx2 {
            #[cfg(target_arch = "x86_64")]
            Some(avx2) => avx2.compare(mcus, heads, renewed, energy),
            _ => measure::compare(mcus, heads, renewed, energy),
        }
    }

    /// Ends behind the last piece.
    pub fn end(self) {
        let Measuring { motion, moved, size, renewed, .. } = self;
        let Some(renewed) = renewed else { return };
        motion.size = size;
        for (_, since) in motion.since.iter_mut().enumerate().filter(|(at, _)| renewed.has(*at)) {
            *since = motion.number;
        }
        moved.since.extend_from_slice(&motion.since);
        moved.noise = [0, 1].map(|class| motion.noise(moved, class));
    }
}

#[cfg(test)]
mod tests;
