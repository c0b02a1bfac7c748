//! The coder on real pictures: the bytes of libjpeg-turbo at every level, odd sizes included, with the tables
//! of the standard from BGR and with tables made for the picture at every tier. What is kept of a picture:
//! packed, and looked at, against what a decoder shows.

// Each test program uses its own part.
#[allow(dead_code)]
mod support;

use std::{path::PathBuf, time::Duration};

use steadycast::{
    coder::{Coefficients, Errors, Huffman, Kept, Look, Motion, Moved, Packing, Table, convert, shape},
    encode::{Compressor as Turbo, halve},
    frame::Picture,
    nouns::{
        picture::{Bgr, Planes},
        quality::Level,
    },
    source::{Address, Moment, Source, Wish},
};
use support::{media::data, skip};
use turbojpeg::{Compressor, Image, PixelFormat, Subsamp, YuvImage};

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

/// One block of a decoded picture: luma, then both chromas.
fn block_of(image: &YuvImage<Vec<u8>>, (column, row): (usize, usize)) -> Vec<u8> {
    let luma = image.width * image.height;
    let (y, colour) = image.pixels.split_at(luma);
    let (u, v) = colour.split_at(luma / 4);
    let part = |plane: &[u8], stride: usize, side: usize| -> Vec<u8> {
        let rows = (0..side).flat_map(|line| &plane[(row * side + line) * stride + column * side..][..side]);
        rows.copied().collect()
    };
    [part(y, image.width, 16), part(u, image.width / 2, 8), part(v, image.width / 2, 8)].concat()
}

#[test]
fn packed_blocks_of_real_pictures_decode_to_those_of_the_whole() {
    let street = match data("street.jpg") {
        Ok(street) => street,
        Err(reason) => {
            return skip("packed_blocks_of_real_pictures_decode_to_those_of_the_whole", &reason);
        }
    };
    let mut planes = Planes::default();
    let street = photograph(street);
    // Whole blocks, so that planes have no padding.
    let less = (street.width % 16, street.height % 16);
    let rows = street.data.chunks_exact(street.width * 3).take(street.height - less.1);
    let (width, height) = (street.width - less.0, street.height - less.1);
    let data = rows.flat_map(|row| &row[..width * 3]).copied().collect();
    convert(&Bgr { width, height, data }, &mut planes).expect("a picture");
    let mut picture = Coefficients::new();
    picture.load_planes(&planes).expect("a picture");
    for quality in [30, 60, 95] {
        let (table, mut kept) = (Table::new(quality), Kept::new());
        kept.fit(&picture);
        let all: Vec<u32> = (0..kept.blocks() as u32).collect();
        kept.keep(&picture, &table, &all, &mut vec![0; all.len()]);
        let whole = picture.to_jpeg(quality, Huffman::Standard).expect("a picture");
        let whole = turbojpeg::decompress_to_yuv(&whole).expect("decodes");
        for (step, huffman) in [(1, Huffman::Standard), (3, Huffman::Fitted), (47, Huffman::Standard)] {
            let blocks: Vec<u32> = all.iter().copied().step_by(step).collect();
            let (columns, rows) = shape(blocks.len(), kept.columns());
            let mut jpeg = vec![0xFF, 0xD8];
            let packing = Packing { blocks: &blocks, columns, quality, huffman };
            kept.append_packed(&packing, &mut jpeg).expect("has blocks");
            let packed = turbojpeg::decompress_to_yuv(&jpeg).expect("decodes");
            assert_eq!((packed.width, packed.height), (columns * 16, rows * 16));
            for (n, block) in blocks.iter().map(|block| *block as usize).enumerate() {
                let (from, to) = (
                    block_of(&packed, (n % columns, n / columns)),
                    block_of(&whole, (block % kept.columns(), block / kept.columns())),
                );
                assert!(from == to, "block {block} at {quality}");
            }
        }
    }
}

#[test]
fn what_a_look_finds_is_what_a_decoder_shows() {
    let clip = match data("plaza.avi") {
        Ok(clip) => clip,
        Err(reason) => return skip("what_a_look_finds_is_what_a_decoder_shows", &reason),
    };
    let mut planes = Planes::default();
    convert(&clip_picture(clip), &mut planes).expect("a picture");
    let (mut picture, mut moved) = (Coefficients::new(), Moved::default());
    picture.load_planes(&planes).expect("a picture");
    Motion::new().measure(&picture, 1, &mut moved);
    for quality in [30, 60, 90] {
        let (table, mut kept) = (Table::new(quality), Kept::new());
        kept.fit(&picture);
        let all: Vec<u32> = (0..kept.blocks() as u32).collect();
        kept.keep(&picture, &table, &all, &mut vec![0; all.len()]);
        let mut errors = vec![Errors::default(); all.len()];
        picture.look(&Look { kept: &kept, table: &table, moved: &moved, enough: None }, &all, &mut errors);
        assert!(errors.iter().all(|errors| errors.held == errors.own));
        let whole = picture.to_jpeg(quality, Huffman::Standard).expect("a picture");
        let whole = turbojpeg::decompress_to_yuv(&whole).expect("decodes");
        let shown: u64 =
            whole.pixels.iter().zip(&planes.y).map(|(a, b)| u64::from(a.abs_diff(*b)).pow(2)).sum();
        let found = errors.iter().map(|errors| errors.own[0]).sum::<u64>() / 64;
        // A decoder rounds, which adds a twelfth a sample, and cuts off, which takes away.
        let rounding = planes.y.len() as u64 / 6;
        assert!(found.abs_diff(shown) < shown / 20 + rounding, "{found} found, {shown} shown at {quality}");
    }
}
