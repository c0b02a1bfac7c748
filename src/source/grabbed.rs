//! What reading a source comes to: a picture, a sign of life, and pictures that nobody gets.

use std::time::Duration;

use crate::nouns::reason::Reason;

/// What waiting for the next picture came to.
#[derive(Clone, Debug, PartialEq)]
pub enum Grabbed {
    /// A picture is there; a recording wants it shown at this time, counted from its beginning.
    Picture(Option<Duration>),
    /// No picture yet, but the source lives: it is to be asked again. The reason says what is waited for.
    Nothing(Reason),
}

/// Counts of the pictures that a source had and nobody got, since the counts were last taken.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Unused {
    /// Pictures that cannot be decoded or converted.
    pub broken: u64,
    /// Good pictures that a newer one replaced before they were read.
    pub passed_over: u64,
}
