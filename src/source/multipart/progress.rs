//! How far a body has been taken apart.

use super::walk::Walk;

/// What comes next of a body: what its buffer begins with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Progress {
    /// The body's first line, which shows how delimiters are written.
    Start,
    /// Something before the next delimiter.
    Between,
    /// Headers of a part.
    Headers,
    /// A part without a picture so far.
    Part(Filling),
    /// A picture, of which so many bytes hold no delimiter.
    Picture { walk: Walk, searched: usize },
}

/// What a part holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Filling {
    /// Nothing yet.
    Empty,
    /// Something that should have been a picture.
    NoPicture,
    /// Text or sound by its own word.
    Other,
}
