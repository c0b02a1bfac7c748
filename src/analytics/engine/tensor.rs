//! A model's output as plain numbers.

use tract_onnx::prelude::Tensor;

use super::told::told;

/// A tensor of 32-bit floats, the last axis running fastest.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor32 {
    /// Length of each axis.
    pub shape: Vec<usize>,
    /// The values; some may be infinite or no numbers, which costs what is read from them.
    pub values: Vec<f32>,
}

impl Tensor32 {
    /// An output's values; whole numbers become floats.
    ///
    /// # Errors
    /// Where they are no numbers at all, such as texts.
    pub fn of(output: &Tensor) -> Result<Tensor32, String> {
        let floats = output.cast_to::<f32>().map_err(|error| told(&error))?;
        let view = floats.to_plain_array_view::<f32>().map_err(|error| told(&error))?;
        Ok(Tensor32 { shape: view.shape().to_vec(), values: view.iter().copied().collect() })
    }

    /// Whether each value is a number.
    pub fn is_finite(&self) -> bool {
        self.values.iter().all(|value| value.is_finite())
    }
}
