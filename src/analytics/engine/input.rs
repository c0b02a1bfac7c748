//! What a model wants as its input, and a picture's planes made into that.
//!
//! Three planes of floats, whatever their range, go in; out comes a tensor of one or three channels, as
//! planes or pixel by pixel, in floats or bytes.

use std::collections::HashSet;

use tract_onnx::{
    pb::{self, tensor_proto::DataType, tensor_shape_proto::dimension::Value},
    prelude::*,
};

use super::error::Unfit;

/// Shares of red, green and blue in grey (ITU-R BT.601), as tools that make grey pictures weigh them.
const GREY: [f32; 3] = [0.299, 0.587, 0.114];

/// Most pixels of an input: planes of floats of so many take 200 MB.
const MOST_PIXELS: usize = 4096 * 4096;

/// What is wanted of a model's input.
const EXPECTED: &str = "one picture is needed, [1, 3, height, width] or [1, height, width, 3], also with \
                        1 channel, of floats or bytes: export the model by itself";

/// The one input of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// Width and height in pixels.
    pub size: (usize, usize),
    /// Number of channels: 3, or 1 for grey.
    pub channels: usize,
    /// Whether all channels of a pixel stand together (NHWC), and not each in a plane of its own (NCHW).
    pub by_pixel: bool,
    /// Whether values are bytes, from 0 to 255.
    pub in_bytes: bool,
    /// Number of pictures that the file wants at once; what makes it 1 is `batch`'s.
    pub batch: usize,
}

impl Input {
    /// The input of a graph, whose open axes become `dynamic_size` (width, height).
    ///
    /// # Errors
    /// Where there are several, or it is no picture: what was found.
    pub fn of(graph: &pb::GraphProto, dynamic_size: (usize, usize)) -> Result<Input, Unfit> {
        let given: HashSet<&str> = graph.initializer.iter().map(|weight| &*weight.name).collect();
        let inputs: Vec<_> = graph.input.iter().filter(|input| !given.contains(&*input.name)).collect();
        let [input] = inputs[..] else {
            let names: Vec<&str> = inputs.iter().map(|input| &*input.name).collect();
            let help = "export the model without post-processing, so that a picture is all that it needs";
            return Err(Unfit::new(format!("has {} inputs ({})", names.len(), names.join(", ")), help));
        };
        let Some((kind, axes)) = kind(input) else {
            return Err(Unfit::new("has an untyped input", EXPECTED));
        };
        let told: Vec<String> = axes.iter().map(|axis| axis.map_or("?".into(), |n| n.to_string())).collect();
        let type_name = DataType::try_from(kind).map_or("?", |kind| kind.as_str_name());
        let found = format!("has the input [{}] of {type_name}", told.join(", "));
        let in_bytes = kind == DataType::Uint8 as i32;
        if !in_bytes && kind != DataType::Float as i32 {
            return Err(Unfit::new(found, EXPECTED));
        }
        let input = laid_out(&axes, dynamic_size).ok_or_else(|| Unfit::new(&*found, EXPECTED))?;
        if input.size.0.checked_mul(input.size.1).is_none_or(|pixels| pixels > MOST_PIXELS) {
            return Err(Unfit::new(found, "export it for a smaller one, of at most 4096x4096 pixels"));
        }
        Ok(Input { in_bytes, ..input })
    }

    /// Length of each axis, for one picture.
    pub fn shape(&self) -> [usize; 4] {
        let (width, height) = self.size;
        if self.by_pixel { [1, height, width, self.channels] } else { [1, self.channels, height, width] }
    }

    /// What tract has to know of the input.
    pub fn fact(&self) -> InferenceFact {
        let kind = if self.in_bytes { u8::datum_type() } else { f32::datum_type() };
        InferenceFact::dt_shape(kind, self.shape())
    }

    /// The tensor of a picture in three planes, in the order red, green, blue where the model wants grey.
    ///
    /// # Errors
    /// Where it is not as many values as the input has pixels, times 3.
    pub fn tensor(&self, planes: &[f32]) -> Result<Tensor, String> {
        let plane = self.size.0 * self.size.1;
        if planes.len() != 3 * plane {
            return Err(format!("{} values in place of 3 x {plane}", planes.len()));
        }
        let grey;
        let planes = if self.channels == 1 {
            grey = in_grey(planes, plane);
            &grey
        } else {
            planes
        };
        let pixels;
        let values = if self.by_pixel && self.channels > 1 {
            let pixel = |n: usize| (0..self.channels).map(move |channel| planes[channel * plane + n]);
            pixels = (0..plane).flat_map(pixel).collect::<Vec<f32>>();
            &pixels
        } else {
            planes
        };
        let made = if self.in_bytes {
            // Floats outside a byte's range become its ends.
            let bytes: Vec<u8> = values.iter().map(|value| value.round() as u8).collect();
            Tensor::from_shape(&self.shape(), &bytes)
        } else {
            Tensor::from_shape(&self.shape(), values)
        };
        made.map_err(|error| error.to_string())
    }
}

/// Three planes as one.
fn in_grey(planes: &[f32], plane: usize) -> Vec<f32> {
    let [red, green, blue] = [0, 1, 2].map(|channel| &planes[channel * plane..][..plane]);
    let colours = red.iter().zip(green).zip(blue);
    colours.map(|((red, green), blue)| GREY[0] * red + GREY[1] * green + GREY[2] * blue).collect()
}

