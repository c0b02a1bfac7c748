//! Deltas: how good the pictures are that viewers compose, beside complete pictures of the level, and how
//! sharp becomes what stands still.
//!
//! In: the scene, and the clip where it is to be had, frame by frame without a server. Out: a table of bars.
//! Luma is compared, with that of the source. What deltas save of bytes a second and of CPU `load` measures.

#[path = "../tests/support/compose.rs"]
mod compose;
mod support;

use std::{
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};

use compose::{Composer, decibels, errors, planes_of, psnr};
use steadycast::{
    coder::{Coefficients, Huffman, Motion, Moved, convert},
    delta::{Held, Live, Room, Served, Tolerance},
    frame::{Facts, Picture},
    nouns::{
        picture::Planes,
        quality::{Level, Rung, Tier},
    },
    source::{Address, Moment, Source, Wish},
};
use support::{Bars, Must, clip};

/// Frames a second.
const FPS: u64 = 34;

/// Frames of which composed pictures are compared: twenty seconds, so that each block has two strict looks.
const FRAMES: u64 = 20 * FPS;

/// Frames after which what stands still must have become sharp.
const SHARP_AFTER: u64 = 20 * FPS;

/// Frames for which a block must not have changed to count as one that stands still, and those between two of
/// them that are looked at.
const STILL_FOR: u64 = 3 * FPS;
const STILL_LOOK: u64 = FPS / 2;

/// By how much the noise of a block differs from frame to frame, and squared grey values that nobody sees.
const NOISE_VARIES: f64 = 1.3;
const NOISE_FLOOR: f64 = 0.25;

/// Most squared grey values by which noise alone makes a block differ from the one before: what differs by
/// more moves.
const MOST_NOISE: f64 = 8.0;

/// Levels that are compared.
const LEVELS: [u8; 6] = [30, 60, 75, 85, 90, 95];

/// The level that is made sharper, and the one that it must reach.
const COARSE: u8 = 50;
const SHARP: u8 = 85;

/// Most bytes of a message of sharper blocks, as a link with room allows.
const REFINED_BYTES: usize = 32_768;

/// At so many times the level's own error a block is much worse.
const MUCH_WORSE: f64 = 2.0;

/// Longest time, seconds, that a block may be much worse: strict looks are ten apart.
const WORSE_FOR_S: f64 = 10.5;

/// Most blocks, percent, that may be so: of the clip at level 60 it was 16.5, most of them flat.
const WORSE_OF_ALL: f64 = 20.0;

/// Parts of a squared grey value in which tolerances are given, and samples of a block.
const TOLERANCE_UNITS: f64 = 64.0 * 256.0;

fn main() -> ExitCode {
    if !Coefficients::new().is_fast() {
        println!("without AVX2 no deltas are made");
        return ExitCode::SUCCESS;
    }
    let mut bars = Bars::default();
    let mut sources = vec![("scene", "synthetic".parse().expect("an address"))];
    match clip() {
        Some(clip) => sources.push(("plaza", Address::File(clip))),
        None => println!("the real clip is not there: measured on the scene alone"),
    }
    for (name, address) in &sources {
        composed(&mut bars, name, address);
        refined(&mut bars, name, address);
    }
    bars.finish()
}

/// Pictures of a source, one after the other, with what all levels share of each.
struct Pictures {
    source: Source,
    motion: Motion,
    facts: Facts,
    planes: Planes,
    coefficients: Coefficients,
    moved: Moved,
}

impl Pictures {
    fn open(address: &Address) -> Pictures {
        let wish = Wish { fps: FPS as f64, size: (1280, 720), file_fps: Some(FPS as f64), snapshot_fps: 1.0 };
        Pictures {
            source: Source::open(address, &wish).expect("the source opens"),
            motion: Motion::new(),
            facts: Facts::default(),
            planes: Planes::default(),
            coefficients: Coefficients::new(),
            moved: Moved::default(),
        }
    }

    /// Goes on to the next one.
    fn next(&mut self) {
        let number = self.facts.number + 1;
        let captured_us = number * 1_000_000 / FPS;
        self.source.grab().expect("a frame");
        let moment = Moment { time: Duration::from_micros(captured_us), number };
        self.planes = match self.source.retrieve(moment).expect("a picture") {
            Picture::Planes(planes) => planes,
            Picture::Bgr(bgr) => {
                let mut planes = Planes::default();
                convert(&bgr, &mut planes).expect("a picture");
                planes
            }
            Picture::Jpeg(jpeg) => jpeg.planes().expect("it decodes").clone(),
        };
        let size = (self.planes.width, self.planes.height);
        self.facts = Facts { number, captured_us, size, ..self.facts };
        self.coefficients.load_planes(&self.planes).expect("a picture");
        self.motion.measure(&self.coefficients, number, &mut self.moved);
    }

