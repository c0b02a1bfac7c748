//! What encoding takes of the processors, by stream. In go frames offered and a thread's own times, out comes
//! what came together since somebody asked last. What to do about it is `merge`'s.

use std::{collections::HashMap, sync::Arc, time::Duration};

use parking_lot::Mutex;

use super::stream::Stream;

/// What a stream's JPEGs took of the processors.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spent {
    /// JPEGs made.
    pub jpegs: u64,
    /// Their bytes.
    pub bytes: u64,
    /// CPU time that was theirs alone.
    pub own: Duration,
    /// CPU time for what the levels of their tier share, where this stream's thread came first.
    pub shared: Duration,
}

/// What all streams took.
#[derive(Clone, Debug, Default)]
pub struct Total {
    /// Frames offered, by camera.
    pub frames: HashMap<Arc<str>, u64>,
    /// What their JPEGs took.
    pub streams: HashMap<Stream, Spent>,
}

/// The sums of what encoding takes, for all threads.
#[derive(Default)]
pub(super) struct Meter {
    /// Guards the sums; held for a few instructions, once a frame and once a JPEG.
    total: Mutex<Total>,
}

/// A thread's CPU times while it made a JPEG.
#[derive(Clone, Copy, Debug)]
pub(super) struct CpuTimes {
    /// When it began.
    pub began: Duration,
    /// When it had what the levels share.
    pub shared: Duration,
}

impl Meter {
    /// Counts a camera's new frame.
    pub fn add_frame(&self, camera: &Arc<str>) {
        *self.total.lock().frames.entry(Arc::clone(camera)).or_default() += 1;
    }

    /// Adds a JPEG of `bytes` bytes that this thread has just made.
    pub fn made(&self, stream: &Stream, bytes: usize, times: CpuTimes) {
        self.add(stream, times, Spent { jpegs: 1, bytes: bytes as u64, ..Spent::default() });
    }

    /// Adds what a JPEG of another form took beside the one that is counted for the frame: costs are by
    /// frame.
    pub fn also(&self, stream: &Stream, times: CpuTimes) {
        self.add(stream, times, Spent::default());
    }

    fn add(&self, stream: &Stream, CpuTimes { began, shared }: CpuTimes, made: Spent) {
        let done = cpu_time();
        let mut total = self.total.lock();
        let spent = total.streams.entry(stream.clone()).or_default();
        spent.jpegs += made.jpegs;
        spent.bytes += made.bytes;
        spent.own += done.saturating_sub(shared);
        spent.shared += shared.saturating_sub(began);
    }

    /// Forgets a camera.
    pub fn forget(&self, camera: &str) {
        let mut total = self.total.lock();
        total.frames.retain(|other, _| &**other != camera);
        total.streams.retain(|stream, _| &*stream.camera != camera);
    }

    /// Takes out what came together since the last call.
    pub fn take(&self) -> Total {
        std::mem::take(&mut *self.total.lock())
    }
}

/// CPU time of this thread so far: unlike a clock on the wall it leaves out what a busy machine gave to
/// others, and waiting for what another thread makes. Zero where the system does not tell.
pub(super) fn cpu_time() -> Duration {
    sys::thread_cpu_time().unwrap_or_default()
}

mod sys {
    #![allow(unsafe_code)]

    use std::{mem::MaybeUninit, time::Duration};

    /// The calling thread's CPU time; `None` where there is no such clock.
    pub(super) fn thread_cpu_time() -> Option<Duration> {
        let mut time = MaybeUninit::<libc::timespec>::zeroed();
        // SAFETY: the call writes one timespec at most, for which there is room.
        let failed = unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, time.as_mut_ptr()) } != 0;
        // SAFETY: every byte was zeroed above, and integers of any value are valid.
        let time = unsafe { time.assume_init() };
        let (seconds, nanos) = (u64::try_from(time.tv_sec).ok()?, u32::try_from(time.tv_nsec).ok()?);
        (!failed).then(|| Duration::new(seconds, nanos))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nouns::quality::{Level, Rung, Tier};

    #[test]
    fn what_a_thread_does_is_counted_and_what_it_waits_for_is_not() {
        let began = cpu_time();
        std::thread::sleep(Duration::from_millis(30));
        let waited = cpu_time();
        assert!(waited - began < Duration::from_millis(15), "{:?}", waited - began);
        while cpu_time() == waited {
            std::hint::black_box(0);
        }
    }

    #[test]
    fn each_sum_is_taken_once() {
        let meter = Meter::default();
        let stream = Stream::plain(&Arc::from("main"), Rung { tier: Tier::Full, level: Level::MAX });
        meter.add_frame(&stream.camera);
        let now = cpu_time();
        meter.made(&stream, 100, CpuTimes { began: now, shared: now });
        meter.made(&stream, 50, CpuTimes { began: now, shared: now + Duration::from_secs(9) });
        let total = meter.take();
        let spent = total.streams[&stream];
        assert_eq!((spent.jpegs, spent.bytes, spent.shared), (2, 150, Duration::from_secs(9)));
        assert_eq!(total.frames[&stream.camera], 1);
        assert!(meter.take().streams.is_empty());
    }

    #[test]
    fn a_second_form_of_a_frame_takes_time_and_is_no_other_frame() {
        let meter = Meter::default();
        let stream = Stream::plain(&Arc::from("main"), Rung { tier: Tier::Full, level: Level::MAX });
        let now = cpu_time();
        meter.made(&stream, 100, CpuTimes { began: now, shared: now });
        meter.also(&stream, CpuTimes { began: now, shared: now + Duration::from_secs(9) });
        let spent = meter.take().streams[&stream];
        assert_eq!((spent.jpegs, spent.bytes, spent.shared), (1, 100, Duration::from_secs(9)));
    }
}
