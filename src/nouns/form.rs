//! In which form a viewer gets a camera's frames, and what one message of them holds.

/// Form in which a viewer gets frames.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// Each frame is a complete picture.
    #[default]
    Whole,
    /// Frames hold what changed, key frames in between; the viewer composes the pictures.
    Delta,
}

/// What one message of frames holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Part {
    /// A complete picture.
    #[default]
    Whole,
    /// All blocks that changed after what the viewer has.
    Delta,
    /// A part of a picture that takes several messages: what moves, and further rows from top to bottom.
    Sweep,
    /// Sharper blocks of a frame that was sent before.
    Refined,
}
