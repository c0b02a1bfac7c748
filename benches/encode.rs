//! Encode stage: levels of one frame, against OpenCV's `imencode` from the same BGR picture in the same run.
//!
//! A real frame of the clip where it is to be had, and the scene at both sizes. Every result is checked to be
//! a JPEG of its size. Then the tiers: what a smaller picture costs to make, and what tables made for it save
//! and cost. Then what it takes to send only what changed between two pictures, against coding the second as
//! a whole. Then what is painted over a picture: what that adds to a frame, beside the transform that a frame
//! without anything shares with the levels that are watched already.

mod overlays;
mod support;

use std::{
    process::ExitCode,
    sync::{Arc, mpsc::channel},
    time::{Duration, Instant},
};

use opencv::{
    core::{Mat, MatTraitConst, Vector},
    imgcodecs::{IMWRITE_JPEG_QUALITY, imencode},
};
use steadycast::{
    coder::{Coefficients, Errors, Huffman, Kept, Look, Motion, Moved, Packing, Table, convert, shape},
    delta::Tolerance,
    encode::{Compressor, Encoder, Stream, halve},
    frame::{Frame, Picture},
    nouns::{
        form::Form,
        picture::{Bgr, Planes},
        quality::{Level, Rung, Tier},
    },
    source::{Address, Moment, Source, Wish},
    tools::metrics::Metrics,
};
use support::{Bars, Must, clip, median};
use turbojpeg::PixelFormat;

/// Number of rounds, of which the median counts; each runs all contenders once.
const ROUNDS: usize = 9;

fn main() -> ExitCode {
    let mut bars = Bars::default();
    let mut pictures =
        vec![("scene 720p".to_owned(), scene(1280, 720)), ("scene 1080p".to_owned(), scene(1920, 1080))];
    match clip() {
        Some(clip) => pictures.insert(0, ("clip 720p".to_owned(), frame_of(&Address::File(clip)))),
        None => println!("the real clip is not there: measured on the scene alone"),
    }
    for (name, picture) in &pictures {
        for levels in [1, 4, 14] {
            measure(&mut bars, &format!("{name}, {levels:>2} levels"), picture, levels);
        }
    }
    let pair = clip().map_or_else(|| "synthetic".parse().expect("an address"), Address::File);
    deltas(&mut bars, &pair_of(&pair));
    if let Some((name, picture)) = pictures.first() {
        tiers(&mut bars, name, picture);
        overlays::measure(&mut bars, name, picture);
    }
    bars.finish()
}

/// One picture at some levels, each way, in turn.
fn measure(bars: &mut Bars, name: &str, picture: &Bgr, levels: usize) {
    let levels: Vec<Level> =
        (30..=95).rev().step_by(5).filter_map(Level::at_or_below).step_by(14 / levels).take(levels).collect();
    let mat = mat(picture);
    let (mut coefficients, mut jpeg) = (Coefficients::new(), Vec::new());
    let parallel = Parallel::start(&levels);
    let (mut theirs, mut ours, mut pooled) = (vec![], vec![], vec![]);
    for _ in 0..ROUNDS {
        theirs.push(seconds(|| levels.iter().for_each(|level| by_opencv(&mat, *level))));
        ours.push(seconds(|| {
            coefficients.load_bgr(picture).expect("a picture");
            for level in &levels {
                jpeg.clear();
                coefficients
                    .append_after_soi(level.quality(), Huffman::Standard, &mut jpeg)
                    .expect("a picture");
                assert!(jpeg.len() > 1000 && jpeg.ends_with(&[0xFF, 0xD9]));
            }
        }));
        // Frames are handed over before the clock starts, as capture does.
        let frame = Picture::Bgr(picture.clone());
        pooled.push(parallel.encode(frame));
    }
    let must = |bar| if levels.len() == 14 && name.contains("720p") { Must::AtMost(bar) } else { Must::Be };
    let (theirs, ours, pooled) = (median(theirs), median(ours), median(pooled));
    bars.note(format!("{name}: OpenCV"), theirs * 1e3, "ms", Must::Be);
    bars.note(format!("{name}: one thread, relative to OpenCV"), ours / theirs, "", must(0.68));
    bars.note(format!("{name}: pool of two, relative to OpenCV"), pooled / theirs, "", must(0.40));
}

/// Every tier of one picture: making it, and coding it with either kind of tables.
fn tiers(bars: &mut Bars, name: &str, picture: &Bgr) {
    let (mut planes, mut smaller) = (Planes::default(), Planes::default());
    let times = (0..ROUNDS).map(|_| seconds(|| convert(picture, &mut planes).expect("a picture")));
    bars.note(format!("{name}: to planes"), median(times.collect()) * 1e3, "ms", Must::Be);
    for scale in [1, 2, 4, 8] {
        if scale > 1 {
            let times = (0..ROUNDS).map(|_| seconds(|| halve(&planes, &mut smaller).expect("a picture")));
            let must = if scale == 2 && name.contains("720p") { Must::AtMost(0.5) } else { Must::Be };
            bars.note(
                format!("{name}, 1/{scale}: made from the larger one"),
                median(times.collect()) * 1e3,
                "ms",
                must,
            );
            std::mem::swap(&mut planes, &mut smaller);
        }
        let mut coefficients = Coefficients::new();
        let times = (0..ROUNDS).map(|_| seconds(|| coefficients.load_planes(&planes).expect("a picture")));
        bars.note(format!("{name}, 1/{scale}: transform"), median(times.collect()) * 1e3, "ms", Must::Be);
        for quality in [30, 60, 95] {
            tables(bars, &format!("{name}, 1/{scale} at {quality}"), &coefficients, quality);
        }
    }
}

