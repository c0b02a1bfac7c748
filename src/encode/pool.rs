//! The encoding threads and their door: in come frames and what viewers want, out go finished JPEGs, and what
//! changed for those who take deltas. How these are made is `make`'s, which frame waits for which stream
//! `queue`'s.

use std::{collections::BTreeSet, io, sync::Arc, thread::JoinHandle, time::Duration};

use super::{
    demand::Demand,
    failures::Failures,
    make::Maker,
    merge::Lately,
    paint::{Nothing, Paint},
    queue::{Job, Queue},
    stream::Stream,
    turbo::Compressor,
};
use crate::{
    coder::Coefficients,
    delta::Advance,
    frame::{EncodedFrame, Frame},
    nouns::{
        form::{Form, Forms},
        quality::{Level, Rung},
    },
    tools::{
        fence::Place,
        metrics::Metrics,
        threads::{Role, spawn},
    },
};

/// Most JPEGs with layers that are kept of a camera's newest frame for whoever asks again: 15 sets of layers
/// at 56 rungs would fill memory.
const MOST_KEPT: usize = 16;

/// Takes each finished JPEG, on the thread that made it. Must not block.
pub type OnEncoded = Box<dyn Fn(&Stream, &Arc<EncodedFrame>) + Send + Sync>;

/// Takes the next frame of a stream of deltas, on the thread that made it. Must not block.
pub type OnAdvanced = Box<dyn Fn(&Stream, &Arc<Advance>) + Send + Sync>;

/// Whom the pool works with, and how far up.
pub struct Partners {
    /// Takes what is finished.
    pub on_encoded: OnEncoded,
    /// Takes what viewers of deltas are given.
    pub on_advanced: OnAdvanced,
    /// Paints the layers that viewers ask for.
    pub painter: Box<dyn Paint>,
    /// The ladder's highest level: what stands still is sent at it.
    pub top: Level,
}

/// The pool's door. Cloning shares it.
#[derive(Clone)]
pub struct Encoder {
    inner: Arc<Inner>,
}

/// What the pool's threads and its door share.
struct Inner {
    queue: Queue,
    demand: Demand,
    maker: Maker,
    failures: Failures,
    metrics: Metrics,
    on_encoded: OnEncoded,
    on_advanced: OnAdvanced,
}

/// A viewer's wish for a stream, which is encoded for as long as this lives.
pub struct Want {
    inner: Arc<Inner>,
    stream: Stream,
    form: Form,
}

/// The pool's threads, which run until [`Pool::stop`].
pub struct Pool {
    encoder: Encoder,
    threads: Vec<JoinHandle<()>>,
}

impl Encoder {
    /// Starts threads that hand what they finish to `on_encoded`. Who asks them for layers gets the picture
    /// as it is.
    ///
    /// # Errors
    /// Where no thread can be started, or there is no JPEG encoder.
    pub fn start(threads: usize, metrics: Metrics, on_encoded: OnEncoded) -> io::Result<Pool> {
        let on_advanced: OnAdvanced = Box::new(|_: &_, _: &_| ());
        let painter = Box::new(Nothing);
        Encoder::start_with(threads, metrics, Partners { on_encoded, on_advanced, painter, top: Level::MAX })
    }

    /// Starts threads that encode, with somebody who paints layers.
    ///
    /// # Errors
    /// Errors of [`Encoder::start`].
    pub fn start_with(threads: usize, metrics: Metrics, partners: Partners) -> io::Result<Pool> {
        Encoder::start_by(threads, metrics, partners, Coefficients::new().is_fast())
    }

