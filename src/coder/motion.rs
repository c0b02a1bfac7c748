//! How far blocks have moved, measured once a frame and tier for all levels: in go pictures, out comes what a
//! level may leave out of its look. Whether it does is not decided here.
//!
//! Each block is compared with a reference of its own, which is renewed every few frames, a part of the
//! blocks a frame. A level that looked at a block in the frame of its reference knows how much room that
//! left; where the change since is small against it, the block need not be looked at again before its next
//! turn.

use super::{
    coefficients::Coefficients,
    kept::HEAD,
    moved::{Moved, Tail},
    size::JpegSize,
    tile::BLOCKS,
};

/// Frames after which each block's reference is renewed, and each level looks at it: at 34 FPS what a level
/// overlooks lasts 90 ms.
const TURN: u64 = 4;

/// References of one tier of a camera.
#[derive(Default)]
pub struct Motion {
    size: JpegSize,
    /// Number of the last frame.
    number: u64,
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
    /// last one, or of another size, nothing is compared: every level looks at every block.
    pub fn measure(&mut self, picture: &Coefficients, number: u64, moved: &mut Moved) {
        let (mcus, size) = (picture.mcus(), picture.jpeg_size());
        moved.number = number;
        moved.tails.clear();
        moved.tails.extend(mcus.iter().map(|mcu| mcu.each_ref().map(|block| tail(&block.0))));
        moved.since.clear();
        moved.energy.clear();
        let is_late = number <= self.number;
        if is_late {
            return;
        }
        let is_new = size != self.size;
        (self.size, self.number) = (size, number);
        self.heads.resize(mcus.len(), [[0; HEAD]; BLOCKS]);
        self.since.resize(mcus.len(), 0);
        for (at, mcu) in mcus.iter().enumerate() {
            let heads = &mut self.heads[at];
            let [a, b, c, d, e, f]: [u32; BLOCKS] = std::array::from_fn(|n| change(&mcu[n].0, &heads[n]));
            if is_new || at as u64 % TURN == number % TURN {
                for (head, block) in heads.iter_mut().zip(mcu) {
                    head.copy_from_slice(&block.0[..HEAD]);
                }
                self.since[at] = number;
            }
            moved.energy.push([a + b + c + d, e + f]);
        }
        moved.since.extend_from_slice(&self.since);
    }
}

/// Squared change of a block's head. Two pictures' blocks differ by less than 2^28, six of them by less than
/// 2^32.
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
