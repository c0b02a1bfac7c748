//! One job to one JPEG: the camera's own where that is the smaller one, else ours by the coder that is faster
//! on this processor; and to what viewers of deltas are given.
//!
//! In go jobs, out come frames for the wire. Which jobs there are, and on which thread, is `pool`'s.

mod changed;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use dashmap::DashMap;
use parking_lot::Mutex;

use super::{
    deltas::Deltas,
    error::EncodeError,
    meter::{CpuTimes, Meter, cpu_time},
    paint::{FrameAt, Paint},
    passthrough::{self, Choice, Fit},
    queue::Job,
    stream::Stream,
    transforms::Transforms,
    turbo::{self, Compressor},
};
use crate::{
    coder::{self, Huffman},
    delta::Advance,
    frame::{EncodedFrame, Picture},
    jpeg::Plain,
    nouns::quality::{Level, Tier},
    tools::metrics::Metrics,
};

/// What all threads make JPEGs with, and what they remember of each stream.
pub(super) struct Maker {
    /// What the levels of a frame have in common.
    transforms: Transforms,
    /// Each stream's last JPEG: who comes back to a rung is served without encoding anew.
    finished: DashMap<Stream, Arc<EncodedFrame>>,
    /// Each lock is held while a rung's slate is made, so that others who want that find it made.
    slates: DashMap<Stream, Arc<Mutex<()>>>,
    /// The streams of deltas.
    deltas: Deltas,
    /// How cameras' own JPEGs fare against ours, for each level.
    fits: DashMap<Stream, Fit>,
    /// What all that takes.
    pub meter: Meter,
    /// Whether our own coder is the faster one on this processor.
    fast_coder: bool,
    metrics: Metrics,
}

impl Maker {
    /// A maker that has made nothing yet, of levels up to `top`. `fast_coder` says whether our coder is
    /// faster than libjpeg-turbo here.
    pub fn new(fast_coder: bool, top: Level, painter: Box<dyn Paint>, metrics: Metrics) -> Self {
        let convert = if fast_coder { coder::convert } else { turbo::convert };
        Maker {
            transforms: Transforms::new(convert, painter),
            finished: DashMap::new(),
            slates: DashMap::new(),
            deltas: Deltas::new(top),
            fits: DashMap::new(),
            meter: Meter::default(),
            fast_coder,
            metrics,
        }
    }

    /// Forgets a camera.
    pub fn forget(&self, camera: &str) {
        self.finished.retain(|stream, _| &*stream.camera != camera);
        self.slates.retain(|stream, _| &*stream.camera != camera);
        self.deltas.forget(camera);
        self.fits.retain(|stream, _| &*stream.camera != camera);
        self.transforms.forget(camera);
        self.meter.forget(camera);
    }

    /// Forgets a stream's last JPEG, unless that is of a frame behind number `number`.
    pub fn forget_finished(&self, stream: &Stream, number: u64) {
        self.finished.remove_if(stream, |_, made| made.number <= number);
    }

    /// Forgets the pictures that a stream with layers, which nobody wants any more, alone needed of those
    /// that are `wanted` of its camera: there are many sets of layers, and each has pictures of its own.
    pub fn forget_pictures(&self, Stream { camera, rung, layers }: &Stream, wanted: &[Stream]) {
        if !wanted.iter().any(|other| other.layers == *layers && other.rung.tier == rung.tier) {
            self.transforms.forget_layers(camera, rung.tier, *layers);
        }
        if wanted.iter().all(|other| other.layers.is_empty()) {
            self.transforms.forget_painting(camera);
        }
    }

    /// The camera's streams with layers whose last JPEG is kept, in no order.
    pub fn finished_with_layers(&self, camera: &str) -> Vec<Stream> {
        let is_ours = |stream: &Stream| !stream.layers.is_empty() && &*stream.camera == camera;
        self.finished.iter().filter(|entry| is_ours(entry.key())).map(|entry| entry.key().clone()).collect()
    }