    fn start_by(
        threads: usize,
        metrics: Metrics,
        Partners { on_encoded, on_advanced, painter, top }: Partners,
        fast_coder: bool,
    ) -> io::Result<Pool> {
        if !fast_coder {
            // What each thread will need. The first of them that cannot have it would only say so, frame by
            // frame.
            Compressor::new().map_err(io::Error::other)?;
        }
        let inner = Arc::new(Inner {
            queue: Queue::default(),
            demand: Demand::default(),
            maker: Maker::new(fast_coder, top, painter, metrics.clone()),
            failures: Failures::new(metrics.clone()),
            metrics,
            on_encoded,
            on_advanced,
        });
        // Those that were started end where another one cannot be.
        let threads = (0..threads.max(1))
            .map(|n| start_thread(n, &inner))
            .collect::<io::Result<_>>()
            .inspect_err(|_| inner.queue.stop())?;
        Ok(Pool { encoder: Encoder { inner }, threads })
    }

    /// Takes a camera's frames from now on.
    pub fn admit(&self, camera: &Arc<str>) {
        self.inner.queue.admit(camera);
    }

    /// Takes no more frames of a camera, and forgets everything about it. Waits until no thread is at one.
    pub fn forget(&self, camera: &str) {
        // First, so that nothing is made anew behind what follows.
        self.inner.queue.forget(camera);
        self.inner.maker.forget(camera);
        self.inner.failures.forget(camera);
    }

    /// Takes a camera's new frame, to be encoded at each rung that somebody wants. What the pool has not
    /// begun of the frame before is given up and counted.
    pub fn offer(&self, camera: &Arc<str>, frame: &Arc<Frame>) {
        let Inner { queue, demand, maker, metrics, .. } = &*self.inner;
        let Some(replaced) = queue.put_newest(camera, frame, || demand.streams(camera)) else { return };
        maker.meter.add_frame(camera);
        // What was kept of the frame before, for whoever might ask.
        maker.finished_with_layers(camera).iter().for_each(|stream| self.inner.let_go(stream));
        maker.forget_deltas(camera, |stream| demand.forms(stream).delta);
        self.inner.make_room();
        if replaced > 0 {
            metrics.frames_skipped.with_label_values(&[&**camera, "encoder_busy"]).inc_by(replaced);
        }
    }

    /// Whether streams can be had as deltas: on a processor for which our own coder is the fast one. Who
    /// wants them nonetheless, of a picture that is too large for them, or of one stream more than may be
    /// kept, gets complete pictures alone.
    pub fn deltas(&self) -> bool {
        self.inner.maker.is_fast()
    }

    /// Wants a stream in a form. The first to want it so gets the newest frame at once, without waiting for
    /// the camera.
    pub fn want(&self, stream: &Stream, form: Form) -> Want {
        // The count is raised before the queue looks at the newest frame, so a frame offered in between is
        // encoded either way.
        if self.inner.demand.add(stream, form) {
            self.inner.make_room();
            self.inner.refresh(stream, form);
        }
        Want { inner: Arc::clone(&self.inner), stream: stream.clone(), form }
    }

    /// The rungs of a camera that somebody wants now, with layers or without, in order.
    pub fn wanted(&self, camera: &str) -> Vec<Rung> {
        let mut rungs: Vec<Rung> =
            self.inner.demand.streams(camera).into_iter().map(|stream| stream.rung).collect();
        rungs.sort();
        rungs.dedup();
        rungs
    }

    /// The newest frame of a camera, where there is one. Whoever keeps it keeps its picture.
    pub fn newest(&self, camera: &str) -> Option<Arc<Frame>> {
        self.inner.queue.newest(camera)
    }

    /// What encoding took since the last call, and how many want each stream now.
    pub fn lately(&self) -> Lately {
        let Inner { demand, maker, .. } = &*self.inner;
        Lately { total: maker.meter.take(), viewers: demand.counts(), moved: Vec::new() }
    }
}

