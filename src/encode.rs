//! Stage 3, pictures to bytes: only the rungs somebody needs, each at most once a frame, on a small pool of
//! threads.
//!
//! In come frames and what viewers want; out go finished JPEGs, each handed on at once by the thread that
//! finished it. Who gets them is the hub's.

mod coder;
mod downscale;
mod jpeg;
mod merge;
mod meter;
mod once;
mod queue;
mod transforms;
mod untouched;

use std::{
    io,
    sync::Arc,
    thread::JoinHandle,
    time::{Duration, Instant},
};

use dashmap::DashMap;
use parking_lot::Mutex;

pub use coder::{CoderError, Coefficients, Huffman, convert};
pub use downscale::halve;
pub use jpeg::{Compressor, EncodeError, planes_of};
pub use merge::{Lately, MERGE_EVERY, Merger, Moved};
use meter::{Meter, cpu_time};
pub use meter::{Spent, Total};
use queue::{Job, Queue};
use transforms::Transforms;
use untouched::{Choice, Fit};

use crate::{
    frame::{EncodedFrame, Frame, Picture},
    jpeg::Plain,
    nouns::quality::{Rung, Tier},
    tools::{
        fence::Place,
        log_limit::LogLimit,
        metrics::Metrics,
        threads::{Role, spawn},
    },
};

/// What is encoded and shared: a rung of a camera.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Stream {
    /// Name of the camera.
    pub camera: Arc<str>,
    /// Level and tier.
    pub rung: Rung,
}

/// Takes each finished JPEG, on the thread that made it. Must not block.
pub type OnEncoded = Box<dyn Fn(&Stream, &Arc<EncodedFrame>) + Send + Sync>;

/// The pool. Cloning shares it.
#[derive(Clone)]
pub struct Encoder {
    shared: Arc<Shared>,
}

struct Shared {
    queue: Queue,
    /// How many viewers want each stream; one that nobody wants has no entry.
    demand: DashMap<Stream, usize>,
    /// Each stream's last JPEG, at most one a rung and camera: who comes back to a rung is served without
    /// encoding anew.
    finished: DashMap<Stream, Arc<EncodedFrame>>,
    /// What the levels of a frame have in common.
    transforms: Transforms,
    /// What all that takes.
    meter: Meter,
    /// How cameras' own JPEGs fare against ours, for each level.
    fits: DashMap<Stream, Fit>,
    /// Each camera's last frame that did not decode, and when that is worth saying.
    broken: DashMap<Arc<str>, (u64, LogLimit)>,
    /// Guards when a frame that was not encoded for another reason was last said; held for a moment.
    refused: Mutex<LogLimit>,
    /// Whether our own coder is the faster one on this processor.
    fast_coder: bool,
    metrics: Metrics,
    on_encoded: OnEncoded,
}

/// Keeps a stream wanted for as long as it lives.
pub struct Want {
    shared: Arc<Shared>,
    stream: Stream,
}

/// The pool's threads, which run until [`Pool::stop`].
pub struct Pool {
    encoder: Encoder,
    threads: Vec<JoinHandle<()>>,
}

impl Encoder {
    /// Starts threads that hand what they finish to `on_encoded`.
    ///
    /// # Errors
    /// Where no thread can be started, or there is no JPEG encoder.
    pub fn start(threads: usize, metrics: Metrics, on_encoded: OnEncoded) -> io::Result<Pool> {
        Encoder::start_with(threads, metrics, on_encoded, Coefficients::new().is_fast())
    }

    fn start_with(
        threads: usize,
        metrics: Metrics,
        on_encoded: OnEncoded,
        fast_coder: bool,
    ) -> io::Result<Pool> {
        if !fast_coder {
            // What each thread will need. The first of them that cannot have it would only say so, frame by
            // frame.
            Compressor::new().map_err(io::Error::other)?;
        }
        let shared = Arc::new(Shared {
            queue: Queue::default(),
            demand: DashMap::new(),
            finished: DashMap::new(),
            transforms: Transforms::new(if fast_coder { coder::convert } else { jpeg::convert }),
            meter: Meter::default(),
            fits: DashMap::new(),
            broken: DashMap::new(),
            refused: Mutex::default(),
            fast_coder,
            metrics,
            on_encoded,
        });
        let encoder = Encoder { shared };
        let work = |n: usize| {
            let shared = Arc::clone(&encoder.shared);
            spawn(Role::Encode, &format!("encode-{n}"), move || {
                // Nothing to wait for: the next job is another one.
                shared.metrics.fences.keep(Place::Encode, Duration::ZERO, || shared.work());
            })
        };
        // Those that were started end where another one cannot be.
        let threads = (0..threads.max(1))
            .map(work)
            .collect::<io::Result<_>>()
            .inspect_err(|_| encoder.shared.queue.stop())?;
        Ok(Pool { encoder, threads })
    }