    /// The stream's last JPEG.
    pub fn finished(&self, stream: &Stream) -> Option<Arc<EncodedFrame>> {
        self.finished.get(stream).map(|frame| Arc::clone(&frame))
    }

    /// What viewers of a stream of deltas were given last.
    pub fn advanced(&self, stream: &Stream) -> Option<Arc<Advance>> {
        self.deltas.last(stream)
    }

    /// Forgets the camera's streams of deltas that nobody wants any more: those for which `is_wanted` is
    /// false.
    pub fn forget_deltas(&self, camera: &Arc<str>, is_wanted: impl Fn(&Stream) -> bool) {
        for tier in self.deltas.forget_unwanted(camera, is_wanted) {
            self.transforms.forget_motion(camera, tier);
        }
    }

    /// Lists the streams of deltas of all cameras that nobody wants any more, where others were refused since
    /// this was asked last; none where all had their place.
    pub fn deltas_in_the_way(&self, is_wanted: impl Fn(&Stream) -> bool) -> Vec<Stream> {
        if self.deltas.take_short() { self.deltas.unwanted(is_wanted) } else { Vec::new() }
    }

    /// Whether our own coder is used, which alone makes deltas.
    pub fn is_fast(&self) -> bool {
        self.fast_coder
    }

    /// Makes the job's JPEG, or finds it. `compressor` is the thread's own, begun when it is first needed.
    ///
    /// # Errors
    /// Where the frame has no pixels, or a coder refuses them.
    pub fn whole(
        &self,
        compressor: &mut Option<Compressor>,
        job: &Job,
    ) -> Result<Arc<EncodedFrame>, EncodeError> {
        // For others of a slate, or for those who get deltas, it may have been made already.
        if let Some(made) = self.finished(&job.stream).filter(|made| made.number == job.frame.number) {
            return Ok(made);
        }
        let made =
            if job.frame.slate { self.slate(compressor, job)? } else { self.picture(compressor, job)? };
        self.keep(job.stream.clone(), &made);
        Ok(made)
    }

    /// The JPEG of a slate, which is that of the stream without layers for all who asked for some.
    fn slate(
        &self,
        compressor: &mut Option<Compressor>,
        job: &Job,
    ) -> Result<Arc<EncodedFrame>, EncodeError> {
        let plain = Stream::plain(&job.stream.camera, job.stream.rung);
        let turn = Arc::clone(&self.slates.entry(plain.clone()).or_default());
        let _turn = turn.lock();
        if let Some(made) = self.finished(&plain).filter(|made| made.number == job.frame.number) {
            return Ok(made);
        }
        let made = self.picture(compressor, job)?;
        self.keep(plain, &made);
        Ok(made)
    }

    /// Keeps a stream's JPEG, unless another thread has made that of a later frame meanwhile.
    fn keep(&self, stream: Stream, made: &Arc<EncodedFrame>) {
        let mut kept = self.finished.entry(stream).or_insert_with(|| Arc::clone(made));
        if kept.number < made.number {
            *kept = Arc::clone(made);
        }
    }

    fn picture(
        &self,
        compressor: &mut Option<Compressor>,
        job: &Job,
    ) -> Result<Arc<EncodedFrame>, EncodeError> {
        match plain(job) {
            Some(plain) => self.choose(compressor, job, plain),
            None => self.compress(compressor, job),
        }
        .map(Arc::new)
    }