impl Drop for Want {
    fn drop(&mut self) {
        if self.inner.demand.remove(&self.stream, self.form) {
            self.inner.let_go(&self.stream);
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
        self.encoder.inner.queue.stop();
        for thread in self.threads {
            // A thread that panicked has ended as well.
            let _ = thread.join();
        }
    }
}

/// Starts the pool's thread number `n`.
fn start_thread(n: usize, inner: &Arc<Inner>) -> io::Result<JoinHandle<()>> {
    let inner = Arc::clone(inner);
    spawn(Role::Encode, &format!("encode-{n}"), move || {
        // Nothing to wait for: the next job is another one.
        inner.metrics.fences.keep(Place::Encode, Duration::ZERO, || inner.work());
    })
}

impl Inner {
    /// Makes JPEGs until the pool stops: one thread's work. A panic ends it with the job that is under way;
    /// it is begun again, with a fresh compressor.
    fn work(&self) {
        let mut compressor = None;
        while let Some(job) = self.queue.take() {
            // What nobody wants any more is not worth the time. Who comes from now on finds the frame not
            // begun, and has it put there again.
            let forms = job.begin(self.demand.forms(&job.stream));
            if forms.is_empty() {
                continue;
            }
            self.metrics.fences.trip(Place::Encode);
            self.make(&mut compressor, &job, forms);
            // Whoever wanted it may have left before it was there.
            self.let_go(&job.stream);
        }
    }

    /// Makes a job's frame in those forms, and hands each on as soon as it is there. The complete picture
    /// comes first: who gets that waits for no delta, and loses no frame where making one panics.
    fn make(&self, compressor: &mut Option<Compressor>, job: &Job, forms: Forms) {
        if forms.whole {
            match self.maker.whole(compressor, job) {
                Ok(encoded) => (self.on_encoded)(&job.stream, &encoded),
                Err(error) => self.failures.tell(job, &error),
            }
        }
        if forms.delta {
            match self.maker.advance(compressor, job, forms) {
                Ok(advance) => (self.on_advanced)(&job.stream, &advance),
                Err(error) => self.failures.tell(job, &error),
            }
        }
    }

    /// Forgets a stream with layers, unless somebody wants it; what was made of the newest frame is kept
    /// until the next one comes, for all who ask for single pictures of it. Streams without layers are few,
    /// and whoever comes back to one of them is served at once.
    fn let_go(&self, stream: &Stream) {
        if stream.layers.is_empty() || self.demand.is_wanted(stream) {
            return;
        }
        self.maker.forget_pictures(stream, &self.demand.streams(&stream.camera));
        // Of a frame that failed there is none, and it need not be begun again.
        let number = self.maker.finished(stream).map_or(0, |made| made.number);
        let finished = self.maker.finished_with_layers(&stream.camera);
        let kept = finished.iter().filter(|other| !self.demand.is_wanted(other)).count();
        if kept > MOST_KEPT || !self.queue.is_newest(stream, number) {
            // Nothing of a later frame, which another thread may have made meanwhile.
            self.queue.forget_begun(stream, number);
            self.maker.forget_finished(stream, number);
        }
    }

    /// Lets the streams of deltas go that nobody wants any more, also of cameras that give no frames, where
    /// others had no place beside them.
    fn make_room(&self) {
        let is_wanted = |stream: &Stream| self.demand.forms(stream).delta;
        let idle = self.maker.deltas_in_the_way(is_wanted);
        // Before they go: who comes back then has the frame made anew.
        idle.iter().for_each(|stream| self.queue.forget_begun(stream, u64::MAX));
        let cameras: BTreeSet<Arc<str>> = idle.into_iter().map(|stream| stream.camera).collect();
        cameras.iter().for_each(|camera| self.maker.forget_deltas(camera, is_wanted));
    }

    /// Hands on the newest frame of a stream that has just become wanted in a form if it was made in that
    /// before, and has it made if not.
    fn refresh(&self, stream: &Stream, form: Form) {
        let is_newest = |number| self.queue.is_newest(stream, number);
        match form {
            Form::Whole => match self.maker.finished(stream) {
                Some(frame) if is_newest(frame.number) => (self.on_encoded)(stream, &frame),
                _ => self.queue.refresh(stream, form),
            },
            Form::Delta => match self.maker.advanced(stream) {
                Some(advance) if is_newest(advance.number) => (self.on_advanced)(stream, &advance),
                _ => self.queue.refresh(stream, form),
            },
        }
    }
}

#[cfg(test)]
mod delta_tests;
#[cfg(test)]
mod tests;
