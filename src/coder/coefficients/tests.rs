//! Equality with libjpeg-turbo on pictures of many sizes and kinds.

use turbojpeg::{Image, PixelFormat, Subsamp, YuvPlanesImage};

use super::*;
use crate::coder::convert;

/// Sizes around the edges of blocks and MCUs.
const SIZES: [(usize, usize); 16] = [
    (1, 1),
    (2, 2),
    (8, 8),
    (9, 9),
    (16, 16),
    (17, 9),
    (9, 17),
    (65, 47),
    (24, 40),
    (40, 24),
    (31, 33),
    (128, 1),
    (1, 130),
    (64, 48),
    (7, 250),
    (333, 77),
];

/// Both kinds of tables.
const KINDS: [Huffman; 2] = [Huffman::Standard, Huffman::Fitted];

/// A picture of `pixel(x, y)`.
fn picture(width: usize, height: usize, pixel: impl Fn(usize, usize) -> [u8; 3]) -> Bgr {
    Bgr { width, height, data: (0..width * height).flat_map(|n| pixel(n % width, n / width)).collect() }
}

/// Edges, gradients and colour everywhere.
fn scene(width: usize, height: usize) -> Bgr {
    picture(width, height, |x, y| {
        [(x * 7 + y) as u8, ((x / 8 + y / 8) % 2 * 255) as u8, (y * 3 + x * x / 9) as u8]
    })
}

/// The same noise each time, around grey.
fn noise(width: usize, height: usize, amplitude: u32) -> Bgr {
    let mut state = 0x1234_5678_u32;
    let data = (0..width * height * 3).map(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (128 + (state >> 16) % (2 * amplitude) - amplitude) as u8
    });
    Bgr { width, height, data: data.collect() }
}

/// A libjpeg-turbo encoder of that quality.
fn turbo(quality: u8, huffman: Huffman) -> turbojpeg::Compressor {
    let mut turbo = turbojpeg::Compressor::new().expect("starts");
    turbo.set_quality(quality.into()).expect("valid");
    turbo.set_subsamp(Subsamp::Sub2x2).expect("valid");
    turbo.set_optimize(huffman == Huffman::Fitted).expect("valid");
    turbo
}

/// The libjpeg-turbo call that is to be matched.
fn plain(bgr: &Bgr, quality: u8, huffman: Huffman) -> Vec<u8> {
    let (width, height) = (bgr.width, bgr.height);
    let image = Image { pixels: &bgr.data[..], width, pitch: width * 3, height, format: PixelFormat::BGR };
    turbo(quality, huffman).compress_to_vec(image).expect("compresses")
}

/// Both coders, with and without AVX2 if there is.
fn coders() -> Vec<Coefficients> {
    let portable = Coefficients { avx2: None, ..Coefficients::new() };
    let mut both = vec![portable];
    both.extend(Some(Coefficients::new()).filter(|coder| coder.avx2.is_some()));
    both
}

/// Requires our bytes to be libjpeg-turbo's.
fn require_equal(bgr: &Bgr, qualities: impl Iterator<Item = u8> + Clone) {
    let mut coders = coders();
    coders.iter_mut().for_each(|coder| coder.load_bgr(bgr).expect("a picture"));
    for (quality, huffman) in qualities.flat_map(|quality| KINDS.map(|huffman| (quality, huffman))) {
        let theirs = plain(bgr, quality, huffman);
        for coder in &coders {
            let ours = coder.to_jpeg(quality, huffman).expect("there is a picture");
            let differs = ours.iter().zip(&theirs).position(|(a, b)| a != b);
            assert!(
                ours == theirs,
                "{}x{} at {quality}, {huffman:?}, avx2 {:?}: {} and {} bytes, \
                 first difference at {differs:?}",
                bgr.width,
                bgr.height,
                coder.avx2,
                ours.len(),
                theirs.len()
            );
        }
    }
}

/// The server's levels.
fn levels() -> impl Iterator<Item = u8> + Clone {
    (30..=95).step_by(5)
}

