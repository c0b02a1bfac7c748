//! A baseline JPEG coder that makes many qualities of one picture cheaply: in go BGR pictures or planes, out
//! come JPEGs with 4:2:0 chroma, byte for byte those of libjpeg-turbo's plain call or, where wanted, of its
//! optimised one.
//!
//! Colour conversion, subsampling and the cosine transform are done once per picture ([`Coefficients`]); a
//! quality costs quantising and Huffman coding only. A library: scaling pictures, choosing qualities and what
//! stands around a JPEG on the wire do not belong here, and no stage is known to it.
//!
//! ```text
//! Bgr -> colour -> tile -> dct -> Coefficients -> quantise -> scan (list, codes, bits) -> JPEG
//! Planes ----------^                              headers (tables, huffman) --------------^
//! ```
//!
//! Where only what changed is to be coded, values stay with [`Kept`] as they were coded last:
//!
//! ```text
//! Coefficients -> motion -> Moved -> look (errors) -> which? -> keep -> Kept -> packed -> JPEG
//! ```

mod bits;
mod block;
mod codes;
mod coefficients;
mod colour;
mod convert;
mod dct;
mod error;
#[cfg(test)]
mod fixtures;
mod headers;
mod huffman;
mod keep;
mod kept;
mod list;
mod look;
mod measure;
mod motion;
mod moved;
mod packed;
mod quantise;
mod scan;
mod size;
mod store;
mod sys;
mod tables;
mod tile;

pub use coefficients::{Coefficients, Huffman};
pub use convert::convert;
pub use error::CoderError;
pub(crate) use headers::append_standard_tables;
pub use kept::{Errors, Kept, Table};
pub use look::{Enough, Look};
pub use motion::{Gauge, Motion};
pub use moved::Moved;
pub use packed::{Packing, shape};
pub(crate) use size::JpegSize;
