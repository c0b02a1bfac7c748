//! From a picture to a model's input: resized, set into the model's frame, in its colours and its range.
//!
//! Planes or BGR in, floats out, and the way back from the model's pixels to the picture's. Which model wants
//! what is its own.

use std::{fmt, str::FromStr};

use crate::{
    frame::Picture,
    nouns::picture::{Bgr, Planes},
};

/// Colour order and values that a model was trained with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Range {
    /// Red, green, blue, from 0 to 1: Ultralytics' models and our own detector.
    Rgb01,
    /// Red, green, blue, from 0 to 255.
    Rgb255,
    /// Blue, green, red, from 0 to 255: YOLOX.
    Bgr255,
    /// Red, green, blue with ImageNet's mean taken off, divided by its deviation: CSRNet, DETR.
    ImageNet,
    /// Blue, green, red likewise: NanoDet.
    BgrImageNet,
}

/// What each range is called in settings and metadata.
const NAMES: [(Range, &str); 5] = [
    (Range::Rgb01, "rgb01"),
    (Range::Rgb255, "rgb255"),
    (Range::Bgr255, "bgr255"),
    (Range::ImageNet, "imagenet"),
    (Range::BgrImageNet, "bgr-imagenet"),
];

/// Mean and deviation of ImageNet's pictures on a scale of 0 to 1, in the order red, green, blue: what the
/// published weights of VGG-16 were trained with.
const IMAGENET: [(f32, f32); 3] = [(0.485, 0.229), (0.456, 0.224), (0.406, 0.225)];

/// Sample value around a picture in a detector's input: the grey that YOLO models see in training.
const BORDER: f32 = 114.0;

impl FromStr for Range {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = NAMES.iter().find(|(_, name)| *name == text.trim()).map(|(range, _)| *range);
        found.ok_or_else(|| "must be rgb01, rgb255, bgr255, imagenet or bgr-imagenet".to_owned())
    }
}

impl fmt::Display for Range {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        let name = NAMES.iter().find(|(range, _)| range == self).map_or("", |(_, name)| name);
        to.write_str(name)
    }
}

impl Range {
    /// `value` of colour `channel` (0 red, 1 green, 2 blue) as the model wants it.
    fn scaled(self, channel: usize, value: f32) -> f32 {
        match self {
            Range::Rgb01 => value / 255.0,
            Range::Rgb255 | Range::Bgr255 => value,
            Range::ImageNet | Range::BgrImageNet => {
                let (mean, deviation) = IMAGENET[channel];
                (value / 255.0 - mean) / deviation
            }
        }
    }

    /// The values in place of these for an input of bytes, which holds nothing but 0 to 255.
    pub fn in_bytes(self) -> Range {
        if self.is_bgr() { Range::Bgr255 } else { Range::Rgb255 }
    }

    /// The values in place of these in the order red, green, blue, of which grey is mixed.
    pub fn in_rgb(self) -> Range {
        match self {
            Range::Bgr255 => Range::Rgb255,
            Range::BgrImageNet => Range::ImageNet,
            Range::Rgb01 | Range::Rgb255 | Range::ImageNet => self,
        }
    }

    fn is_bgr(self) -> bool {
        matches!(self, Range::Bgr255 | Range::BgrImageNet)
    }

    /// Number of the input's plane that holds colour `channel`.
    fn plane(self, channel: usize) -> usize {
        if self.is_bgr() { 2 - channel } else { channel }
    }

    /// Value around the picture; ImageNet's mean is zero, like the borders inside the model.
    fn border(self, channel: usize) -> f32 {
        if matches!(self, Range::ImageNet | Range::BgrImageNet) { 0.0 } else { self.scaled(channel, BORDER) }
    }
}

/// Place of a smaller picture in a model's input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// In the middle, as Ultralytics' models are trained.
    Centre,
    /// At the upper left, as YOLOX is.
    Corner,
}

/// A picture in a model's input: as large as fits, its shape kept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Letterbox {
    picture: (usize, usize),
    input: (usize, usize),
    left: usize,
    top: usize,
    width: usize,
    height: usize,
}

impl Letterbox {
    /// A picture of that width and height in an input of that width and height; all at least 1.
    pub fn new(picture: (usize, usize), input: (usize, usize), align: Align) -> Letterbox {
        let scale = (input.0 as f64 / picture.0 as f64).min(input.1 as f64 / picture.1 as f64);
        let fitted = |length: usize, limit: usize| ((length as f64 * scale).round() as usize).clamp(1, limit);
        let (width, height) = (fitted(picture.0, input.0), fitted(picture.1, input.1));
        let (left, top) = match align {
            Align::Centre => ((input.0 - width) / 2, (input.1 - height) / 2),
            Align::Corner => (0, 0),
        };
        Letterbox { picture, input, left, top, width, height }
    }