    /// A complete picture of the level, as viewers without deltas see it, and its bytes.
    fn whole(&self, quality: u8) -> (Planes, usize) {
        let jpeg = self.coefficients.to_jpeg(quality, Huffman::Standard).expect("a picture");
        (planes_of(&jpeg).expect("it decodes"), jpeg.len())
    }
}

/// A viewer of a level that composes what it gets of every frame.
struct Stream {
    quality: u8,
    live: Live,
    held: Option<Held>,
    composer: Composer,
}

impl Stream {
    fn new(quality: u8) -> Stream {
        let level = Level::at_or_below(u32::from(quality)).expect("a level");
        let live = Live::new(&Arc::from("main"), Rung { tier: Tier::Full, level }, Level::MAX);
        Stream { quality, live, held: None, composer: Composer::default() }
    }

    /// Takes the next frame; its bytes.
    fn take(&mut self, pictures: &Pictures) -> usize {
        let Pictures { coefficients, moved, facts, .. } = pictures;
        self.live.advance(coefficients, moved, *facts, None).expect("a picture");
        let served = self.live.serve(self.held, Room::default()).expect("a frame was taken");
        self.compose(served)
    }

    fn compose(&mut self, Served { frame, held }: Served) -> usize {
        self.held = Some(held);
        self.composer.take(&frame.jpeg).expect("every frame applies");
        frame.jpeg.len()
    }

    fn composed(&self) -> &Planes {
        self.composer.planes().expect("frames came")
    }
}

/// What composed pictures of a level came to.
#[derive(Default)]
struct Compared {
    /// Bytes of deltas, and of complete pictures of the same frames.
    bytes: [usize; 2],
    /// Decibels by which complete pictures are better, frame by frame.
    losses: Vec<f64>,
    /// Blocks that are much worse than the level alone makes them.
    worse: Worse,
    /// Blocks that are much worse than that with what the level's tolerance adds.
    beyond: Worse,
}

/// Blocks that are much worse than they should be.
#[derive(Default)]
struct Worse {
    /// Frames in a row in which each block has been so, and the most of any.
    runs: Vec<u64>,
    longest: u64,
    /// Blocks of all frames, and those of them that were so.
    blocks: u64,
    found: u64,
}

impl Worse {
    /// Takes which blocks of a frame are so.
    fn take(&mut self, blocks: impl ExactSizeIterator<Item = bool>) {
        self.runs.resize(blocks.len(), 0);
        self.blocks += blocks.len() as u64;
        for (run, is_worse) in self.runs.iter_mut().zip(blocks) {
            *run = if is_worse { *run + 1 } else { 0 };
            self.longest = self.longest.max(*run);
            self.found += u64::from(is_worse);
        }
    }

    fn longest_s(&self) -> f64 {
        self.longest as f64 / FPS as f64
    }
}

impl Compared {
    fn take(&mut self, stream: &Stream, pictures: &Pictures, bytes: usize) {
        let (whole, whole_bytes) = pictures.whole(stream.quality);
        let (composed, source) = (stream.composed(), &pictures.planes);
        self.bytes = [self.bytes[0] + bytes, self.bytes[1] + whole_bytes];
        self.losses.push(psnr(&whole, source) - psnr(composed, source));
        let floor = Tolerance::at(stream.quality).bound(0, 0) as f64 / TOLERANCE_UNITS;
        let (ours, own) = (errors(composed, source), errors(&whole, source));
        let both = || ours.iter().zip(&own);
        self.worse.take(both().map(|(ours, own)| *ours > MUCH_WORSE * own));
        self.beyond.take(both().map(|(ours, own)| *ours > MUCH_WORSE * (own + floor)));
    }
}

