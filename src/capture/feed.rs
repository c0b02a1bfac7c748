//! What capture hands on: the newest frame, the camera's state and counts.
//!
//! In come pictures from reading threads and slates from the supervisor; each leaves at once, numbered, through one callback.

use std::{sync::Arc, time::Instant};

use parking_lot::Mutex;

use super::{CaptureSettings, rate::Rate};
use crate::{
    frame::{Frame, Picture, Planes, now_us},
    metrics::Metrics,
    protocol::{CameraState, Event},
};

/// Takes each frame as it comes. Must not block: it runs on the capture thread.
pub type OnFrame = Box<dyn Fn(&Arc<Frame>) + Send + Sync>;

/// Takes what happens to the camera. Must not block.
pub type OnEvent = Box<dyn Fn(Event) + Send + Sync>;

/// How a camera fares.
#[derive(Clone, Debug)]
pub struct Report {
    /// What it is doing.
    pub state: CameraState,
    /// Why it gives no pictures; empty while it does.
    pub reason: String,
    /// Where its pictures come from, without credentials.
    pub source: String,
    /// Measured capture rate.
    pub fps: f64,
    /// Pictures captured, slates not counted.
    pub frame_count: u64,
    /// Time of the last picture in microseconds since the Unix epoch, slates not counted; `None` before the first.
    pub last_update_us: Option<u64>,
}

/// One camera's hand-off.
pub struct Feed {
    camera: String,
    source: String,
    metrics: Metrics,
    on_frame: OnFrame,
    on_event: OnEvent,
    /// Guards the numbering and everything that has to agree with it. Held for a few instructions by the capture thread, once a
    /// frame, and by whoever asks for a report.
    now: Mutex<Now>,
}

struct Now {
    /// Which reading thread is the present one.
    generation: u64,
    number: u64,
    frame_count: u64,
    state: CameraState,
    reason: String,
    size: (usize, usize),
    rate: Rate,
    last_update_us: Option<u64>,
    /// Arrival of the last picture until the supervisor has seen it.
    last_picture: Option<Instant>,
    /// Arrival of the frame before, for the interval.
    previous: Option<Instant>,
}

impl Feed {
    pub(super) fn new(settings: &CaptureSettings, metrics: Metrics, on_frame: OnFrame, on_event: OnEvent) -> Self {
        let now = Now {
            generation: 0,
            number: 0,
            frame_count: 0,
            state: CameraState::Connecting,
            reason: String::new(),
            size: settings.wish.size,
            rate: Rate::default(),
            last_update_us: None,
            last_picture: None,
            previous: None,
        };
        let (camera, source) = (settings.camera.clone(), settings.address.to_string());
        Feed { camera, source, metrics, on_frame, on_event, now: Mutex::new(now) }
    }

    /// How the camera fares.
    pub fn report(&self) -> Report {
        let mut now = self.now.lock();
        Report {
            state: now.state,
            reason: if now.state == CameraState::Streaming { String::new() } else { now.reason.clone() },
            source: self.source.clone(),
            fps: now.rate.fps(Instant::now()),
            frame_count: now.frame_count,
            last_update_us: now.last_update_us,
        }
    }

    /// Number that the next frame will have.
    pub(super) fn next_number(&self) -> u64 {
        self.now.lock().number + 1
    }

    /// Numbers a picture and hands it on; false if `generation` was abandoned meanwhile, and the picture is dropped.
    pub(super) fn deliver(&self, generation: u64, captured_us: u64, picture: Picture) -> bool {
        let arrived = Instant::now();
        let frame = {
            let mut now = self.now.lock();
            if now.generation != generation {
                return false;
            }
            now.number += 1;
            now.frame_count += 1;
            now.size = picture.size();
            now.rate.count(arrived);
            now.last_update_us = Some(captured_us);
            now.last_picture = Some(arrived);
            if let Some(previous) = now.previous.replace(arrived) {
                self.metrics.capture_interval.observe((arrived - previous).as_secs_f64());
            }
            Frame::new(now.number, captured_us, picture)
        };
        self.hand_on(frame);
        true
    }

    /// Numbers a slate and hands it on.
    pub(super) fn deliver_slate(&self, planes: Planes) {
        let frame = {
            let mut now = self.now.lock();
            now.number += 1;
            now.rate.clear();
            now.previous = None;
            Frame::slate(now.number, now_us(), planes)
        };
        self.hand_on(frame);
    }

    /// Takes over from the present reading thread, which ends at its next picture.
    pub(super) fn next_generation(&self) -> u64 {
        let mut now = self.now.lock();
        now.generation += 1;
        now.generation
    }

    pub(super) fn generation(&self) -> u64 {
        self.now.lock().generation
    }

    /// When the last picture arrived, if one has since this was asked.
    pub(super) fn take_last_picture(&self) -> Option<Instant> {
        self.now.lock().last_picture.take()
    }

    /// Size of the last picture, or the one that is wished for.
    pub(super) fn size(&self) -> (usize, usize) {
        self.now.lock().size
    }

    pub(super) fn set_state(&self, state: CameraState, reason: &str) {
        let mut now = self.now.lock();
        now.state = state;
        if now.reason != reason {
            now.reason = reason.to_owned();
        }
    }

    pub(super) fn tell(&self, event: Event) {
        (self.on_event)(event);
    }

    fn hand_on(&self, frame: Frame) {
        self.metrics.frames_captured.with_label_values(&[&self.camera]).inc();
        (self.on_frame)(&Arc::new(frame));
    }
}
