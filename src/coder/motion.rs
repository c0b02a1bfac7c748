//! How far blocks have moved, measured once a frame and tier for all levels: in go pictures, out comes what a
//! level may leave out of its look. Whether it does is not decided here.
//!
//! Each block is compared with a reference of its own, which is renewed every few frames, a part of the
//! blocks a frame. A level that looked at a block in the frame of its reference knows how much room that
//! left; where the change since is small against it, the block need not be looked at again before its next
//! turn: at 34 FPS what a level overlooks lasts 0.24 s.

use super::{
    block::Block,
    coefficients::Coefficients,
    kept::HEAD,
    measure::{self, Renewed, TURN},
    moved::{Moved, Tail},
    size::JpegSize,
    sys::avx2::Avx2,
    tile::BLOCKS,
};

/// MCUs that are measured at a time: each is read twice, and so many stay in the first-level cache.
const PIECE: usize = 32;
const _: () = assert!(PIECE.is_multiple_of(TURN));

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

    /// Measures frame `number` into `moved`, whose buffers are used again. Of a frame that is not behind the
    /// last one nothing is compared, and every level looks at every block; so it does at one of another size.
    pub fn measure(&mut self, picture: &Coefficients, number: u64, moved: &mut Moved) {
        let (mcus, size, avx2) = (picture.mcus(), picture.jpeg_size(), picture.avx2());
        moved.number = number;
        moved.tails.resize(mcus.len(), [Tail::default(); BLOCKS]);
        moved.since.clear();
        moved.noise = [0; 2];
        if number <= self.number {
            moved.energy.clear();
            return tails(avx2, mcus, &mut moved.tails);
        }
        self.frames = self.frames.wrapping_add(1);
        let renewed = if size == self.size { Renewed::Part(self.frames % TURN) } else { Renewed::All };
        (self.size, self.number) = (size, number);
        self.heads.resize(mcus.len(), [[0; HEAD]; BLOCKS]);
        self.since.resize(mcus.len(), 0);
        moved.energy.resize(mcus.len(), [0; 2]);
        let measured = moved.tails.chunks_mut(PIECE).zip(moved.energy.chunks_mut(PIECE));
        let references = self.heads.chunks_mut(PIECE);
        for ((mcus, heads), (tail, energy)) in mcus.chunks(PIECE).zip(references).zip(measured) {
            tails(avx2, mcus, tail);
            match avx2 {
                #[cfg(target_arch = "x86_64")]
                Some(avx2) => avx2.compare(mcus, heads, renewed, energy),
                _ => measure::compare(mcus, heads, renewed, energy),
            }
        }
        for (_, since) in self.since.iter_mut().enumerate().filter(|(at, _)| renewed.has(*at)) {
            *since = number;
        }
        moved.since.extend_from_slice(&self.since);
        moved.noise = [0, 1].map(|class| self.noise(moved, class));
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

fn tails(avx2: Option<Avx2>, mcus: &[[Block; BLOCKS]], tails: &mut [[Tail; BLOCKS]]) {
    match avx2 {
        #[cfg(target_arch = "x86_64")]
        Some(avx2) => avx2.tails(mcus, tails),
        _ => measure::tails(mcus, tails),
    }
}

#[cfg(test)]
mod tests;
