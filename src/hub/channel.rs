//! One camera's side of the hub: an audience per view and form, how the camera fares, what was found in it.
//!
//! Holds one frame an audience and one version of everything else. Which view a viewer wants is the viewer's.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use dashmap::DashMap;
use parking_lot::Mutex;

use super::{
    audience::{Audience, Bell},
    condition::{CameraNow, Condition},
    results::NewestResults,
    sets::{InSet, Sets},
};
use crate::{
    cameras::Survey,
    delta::Advance,
    frame::EncodedFrame,
    nouns::{
        event::Event,
        form::Form,
        layers::{Layers, View},
        quality::Rung,
        result::AnalyticsResult,
    },
};

/// Why there is nothing more to watch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// The server stops.
    Stopping,
    /// The camera is gone.
    Removed,
}

/// One camera with its viewers.
pub struct Channel {
    camera: Arc<str>,
    audiences: DashMap<(View, Form), Arc<Audience>>,
    /// Guards the condition; held to clone or replace it.
    condition: Mutex<Arc<Condition>>,
    /// Guards the newest results; held to clone or replace them.
    results: Mutex<Arc<NewestResults>>,
    viewers: AtomicUsize,
    /// Sets of layers that are watched.
    sets: Arc<Sets>,
    /// Viewers who get another rung than they asked for, by both. No entry is zero.
    moved: DashMap<(View, Rung), usize>,
    /// Guards the end; held to look, and while a viewer looks its counters up.
    over: Mutex<Option<Over>>,
}

impl Channel {
    pub(super) fn new(camera: Arc<str>, size: (usize, usize), survey: Survey) -> Self {
        Channel {
            camera,
            audiences: DashMap::new(),
            condition: Mutex::new(Arc::new(Condition::new(size, survey))),
            results: Mutex::default(),
            viewers: AtomicUsize::new(0),
            sets: Arc::default(),
            moved: DashMap::new(),
            over: Mutex::default(),
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

    /// Closes views, each with the rung that is given instead, and opens all others. Each viewer moves before
    /// its next frame.
    pub(crate) fn merge(&self, merged: Vec<(View, Rung)>) {
        self.change(|condition| condition.merged = merged.into());
        self.ring_all();
    }

    /// Viewers who get another rung than they asked for: asked, given, how many.
    pub(super) fn moved(&self) -> Vec<(View, Rung, usize)> {
        self.moved.iter().map(|entry| (entry.key().0, entry.key().1, *entry.value())).collect()
    }

    /// Changes their number; `both` is what was asked for and what is given.
    pub(super) fn count_moved(&self, both: (View, Rung), change: impl FnOnce(usize) -> usize) {
        let mut viewers = self.moved.entry(both).or_insert(0);
        *viewers = change(*viewers);
        drop(viewers);
        self.moved.remove_if(&both, |_, viewers| *viewers == 0);
    }

    /// Takes over other lines, zones and calibration; every viewer is told.
    pub fn set_survey(&self, survey: Survey) {
        self.change(|condition| condition.survey = Arc::new(survey));
        self.ring_all();
    }

    /// The newest results of analytics.
    pub fn results(&self) -> Arc<NewestResults> {
        Arc::clone(&self.results.lock())
    }

    /// Tells every viewer whether results of analytics can be expected; without any the last ones go.
    pub fn expect_results(&self, expected: bool) {
        if self.condition().analytics == expected {
            return;
        }
        if !expected {
            let emptied = Arc::new(self.results().emptied());
            *self.results.lock() = emptied;
        }
        self.change(|condition| condition.analytics = expected);
        self.ring_all();
    }

    /// Takes over a new result; only one task may call this. Nobody is woken: a result goes out behind the
    /// next frame, which it is never worth more than.
    pub fn report(&self, result: Arc<AnalyticsResult>) {
        let newest = Arc::new(self.results().with(result));
        // Held to swap two pointers: what is old is freed afterwards.
        let old = std::mem::replace(&mut *self.results.lock(), newest);
        drop(old);
    }

    /// Tells every viewer what happened: with the next frame or status, since it wakes nobody by itself. Many
    /// may cross a line at once.
    pub fn tell(&self, event: Event) {
        self.change(|condition| condition.events.push(event));
    }

    /// A finished frame for the viewers of its view.
    pub(super) fn publish(&self, view: View, frame: &Arc<EncodedFrame>) {
        let Some(audience) = self.audience(view, Form::Whole) else { return };
        if audience.take(frame) {
            self.see_size(frame.size, frame.number);
            audience.ring();
        }
    }

    /// The next frame of a stream of deltas for the viewers of its view.
    pub(super) fn publish_advance(&self, view: View, advance: &Arc<Advance>) {
        let Some(audience) = self.audience(view, Form::Delta) else { return };
        if audience.advance(advance) {
            self.see_size(advance.size, advance.number);
            audience.ring();
        }
    }

    /// Who watches a view in that form; cloned out, so that the map is not held while viewers are woken.
    fn audience(&self, view: View, form: Form) -> Option<Arc<Audience>> {
        self.audiences.get(&(view, form)).map(|audience| Arc::clone(&audience))
    }

    /// Takes the full size of a frame's picture; where it is another one, everybody is told.
    fn see_size(&self, size: (usize, usize), number: u64) {
        let condition = self.condition();
        if condition.size != size && condition.sized_by < number {
            self.change(|condition| (condition.size, condition.sized_by) = (size, number));
            self.ring_all();
        }
    }

    /// Ends it: everybody is woken, and leaves.
    pub(super) fn end(&self, why: Over) {
        self.over.lock().get_or_insert(why);
        self.ring_all();
    }

    pub(super) fn over(&self) -> Option<Over> {
        *self.over.lock()
    }

    /// Does `work` unless the camera is gone, and before it can be.
    pub(super) fn while_there<T>(&self, work: impl FnOnce() -> T) -> Option<T> {
        let over = self.over.lock();
        (*over != Some(Over::Removed)).then(work)
    }

    /// Lets a viewer into a set of layers; `None` where as many others are watched as are allowed.
    pub(super) fn enter_set(&self, layers: Layers) -> Option<InSet> {
        self.sets.enter(layers)
    }

    pub(super) fn enter(&self, view: View, form: Form, bell: &Bell) -> Arc<Audience> {
        self.viewers.fetch_add(1, Ordering::Relaxed);
        let audience = self.audiences.entry((view, form)).or_default();
        audience.enter(bell);
        Arc::clone(&audience)
    }

    pub(super) fn leave(&self, view: View, form: Form, bell: &Bell) {
        self.viewers.fetch_sub(1, Ordering::Relaxed);
        if let dashmap::Entry::Occupied(entry) = self.audiences.entry((view, form))
            && entry.get().leave(bell)
        {
            // With its newest frame: whoever wants this view later must not be shown an old picture.
            entry.remove();
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
