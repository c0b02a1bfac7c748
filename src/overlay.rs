//! Overlays: what models found, painted over a picture, for those who have no page that does it.
//!
//! In go planes, what is known of the camera at that moment, and the layers that are wanted; out come the
//! planes with boxes, labels, heat, lines and zones in them, as the page shows them: with the same colours,
//! and things moved to the moment of the frame by the same rules. Pure. Who wants which layers, and where
//! pictures and results come from, is decided elsewhere.
//!
//! ```text
//! age (is a result still true?) -> things (boxes) -> labels ----+
//! marks (lines, zones) -> legends ------------------------------+-> paint -> canvas, strokes, letters
//! density (of people) -> heat ----------------------------------+
//! ```
//!
//! Sizes of strokes and letters are pixels of the picture that is painted: a smaller picture has fewer
//! labels, not smaller ones.

mod age;
mod canvas;
mod density;
mod found;
mod heat;
mod ink;
mod known;
mod labels;
mod legends;
mod letters;
mod marks;
mod page;
mod paint;
mod rect;
mod strokes;
mod texts;
mod things;

pub use self::{
    density::Density,
    found::{Found, paint_density, paint_found},
    heat::Tint,
    known::{Known, Seen, Sheet},
    paint::paint,
};
