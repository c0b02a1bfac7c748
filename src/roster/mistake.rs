//! What is wrong with the text of a cameras file, and in which line. Pure.

use std::ops::Range;

use thiserror::Error;

/// What is wrong with the text.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("line {line}: {why}")]
pub struct Mistake {
    /// Number of the line, from 1.
    pub line: usize,
    /// What is wrong and what is allowed.
    pub why: String,
}

impl Mistake {
    /// What is wrong with the bytes of `span` of a text, or with the text as a whole.
    pub fn at(text: &str, span: Option<Range<usize>>, why: String) -> Self {
        let before = text.bytes().take(span.map_or(0, |span| span.start));
        Mistake { line: before.filter(|byte| *byte == b'\n').count() + 1, why }
    }
}
