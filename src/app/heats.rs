//! The heat of cameras, kept from frame to frame: results in which people were counted in, tints for pictures
//! of each size out.
//!
//! A tint is made once a result and size, by the first thread that needs it; whoever needs the same one waits
//! for it, and nobody else. Time never goes back: a thread that comes with an older result than another one
//! gets the tint of the newer. What a tint looks like is `overlay`'s.

use std::sync::{Arc, OnceLock};

use dashmap::DashMap;
use parking_lot::Mutex;

use crate::{
    hub::FramedResult,
    nouns::result::AnalyticsResult,
    overlay::{Density, Tint},
};

/// Most sizes of pictures whose tints are kept: as many as there are tiers.
const MOST_SIZES: usize = 4;

/// Width and height of a picture, pixels.
type Size = (usize, usize);

/// What threads share, once one of them has made it.
type Once<T> = Arc<OnceLock<T>>;

/// The heat of each camera whose heat somebody watches.
#[derive(Default)]
pub(super) struct Heats {
    /// Each lock guards which result the tints of a camera are of; held for a few instructions, not while one
    /// is made.
    cameras: DashMap<Arc<str>, Arc<Mutex<Option<Heat>>>>,
}

/// The picture that is tinted.
#[derive(Clone, Copy)]
pub(super) struct Ground {
    /// Size of the picture.
    pub size: Size,
    /// Take of the frame: what was found in an earlier one does not linger in the tint.
    pub take: u64,
}

/// A camera's heat as of one result.
struct Heat {
    crowd: Arc<Crowd>,
    /// Tints by the size of their pictures, newest first.
    tints: Vec<(Size, Once<Arc<Tint>>)>,
}

/// The people of one result.
struct Crowd {
    /// Version of the result.
    version: u64,
    result: Arc<AnalyticsResult>,
    /// Density of the result before, of which some is left for a moment, and when its frame was captured,
    /// microseconds.
    before: Option<(u64, Once<Density>)>,
    density: Once<Density>,
}

impl Heats {
    /// The tint of a result over a picture, or that of a newer result that another thread has come with.
    pub fn tint(&self, camera: &Arc<str>, result: &FramedResult, ground: Ground) -> Arc<Tint> {
        // Cloned out, so that neither the map nor the heat is held while a tint is made.
        let heat = Arc::clone(&self.cameras.entry(Arc::clone(camera)).or_default());
        let (crowd, tint) = Heat::shown(&mut heat.lock(), result, ground);
        Arc::clone(tint.get_or_init(|| Arc::new(Tint::of(crowd.density(), ground.size))))
    }

    /// Forgets a camera.
    pub fn forget(&self, camera: &str) {
        self.cameras.remove(camera);
    }
}

impl Heat {
    /// What is shown over a picture from now on, and the place of its tint.
    fn shown(
        newest: &mut Option<Heat>,
        result: &FramedResult,
        ground: Ground,
    ) -> (Arc<Crowd>, Once<Arc<Tint>>) {
        let before = newest.take_if(|heat| heat.crowd.version < result.version);
        let heat = newest.get_or_insert_with(|| Heat::after(before, result, ground.take));
        (Arc::clone(&heat.crowd), heat.place(ground.size))
    }

    /// The heat of a result that came after `before`, of which nothing is left on pictures of another take.
    fn after(before: Option<Heat>, result: &FramedResult, take: u64) -> Self {
        let before = before.map(|heat| heat.crowd).filter(|crowd| crowd.result.frame >= take);
        let before = before.map(|crowd| (crowd.result.captured_us, Arc::clone(&crowd.density)));
        let FramedResult { version, ref result, .. } = *result;
        let crowd = Crowd { version, result: Arc::clone(result), before, density: Once::default() };
        Heat { crowd: Arc::new(crowd), tints: Vec::new() }
    }

    /// The place of the tint for pictures of a size.
    fn place(&mut self, size: Size) -> Once<Arc<Tint>> {
        if let Some((_, tint)) = self.tints.iter().find(|(of, _)| *of == size) {
            return Arc::clone(tint);
        }
        let tint = Once::default();
        self.tints.truncate(MOST_SIZES - 1);
        self.tints.insert(0, (size, Arc::clone(&tint)));
        tint
    }
}