    /// A camera's new frame: encoded at each rung that somebody wants. What the pool has not begun of the
    /// frame before is given up and counted.
    pub fn offer(&self, camera: &Arc<str>, frame: &Arc<Frame>) {
        let wanted = || {
            self.shared
                .demand
                .iter()
                .map(|entry| entry.key().clone())
                .filter(|stream| stream.camera == *camera)
                .collect()
        };
        self.shared.meter.offered(camera);
        let replaced = self.shared.queue.offer(camera, frame, wanted);
        if replaced > 0 {
            self.shared
                .metrics
                .frames_skipped
                .with_label_values(&[&**camera, "encoder_busy"])
                .inc_by(replaced);
        }
    }

    /// Wants a stream. The first to want it gets the newest frame at once, without waiting for the camera.
    pub fn want(&self, stream: &Stream) -> Want {
        // The count is raised before the queue looks at the newest frame, so a frame offered in between is
        // encoded either way.
        let first = {
            let mut count = self.shared.demand.entry(stream.clone()).or_insert(0);
            *count += 1;
            *count == 1
        };
        if first {
            self.shared.refresh(stream);
        }
        Want { shared: Arc::clone(&self.shared), stream: stream.clone() }
    }

    /// The streams of a camera that somebody wants now.
    pub fn wanted(&self, camera: &str) -> Vec<Rung> {
        let mut rungs: Vec<Rung> = self
            .shared
            .demand
            .iter()
            .filter(|entry| &*entry.key().camera == camera)
            .map(|entry| entry.key().rung)
            .collect();
        rungs.sort();
        rungs
    }

    /// What encoding took since the last call, and how many want each stream now.
    pub fn lately(&self) -> Lately {
        let viewers = self.shared.demand.iter().map(|entry| (entry.key().clone(), *entry.value())).collect();
        Lately { total: self.shared.meter.take(), viewers, moved: Vec::new() }
    }
}

impl Drop for Want {
    fn drop(&mut self) {
        if let dashmap::Entry::Occupied(mut entry) = self.shared.demand.entry(self.stream.clone()) {
            if *entry.get() > 1 {
                *entry.get_mut() -= 1;
            } else {
                entry.remove();
            }
        }
    }
}

impl Pool {
    /// The pool's door.
    pub fn encoder(&self) -> Encoder {
        self.encoder.clone()
    }

    /// Ends the threads once each has finished what it is at.
    pub fn stop(self) {
        self.encoder.shared.queue.stop();
        for thread in self.threads {
            // A thread that panicked has ended as well.
            let _ = thread.join();
        }
    }
}

impl Shared {
    /// One thread's work. A panic ends it with the job that is under way; it is begun again, with a fresh
    /// compressor.
    fn work(&self) {
        let mut compressor = None;
        while let Some(job) = self.queue.take() {
            // What nobody wants any more is not worth the time.
            if !self.demand.contains_key(&job.stream) {
                let stream = job.stream.clone();
                job.give_up();
                // Somebody may have come between the two.
                if self.demand.contains_key(&stream) {
                    self.refresh(&stream);
                }
                continue;
            }
            self.metrics.fences.trip(Place::Encode);
            if let Err(error) = self.encode(&mut compressor, &job) {
                self.failed(&job, &error);
            }
        }
    }

    /// The newest frame for a stream that has just become wanted: as it was encoded before, or to be encoded.
    fn refresh(&self, stream: &Stream) {
        let finished = self.finished.get(stream).map(|frame| Arc::clone(&frame));
        match finished {
            Some(frame) if self.queue.is_newest(stream, frame.number) => (self.on_encoded)(stream, &frame),
            _ => self.queue.refresh(stream),
        }
    }

    /// Tells that a frame was not encoded. One that the camera sent broken is counted, once for all its
    /// rungs.
    fn failed(&self, job: &Job, error: &EncodeError) {
        let (camera, number) = (&job.stream.camera, job.frame.number);
        if !matches!(error, EncodeError::Coder(CoderError::Camera(_))) {
            if self.refused.lock().is_due(Instant::now()) {
                log::error!("frame {number} of camera {camera} was not encoded: {error}");
            }
            return;
        }
        let mut broken = self.broken.entry(Arc::clone(camera)).or_default();
        if broken.0 < number {
            broken.0 = number;
            self.metrics.frames_skipped.with_label_values(&[&**camera, "broken"]).inc();
            if broken.1.is_due(Instant::now()) {
                log::warn!("frame {number} of camera {camera} is skipped: {error}");
            }
        }
    }

