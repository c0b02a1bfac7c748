//! What is to be encoded: at most one frame a stream, the newest; streams in the order in which they began to
//! wait, those without layers first.
//!
//! A hand-off only: compressing is the pool's, and who wants what is its caller's.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    ops::Deref,
    sync::Arc,
};

use parking_lot::{Condvar, Mutex};

use super::stream::Stream;
use crate::{
    frame::Frame,
    nouns::{
        form::{Form, Forms},
        layers::Layers,
    },
};

/// One frame to be encoded for one stream.
pub(super) struct Job {
    pub stream: Stream,
    pub frame: Arc<Frame>,
}

/// A job that a thread is at. Its stream is free again when this is dropped, also by a panic.
pub(super) struct Taken<'a> {
    queue: &'a Queue,
    job: Job,
}

impl Deref for Taken<'_> {
    type Target = Job;

    fn deref(&self) -> &Job {
        &self.job
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        self.queue.done(&self.job);
    }
}

impl Job {
    /// What is painted over the frame: nothing over a slate, which is no picture of the place.
    pub fn layers(&self) -> Layers {
        if self.frame.slate { Layers::NONE } else { self.stream.layers }
    }
}

impl Taken<'_> {
    /// Begins the job in those of `forms` in which its frame has not been begun yet; returns them. A frame
    /// may still be begun later in forms that nobody wants now.
    pub fn begin(&self, forms: Forms) -> Forms {
        let Job { stream, frame } = &self.job;
        let mut waiting = self.queue.waiting.lock();
        let begun = forms.filter(|form| !waiting.has_begun(stream, form, frame.number));
        for form in Form::ALL.into_iter().filter(|form| begun.has(*form)) {
            waiting.begun.insert((stream.clone(), form), frame.number);
        }
        begun
    }
}

/// The hand-off between capture and the pool.
#[derive(Default)]
pub(super) struct Queue {
    /// Guards what waits and what is being worked on; held for a few instructions.
    waiting: Mutex<Waiting>,
    /// Signalled when something can be taken.
    ready: Condvar,
    /// Signalled when a thread has finished a job.
    finished: Condvar,
}

/// Streams with a frame to encode that no thread works on. Those with layers are taken when no other one
/// waits: each set of layers is painted and encoded for itself, which must not cost anybody else a frame.
#[derive(Default)]
struct Order {
    /// Streams without layers, longest wait first.
    plain: VecDeque<Stream>,
    /// Streams with layers, longest wait first.
    painted: VecDeque<Stream>,
}

impl Order {
    fn push(&mut self, stream: Stream) {
        let queue = if stream.layers.is_empty() { &mut self.plain } else { &mut self.painted };
        queue.push_back(stream);
    }

    fn pop(&mut self) -> Option<Stream> {
        self.plain.pop_front().or_else(|| self.painted.pop_front())
    }

    fn forget(&mut self, camera: &str) {
        let is_other = |stream: &Stream| &*stream.camera != camera;
        self.plain.retain(is_other);
        self.painted.retain(is_other);
    }
}

#[derive(Default)]
struct Waiting {
    order: Order,
    frames: HashMap<Stream, Arc<Frame>>,
    /// Streams that a thread is working on: another one must not overtake it with a newer frame.
    busy: HashSet<Stream>,
    /// Number of the last frame begun, by stream and form: none is encoded twice.
    begun: HashMap<(Stream, Form), u64>,
    /// The cameras whose frames are taken, each with its newest one, for those who join between two.
    newest: HashMap<Arc<str>, Option<Arc<Frame>>>,
    stopped: bool,
}

impl Queue {
    /// Takes a camera's frames from now on.
    pub fn admit(&self, camera: &Arc<str>) {
        self.waiting.lock().newest.entry(Arc::clone(camera)).or_default();
    }

    /// Takes no more frames of a camera and forgets those it has. Waits until no thread is at one any more.
    pub fn forget(&self, camera: &str) {
        let mut waiting = self.waiting.lock();
        waiting.newest.remove(camera);
        waiting.order.forget(camera);
        waiting.frames.retain(|stream, _| &*stream.camera != camera);
        while waiting.busy.iter().any(|stream| &*stream.camera == camera) && !waiting.stopped {
            self.finished.wait(&mut waiting);
        }
        waiting.begun.retain(|(stream, _), _| &*stream.camera != camera);
    }

