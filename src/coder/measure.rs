//! What one pass over a frame's coefficients measures: in go MCUs and references of them, out come tails and
//! squared changes. Which frame the references are of belongs to `motion`.

#[cfg(target_arch = "x86_64")]
pub(super) mod avx2;

use super::{
    block::Block,
    kept::HEAD,
    moved::{TURN, Tail},
    tile::BLOCKS,
};

/// Which MCUs' references are renewed, by their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Renewed {
    /// All.
    All,
    /// MCUs with that remainder by [`TURN`].
    Part(usize),
}

impl Renewed {
    /// Whether an MCU's reference is.
    #[inline]
    pub(super) fn has(self, mcu: usize) -> bool {
        match self {
            Renewed::All => true,
            Renewed::Part(part) => mcu % TURN == part,
        }
    }

    /// Gives the same choice for MCUs that begin at that one, counted from their own beginning.
    pub(super) fn behind(self, mcus: usize) -> Self {
        match self {
            Renewed::All => Renewed::All,
            Renewed::Part(part) => Renewed::Part((part + TURN - mcus % TURN) % TURN),
        }
    }
}

/// Measures tails on any processor.
pub(super) fn tails(mcus: &[[Block; BLOCKS]], tails: &mut [[Tail; BLOCKS]]) {
    for (mcu, tails) in mcus.iter().zip(tails) {
        *tails = mcu.each_ref().map(|block| tail(&block.0));
    }
}

/// Finds the squared changes of MCUs' heads against `heads`, luma, then chroma, and renews some of those, on
/// any processor.
pub(super) fn compare(
    mcus: &[[Block; BLOCKS]],
    heads: &mut [[[i16; HEAD]; BLOCKS]],
    renewed: Renewed,
    energy: &mut [[u32; 2]],
) {
    for (at, ((mcu, heads), energy)) in mcus.iter().zip(heads).zip(energy).enumerate() {
        let [a, b, c, d, e, f]: [u32; BLOCKS] = std::array::from_fn(|n| change(&mcu[n].0, &heads[n]));
        *energy = [a + b + c + d, e + f];
        if renewed.has(at) {
            for (head, block) in heads.iter_mut().zip(mcu) {
                head.copy_from_slice(&block.0[..HEAD]);
            }
        }
    }
}

/// Squared change of a block's head. Two pictures' blocks differ by less than 2^28.
fn change(block: &[i16], head: &[i16; HEAD]) -> u32 {
    block.iter().zip(head).map(|(now, was)| u32::from(now.abs_diff(*was)).pow(2)).sum()
}

fn tail(block: &[i16]) -> Tail {
    let magnitudes = || block[HEAD..].iter().map(|value| value.unsigned_abs());
    Tail {
        energy: magnitudes().map(|value| u32::from(value).pow(2)).sum(),
        peak: magnitudes().max().unwrap_or_default(),
    }
}
