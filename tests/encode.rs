//! The coder on real pictures: the bytes of libjpeg-turbo at every level, odd sizes included, with the tables
//! of the standard from BGR and with tables made for the picture at every tier.

// Each test program uses its own part.
#[allow(dead_code)]
mod support;

use std::{path::PathBuf, time::Duration};

use steadycast::{
    coder::{Coefficients, Huffman, convert},
    encode::{Compressor as Turbo, halve},
    frame::Picture,
    nouns::{
        picture::{Bgr, Planes},
        quality::Level,
    },
    source::{Address, Moment, Source, Wish},
};
use support::{media::data, skip};
use turbojpeg::{Compressor, Image, PixelFormat, Subsamp};

/// A picture of the clip, about ten seconds into it.
fn clip_picture(clip: PathBuf) -> Bgr {
    let wish = Wish { fps: 34.0, size: (1280, 720), file_fps: None, snapshot_fps: 1.0 };
    let mut source = Source::open(&Address::File(clip), &wish).expect("the clip opens");
    for _ in 0..250 {
        source.grab().expect("the clip is longer");
    }
    match source.retrieve(Moment { time: Duration::ZERO, number: 1 }).expect("a picture") {
        Picture::Planes(planes) => bgr_of(&planes),
        Picture::Bgr(_) | Picture::Jpeg(_) => panic!("FFmpeg's pictures are planes"),
    }
}

/// Planes as blue, green and red, as JFIF has it; each chroma sample for its four pixels.
fn bgr_of(planes: &Planes) -> Bgr {
    let pixel = |n: usize| {
        let (x, y) = (n % planes.width, n / planes.width);
        let at = y / 2 * planes.chroma_width() + x / 2;
        let (luma, cb, cr) =
            (f64::from(planes.y[n]), f64::from(planes.u[at]) - 128.0, f64::from(planes.v[at]) - 128.0);
        [luma + 1.772 * cb, luma - 0.344_136 * cb - 0.714_136 * cr, luma + 1.402 * cr]
            .map(|colour| colour.round().clamp(0.0, 255.0) as u8)
    };
    Bgr { width: planes.width, height: planes.height, data: (0..planes.y.len()).flat_map(pixel).collect() }
}

fn photograph(file: PathBuf) -> Bgr {
    let jpeg = std::fs::read(file).expect("can be read");
    let image = turbojpeg::decompress(&jpeg, PixelFormat::BGR).expect("decodes");
    let rows = image.pixels.chunks_exact(image.pitch).map(|row| &row[..image.width * 3]);
    Bgr { width: image.width, height: image.height, data: rows.flatten().copied().collect() }
}

/// Its upper left part, `less` pixels smaller on each axis.
fn cropped(bgr: &Bgr, less: usize) -> Bgr {
    let (width, height) = (bgr.width - less, bgr.height - less);
    let rows = bgr.data.chunks_exact(bgr.width * 3).take(height);
    Bgr { width, height, data: rows.flat_map(|row| &row[..width * 3]).copied().collect() }
}

#[test]
fn real_pictures_have_the_bytes_of_the_plain_call_at_every_level() {
    let (clip, street) = match (data("plaza.avi"), data("street.jpg")) {
        (Ok(clip), Ok(street)) => (clip, street),
        (Err(reason), _) | (_, Err(reason)) => {
            return skip("real_pictures_have_the_bytes_of_the_plain_call_at_every_level", &reason);
        }
    };
    let mut plain = Compressor::new().expect("starts");
    plain.set_subsamp(Subsamp::Sub2x2).expect("valid");
    let mut coefficients = Coefficients::new();
    for whole in [clip_picture(clip), photograph(street)] {
        for picture in [cropped(&whole, 0), cropped(&whole, 1), cropped(&whole, 7)] {
            coefficients.load_bgr(&picture).expect("a picture");
            let (width, height) = (picture.width, picture.height);
            let image = Image {
                pixels: &picture.data[..],
                width,
                pitch: width * 3,
                height,
                format: PixelFormat::BGR,
            };
            for quality in (30..=95).step_by(5) {
                plain.set_quality(i32::from(quality)).expect("valid");
                let theirs = plain.compress_to_vec(image).expect("compresses");
                let ours = coefficients.to_jpeg(quality, Huffman::Standard).expect("there is a picture");
                assert!(ours == theirs, "{width}x{height} at {quality}");
            }
        }
    }
}

#[test]
fn real_pictures_at_every_tier_have_the_bytes_of_the_optimised_call_at_every_level() {
    let (clip, street) = match (data("plaza.avi"), data("street.jpg")) {
        (Ok(clip), Ok(street)) => (clip, street),
        (Err(reason), _) | (_, Err(reason)) => {
            return skip(
                "real_pictures_at_every_tier_have_the_bytes_of_the_optimised_call_at_every_level",
                &reason,
            );
        }
    };
    let (mut turbo, mut coefficients) = (Turbo::new().expect("starts"), Coefficients::new());
    for whole in [clip_picture(clip), photograph(street)] {
        for picture in [cropped(&whole, 0), cropped(&whole, 1), cropped(&whole, 7)] {
            let (mut planes, mut smaller) = (Planes::default(), Planes::default());
            convert(&picture, &mut planes).expect("a picture");
            for scale in [1, 2, 4, 8] {
                assert_eq!(
                    (planes.width, planes.height),
                    (picture.width.div_ceil(scale), picture.height.div_ceil(scale))
                );
                coefficients.load_planes(&planes).expect("a picture");
                for level in (30..=95).step_by(5).filter_map(Level::at_or_below) {
                    let theirs = turbo.compress_with(&planes, level, Huffman::Fitted).expect("compresses");
                    let ours =
                        coefficients.to_jpeg(level.quality(), Huffman::Fitted).expect("there is a picture");
                    assert!(ours == theirs, "{}x{} at {level}", planes.width, planes.height);
                    let standard =
                        coefficients.to_jpeg(level.quality(), Huffman::Standard).expect("there is a picture");
                    assert!(ours.len() < standard.len(), "{} and {} bytes", ours.len(), standard.len());
                }
                halve(&planes, &mut smaller).expect("a picture");
                std::mem::swap(&mut planes, &mut smaller);
            }
        }
    }
}
