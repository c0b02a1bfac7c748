//! One camera's side of the hub: an audience per rung with its newest frame, and how the camera fares.
//!
//! Holds one frame a rung and one version of everything else. Which rung a viewer wants is the viewer's.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use atomic_waker::AtomicWaker;
use bytes::Bytes;
use dashmap::DashMap;
use parking_lot::Mutex;

use super::events::Events;
use crate::{
    cameras::Survey,
    frame::EncodedFrame,
    nouns::{event::Event, quality::Rung, reason::Reason, result::AnalyticsResult, state::CameraState},
    protocol::framed_result,
};

/// How the camera itself fares at one moment.
#[derive(Clone, Debug)]
pub struct CameraNow {
    /// What the camera is doing.
    pub state: CameraState,
    /// Measured capture rate, frames a second.
    pub fps: f64,
    /// Why no picture comes, or none that changes; `None` where nothing is wrong.
    pub reason: Option<Reason>,
    /// What does not work as it should, one sentence each.
    pub degraded: Vec<String>,
}

/// How the camera fares, as viewers are told.
#[derive(Clone, Debug)]
pub struct Condition {
    /// The camera itself.
    pub camera: Arc<CameraNow>,
    /// Width and height of the full-size picture in pixels.
    pub size: (usize, usize),
    /// Rises each time viewers should be told how the camera fares.
    pub version: u64,
    /// What happened lately.
    pub events: Events,
    /// Whether results of analytics can be expected.
    pub analytics: bool,
    /// Rungs that are closed, because all that are wanted are too many for the processors, and what is given
    /// instead.
    pub merged: Arc<[(Rung, Rung)]>,
}

impl Condition {
    /// What who asks for a rung gets.
    pub fn given(&self, asked: Rung) -> Rung {
        self.merged.iter().find(|(closed, _)| *closed == asked).map_or(asked, |(_, given)| *given)
    }
}

/// The newest results of analytics, one of each model.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// The newest result in which people were counted.
    pub crowd: Option<Finding>,
    /// The newest result in which things were found.
    pub objects: Option<Finding>,
}

/// One result.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Rises with each result of the camera.
    pub version: u64,
    /// The result.
    pub result: Arc<AnalyticsResult>,
    /// The same as a WebSocket text frame, laid out once for all viewers.
    pub framed: Bytes,
}

impl Findings {
    /// The oldest result that is newer than `version`.
    pub fn after(&self, version: u64) -> Option<&Finding> {
        [&self.crowd, &self.objects]
            .into_iter()
            .flatten()
            .filter(|one| one.version > version)
            .min_by_key(|one| one.version)
    }

    /// The version of the newest result; 0 before the first.
    pub fn version(&self) -> u64 {
        [&self.crowd, &self.objects].into_iter().flatten().map(|one| one.version).max().unwrap_or(0)
    }
}

/// One viewer's bell.
pub(super) type Bell = Arc<AtomicWaker>;

/// By how many viewers the order of waking moves on each time: a prime, so that every viewer has its turn at
/// every place.
const NEXT_FIRST: usize = 997;

/// The viewers of one rung.
#[derive(Default)]
pub(super) struct Audience {
    /// Guards the newest frame; held to clone or replace the pointer.
    newest: Mutex<Option<Arc<EncodedFrame>>>,
    /// Guards who is to be woken; held to clone the list, or to change it, so that waking a thousand viewers
    /// holds nobody up.
    bells: Mutex<Arc<Vec<Bell>>>,
    /// Who was woken first the last time.
    first: AtomicUsize,
}

/// One camera with its viewers.
pub struct Channel {
    camera: Arc<str>,
    audiences: DashMap<Rung, Arc<Audience>>,
    /// Guards the condition; held to clone or replace it.
    condition: Mutex<Arc<Condition>>,
    /// Guards the newest results; held to clone or replace them.
    findings: Mutex<Arc<Findings>>,
    survey: Survey,
    viewers: AtomicUsize,
    /// Viewers who get another rung than they asked for, by both.
    moved: DashMap<(Rung, Rung), usize>,
    stopping: AtomicBool,
}

impl Audience {
    pub fn newest(&self) -> Option<Arc<EncodedFrame>> {
        self.newest.lock().clone()
    }

    /// Wakes everybody. Each time another one comes first: with many viewers the last is served a good part
    /// of a frame's time after the first, and that must not always be the same one.
    fn ring(&self) {
        let bells = Arc::clone(&self.bells.lock());
        let first = self.first.fetch_add(NEXT_FIRST, Ordering::Relaxed) % bells.len().max(1);
        let (early, late) = bells.split_at(first);
        late.iter().chain(early).for_each(|bell| bell.wake());
    }
}

impl Channel {
    pub(super) fn new(camera: Arc<str>, size: (usize, usize), survey: Survey) -> Self {
        let condition = Condition {
            camera: Arc::new(CameraNow {
                state: CameraState::Connecting,
                fps: 0.0,
                reason: None,
                degraded: vec![],
            }),
            size,
            version: 0,
            events: Events::default(),
            analytics: false,
            merged: Arc::default(),
        };
        Channel {
            camera,
            audiences: DashMap::new(),
            condition: Mutex::new(Arc::new(condition)),
            findings: Mutex::default(),
            survey,
            viewers: AtomicUsize::new(0),
            moved: DashMap::new(),
            stopping: AtomicBool::new(false),
        }
    }