/// Every level of a source, each frame of it.
fn composed(bars: &mut Bars, name: &str, address: &Address) {
    let mut pictures = Pictures::open(address);
    let mut streams: Vec<(Stream, Compared)> =
        LEVELS.into_iter().map(|quality| (Stream::new(quality), Compared::default())).collect();
    for _ in 0..FRAMES {
        pictures.next();
        for (stream, compared) in &mut streams {
            let is_first = stream.held.is_none();
            let bytes = stream.take(&pictures);
            if !is_first {
                compared.take(stream, &pictures, bytes);
            }
        }
    }
    for (Stream { quality, .. }, Compared { bytes: [deltas, whole], losses, worse, beyond }) in &streams {
        let told = |what: &str| format!("{name}, level {quality}: {what}");
        let mean = losses.iter().sum::<f64>() / losses.len() as f64;
        let worse_of_all = worse.found as f64 / worse.blocks.max(1) as f64 * 100.0;
        bars.note(told("bytes, relative to complete pictures"), *deltas as f64 / *whole as f64, "", Must::Be);
        bars.note(told("PSNR lost"), mean, "dB", Must::AtMost(0.6));
        let within = told("longest time a block is much worse, tolerance included");
        bars.note(within, beyond.longest_s(), "s", Must::AtMost(0.5));
        // Of a block with hardly an error of its own nobody sees that, so it may wait for its strict look.
        let longest = told("longest time a block is much worse");
        bars.note(longest, worse.longest_s(), "s", Must::AtMost(WORSE_FOR_S));
        bars.note(told("blocks that are much worse"), worse_of_all, "%", Must::AtMost(WORSE_OF_ALL));
    }
}

/// Mean squared error of those blocks.
fn mean_of(errors: &[f64], blocks: &[usize]) -> f64 {
    blocks.iter().map(|block| errors[*block]).sum::<f64>() / blocks.len() as f64
}

/// Blocks that stand still by the source: against the last picture, none of `earlier` differs by more than
/// the one right before does, whose difference is noise.
fn still_of(last: &Planes, before: &Planes, earlier: &[Planes]) -> Vec<usize> {
    let noise = errors(before, last);
    let changes: Vec<Vec<f64>> = earlier.iter().map(|earlier| errors(earlier, last)).collect();
    let is_noise = |block: usize| {
        let most = NOISE_VARIES * noise[block] + NOISE_FLOOR;
        noise[block] <= MOST_NOISE && changes.iter().all(|changes| changes[block] <= most)
    };
    (0..noise.len()).filter(|block| is_noise(*block)).collect()
}

/// What stands still, on a link with room for a few sharper blocks behind each frame.
fn refined(bars: &mut Bars, name: &str, address: &Address) {
    let mut pictures = Pictures::open(address);
    let mut stream = Stream::new(COARSE);
    let (mut blocks, mut bytes) = (0, 0);
    let (mut before, mut earlier) = (Planes::default(), Vec::new());
    for n in 1..=SHARP_AFTER {
        let left = SHARP_AFTER - n;
        if left > 0 && left <= STILL_FOR && left.is_multiple_of(STILL_LOOK) {
            earlier.push(pictures.planes.clone());
        }
        before.clone_from(&pictures.planes);
        pictures.next();
        stream.take(&pictures);
        let held = stream.held.expect("a frame was taken");
        if let Some(served) = stream.live.refine(held, REFINED_BYTES, Instant::now()) {
            blocks += served.frame.blocks;
            bytes += stream.compose(served);
        }
    }
    let still = still_of(&pictures.planes, &before, &earlier);
    let changes = stream.live.changes();
    let of_all = still.len() as f64 / (changes.columns() * changes.rows()) as f64 * 100.0;
    let ours = mean_of(&errors(stream.composed(), &pictures.planes), &still);
    let sharp = mean_of(&errors(&pictures.whole(SHARP).0, &pictures.planes), &still);
    let coarse = mean_of(&errors(&pictures.whole(COARSE).0, &pictures.planes), &still);
    let told = |what: &str| format!("{name}, level {COARSE}, {what}");
    bars.note(told("blocks that stand still"), of_all, "%", Must::Be);
    bars.note(told("blocks sent sharper"), f64::from(blocks), "", Must::Be);
    bars.note(told("bytes of these a frame"), bytes as f64 / SHARP_AFTER as f64, "", Must::Be);
    if still.is_empty() {
        return;
    }
    bars.note(told("still blocks: PSNR without sharpening"), decibels(coarse), "dB", Must::Be);
    bars.note(told("still blocks: PSNR of level 85"), decibels(sharp), "dB", Must::Be);
    bars.note(told("still blocks: PSNR composed"), decibels(ours), "dB", Must::AtLeast(decibels(sharp)));
}