    fn encode(&self, compressor: &mut Option<Compressor>, job: &Job) -> Result<(), EncodeError> {
        let stream = &job.stream;
        let encoded = match self.plain(job) {
            Some(plain) => self.choose(compressor, job, plain)?,
            None => self.compress(compressor, job)?,
        };
        let encoded = Arc::new(encoded);
        self.finished.insert(stream.clone(), Arc::clone(&encoded));
        (self.on_encoded)(stream, &encoded);
        Ok(())
    }

    /// The camera's own JPEG, where it may go out as it came.
    fn plain<'a>(&self, job: &'a Job) -> Option<Plain<'a>> {
        match &job.frame.picture {
            Picture::Jpeg(jpeg) if job.stream.rung.tier == Tier::Full => jpeg.plain(),
            _ => None,
        }
    }

    /// The camera's own JPEG or ours, whichever is smaller as far as is known.
    fn choose(
        &self,
        compressor: &mut Option<Compressor>,
        job: &Job,
        plain: Plain,
    ) -> Result<EncodedFrame, EncodeError> {
        let camera = &job.stream.camera;
        let began = cpu_time();
        let choice = self.fits.get(&job.stream).map_or(Choice::Compare, |fit| fit.choice(Instant::now()));
        let theirs = match choice {
            Choice::Encode => return self.compress(compressor, job),
            Choice::Untouched => {
                let theirs = untouched::frame(job, plain);
                self.meter.made(&job.stream, theirs.jpeg.len(), [began; 2]);
                theirs
            }
            Choice::Compare => {
                let ours = self.compress(compressor, job)?;
                let theirs = untouched::frame(job, plain);
                let mut fit = self.fits.entry(job.stream.clone()).or_default();
                if !fit.compare(theirs.jpeg.len(), ours.jpeg.len(), Instant::now()) {
                    return Ok(ours);
                }
                theirs
            }
        };
        self.metrics.frames_untouched.with_label_values(&[&**camera]).inc();
        Ok(theirs)
    }

    /// The frame as we encode it.
    fn compress(&self, compressor: &mut Option<Compressor>, job: &Job) -> Result<EncodedFrame, EncodeError> {
        let Job { stream, frame } = job;
        let began = Instant::now();
        // Frames of one level are of about one size.
        let usual = self.finished.get(stream).map_or(0, |last| last.jpeg.len() + last.jpeg.len() / 4);
        let mut cpu = [cpu_time(); 2];
        let append = |out: &mut Vec<u8>| self.append(compressor, job, out).map(|shared| cpu[1] = shared);
        let encoded = EncodedFrame::write(&stream.camera, frame, stream.rung, (usual, append))?;
        let (level, scale) = (stream.rung.level.to_string(), stream.rung.tier.scale().to_string());
        self.metrics.encode_seconds.with_label_values(&[&level]).observe(began.elapsed().as_secs_f64());
        self.metrics.encodes.with_label_values(&[&*stream.camera, &level, &scale]).inc();
        self.meter.made(stream, encoded.jpeg.len(), cpu);
        Ok(encoded)
    }

    /// Appends the job's JPEG without its SOI marker, by the coder that is faster here. What this thread's
    /// CPU time was when it had what the levels share.
    fn append(
        &self,
        compressor: &mut Option<Compressor>,
        job: &Job,
        out: &mut Vec<u8>,
    ) -> Result<Duration, EncodeError> {
        let Job { stream: Stream { camera, rung }, frame } = job;
        let huffman = huffman(rung.tier);
        if self.fast_coder {
            let coefficients = self.transforms.coefficients(camera, rung.tier, frame)?;
            let shared = cpu_time();
            coefficients.append_after_soi(rung.level.quality(), huffman, out)?;
            return Ok(shared);
        }
        self.transforms.with_planes(camera, rung.tier, frame, |planes| {
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

/// Small pictures are for thin links: tables made for them take off 11 to 19 % of a street scene at level 30,
/// 3 to 8 % at 95, for at most 0.14 ms a level at 720p. At full size it would be 3 to 15 % for 0.24 to 0.4
/// ms, nearly twice the time of each level.
fn huffman(tier: Tier) -> Huffman {
    if tier == Tier::Full { Huffman::Standard } else { Huffman::Fitted }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::mpsc::{Receiver, channel},
        time::Duration,
    };

    use super::*;
    use crate::{
        frame::Picture,
        jpeg::CameraJpeg,
        nouns::{
            picture::{Bgr, Planes},
            quality::{Level, Tier},
        },
    };

    struct Bench {
        pool: Pool,
        encoded: Receiver<(u64, u8)>,
        metrics: Metrics,
        camera: Arc<str>,
    }

    fn bench() -> Bench {
        let metrics = Metrics::new().expect("names differ");
        let (sender, encoded) = channel();
        let on_encoded: OnEncoded = Box::new(move |stream, frame| {
            sender.send((frame.number, stream.rung.level.quality())).expect("the test listens");
        });
        let pool = Encoder::start(2, metrics.clone(), on_encoded).expect("starts");
        Bench { pool, encoded, metrics, camera: Arc::from("main") }
    }

    impl Bench {
        fn offer(&self, number: u64) {
            let frame = Frame::new(number, 0, Picture::Planes(Planes::grey(64, 48, 100)));
            self.pool.encoder().offer(&self.camera, &Arc::new(frame));
        }

        fn want(&self, quality: u32) -> Want {
            let rung = Rung { tier: Tier::Full, level: Level::at_or_below(quality).expect("on the ladder") };
            self.pool.encoder().want(&Stream { camera: Arc::clone(&self.camera), rung })
        }

        fn next(&self) -> (u64, u8) {
            self.encoded.recv_timeout(Duration::from_secs(5)).expect("something is encoded")
        }

        fn encodes(&self) -> u64 {
            let of = |level: &str| self.metrics.encodes.with_label_values(&["main", level, "1"]).get();
            ["30", "80", "95"].map(of).iter().sum()
        }
    }

    /// A camera's JPEG of those planes, at quality 80.
    fn camera_jpeg(planes: &Planes) -> Picture {
        let mut coefficients = Coefficients::new();
        coefficients.load_planes(planes).expect("a picture");
        let jpeg = coefficients.to_jpeg(80, Huffman::Standard).expect("a picture");
        Picture::Jpeg(CameraJpeg::new(jpeg.into()).expect("is sound"))
    }

    #[test]
    fn a_cameras_jpeg_goes_out_where_ours_would_be_larger_and_is_encoded_to_compare() {
        let bench = bench();
        let _wants = [bench.want(95), bench.want(30)];
        for number in 1..=20 {
            let mut planes = Planes::grey(64, 48, 0);
            planes
                .y
                .iter_mut()
                .enumerate()
                .for_each(|(n, luma)| *luma = (n * (n / 7 + number as usize)) as u8);
            let picture = camera_jpeg(&planes);
            bench.pool.encoder().offer(&bench.camera, &Arc::new(Frame::new(number, 0, picture)));
            let mut levels = [bench.next(), bench.next()];
            levels.sort();
            assert_eq!(levels, [(number, 30), (number, 95)]);
        }
        let encodes = |level| bench.metrics.encodes.with_label_values(&["main", level, "1"]).get();
        assert_eq!(
            (encodes("30"), bench.metrics.frames_untouched.with_label_values(&["main"]).get()),
            (20, 20)
        );
        assert!((1..20).contains(&encodes("95")), "{} at the top", encodes("95"));
    }

    #[test]
    fn a_camera_that_sends_what_does_not_decode_loses_that_frame_and_no_other() {
        let bench = bench();
        let _wants = [bench.want(30), bench.want(80)];
        let Picture::Jpeg(jpeg) = camera_jpeg(&Planes::grey(64, 48, 9)) else { unreachable!("made so") };
        let mut bytes = jpeg.bytes().to_vec();
        let scan = bytes.windows(2).position(|pair| pair == [0xFF, 0xDA]).expect("has a scan");
        // A component that the frame header does not know.
        bytes[scan + 5] = 9;
        let broken = Picture::Jpeg(CameraJpeg::new(bytes.into()).expect("is sound from outside"));
        bench.pool.encoder().offer(&bench.camera, &Arc::new(Frame::new(1, 0, broken)));
        let counted = || bench.metrics.frames_skipped.with_label_values(&["main", "broken"]).get();
        let deadline = Instant::now() + Duration::from_secs(5);
        while counted() == 0 {
            assert!(Instant::now() < deadline, "it is counted");
            std::thread::yield_now();
        }
        bench.offer(2);
        let mut levels = [bench.next(), bench.next()];
        levels.sort();
        assert_eq!((levels, counted()), ([(2, 30), (2, 80)], 1));
    }

    #[test]
    fn a_panic_costs_one_frame_of_one_level_and_no_thread() {
        let bench = bench();
        let _wants = [bench.want(30), bench.want(95)];
        bench.metrics.fences.arm(Place::Encode, 100, 2);
        for number in 1..=100 {
            bench.offer(number);
            // Of each two jobs one panics; the other one is encoded whichever thread has it.
            assert_eq!(bench.next().0, number);
            let deadline = Instant::now() + Duration::from_secs(5);
            while bench.metrics.fences.panics()[0] < number {
                assert!(Instant::now() < deadline, "frame {number} panics once");
                std::thread::yield_now();
            }
        }
        bench.offer(101);
        let mut levels = [bench.next(), bench.next()];
        levels.sort();
        assert_eq!(levels, [(101, 30), (101, 95)]);
        assert!(bench.pool.threads.iter().all(|thread| !thread.is_finished()));
    }

    #[test]
    fn nothing_is_encoded_that_nobody_wants() {
        let bench = bench();
        drop(bench.want(80));
        (1..=20).for_each(|number| bench.offer(number));
        let metrics = bench.metrics.clone();
        bench.pool.stop();
        assert_eq!(metrics.encodes.with_label_values(&["main", "80", "1"]).get(), 0);
    }

    #[test]
    fn a_level_is_encoded_once_however_many_want_it() {
        let bench = bench();
        let _wants = [bench.want(80), bench.want(80), bench.want(80)];
        bench.offer(1);
        assert_eq!(bench.next(), (1, 80));
        bench.offer(2);
        assert_eq!(bench.next(), (2, 80));
        assert_eq!(bench.encodes(), 2);
    }

    #[test]
    fn who_joins_late_gets_the_newest_frame_at_once() {
        let bench = bench();
        bench.offer(1);
        bench.offer(2);
        let _want = bench.want(95);
        assert_eq!(bench.next(), (2, 95));
    }

    #[test]
    fn who_comes_and_goes_has_no_frame_encoded_twice() {
        let bench = bench();
        bench.offer(1);
        for _ in 0..20 {
            let _want = bench.want(95);
            assert_eq!(bench.next(), (1, 95));
        }
        assert_eq!(bench.encodes(), 1);
    }

    #[test]
    fn every_tier_is_encoded_by_either_coder_with_the_same_bytes() {
        let pixels = |n: usize| [(n % 97) as u8, (n / 97 * 5) as u8, (n * n / 300) as u8];
        let bgr = Bgr { width: 97, height: 50, data: (0..97 * 50).flat_map(pixels).collect() };
        let planes = planes_of(&bgr);
        let encoded = |fast_coder: bool, picture: &Picture| {
            let (sender, encoded) = channel();
            let on_encoded: OnEncoded =
                Box::new(move |_, frame| sender.send(Arc::clone(frame)).expect("the test listens"));
            let metrics = Metrics::new().expect("names differ");
            let pool = Encoder::start_with(2, metrics, on_encoded, fast_coder).expect("starts");
            let stream = |tier| Stream { camera: Arc::from("main"), rung: Rung { tier, level: Level::MAX } };
            let _wants = Tier::OFFERED.map(|tier| pool.encoder().want(&stream(tier)));
            pool.encoder().offer(&Arc::from("main"), &Arc::new(Frame::new(1, 0, picture.clone())));
            let mut frames = Tier::OFFERED
                .map(|_| encoded.recv_timeout(Duration::from_secs(5)).expect("something is encoded"));
            frames.sort_by_key(|frame| frame.rung);
            frames
        };
        let jpeg = camera_jpeg(&planes);
        for picture in [Picture::Bgr(bgr), Picture::Planes(planes), jpeg] {
            let (ours, turbos) = (encoded(true, &picture), encoded(false, &picture));
            for (number, (ours, turbos)) in ours.iter().zip(&turbos).enumerate() {
                assert_eq!((ours.rung, ours.size), (turbos.rung, (97, 50)));
                // At full size an odd width is filled up differently where colours are converted on the way.
                assert!(ours.jpeg == turbos.jpeg || number == 0, "{:?}", ours.rung);
            }
        }
    }

    #[test]
    fn every_wanted_level_of_a_frame_is_encoded() {
        let bench = bench();
        let _wants = [bench.want(30), bench.want(80), bench.want(95)];
        bench.offer(1);
        let mut levels = [bench.next(), bench.next(), bench.next()];
        levels.sort();
        assert_eq!(levels, [(1, 30), (1, 80), (1, 95)]);
    }
}
