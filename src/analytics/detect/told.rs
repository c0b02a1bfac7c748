//! What a model's file says about itself, as far as it tells how its outputs are laid out. Pure.

use super::{super::picture::Range, family::Family};

/// Values of a candidate that say which part of the prototypes is its mask, where the file has none: as in
/// Ultralytics' models.
const COEFFICIENTS: usize = 32;

/// Values of the key points of a person in COCO: place and visibility of 17.
const KEY_POINTS: usize = 51;

/// What a file says about itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Told {
    /// What the model does (`task`): detect, segment, pose, obb, classify.
    pub task: Option<String>,
    /// Number of classes that are named.
    pub names: Option<usize>,
    /// The largest stride (`stride`).
    pub stride: Option<usize>,
    /// The family (`head`).
    pub head: Option<Family>,
    /// Values of the key points of a pose (`kpt_shape`).
    pub key_points: Option<usize>,
    /// Whether the suppression is inside (`end2end`).
    pub end_to_end: bool,
    /// Whether the file was made of a TensorFlow model, whose corners have y before x.
    pub from_tensorflow: bool,
    /// What the model wants to see (`input`, or that of Ultralytics' models).
    pub input: Option<Range>,
}

/// Programs that make ONNX files of TensorFlow's models, as they name themselves.
const OF_TENSORFLOW: [&str; 3] = ["tf2onnx", "keras2onnx", "tflite2onnx"];

impl Told {
    /// What metadata say, of which `of` gives the value of a key; `names` is the number of classes named.
    pub fn of<'a>(of: impl Fn(&str) -> Option<&'a str>, names: Option<usize>) -> Told {
        let word = |key: &str| of(key).map(|text| text.trim().to_ascii_lowercase());
        let ultralytics = word("author").filter(|name| name == "ultralytics").map(|_| Range::Rgb01);
        Told {
            task: word("task"),
            names,
            stride: of("stride").and_then(|text| numbers(text).into_iter().max()),
            head: of("head").and_then(Family::named),
            key_points: of("kpt_shape").map(numbers).and_then(|all| match all[..] {
                [points, values] => points.checked_mul(values),
                _ => None,
            }),
            end_to_end: word("end2end").is_some_and(|text| text == "true"),
            from_tensorflow: false,
            input: of("input").and_then(|text| text.parse().ok()).or(ultralytics),
        }
    }

    /// What the program that wrote the file says by its name.
    pub fn by(self, producer: &str) -> Told {
        let producer = producer.to_ascii_lowercase();
        Told { from_tensorflow: OF_TENSORFLOW.iter().any(|name| producer.contains(name)), ..self }
    }

    /// Whether the model does that.
    pub fn is(&self, task: &str) -> bool {
        self.task.as_deref() == Some(task)
    }

    /// Numbers of values that may follow the class scores of a candidate, the likeliest first: none, those of
    /// a mask (`prototypes`, if the model gives any), those of key points, or an angle.
    pub fn extras(&self, prototypes: Option<usize>) -> Vec<Extra> {
        let mask = [Extra::Mask(prototypes.unwrap_or(COEFFICIENTS))];
        let points = [Extra::Points(self.key_points.unwrap_or(KEY_POINTS))];
        match self.task.as_deref() {
            Some("segment") => mask.to_vec(),
            Some("pose") => points.to_vec(),
            Some("obb") => vec![Extra::Angle],
            Some("detect") => vec![Extra::Nothing],
            _ if prototypes.is_some() => [&mask[..], &[Extra::Nothing]].concat(),
            _ => [&[Extra::Nothing], &mask[..], &points, &[Extra::Angle]].concat(),
        }
    }
}

/// Values of a candidate behind its class scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extra {
    /// None.
    Nothing,
    /// Coefficients of a mask, and how many.
    Mask(usize),
    /// Values of key points, and how many.
    Points(usize),
    /// The angle of a turned box.
    Angle,
}

impl Extra {
    /// Number of values.
    pub fn width(self) -> usize {
        match self {
            Extra::Nothing => 0,
            Extra::Mask(width) | Extra::Points(width) => width,
            Extra::Angle => 1,
        }
    }
}

/// The whole numbers in a text, such as `[17, 3]`.
fn numbers(text: &str) -> Vec<usize> {
    text.split(|letter: char| !letter.is_ascii_digit()).filter_map(|digits| digits.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_of_exports_are_understood() {
        let of = |key: &str| match key {
            "task" => Some("Pose"),
            "stride" => Some("32"),
            "kpt_shape" => Some("[5, 2]"),
            "head" => Some("YOLOX"),
            "author" => Some("Ultralytics"),
            _ => None,
        };
        let told = Told::of(of, Some(1));
        assert!(told.is("pose") && told.stride == Some(32) && !told.end_to_end);
        assert_eq!((told.extras(None), told.head), (vec![Extra::Points(10)], Some(Family::Yolox)));
        assert_eq!(told.input, Some(Range::Rgb01));
        assert_eq!(Told::of(|key| (key == "input").then_some("imagenet"), None).input, Some(Range::ImageNet));
        let huge = |key: &str| (key == "kpt_shape").then_some("[4611686018427387904, 8]");
        assert_eq!(Told::of(huge, None).key_points, None, "more than can be counted");
        assert_eq!(Told::default().extras(Some(16))[0], Extra::Mask(16));
    }
}
