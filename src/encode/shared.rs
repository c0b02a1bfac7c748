//! What is made at most once a frame and shared by the threads that need it, in buffers that go from frame to
//! frame.
//!
//! In goes how to make it; the first thread that asks makes it while the others wait. What it is belongs to
//! `transforms`.

use std::{
    collections::HashMap,
    mem,
    sync::{Arc, OnceLock},
};

use parking_lot::Mutex;

use super::error::PixelsError;
use crate::nouns::{layers::Layers, quality::Tier};

/// Key which frame something is.
#[derive(Clone, Copy)]
pub(super) struct Key<'a> {
    /// Name of the camera.
    pub camera: &'a Arc<str>,
    /// Picture size.
    pub tier: Tier,
    /// What is painted over the picture.
    pub layers: Layers,
    /// Frame number.
    pub number: u64,
}

impl Key<'_> {
    /// The place of what this key names, among what is kept.
    fn place(self) -> (Arc<str>, Tier, Layers) {
        (Arc::clone(self.camera), self.tier, self.layers)
    }
}

/// What a frame's threads share, once somebody has made it.
type Made<T> = OnceLock<Result<Arc<T>, PixelsError>>;

/// Most earlier frames whose buffers are kept: threads may still be at one or two when the next one comes.
const KEPT: usize = 3;

/// What is kept, by camera, tier and layers.
type Slots<T> = HashMap<(Arc<str>, Tier, Layers), Slot<T>>;

/// One kind of thing, as planes, that threads share: for the newest frame of every camera, at every tier and
/// with all layers that somebody wants.
pub(super) struct Shared<T> {
    /// Guards what is kept; held for a few instructions, not while something is made.
    newest: Mutex<Slots<T>>,
}

struct Slot<T> {
    number: u64,
    made: Arc<Made<T>>,
    /// What earlier frames had, oldest first: buffers for later ones, as soon as no thread needs them any
    /// more.
    earlier: Vec<Arc<T>>,
}

impl<T> Default for Shared<T> {
    fn default() -> Self {
        Shared { newest: Mutex::default() }
    }
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Slot { number: 0, made: Arc::default(), earlier: Vec::new() }
    }
}

impl<T: Default> Shared<T> {
    /// Gives what `make` makes of the buffers it is given, or made before for the same frame.
    ///
    /// # Errors
    /// Errors of `make`, for all who ask.
    pub fn get(
        &self,
        key: Key,
        make: impl FnOnce(T) -> Result<T, PixelsError>,
    ) -> Result<Arc<T>, PixelsError> {
        // Only who makes it takes buffers.
        self.slot(key).get_or_init(|| make(self.spare(key).unwrap_or_default()).map(Arc::new)).clone()
    }

    /// Forgets a camera.
    pub fn forget(&self, camera: &str) {
        self.newest.lock().retain(|(other, ..), _| &**other != camera);
    }

    /// Forgets a camera's pictures of one tier with those layers.
    pub fn forget_layers(&self, camera: &Arc<str>, tier: Tier, layers: Layers) {
        // What it had is freed when the lock is no longer held.
        let _had = self.newest.lock().remove(&(Arc::clone(camera), tier, layers));
    }

    /// Finds the place where the thing is, or will be.
    fn slot(&self, key: Key) -> Arc<Made<T>> {
        let mut newest = self.newest.lock();
        let slot = newest.entry(key.place()).or_default();
        if key.number > slot.number {
            slot.number = key.number;
            let before = mem::take(&mut slot.made);
            if let Some(Ok(before)) = before.get() {
                slot.earlier.push(Arc::clone(before));
            }
            // Freed by those who still need them.
            let surplus = slot.earlier.len().saturating_sub(KEPT);
            slot.earlier.drain(..surplus);
        }
        if key.number < slot.number {
            // Somebody is late: what is made of this frame is for nobody else.
            return Arc::default();
        }
        Arc::clone(&slot.made)
    }

    /// Puts down what was made of a frame elsewhere, in buffers of [`Shared::buffers`]. What somebody else
    /// has made meanwhile stays: either is right. Waits for whoever is making it. What was forgotten
    /// meanwhile stays so.
    pub fn put(&self, key: Key, thing: T) {
        let newest = self.newest.lock();
        let slot = newest.get(&key.place()).filter(|slot| slot.number == key.number);
        let made = slot.map(|slot| Arc::clone(&slot.made));
        drop(newest);
        if let Some(made) = made {
            let _ = made.set(Ok(Arc::new(thing)));
        }
    }

    /// Takes out buffers for a frame, those of the last one where no thread needs them any more.
    pub fn buffers(&self, key: Key) -> T {
        drop(self.slot(key));
        self.spare(key).unwrap_or_default()
    }