/// Time and bytes of one JPEG with either kind of tables.
fn tables(bars: &mut Bars, name: &str, coefficients: &Coefficients, quality: u8) {
    let [standard, fitted] = [Huffman::Standard, Huffman::Fitted].map(|huffman| {
        let mut jpeg = Vec::new();
        let times = (0..ROUNDS).map(|_| {
            seconds(|| {
                jpeg.clear();
                coefficients.append_after_soi(quality, huffman, &mut jpeg).expect("a picture");
            })
        });
        (median(times.collect()) * 1e3, jpeg.len() as f64 / 1e3)
    });
    bars.note(format!("{name}: standard tables"), standard.0, "ms", Must::Be);
    bars.note(format!("{name}: fitted tables"), fitted.0, "ms", Must::Be);
    bars.note(format!("{name}: bytes, standard tables"), standard.1, "KB", Must::Be);
    bars.note(format!("{name}: bytes, fitted tables"), fitted.1, "KB", Must::Be);
}

/// Only what changed of the second picture, step by step and at three levels, against all of it.
fn deltas(bars: &mut Bars, planes: &[Planes; 2]) {
    let (mut pictures, mut moved) = ([Coefficients::new(), Coefficients::new()], Moved::default());
    for (picture, planes) in pictures.iter_mut().zip(planes) {
        picture.load_planes(planes).expect("a picture");
    }
    let [before, now] = &pictures;
    let times = (0..ROUNDS).map(|_| {
        let mut motion = Motion::new();
        motion.measure(before, 1, &mut moved);
        seconds(|| motion.measure(now, 2, &mut moved))
    });
    bars.note("what changed: movement, once for all levels", median(times.collect()) * 1e3, "ms", Must::Be);
    for quality in [30, 60, 90] {
        delta(bars, (before, now, &moved), quality);
    }
}

/// What one level of the second picture takes. All blocks are looked at, as every fourth time.
fn delta(bars: &mut Bars, (before, now, moved): (&Coefficients, &Coefficients, &Moved), quality: u8) {
    let (table, mut kept, tolerance) = (Table::new(quality), Kept::new(), Tolerance::at(quality));
    kept.fit(before);
    let all: Vec<u32> = (0..kept.blocks() as u32).collect();
    let (mut weights, mut errors) = (vec![0; all.len()], vec![Errors::default(); all.len()]);
    let (mut looks, mut keeps, mut packs, mut wholes) = (vec![], vec![], vec![], vec![]);
    let (mut whole, mut packed, mut sent) = (Vec::new(), Vec::new(), 0);
    for _ in 0..ROUNDS {
        kept.keep(before, &table, &all, &mut weights);
        looks.push(seconds(|| {
            now.look(
                &Look { kept: &kept, table: &table, moved, enough: Some(tolerance.enough(0)) },
                &all,
                &mut errors,
            )
        }));
        let changed = all.iter().copied().zip(&errors).filter(|(_, errors)| tolerance.is_changed(errors));
        let blocks: Vec<u32> = changed.map(|(block, _)| block).collect();
        assert!(!blocks.is_empty(), "two pictures of a camera differ");
        sent = blocks.len();
        keeps.push(seconds(|| kept.keep(now, &table, &blocks, &mut weights)));
        let (columns, _) = shape(blocks.len(), kept.columns());
        let packing = Packing { blocks: &blocks, columns, quality, huffman: Huffman::Standard };
        packed.clear();
        packs.push(seconds(|| {
            kept.append_packed(&packing, &mut packed).expect("has blocks");
        }));
        whole.clear();
        wholes.push(seconds(|| {
            now.append_after_soi(quality, Huffman::Standard, &mut whole).expect("a picture");
        }));
    }
    let whole_ms = median(wholes) * 1e3;
    let mut sum_ms = 0.0;
    for (step, times) in [("look", looks), ("keep", keeps), ("pack", packs)] {
        let ms = median(times) * 1e3;
        sum_ms += ms;
        bars.note(format!("what changed at {quality}: {step}"), ms, "ms", Must::Be);
    }
    let bytes = packed.len() as f64 / whole.len() as f64;
    let blocks = sent as f64 / all.len() as f64;
    bars.note(
        format!("what changed at {quality}: time, relative to the whole"),
        sum_ms / whole_ms,
        "",
        Must::Be,
    );
    bars.note(format!("what changed at {quality}: bytes, relative to the whole"), bytes, "", Must::Be);
    bars.note(format!("what changed at {quality}: blocks, relative to all"), blocks, "", Must::Be);
}

