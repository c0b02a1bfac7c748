//! Values of a picture on their way into [`Kept`], and how far those in it are from the picture: what callers
//! ask for with a picture at hand.

use super::{
    coefficients::Coefficients,
    kept::{Errors, HEAD, Kept, TAIL, Table},
    look::{self, Look},
    store::{self, Storing},
    tile::BLOCKS,
};

impl Kept {
    /// Takes the size of a picture; true where that is another one than before: all values are zero then.
    pub fn fit(&mut self, picture: &Coefficients) -> bool {
        let size = picture.jpeg_size();
        if size == self.size {
            return false;
        }
        let blocks = picture.mcus().len();
        *self = Kept {
            size,
            heads: vec![[[0; HEAD]; BLOCKS]; blocks],
            tails: vec![[[0; TAIL]; BLOCKS]; blocks],
            masks: vec![[0; BLOCKS]; blocks],
        };
        true
    }

    /// Quantises MCUs of a picture of this size into their places. `weights` has one entry for each MCU of
    /// the picture; those of the chosen ones become how many values are not zero.
    pub fn keep(&mut self, picture: &Coefficients, table: &Table, blocks: &[u32], weights: &mut [u16]) {
        let storing = &mut Storing { table, kept: self, weights };
        match picture.avx2() {
            #[cfg(target_arch = "x86_64")]
            Some(avx2) => avx2.store(picture.mcus(), blocks, storing),
            _ => store::store(picture.mcus(), blocks, storing),
        }
    }
}

impl Coefficients {
    /// Finds the errors of the MCUs `blocks`, each into its place of `errors`: what is kept against this
    /// picture, and this picture at the table's quality against itself. What the look goes by is of this
    /// picture's size.
    pub fn look(&self, look: &Look, blocks: &[u32], errors: &mut [Errors]) {
        match self.avx2() {
            #[cfg(target_arch = "x86_64")]
            Some(avx2) => avx2.look(self.mcus(), look, blocks, errors),
            _ => look::look(self.mcus(), look, blocks, errors),
        }
    }
}

#[cfg(test)]
mod tests;
