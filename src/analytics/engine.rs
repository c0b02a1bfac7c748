//! ONNX models through tract, which only this folder names.
//!
//! A file and what its caller needs go in, a checked model comes out that turns one picture into tensors.
//! What the numbers mean is the caller's. Models come from anywhere: one that cannot be loaded is named with
//! what was found and what helps, and a panic while one runs is its caller's fence's.

mod batch;
mod error;
mod file;
mod halves;
mod input;
#[cfg(test)]
pub mod made;
mod model;
mod operators;
mod softmax;
mod suppression;
mod tensor;
mod told;
mod weights;

pub use self::{
    error::EngineError,
    model::{Model, Output},
    suppression::Cut,
    tensor::Tensor32,
    weights::weight_files,
};
