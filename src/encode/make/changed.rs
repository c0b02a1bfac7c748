//! One job to what viewers of deltas are given: what changed, the camera's own JPEG where that is smaller, or
//! a complete picture where there can be no deltas.
//!
//! In go jobs, out come frames with the way to what else can be made of them.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::{Maker, plain};
use crate::{
    coder::{Coefficients, Moved},
    delta::Advance,
    encode::{
        deltas::{Changed, Shown},
        error::{EncodeError, PixelsError},
        meter::{CpuTimes, cpu_time},
        paint::FrameAt,
        passthrough::{self, Step},
        queue::Job,
        turbo::Compressor,
    },
    jpeg::Plain,
    nouns::{form::Forms, layers::Layers},
    protocol::BLOCK,
};

/// Most pixels of a picture that is sent as deltas. A stream keeps 34 MB of that, and all streams together
/// what `deltas` lets in.
const MOST_PIXELS: usize = 4096 * 2304;

impl Maker {
    /// Makes what the job's viewers of deltas are given. `forms` are those in which the job is made.
    ///
    /// # Errors
    /// Where the frame has no pixels, or a coder refuses them.
    pub fn advance(
        &self,
        compressor: &mut Option<Compressor>,
        job: &Job,
        forms: Forms,
    ) -> Result<Arc<Advance>, EncodeError> {
        if !self.can_change(job) {
            let whole = self.whole(compressor, job)?;
            self.deltas.interrupt(&job.stream);
            return Ok(self.deltas.give_lone(&job.stream, &whole));
        }
        match plain(job) {
            Some(plain) => self.contend(job, plain, forms),
            None => {
                let changed = self.changed(job, forms)?;
                self.deltas.give(&job.stream, &changed.advance);
                Ok(changed.advance)
            }
        }
    }

    /// Whether a job can be one of a stream of deltas. A slate is no picture of the scene, and pictures with
    /// layers are for those who do not draw them, nor compose pictures. Where streams keep as much as they
    /// may, no other one begins.
    fn can_change(&self, Job { stream, frame }: &Job) -> bool {
        let scale = stream.rung.tier.scale() as usize;
        let (width, height) = frame.picture.size();
        let (width, height) = (width.div_ceil(scale), height.div_ceil(scale));
        let is_fit = self.fast_coder
            && !frame.slate
            && stream.layers.is_empty()
            && width.saturating_mul(height) <= MOST_PIXELS;
        is_fit && self.deltas.admits(stream, width.div_ceil(BLOCK) * height.div_ceil(BLOCK))
    }

    /// What changed, or the camera's own JPEG, whichever is smaller as far as is known. Where the JPEG is too
    /// large for somebody's link, the stream goes on beside it.
    fn contend(&self, job: &Job, plain: Plain, forms: Forms) -> Result<Arc<Advance>, EncodeError> {
        let (stream, began, theirs) = (&job.stream, cpu_time(), plain.jpeg.len());
        let is_too_large = self.deltas.is_too_large(stream, job.frame.number);
        let shared = match self.deltas.step(stream, Instant::now()) {
            Step::PassThrough if !is_too_large => {
                self.deltas.end(stream);
                Some(began)
            }
            Step::PassThrough | Step::Begin => Some(self.follow(job)),
            Step::Weigh => match self.changed(job, forms) {
                Ok(changed) => {
                    if self.deltas.weigh(stream, theirs, changed.bytes) {
                        self.deltas.give(stream, &changed.advance);
                        return Ok(changed.advance);
                    }
                    if !is_too_large {
                        self.deltas.end(stream);
                    }
                    None
                }
                Err(error) => {
                    self.give_up(job, &error);
                    Some(cpu_time())
                }
            },
        };
        let frame = Arc::new(passthrough::frame(job, plain));
        self.metrics.frames_untouched.with_label_values(&[&*stream.camera]).inc();
        // Of two that were weighed the delta was counted.
        if let Some(shared) = shared {
            self.count_form(job, forms, theirs, CpuTimes { began, shared });
        }
        Ok(self.deltas.give_untouched(stream, &frame))
    }

    /// Has the stream take the picture of a JPEG that goes out as it came. Returns this thread's CPU time at
    /// the moment at which what the levels share was there.
    fn follow(&self, job: &Job) -> Duration {
        self.taken(job).unwrap_or_else(|error| {
            self.give_up(job, &error);
            cpu_time()
        })
    }

    /// Ends the stream where there is no picture for it, which costs nobody the camera's JPEG; it begins anew
    /// with the camera's next one.
    fn give_up(&self, Job { stream, frame }: &Job, error: &EncodeError) {
        log::debug!("deltas of camera {} end before frame {}: {error}", stream.camera, frame.number);
        self.deltas.interrupt(stream);
    }

    fn taken(&self, job: &Job) -> Result<Duration, EncodeError> {
        let (picture, moved) = self.shown(job)?;
        let shared = cpu_time();
        self.deltas.take(job, Shown { picture: &picture, moved: &moved })?;
        Ok(shared)
    }

    /// The frame as the stream of deltas has it.
    fn changed(&self, job: &Job, forms: Forms) -> Result<Changed, EncodeError> {
        let (began, began_cpu) = (Instant::now(), cpu_time());
        let (picture, moved) = self.shown(job)?;
        let shared = cpu_time();
        let changed = self.deltas.advance(job, Shown { picture: &picture, moved: &moved })?;
        self.count_encode(&job.stream, began);
        self.count_form(job, forms, changed.bytes, CpuTimes { began: began_cpu, shared });
        Ok(changed)
    }

    /// What the levels of the job's tier share, and what moved in it.
    fn shown(&self, Job { stream, frame }: &Job) -> Result<(Arc<Coefficients>, Arc<Moved>), PixelsError> {
        let at = FrameAt { camera: &stream.camera, tier: stream.rung.tier, layers: Layers::NONE, frame };
        let picture = self.transforms.coefficients(at)?;
        let moved = self.transforms.moved(at, &picture)?;
        Ok((picture, moved))
    }

    /// Adds what a frame for viewers of deltas took. The job's JPEG is counted once, as the complete picture
    /// where there is one.
    fn count_form(&self, job: &Job, forms: Forms, bytes: usize, times: CpuTimes) {
        if forms.whole {
            self.meter.also(&job.stream, times);
        } else {
            self.meter.made(&job.stream, bytes, times);
        }
    }
}