    /// The camera's own JPEG or ours, whichever is smaller as far as is known.
    fn choose(
        &self,
        compressor: &mut Option<Compressor>,
        job: &Job,
        plain: Plain,
    ) -> Result<EncodedFrame, EncodeError> {
        let began = cpu_time();
        let choice = self.fits.get(&job.stream).map_or(Choice::Compare, |fit| fit.choice(Instant::now()));
        let theirs = match choice {
            Choice::Encode => return self.compress(compressor, job),
            Choice::PassThrough => {
                let theirs = passthrough::frame(job, plain);
                self.meter.made(&job.stream, theirs.jpeg.len(), CpuTimes { began, shared: began });
                theirs
            }
            Choice::Compare => {
                let ours = self.compress(compressor, job)?;
                let theirs = passthrough::frame(job, plain);
                let mut fit = self.fits.entry(job.stream.clone()).or_default();
                if !fit.compare(theirs.jpeg.len(), ours.jpeg.len(), Instant::now()) {
                    return Ok(ours);
                }
                theirs
            }
        };
        self.metrics.frames_untouched.with_label_values(&[&*job.stream.camera]).inc();
        Ok(theirs)
    }

    /// The frame as we encode it.
    fn compress(&self, compressor: &mut Option<Compressor>, job: &Job) -> Result<EncodedFrame, EncodeError> {
        let Job { stream, frame } = job;
        let (began, began_cpu) = (Instant::now(), cpu_time());
        // Frames of one level are of about one size.
        let usual = self.finished.get(stream).map_or(0, |last| last.jpeg.len() + last.jpeg.len() / 4);
        let mut draft = EncodedFrame::begin(&stream.camera, frame, stream.rung, usual);
        let shared = self.append(compressor, job, draft.jpeg())?;
        let encoded = draft.finish();
        self.count_encode(stream, began);
        self.meter.made(stream, encoded.jpeg.len(), CpuTimes { began: began_cpu, shared });
        Ok(encoded)
    }

    /// Counts a JPEG of a stream that has been made since `began`.
    fn count_encode(&self, Stream { camera, rung, .. }: &Stream, began: Instant) {
        let (level, scale) = (rung.level.to_string(), rung.tier.scale().to_string());
        self.metrics.encode_seconds.with_label_values(&[&level]).observe(began.elapsed().as_secs_f64());
        self.metrics.encodes.with_label_values(&[&**camera, &level, &scale]).inc();
    }

    /// Appends the job's JPEG without its SOI marker, by the coder that is faster here. Returns this thread's
    /// CPU time at the moment at which what the levels share was there.
    fn append(
        &self,
        compressor: &mut Option<Compressor>,
        job: &Job,
        out: &mut Vec<u8>,
    ) -> Result<Duration, EncodeError> {
        let Job { stream: Stream { camera, rung, .. }, frame } = job;
        let at = FrameAt { camera, tier: rung.tier, layers: job.layers(), frame };
        let huffman = huffman(rung.tier);
        if self.fast_coder {
            let coefficients = self.transforms.coefficients(at)?;
            let shared = cpu_time();
            coefficients.append_after_soi(rung.level.quality(), huffman, out)?;
            return Ok(shared);
        }
        self.transforms.with_planes(at, |planes| {
            let shared = cpu_time();
            let compressor = match compressor {
                Some(compressor) => compressor,
                None => compressor.insert(Compressor::new()?),
            };
            let compressed = compressor.compress_with(planes, rung.level, huffman)?;
            out.extend_from_slice(compressed.get(2..).unwrap_or_default());
            Ok(shared)
        })?
    }
}

/// The camera's own JPEG, where it may go out as it came.
fn plain(job: &Job) -> Option<Plain<'_>> {
    let Stream { rung, layers, .. } = &job.stream;
    match &job.frame.picture {
        Picture::Jpeg(jpeg) if rung.tier == Tier::Full && layers.is_empty() => jpeg.plain(),
        _ => None,
    }
}

/// Chooses the Huffman tables of a tier. Small pictures are for thin links: tables made for them take off 11
/// to 19 % of a street scene at level 30, 3 to 8 % at 95, for at most 0.14 ms a level at 720p. At full size
/// it would be 3 to 15 % for 0.24 to 0.4 ms, nearly twice the time of each level.
fn huffman(tier: Tier) -> Huffman {
    if tier == Tier::Full { Huffman::Standard } else { Huffman::Fitted }
}