/// The pool as the server runs it, with a viewer at each level.
struct Parallel {
    encoder: Encoder,
    camera: Arc<str>,
    finished: std::sync::mpsc::Receiver<usize>,
    levels: usize,
    next: std::cell::Cell<u64>,
    _wants: Vec<steadycast::encode::Want>,
}

impl Parallel {
    fn start(levels: &[Level]) -> Self {
        let (sender, finished) = channel();
        let on_encoded = move |_: &Stream, frame: &Arc<steadycast::frame::EncodedFrame>| {
            // The last results may come when the bench is over.
            let _ = sender.send(frame.jpeg.len());
        };
        let metrics = Metrics::new().expect("names differ");
        let pool = Encoder::start(2, metrics, Box::new(on_encoded)).expect("threads");
        let (encoder, camera): (_, Arc<str>) = (pool.encoder(), Arc::from("main"));
        encoder.admit(&camera);
        let stream = |level: &Level| Stream::plain(&camera, Rung { tier: Tier::Full, level: *level });
        let wants = levels.iter().map(|level| encoder.want(&stream(level), Form::Whole)).collect();
        Parallel { encoder, camera, finished, levels: levels.len(), next: 1.into(), _wants: wants }
    }

    fn encode(&self, picture: Picture) -> f64 {
        let frame = Arc::new(Frame::new(self.next.replace(self.next.get() + 1), 0, picture));
        seconds(|| {
            self.encoder.offer(&self.camera, &frame);
            for _ in 0..self.levels {
                let bytes =
                    self.finished.recv_timeout(Duration::from_secs(10)).expect("every level is encoded");
                assert!(bytes > 1000, "a JPEG of {bytes} bytes");
            }
        })
    }
}

/// Seconds that the work takes.
pub fn seconds(work: impl FnOnce()) -> f64 {
    let began = Instant::now();
    work();
    began.elapsed().as_secs_f64()
}

fn by_opencv(mat: &impl opencv::core::ToInputArray, level: Level) {
    let mut out = Vector::<u8>::new();
    let params = Vector::from_slice(&[IMWRITE_JPEG_QUALITY, i32::from(level.quality())]);
    assert!(imencode(".jpg", mat, &mut out, &params).expect("OpenCV encodes") && out.len() > 1000);
}

fn mat(picture: &Bgr) -> Mat {
    let pixels = Mat::from_slice(&picture.data).expect("bytes");
    let rows = i32::try_from(picture.height).expect("a small picture");
    pixels.reshape(3, rows).expect("three bytes a pixel").try_clone().expect("memory")
}

fn scene(width: usize, height: usize) -> Bgr {
    let wish = Wish { fps: 34.0, size: (width, height), file_fps: None, snapshot_fps: 1.0 };
    let mut source = Source::open(&"synthetic".parse().expect("an address"), &wish).expect("the scene opens");
    let picture = source.retrieve(Moment { time: Duration::from_secs(5), number: 170 }).expect("draws");
    let Picture::Planes(planes) = picture else { panic!("the scene draws planes") };
    bgr_of(&planes)
}

/// Planes as a webcam would deliver them: decoded from a JPEG that loses next to nothing.
fn bgr_of(planes: &Planes) -> Bgr {
    let mut compressor = Compressor::new().expect("an encoder");
    let jpeg = compressor.compress(planes, Level::MAX).expect("compresses");
    let image = turbojpeg::decompress(jpeg, PixelFormat::BGR).expect("decodes");
    Bgr { width: planes.width, height: planes.height, data: image.pixels }
}

fn frame_of(address: &Address) -> Bgr {
    let wish = Wish { fps: 34.0, size: (1280, 720), file_fps: None, snapshot_fps: 1.0 };
    let mut source = Source::open(address, &wish).expect("the clip opens");
    source.grab().expect("a frame");
    match source.retrieve(Moment { time: Duration::ZERO, number: 1 }).expect("a picture") {
        Picture::Bgr(bgr) => bgr,
        Picture::Planes(planes) => bgr_of(&planes),
        Picture::Jpeg(jpeg) => bgr_of(jpeg.planes().expect("the clip decodes")),
    }
}

/// Two pictures of a camera, one after the other.
fn pair_of(address: &Address) -> [Planes; 2] {
    let wish = Wish { fps: 34.0, size: (1280, 720), file_fps: None, snapshot_fps: 1.0 };
    let mut source = Source::open(address, &wish).expect("opens");
    [170, 171].map(|number| {
        if matches!(address, Address::File(_)) {
            source.grab().expect("a frame");
        }
        let time = Duration::from_secs(number) / 34;
        match source.retrieve(Moment { time, number }).expect("a picture") {
            Picture::Planes(planes) => planes,
            Picture::Bgr(bgr) => {
                let mut planes = Planes::default();
                convert(&bgr, &mut planes).expect("a picture");
                planes
            }
            Picture::Jpeg(jpeg) => jpeg.planes().expect("decodes").clone(),
        }
    })
}
