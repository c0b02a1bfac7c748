//! Some blocks as one message: in go kept values and which of them, out comes the frame that carries them.

use std::sync::Arc;

use crate::{
    coder::{CoderError, Huffman, Kept, Packing, shape},
    frame::{Changed, EncodedFrame, Facts},
    nouns::quality::Rung,
    protocol::{Delta, Patch},
};

/// What a message is made of.
pub struct Parcel<'a> {
    /// Name of the camera.
    pub camera: &'a str,
    /// Stream that the frame is of.
    pub rung: Rung,
    /// Frame that the blocks are of.
    pub facts: Facts,
    /// Values of the blocks.
    pub kept: &'a Kept,
    /// Quality at which they were kept, 1 to 100.
    pub quality: u8,
    /// Codes by which they are written.
    pub huffman: Huffman,
    /// Blocks, in order; at least one.
    pub which: &'a [u32],
    /// What the comment says; how many blocks there are is filled in.
    pub delta: Delta,
    /// Bytes that the JPEG may take: a guess.
    pub expected: usize,
}

impl Parcel<'_> {
    /// Makes the message; with it comes how many bytes of it are coded data.
    ///
    /// # Errors
    /// Where there is no block.
    pub fn make(&self) -> Result<(Arc<EncodedFrame>, usize), CoderError> {
        let patch = Patch::of(self.which, self.kept.size());
        let delta = Delta { blocks: self.which.len() as u32, ..self.delta };
        let changed = Some(Changed { delta, patch: &patch });
        let mut draft = EncodedFrame::begin_with(self.camera, self.facts, self.rung, changed, self.expected);
        let (columns, _) = shape(self.which.len(), self.kept.columns());
        let &Parcel { quality, huffman, .. } = self;
        let packing = Packing { blocks: self.which, columns, quality, huffman };
        let coded = self.kept.append_packed(&packing, draft.jpeg())?;
        Ok((Arc::new(draft.finish()), coded))
    }
}