#[test]
fn every_size_gives_the_bytes_of_the_plain_call() {
    for (width, height) in SIZES {
        require_equal(&scene(width, height), levels());
        require_equal(&noise(width, height, 100), levels());
    }
}

#[test]
fn every_width_and_height_of_an_mcu_does() {
    for width in 1..=34 {
        require_equal(&scene(width, 19), [50, 90].into_iter());
        require_equal(&noise(35, width, 30), [50, 90].into_iter());
    }
}

#[test]
fn all_hundred_qualities_do() {
    for amplitude in [4, 20, 128] {
        require_equal(&noise(83, 61, amplitude), 1..=100);
    }
    require_equal(&scene(83, 61), 1..=100);
}

#[test]
fn extreme_pictures_do() {
    for value in [0, 1, 127, 128, 254, 255] {
        require_equal(&picture(50, 40, |_, _| [value; 3]), levels().chain([1, 100]));
    }
    for period in 1..=16 {
        let bright = |on: bool| if on { 255 } else { 0 };
        let squares = |x: usize, y: usize| [bright((x / period + y / period).is_multiple_of(2)); 3];
        require_equal(&picture(97, 83, squares), levels().chain([1, 100]));
        let stripes = |x: usize, y: usize| {
            [
                bright((x / period).is_multiple_of(2)),
                bright((y / period).is_multiple_of(2)),
                bright(((x + y) / period).is_multiple_of(2)),
            ]
        };
        require_equal(&picture(97, 83, stripes), levels().chain([1, 100]));
    }
    let signs = |frequency: f64, at: usize| {
        (std::f64::consts::PI * frequency * (2.0 * (at % 8) as f64 + 1.0) / 16.0).cos() > 0.0
    };
    for frequency in 0..64 {
        let wave = |x, y| {
            [if signs(f64::from(frequency % 8), x) == signs(f64::from(frequency / 8), y) { 255 } else { 0 };
                3]
        };
        require_equal(&picture(32, 32, wave), [30, 95, 100].into_iter());
    }
}

#[test]
fn every_colour_is_converted_alike() {
    // A sixteenth of all colours, each on flat squares of four pixels, at a quality that shows every step.
    let colours = picture(2048, 2048, |x, y| {
        let n = (y / 2 * 1024 + x / 2) * 16 + (x / 2) % 16;
        [n as u8, (n >> 8) as u8, (n >> 16) as u8]
    });
    require_equal(&colours, [100].into_iter());
}

/// libjpeg-turbo on planes of even size.
fn plain_planes(planes: &Planes, quality: u8, huffman: Huffman) -> Vec<u8> {
    let image = YuvPlanesImage {
        y_plane: &planes.y[..],
        u_plane: &planes.u[..],
        v_plane: &planes.v[..],
        width: planes.width,
        height: planes.height,
        y_stride: planes.width,
        u_stride: planes.chroma_width(),
        v_stride: planes.chroma_width(),
        subsamp: Subsamp::Sub2x2,
    };
    turbo(quality, huffman).compress_yuv_planes_to_vec(&image).expect("compresses")
}

/// Planes of noise.
fn noise_planes(width: usize, height: usize) -> Planes {
    let chroma = width.div_ceil(2) * height.div_ceil(2);
    let mut data = noise(width, height + 1, 120).data;
    data.resize(width * height + 2 * chroma, 7);
    let v = data.split_off(width * height + chroma);
    let u = data.split_off(width * height);
    Planes { width, height, y: data, u, v }
}

#[test]
fn planes_of_even_size_give_the_bytes_of_the_planes_call() {
    for (width, height) in [(2, 2), (16, 16), (18, 34), (64, 48), (40, 24), (34, 10), (250, 6), (334, 78)] {
        let planes = noise_planes(width, height);
        for mut coder in coders() {
            coder.load_planes(&planes).expect("a picture");
            for (quality, huffman) in levels().flat_map(|quality| KINDS.map(|huffman| (quality, huffman))) {
                let (ours, theirs) =
                    (coder.to_jpeg(quality, huffman), plain_planes(&planes, quality, huffman));
                assert!(
                    ours == Ok(theirs),
                    "{width}x{height} at {quality}, {huffman:?}, avx2 {:?}",
                    coder.avx2
                );
            }
        }
    }
}