    /// A place of the input as a place of the picture, both in pixels; outside the picture it is the nearest
    /// one inside.
    pub fn to_picture(self, [x, y]: [f32; 2]) -> [f32; 2] {
        let back = |at: f32, offset: usize, fitted: usize, length: usize| {
            ((at - offset as f32) * length as f32 / fitted as f32).clamp(0.0, length as f32)
        };
        [back(x, self.left, self.width, self.picture.0), back(y, self.top, self.height, self.picture.1)]
    }

    /// A place of the picture, as fractions of it, in pixels of the input.
    pub fn place(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        [self.left as f64 + x * self.width as f64, self.top as f64 + y * self.height as f64]
    }

    /// The model's input, three planes of `input.0 * input.1` values. Resized linearly between the nearest
    /// pixels, which is what models see in training (OpenCV's `INTER_LINEAR`).
    pub fn fill(&self, picture: &Picture, range: Range) -> Vec<f32> {
        let plane = self.input.0 * self.input.1;
        let mut values = vec![0.0; 3 * plane];
        for channel in 0..3 {
            values[range.plane(channel) * plane..][..plane].fill(range.border(channel));
        }
        let luma = Taps::pair(self.picture, (self.width, self.height));
        let mut put = |row: usize, column: usize, colour: [f32; 3]| {
            let at = (self.top + row) * self.input.0 + self.left + column;
            for (channel, value) in colour.into_iter().enumerate() {
                values[range.plane(channel) * plane + at] = range.scaled(channel, value);
            }
        };
        match picture {
            Picture::Bgr(bgr) => fill_bgr(bgr, &luma, &mut put),
            Picture::Planes(planes) => fill_planes(planes, &luma, &mut put),
            Picture::Jpeg(jpeg) => {
                // One that does not decode is not looked at, and would be nothing but border.
                if let Ok(planes) = jpeg.planes_in_the_background() {
                    fill_planes(planes, &luma, &mut put);
                }
            }
        }
        values
    }
}

/// For each target sample of an axis the source samples that it is made of.
struct Taps(Vec<Tap>);

/// The two source samples around a target sample.
#[derive(Clone, Copy)]
struct Tap {
    first: usize,
    second: usize,
    /// Share of the second sample, from 0 to 1.
    share: f32,
}

impl Taps {
    /// The taps of columns and of rows from one size to another.
    fn pair(from: (usize, usize), to: (usize, usize)) -> [Taps; 2] {
        [Taps::new(from.0, to.0), Taps::new(from.1, to.1)]
    }

    /// The taps from one number of samples to another, whose centres are at halves.
    fn new(from: usize, to: usize) -> Taps {
        let tap = |n: usize| {
            let at = ((n as f32 + 0.5) * from as f32 / to as f32 - 0.5).clamp(0.0, (from - 1) as f32);
            let first = at as usize;
            Tap { first, second: (first + 1).min(from - 1), share: at - first as f32 }
        };
        Taps((0..to).map(tap).collect())
    }
}

/// The value between two of which the second has a share.
fn mixed(a: f32, b: f32, share: f32) -> f32 {
    a + (b - a) * share
}

/// Resizes BGR, and gives each pixel as red, green and blue.
fn fill_bgr(bgr: &Bgr, [columns, rows]: &[Taps; 2], put: &mut impl FnMut(usize, usize, [f32; 3])) {
    let stride = bgr.width * 3;
    for (row, down) in rows.0.iter().enumerate() {
        let [above, below] = [down.first, down.second].map(|row| &bgr.data[row * stride..][..stride]);
        for (column, across) in columns.0.iter().enumerate() {
            let channel = |n: usize| {
                let [left, right] = [across.first, across.second].map(|column| column * 3 + n);
                let of = |line: &[u8]| mixed(f32::from(line[left]), f32::from(line[right]), across.share);
                mixed(of(above), of(below), down.share)
            };
            put(row, column, [channel(2), channel(1), channel(0)]);
        }
    }
}

/// Resizes planes, and gives each pixel as red, green and blue: JPEG's inverse colour conversion (ITU-T
/// T.871, section 7) of resized samples. Both steps are linear, so their order does not matter but for what
/// is cut off at black and white.
fn fill_planes(planes: &Planes, luma: &[Taps; 2], put: &mut impl FnMut(usize, usize, [f32; 3])) {
    let chroma =
        &Taps::pair((planes.chroma_width(), planes.chroma_height()), (luma[0].0.len(), luma[1].0.len()));
    let narrow = planes.chroma_width();
    for row in 0..luma[1].0.len() {
        let y = resized_row(&planes.y, planes.width, luma, row);
        let u = resized_row(&planes.u, narrow, chroma, row);
        let v = resized_row(&planes.v, narrow, chroma, row);
        for (column, ((y, u), v)) in y.into_iter().zip(u).zip(v).enumerate() {
            let (u, v) = (u - 128.0, v - 128.0);
            let colour = [y + 1.402 * v, y - 0.344_136 * u - 0.714_136 * v, y + 1.772 * u];
            put(row, column, colour.map(|value| value.clamp(0.0, 255.0)));
        }
    }
}