/// ONNX's number of an input's type, and its axes, where their lengths are known.
fn kind(input: &pb::ValueInfoProto) -> Option<(i32, Vec<Option<usize>>)> {
    let pb::type_proto::Value::TensorType(tensor) = input.r#type.as_ref()?.value.as_ref()?;
    let length = |axis: &pb::tensor_shape_proto::Dimension| match axis.value {
        Some(Value::DimValue(length)) => usize::try_from(length).ok().filter(|length| *length > 0),
        _ => None,
    };
    let axes = tensor.shape.as_ref().map(|shape| shape.dim.iter().map(length).collect());
    Some((tensor.elem_type, axes.unwrap_or_else(|| vec![None; 4])))
}

/// The input whose axes these are, if they are a picture's; channels that are left open are three planes.
fn laid_out(axes: &[Option<usize>], dynamic_size: (usize, usize)) -> Option<Input> {
    let &[batch, second, third, fourth] = axes else { return None };
    let colours = |channels: Option<usize>| channels.is_none_or(|channels| matches!(channels, 1 | 3));
    let by_pixel = !matches!(second, Some(1 | 3)) && matches!(fourth, Some(1 | 3));
    let (channels, height, width) = if by_pixel { (fourth, second, third) } else { (second, third, fourth) };
    let size = (width.unwrap_or(dynamic_size.0), height.unwrap_or(dynamic_size.1));
    let input =
        Input { size, channels: channels.unwrap_or(3), by_pixel, in_bytes: false, batch: batch.unwrap_or(1) };
    (colours(channels) && size.0 > 0 && size.1 > 0).then_some(input)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The input of these axes, 0 for open ones, or what is said about it.
    fn of(kind: DataType, axes: &[i64]) -> Result<Input, Unfit> {
        let mut made = super::super::made::Made::new();
        made.input("x", kind, axes);
        Input::of(&made.graph, (6, 4))
    }

    #[test]
    fn layout_channels_and_type_are_told_from_the_file() {
        let input =
            |size, channels, by_pixel, in_bytes, batch| Input { size, channels, by_pixel, in_bytes, batch };
        let float = DataType::Float;
        let told = [
            (float, [1, 3, 0, 0], input((6, 4), 3, false, false, 1)),
            (float, [0, 0, 0, 0], input((6, 4), 3, false, false, 1)),
            (float, [4, 3, 8, 9], input((9, 8), 3, false, false, 4)),
            (float, [1, 8, 9, 3], input((9, 8), 3, true, false, 1)),
            (float, [1, 1, 8, 9], input((9, 8), 1, false, false, 1)),
            (DataType::Uint8, [1, 0, 0, 3], input((6, 4), 3, true, true, 1)),
        ];
        for (kind, axes, expected) in told {
            assert_eq!(of(kind, &axes), Ok(expected), "{axes:?}");
        }
    }

    #[test]
    fn what_is_no_picture_is_refused_with_what_was_found() {
        for (kind, axes, found) in [
            (DataType::Float, &[1, 4, 8, 8][..], "[1, 4, 8, 8] of FLOAT"),
            (DataType::Float, &[1, 300], "[1, 300] of FLOAT"),
            (DataType::Int64, &[1, 3, 0, 8], "[1, 3, ?, 8] of INT64"),
        ] {
            let unfit = of(kind, axes).expect_err("no picture");
            assert!(unfit.found.contains(found) && unfit.help.contains("[1, 3, height, width]"), "{unfit:?}");
        }
        let mut made = super::super::made::Made::new();
        made.input("images", DataType::Float, &[1, 3, 8, 8]);
        made.input("sizes", DataType::Int64, &[1, 2]);
        let unfit = Input::of(&made.graph, (6, 4)).expect_err("two inputs");
        assert_eq!(unfit.found, "has 2 inputs (images, sizes)");
    }

    #[test]
    fn an_input_that_no_memory_holds_is_refused() {
        assert!(of(DataType::Float, &[1, 3, 4096, 4096]).is_ok());
        for [height, width] in [[4096, 4097], [100_000, 100_000], [i64::MAX, i64::MAX]] {
            let unfit = of(DataType::Float, &[1, 3, height, width]).expect_err("too large");
            assert!(
                unfit.found.contains(&height.to_string()) && unfit.help.contains("4096x4096"),
                "{unfit:?}"
            );
        }
    }

    #[test]
    fn planes_become_pixels_bytes_and_grey() {
        let planes = [1.0, 2.0, 10.0, 20.0, 99.6, 300.0];
        let input =
            |channels, by_pixel, in_bytes| Input { size: (2, 1), channels, by_pixel, in_bytes, batch: 1 };
        let pixels = input(3, true, false).tensor(&planes).expect("fits");
        assert_eq!(pixels, tensor4(&[[[[1.0f32, 10.0, 99.6], [2.0, 20.0, 300.0]]]]));
        let bytes = input(3, false, true).tensor(&planes).expect("fits");
        assert_eq!(bytes, tensor4(&[[[[1u8, 2]], [[10, 20]], [[100, 255]]]]));
        let grey = input(1, false, true).tensor(&planes).expect("fits");
        assert_eq!(grey, tensor4(&[[[[18u8, 47]]]]));
        assert!(input(3, false, false).tensor(&planes[1..]).is_err());
    }
}