#[test]
fn planes_of_odd_size_are_the_even_ones_with_the_last_luma_repeated() {
    for (width, height) in [(1, 1), (17, 9), (65, 47), (33, 40), (40, 33)] {
        let planes = noise_planes(width, height);
        let (even_width, even_height) = (width.next_multiple_of(2), height.next_multiple_of(2));
        let luma =
            |n: usize| planes.y[(n / even_width).min(height - 1) * width + (n % even_width).min(width - 1)];
        let y = (0..even_width * even_height).map(luma).collect();
        let even = Planes { width: even_width, height: even_height, y, ..planes.clone() };
        for mut coder in coders() {
            coder.load_planes(&planes).expect("a picture");
            let ours = coder.to_jpeg(80, Huffman::Standard).expect("there is a picture");
            let mut theirs = plain_planes(&even, 80, Huffman::Standard);
            // Only the size in the frame header differs where the blocks are the same.
            let sof = theirs.windows(2).position(|pair| pair == [0xFF, 0xC0]).expect("has a frame header");
            theirs[sof + 5..sof + 9].copy_from_slice(&[
                (height >> 8) as u8,
                height as u8,
                (width >> 8) as u8,
                width as u8,
            ]);
            assert!(ours == theirs, "{width}x{height}");
        }
    }
}

#[test]
fn converted_planes_are_those_of_libjpeg_turbo() {
    let mut planes = Planes::default();
    for (width, height) in SIZES {
        for bgr in [scene(width, height), noise(width, height, 100)] {
            convert(&bgr, &mut planes).expect("a picture");
            assert!(planes == crate::encode::planes_of(&bgr), "{width}x{height}");
        }
    }
}

#[test]
fn buffers_serve_pictures_of_changing_size() {
    for mut coder in coders() {
        for (width, height) in [(100, 50), (17, 9), (200, 120), (1, 1), (64, 48)] {
            let bgr = noise(width, height, 90);
            coder.load_bgr(&bgr).expect("a picture");
            assert_eq!(coder.size(), (width, height));
            assert!(
                coder.to_jpeg(75, Huffman::Standard).expect("there is a picture")
                    == plain(&bgr, 75, Huffman::Standard)
            );
        }
    }
}

#[test]
fn what_stands_before_is_kept() {
    let bgr = scene(40, 30);
    let mut coder = Coefficients::new();
    coder.load_bgr(&bgr).expect("a picture");
    let mut out = b"header\xFF\xD8comment".to_vec();
    coder.append_after_soi(85, Huffman::Standard, &mut out).expect("there is a picture");
    let (before, after) = out.split_at(15);
    assert_eq!(before, b"header\xFF\xD8comment");
    assert!(after == &plain(&bgr, 85, Huffman::Standard)[2..]);
}

#[test]
fn what_cannot_be_coded_is_an_error_and_forgets_the_last_picture() {
    let mut coder = Coefficients::new();
    assert_eq!(coder.to_jpeg(80, Huffman::Standard), Err(CoderError::Empty));
    let bgr = |width, height, length| Bgr { width, height, data: vec![0; length] };
    for (picture, error) in [
        (bgr(0, 5, 0), CoderError::Empty),
        (bgr(5, 0, 0), CoderError::Empty),
        (bgr(65_536, 1, 3 * 65_536), CoderError::TooLarge(65_536, 1)),
        (bgr(4, 4, 47), CoderError::TooShort { expected: 48, found: 47 }),
    ] {
        coder.load_bgr(&scene(20, 20)).expect("a picture");
        assert_eq!(coder.load_bgr(&picture), Err(error));
        assert_eq!((coder.to_jpeg(80, Huffman::Standard), coder.size()), (Err(CoderError::Empty), (0, 0)));
    }
    let short = Planes { width: 4, height: 4, y: vec![0; 16], u: vec![0; 4], v: vec![0; 3] };
    assert_eq!(coder.load_planes(&short), Err(CoderError::TooShort { expected: 4, found: 3 }));
}