    /// Takes out buffers that no thread needs any more.
    fn spare(&self, key: Key) -> Option<T> {
        let mut newest = self.newest.lock();
        let slot = newest.get_mut(&key.place())?;
        // Of the last one most is still in the processor's caches.
        let free = slot.earlier.iter().rposition(|one| Arc::strong_count(one) == 1)?;
        Arc::try_unwrap(slot.earlier.remove(free)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Frame number and capacity of what is made for it.
    fn made(shared: &Shared<Vec<u64>>, tier: Tier, number: u64) -> (u64, usize) {
        let camera = Arc::from("main");
        let make = |mut buffer: Vec<u64>| {
            buffer.clear();
            buffer.reserve(if number == 1 { 100 } else { 1 });
            buffer.push(number);
            Ok(buffer)
        };
        let made =
            shared.get(Key { camera: &camera, tier, layers: Layers::NONE, number }, make).expect("is made");
        (made[0], made.capacity())
    }

    #[test]
    fn each_frame_and_tier_has_its_own_whatever_the_order() {
        let shared = Shared::default();
        for (tier, number) in [
            (Tier::Full, 1),
            (Tier::Half, 1),
            (Tier::Full, 2),
            (Tier::Full, 1),
            (Tier::Half, 3),
            (Tier::Full, 5),
        ] {
            assert_eq!(made(&shared, tier, number).0, number);
        }
    }

    #[test]
    fn a_frame_is_made_once_and_the_next_one_in_its_buffers() {
        let shared = Shared::default();
        made(&shared, Tier::Full, 1);
        assert!(made(&shared, Tier::Full, 2).1 >= 100, "the buffer of the first frame");
        let camera = Arc::from("main");
        let key = Key { camera: &camera, tier: Tier::Full, layers: Layers::NONE, number: 2 };
        let again = shared.get(key, |_| panic!("is there already"));
        assert_eq!(again.as_deref(), Ok(&vec![2]));
    }

    #[test]
    fn buffers_of_a_frame_that_a_thread_is_still_at_serve_a_later_one() {
        let shared = Shared::default();
        let camera = Arc::from("main");
        let get = |number, make: fn(Vec<u64>) -> Result<Vec<u64>, PixelsError>| {
            shared
                .get(Key { camera: &camera, tier: Tier::Full, layers: Layers::NONE, number }, make)
                .expect("is made")
        };
        let first = get(1, |_| Ok(Vec::with_capacity(100)));
        let second = get(2, Ok);
        assert_eq!(second.capacity(), 0, "the first one's are not free yet");
        drop(first);
        assert!(get(3, Ok).capacity() >= 100, "the second one's are not free yet");
        drop(second);
        assert!(get(4, Ok).capacity() >= 100, "the last one's, which are in the processor's caches");
    }

    #[test]
    fn what_is_made_elsewhere_is_there_unless_its_place_was_forgotten_or_has_moved_on() {
        let (shared, camera) = (Shared::<Vec<u64>>::default(), Arc::from("main"));
        let key = |number| Key { camera: &camera, tier: Tier::Full, layers: Layers::NONE, number };
        let found = |number| shared.get(key(number), |_| Ok(vec![0])).expect("is made")[0];
        drop(shared.buffers(key(1)));
        shared.put(key(1), vec![7]);
        assert_eq!(found(1), 7);
        drop(shared.buffers(key(2)));
        shared.put(key(1), vec![8]);
        assert_eq!(found(2), 0, "of another frame");
        shared.forget("main");
        shared.put(key(2), vec![9]);
        assert!(shared.newest.lock().is_empty());
    }

    #[test]
    fn layers_have_their_own_and_are_forgotten_by_themselves() {
        let (shared, camera) = (Shared::default(), Arc::from("main"));
        let get = |layers, number| {
            let make = |_: Vec<u64>| Ok(vec![number + if layers == Layers::NONE { 0 } else { 100 }]);
            shared.get(Key { camera: &camera, tier: Tier::Full, layers, number }, make).expect("is made")[0]
        };
        assert_eq!([get(Layers::NONE, 1), get(Layers::ALL, 1), get(Layers::NONE, 1)], [1, 101, 1]);
        shared.forget_layers(&camera, Tier::Half, Layers::ALL);
        assert_eq!(shared.newest.lock().len(), 2);
        shared.forget_layers(&camera, Tier::Full, Layers::ALL);
        assert_eq!(
            shared.newest.lock().keys().map(|(.., layers)| *layers).collect::<Vec<_>>(),
            [Layers::NONE]
        );
    }
}