    /// Puts a camera's new frame into the places of the streams that are wanted; returns how many waiting
    /// frames it replaced, and `None` for a camera that was not admitted. Whoever begins to want a stream
    /// either finds this frame the newest, or is among those asked for here, while the lock is held.
    pub fn put_newest(
        &self,
        camera: &Arc<str>,
        frame: &Arc<Frame>,
        wanted: impl FnOnce() -> Vec<Stream>,
    ) -> Option<u64> {
        let mut waiting = self.waiting.lock();
        let newest = waiting.newest.get_mut(camera)?;
        if newest.as_ref().is_some_and(|newest| newest.number >= frame.number) {
            return Some(0);
        }
        *newest = Some(Arc::clone(frame));
        let replaced = wanted().into_iter().map(|stream| u64::from(waiting.put(stream, frame))).sum();
        drop(waiting);
        self.ready.notify_all();
        Some(replaced)
    }

    /// Puts the newest frame into the place of a stream that has just become wanted in a form, unless it has
    /// been begun in that already. The wish must have been counted before.
    pub fn refresh(&self, stream: &Stream, form: Form) {
        let mut waiting = self.waiting.lock();
        let Some(frame) = waiting.newest.get(&stream.camera).cloned().flatten() else { return };
        if waiting.has_begun(stream, form, frame.number) {
            return;
        }
        waiting.put(stream.clone(), &frame);
        drop(waiting);
        self.ready.notify_one();
    }

    /// Waits for something to encode; `None` once stopped.
    pub fn take(&self) -> Option<Taken<'_>> {
        let mut waiting = self.waiting.lock();
        loop {
            if waiting.stopped {
                return None;
            }
            if let Some(job) = waiting.take() {
                return Some(Taken { queue: self, job });
            }
            self.ready.wait(&mut waiting);
        }
    }

    /// Whether `number` is that of the stream's camera's newest frame.
    pub fn is_newest(&self, stream: &Stream, number: u64) -> bool {
        let waiting = self.waiting.lock();
        let newest = waiting.newest.get(&stream.camera).and_then(Option::as_ref);
        newest.is_some_and(|newest| newest.number == number)
    }

    /// The newest frame of a camera, where there is one.
    pub fn newest(&self, camera: &str) -> Option<Arc<Frame>> {
        self.waiting.lock().newest.get(camera).cloned().flatten()
    }

    /// Forgets which frame was begun last for a stream, unless that is one behind number `number`: it can be
    /// encoded once more.
    pub fn forget_begun(&self, stream: &Stream, number: u64) {
        let mut waiting = self.waiting.lock();
        for form in Form::ALL {
            let key = (stream.clone(), form);
            if waiting.begun.get(&key).is_some_and(|begun| *begun <= number) {
                waiting.begun.remove(&key);
            }
        }
    }

    /// Frees the stream of a job that is not worked on any more; a newer frame that came meanwhile can be
    /// taken.
    fn done(&self, job: &Job) {
        let mut waiting = self.waiting.lock();
        waiting.busy.remove(&job.stream);
        self.finished.notify_all();
        if waiting.frames.contains_key(&job.stream) {
            waiting.order.push(job.stream.clone());
            drop(waiting);
            self.ready.notify_one();
        }
    }

    /// Ends every [`Queue::take`].
    pub fn stop(&self) {
        self.waiting.lock().stopped = true;
        self.ready.notify_all();
        self.finished.notify_all();
    }
}

impl Waiting {
    /// Puts a frame into its stream's place; true if it replaced one.
    fn put(&mut self, stream: Stream, frame: &Arc<Frame>) -> bool {
        let replaced = self.frames.insert(stream.clone(), Arc::clone(frame)).is_some();
        if !replaced && !self.busy.contains(&stream) {
            self.order.push(stream);
        }
        replaced
    }

    fn take(&mut self) -> Option<Job> {
        let stream = self.order.pop()?;
        let frame = self.frames.remove(&stream)?;
        self.busy.insert(stream.clone());
        Some(Job { stream, frame })
    }

    /// Whether frame `number` of a stream, or one behind it, has been begun in a form.
    fn has_begun(&self, stream: &Stream, form: Form, number: u64) -> bool {
        self.begun.get(&(stream.clone(), form)).is_some_and(|begun| *begun >= number)
    }
}

#[cfg(test)]
mod tests;