impl Crowd {
    /// How dense people are, with what is left of those before; made by whoever asks first.
    fn density(&self) -> &Density {
        self.density.get_or_init(|| {
            let own = self.result.crowd.as_ref().map(|crowd| Density::of(&crowd.grid)).unwrap_or_default();
            let before = self.before.as_ref().and_then(|(captured_us, density)| {
                Some((self.result.captured_us.checked_sub(*captured_us)?, density.get()?))
            });
            match before {
                Some((since_us, before)) => own.mixed(before, since_us),
                None => own,
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::{
        fixtures::found_nothing,
        nouns::result::{Crowd as People, Grid, RiskLevel},
    };

    const GROUND: Ground = Ground { size: (64, 64), take: 1 };

    /// The result of that version, a third of a second after the one before, with so many people in a corner.
    fn result(version: u64, people: f32) -> FramedResult {
        let mut cells = vec![0.0; 60 * 40];
        cells[60 * 40 - 1] = people;
        let crowd = People { total: people, grid: Grid { cols: 60, people: cells }, risk: RiskLevel::Low };
        let result = AnalyticsResult {
            frame: version,
            captured_us: version * 333_333,
            crowd: Some(crowd),
            objects: None,
            ..found_nothing()
        };
        FramedResult { version, result: Arc::new(result), since_us: None, framed: Bytes::new() }
    }

    /// What a result looks like by itself.
    fn alone(result: &FramedResult) -> Tint {
        let crowd = result.result.crowd.as_ref().expect("people");
        Tint::of(&Density::of(&crowd.grid), GROUND.size)
    }

    #[test]
    fn a_tint_is_made_once_a_result_and_size_and_the_result_before_lingers_in_it() {
        let (heats, camera) = (Heats::default(), Arc::from("main"));
        let (full, empty) = (result(5, 20.0), result(6, 0.0));
        let first = heats.tint(&camera, &full, GROUND);
        assert_eq!(*first, alone(&full));
        assert!(Arc::ptr_eq(&first, &heats.tint(&camera, &full, GROUND)));
        assert_ne!(first, heats.tint(&camera, &full, Ground { size: (32, 32), ..GROUND }));
        assert_ne!(*heats.tint(&camera, &empty, GROUND), alone(&empty), "a moment later some of it is left");
        let long_after = result(100, 0.0);
        assert_eq!(*heats.tint(&camera, &long_after, GROUND), alone(&long_after));
        (2..20).for_each(|width| {
            heats.tint(&camera, &long_after, Ground { size: (width, 2), ..GROUND });
        });
        let heat = Arc::clone(heats.cameras.get(&camera).expect("is kept").value());
        assert_eq!(heat.lock().as_ref().map(|heat| heat.tints.len()), Some(MOST_SIZES));
        heats.forget("main");
        assert!(heats.cameras.is_empty());
    }

    #[test]
    fn who_comes_late_with_an_older_result_gets_the_tint_of_the_newer() {
        let (heats, camera) = (Heats::default(), Arc::from("main"));
        let newer = heats.tint(&camera, &result(2, 20.0), GROUND);
        assert!(Arc::ptr_eq(&newer, &heats.tint(&camera, &result(1, 5.0), GROUND)));
        let half = Ground { size: (32, 32), ..GROUND };
        let late = heats.tint(&camera, &result(1, 0.0), half);
        assert_eq!(late, heats.tint(&camera, &result(2, 20.0), half), "at another size, too");
        assert!(Arc::ptr_eq(&newer, &heats.tint(&camera, &result(2, 20.0), GROUND)), "nothing is made anew");
    }

    #[test]
    fn people_of_another_take_do_not_linger() {
        let (heats, camera) = (Heats::default(), Arc::from("main"));
        heats.tint(&camera, &result(5, 20.0), GROUND);
        let empty = result(6, 0.0);
        assert_eq!(*heats.tint(&camera, &empty, Ground { take: 6, ..GROUND }), alone(&empty));
    }

    #[test]
    fn threads_that_need_one_tint_share_it() {
        let (heats, camera) = (Heats::default(), Arc::from("main"));
        let result = result(1, 20.0);
        let tints: Vec<Arc<Tint>> = std::thread::scope(|scope| {
            let threads = [(); 4].map(|()| scope.spawn(|| heats.tint(&camera, &result, GROUND)));
            threads.map(|thread| thread.join().expect("gets one")).to_vec()
        });
        assert!(tints.iter().all(|tint| Arc::ptr_eq(tint, &tints[0])));
    }
}
