//! The way into functions that are compiled for AVX2: in go what they take and a proof that the processor has
//! it. What they do belongs to them.

#[cfg(target_arch = "x86_64")]
use crate::coder::{
    block::Block,
    colour, dct,
    kept::{Errors, HEAD, Kept},
    look::{self, Look},
    measure::{self, Renewed},
    moved::Tail,
    scan::{self, Output, Scan},
    store::{self, Storing},
    tile::{BLOCKS, Tile},
};

/// Proof that this processor has AVX2 and the bit instructions that came with it.
#[derive(Clone, Copy, Debug)]
pub(in crate::coder) struct Avx2(());

#[cfg(not(target_arch = "x86_64"))]
impl Avx2 {
    /// Gives no proof: this is another kind of processor.
    pub(in crate::coder) fn detect() -> Option<Self> {
        None
    }
}

#[cfg(target_arch = "x86_64")]
impl Avx2 {
    /// Gives the proof where the processor does.
    pub(in crate::coder) fn detect() -> Option<Self> {
        let all = is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2")
            && is_x86_feature_detected!("lzcnt")
            && is_x86_feature_detected!("popcnt");
        all.then_some(Avx2(()))
    }

    /// Calls [`colour::avx2::convert`].
    pub(in crate::coder) fn convert(self, rows: [&[u8]; 2], pair: usize, tiles: &mut [Tile]) {
        // SAFETY: `self` proves the features.
        unsafe { colour::avx2::convert(rows, pair, tiles) }
    }

    /// Calls [`dct::avx2::transform`].
    pub(in crate::coder) fn transform(self, tiles: &[Tile], blocks: &mut [[Block; BLOCKS]]) {
        // SAFETY: `self` proves the features.
        unsafe { dct::avx2::transform(tiles, blocks) }
    }

    /// Calls [`scan::avx2::push`].
    pub(in crate::coder) fn push(self, scan: &mut Scan, mcus: &[[Block; BLOCKS]], output: &mut Output) {
        // SAFETY: `self` proves the features.
        unsafe { scan::avx2::push(scan, mcus, output) }
    }

    /// Calls [`scan::avx2::push_kept`].
    pub(in crate::coder) fn push_kept(
        self,
        scan: &mut Scan,
        kept: &Kept,
        which: &[u32],
        output: &mut Output,
    ) {
        // SAFETY: `self` proves the features.
        unsafe { scan::avx2::push_kept(scan, kept, which, output) }
    }

    /// Calls [`store::avx2::store`].
    pub(in crate::coder) fn store(self, mcus: &[[Block; BLOCKS]], blocks: &[u32], storing: &mut Storing) {
        // SAFETY: `self` proves the features.
        unsafe { store::avx2::store(mcus, blocks, storing) }
    }

    /// Calls [`measure::avx2::tails`].
    pub(in crate::coder) fn tails(self, mcus: &[[Block; BLOCKS]], tails: &mut [[Tail; BLOCKS]]) {
        // SAFETY: `self` proves the features.
        unsafe { measure::avx2::tails(mcus, tails) }
    }

    /// Calls [`measure::avx2::compare`].
    pub(in crate::coder) fn compare(
        self,
        mcus: &[[Block; BLOCKS]],
        heads: &mut [[[i16; HEAD]; BLOCKS]],
        renewed: Renewed,
        energy: &mut [[u32; 2]],
    ) {
        // SAFETY: `self` proves the features.
        unsafe { measure::avx2::compare(mcus, heads, renewed, energy) }
    }

    /// Calls [`look::avx2::look`].
    pub(in crate::coder) fn look(
        self,
        mcus: &[[Block; BLOCKS]],
        look: &Look,
        blocks: &[u32],
        errors: &mut [Errors],
    ) {
        // SAFETY: `self` proves the features.
        unsafe { look::avx2::look(mcus, look, blocks, errors) }
    }
}
