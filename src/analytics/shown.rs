//! What a model is shown: the values that its kind wants, as far as its input can hold them.

use super::{engine::Model, picture::Range};

/// The values that a model gets in place of `wanted` ones: whole ones where its input takes bytes, red first
/// where it is grey.
pub fn shown(model: &Model, wanted: Range) -> Range {
    let range = if model.takes_bytes() { wanted.in_bytes() } else { wanted };
    if model.is_grey() { range.in_rgb() } else { range }
}