    /// The camera's name.
    pub fn camera(&self) -> &Arc<str> {
        &self.camera
    }

    /// Viewers now.
    pub fn viewers(&self) -> usize {
        self.viewers.load(Ordering::Relaxed)
    }

    /// How the camera fares.
    pub fn condition(&self) -> Arc<Condition> {
        Arc::clone(&self.condition.lock())
    }

    /// Tells every viewer how the camera fares; called each second and whenever the state changes.
    pub fn set_state(&self, camera: CameraNow) {
        self.change(|condition| {
            condition.version += 1;
            condition.camera = Arc::new(camera);
        });
        self.ring_all();
    }

    /// Closes rungs, each with the one that is given instead, and opens all others. Each viewer moves before
    /// its next frame.
    pub(crate) fn merge(&self, merged: Vec<(Rung, Rung)>) {
        self.change(|condition| condition.merged = merged.into());
        self.ring_all();
    }

    /// Viewers who get another rung than they asked for: asked, given, how many.
    pub(super) fn moved(&self) -> Vec<(Rung, Rung, usize)> {
        self.moved.iter().map(|entry| (entry.key().0, entry.key().1, *entry.value())).collect()
    }

    /// Changes their number; `both` is what was asked for and what is given.
    pub(super) fn count_moved(&self, both: (Rung, Rung), change: impl FnOnce(usize) -> usize) {
        let mut viewers = self.moved.entry(both).or_insert(0);
        *viewers = change(*viewers);
    }

    /// The camera's lines, zones and calibration.
    pub fn survey(&self) -> &Survey {
        &self.survey
    }

    /// The newest results of analytics.
    pub fn findings(&self) -> Arc<Findings> {
        Arc::clone(&self.findings.lock())
    }

    /// Tells every viewer that results of analytics can be expected.
    pub fn begin_analytics(&self) {
        self.change(|condition| condition.analytics = true);
        self.ring_all();
    }

    /// Tells every viewer that there will be no more of them.
    pub fn end_analytics(&self) {
        *self.findings.lock() = Arc::default();
        self.change(|condition| condition.analytics = false);
        self.ring_all();
    }

    /// A new result, told by one task alone. It wakes nobody: it goes out behind the next frame, which it is
    /// never worth more than.
    pub fn report(&self, result: AnalyticsResult) {
        let framed = framed_result(&result);
        let mut findings = Findings::clone(&self.findings());
        let finding = Finding { version: findings.version() + 1, result: Arc::new(result), framed };
        let slot = if finding.result.crowd.is_some() { &mut findings.crowd } else { &mut findings.objects };
        *slot = Some(finding);
        // Held to swap two pointers: what is old is freed afterwards.
        let old = std::mem::replace(&mut *self.findings.lock(), Arc::new(findings));
        drop(old);
    }

    /// Tells every viewer what happened: with the next frame or status, since it wakes nobody by itself. Many
    /// may cross a line at once.
    pub fn tell(&self, event: Event) {
        self.change(|condition| condition.events.push(event));
    }

    /// A finished frame for the viewers of its rung.
    pub(super) fn publish(&self, frame: &Arc<EncodedFrame>) {
        // The entry is cloned out, so that the map is not held while viewers are woken.
        let Some(audience) = self.audiences.get(&frame.rung).map(|audience| Arc::clone(&audience)) else {
            return;
        };
        {
            let mut newest = audience.newest.lock();
            if newest.as_ref().is_some_and(|newest| newest.number >= frame.number) {
                return;
            }
            *newest = Some(Arc::clone(frame));
        }
        if self.condition().size != frame.size {
            self.change(|condition| condition.size = frame.size);
            self.ring_all();
        }
        audience.ring();
    }

    pub(super) fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
        self.ring_all();
    }

    pub(super) fn stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }

    pub(super) fn enter(&self, rung: Rung, bell: &Bell) -> Arc<Audience> {
        self.viewers.fetch_add(1, Ordering::Relaxed);
        let audience = self.audiences.entry(rung).or_default();
        Arc::make_mut(&mut audience.bells.lock()).push(Arc::clone(bell));
        Arc::clone(&audience)
    }

    pub(super) fn leave(&self, rung: Rung, bell: &Bell) {
        self.viewers.fetch_sub(1, Ordering::Relaxed);
        if let dashmap::Entry::Occupied(entry) = self.audiences.entry(rung) {
            let empty = {
                let mut bells = entry.get().bells.lock();
                Arc::make_mut(&mut bells).retain(|other| !Arc::ptr_eq(other, bell));
                bells.is_empty()
            };
            if empty {
                // With its newest frame: whoever wants this rung later must not be shown an old picture.
                entry.remove();
            }
        }
    }

    fn change(&self, change: impl FnOnce(&mut Condition)) {
        change(Arc::make_mut(&mut self.condition.lock()));
    }

    fn ring_all(&self) {
        let audiences: Vec<_> = self.audiences.iter().map(|audience| Arc::clone(&audience)).collect();
        audiences.iter().for_each(|audience| audience.ring());
    }
}