/// Row number `row` of a plane of that width, resized.
fn resized_row(plane: &[u8], width: usize, [columns, rows]: &[Taps; 2], row: usize) -> Vec<f32> {
    let down = rows.0[row];
    let (above, below) = (&plane[down.first * width..][..width], &plane[down.second * width..][..width]);
    let of =
        |line: &[u8], tap: Tap| mixed(f32::from(line[tap.first]), f32::from(line[tap.second]), tap.share);
    columns.0.iter().map(|tap| mixed(of(above, *tap), of(below, *tap), down.share)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bgr(width: usize, height: usize, pixel: impl Fn(usize, usize) -> [u8; 3]) -> Picture {
        let data = (0..height)
            .flat_map(|y| (0..width).map(move |x| (x, y)))
            .flat_map(|(x, y)| pixel(x, y))
            .collect();
        Picture::Bgr(Bgr { width, height, data })
    }

    #[test]
    fn a_picture_keeps_its_shape_and_finds_its_way_back() {
        for (align, left_top) in [(Align::Centre, [0.0, 12.0]), (Align::Corner, [0.0, 0.0])] {
            let letterbox = Letterbox::new((1280, 720), (640, 384), align);
            assert_eq!(letterbox.to_picture(left_top), [0.0, 0.0]);
            assert_eq!(letterbox.to_picture([left_top[0] + 640.0, left_top[1] + 360.0]), [1280.0, 720.0]);
            assert_eq!(letterbox.to_picture([320.0, left_top[1] + 180.0]), [640.0, 360.0]);
            assert_eq!(
                letterbox.to_picture([-5.0, 1000.0]),
                [0.0, 720.0],
                "boxes end at the picture's borders"
            );
            assert_eq!(letterbox.place([0.5, 0.5]), [320.0, f64::from(left_top[1]) + 180.0]);
        }
    }

    #[test]
    fn halving_averages_two_by_two() {
        let picture = bgr(4, 4, |x, y| [(x * 10) as u8, (y * 20) as u8, 200]);
        let values = Letterbox::new((4, 4), (2, 2), Align::Centre).fill(&picture, Range::Rgb255);
        assert_eq!(values, [200.0, 200.0, 200.0, 200.0, 10.0, 10.0, 50.0, 50.0, 5.0, 25.0, 5.0, 25.0]);
    }

    #[test]
    fn colours_are_in_the_models_order_and_range() {
        let picture = bgr(2, 1, |_, _| [10, 20, 30]);
        let fill = |range| Letterbox::new((2, 1), (2, 2), Align::Corner).fill(&picture, range);
        assert_eq!(
            fill(Range::Bgr255),
            [10.0, 10.0, 114.0, 114.0, 20.0, 20.0, 114.0, 114.0, 30.0, 30.0, 114.0, 114.0]
        );
        assert_eq!(fill(Range::Rgb01)[0], 30.0 / 255.0);
        let imagenet = fill(Range::ImageNet);
        assert!((imagenet[0] - (30.0 / 255.0 - 0.485) / 0.229).abs() < 1e-6 && imagenet[2] == 0.0);
    }

    #[test]
    fn bytes_have_whole_values_and_grey_has_one_order() {
        let all = NAMES.map(|(range, _)| range);
        let [rgb, bgr] = [Range::Rgb255, Range::Bgr255];
        assert_eq!(all.map(Range::in_bytes), [rgb, rgb, bgr, rgb, bgr]);
        assert_eq!(all.map(Range::in_rgb), [Range::Rgb01, rgb, rgb, Range::ImageNet, Range::ImageNet]);
    }

    #[test]
    fn planes_and_bgr_show_the_same_colours() {
        let picture = bgr(64, 48, |x, y| [(x * 3) as u8, (y * 4) as u8, 90]);
        let Picture::Bgr(inner) = &picture else { unreachable!("made so") };
        let planes = Picture::Planes(crate::fixtures::planes(inner));
        let letterbox = Letterbox::new((64, 48), (32, 32), Align::Centre);
        let (a, b) = (letterbox.fill(&picture, Range::Rgb255), letterbox.fill(&planes, Range::Rgb255));
        let off = a.iter().zip(&b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(off < 3.0, "{off}");
    }
}
