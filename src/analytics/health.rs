//! How a model fares: off, being loaded, at work, given up; and what makes one at work doubtful. Pure, with
//! time passed in.
//!
//! In goes what its thread does, out comes how it fares at a moment. "Running" means results: a model that
//! gives none for long, or finds nothing at all, is told of. Who says what of it is `registry`'s and
//! `transport`'s.

use std::time::{Duration, Instant};

use crate::tools::words;

/// Time without a result from which on it is told, unless the model needs longer for a picture.
const SILENT_AFTER: Duration = Duration::from_secs(10);

/// Pictures' worth of time without a result from which on a slow model's silence is told.
const SILENT_PICTURES: u32 = 3;

/// Time between two looks beyond which nothing was asked of the model meanwhile: its camera gave no picture.
const IDLE_AFTER: Duration = Duration::from_secs(5);

/// Results without a single object from the first one on, after which the model is doubted.
const BARREN_AFTER: u32 = 200;

/// How a model fares.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Health {
    /// The model is not asked for.
    #[default]
    Off,
    /// The model is off, because the one inside the program does not know these pictures: a sentence that
    /// says so, and how to get another.
    Needed(&'static str),
    /// The model is being loaded.
    Loading,
    /// The model is at work.
    Running {
        /// What makes its results doubtful, in words; `None` where nothing does.
        warning: Option<String>,
    },
    /// The model is given up, and why.
    Failed(String),
}

impl Health {
    /// Whether results can be expected.
    pub fn may_find(&self) -> bool {
        matches!(self, Health::Loading | Health::Running { .. })
    }
}

/// What a look at a frame came to.
#[derive(Clone, Debug, Default)]
pub(super) struct Outcome {
    /// Number of things that were found; `None` of a model that tells none apart.
    pub found: Option<usize>,
    /// What the model itself finds doubtful about its results, in words.
    pub warning: Option<String>,
}

/// What is known of a model's work.
#[derive(Debug, Default)]
pub(super) struct Standing {
    health: Health,
    /// Whether the model tells people, so that their number can be taken from it.
    tells_people: bool,
    /// Since when a result is waited for; `None` where the last look gave one.
    waited_since: Option<Instant>,
    /// Whether the model is looking at a frame.
    is_looking: bool,
    /// End of the last look.
    left: Option<Instant>,
    /// Beginning of the look under way, or of the last one.
    began: Option<Instant>,
    /// Time that the last result took.
    took: Option<Duration>,
    /// Results so far while none had an object; `None` once one had.
    barren: Option<u32>,
    /// What the model said of its last result.
    said: Option<String>,
}

impl Standing {
    /// Notes that the model is now loaded, at work or given up.
    pub fn becomes(&mut self, health: Health) {
        self.barren = matches!(health, Health::Running { .. }).then_some(0);
        self.health = health;
    }

    /// Notes whether the model tells people.
    pub fn tell_people(&mut self, tells: bool) {
        self.tells_people = tells;
    }

    /// Whether the number of people can be taken from the model.
    pub fn tells_people(&self) -> bool {
        self.tells_people && self.health.may_find()
    }

    /// Notes that the model begins to look at a frame.
    pub fn begins(&mut self, now: Instant) {
        let was_idle = self.left.is_some_and(|left| now.saturating_duration_since(left) > IDLE_AFTER);
        if was_idle {
            self.waited_since = None;
        }
        self.waited_since.get_or_insert(now);
        (self.is_looking, self.began) = (true, Some(now));
    }

    /// Notes what the look that had begun came to; `None` where it gave no result.
    pub fn ends(&mut self, look: Option<Outcome>, now: Instant) {
        (self.is_looking, self.left) = (false, Some(now));
        let Some(Outcome { found, warning }) = look else { return };
        self.took = self.began.map(|began| now.saturating_duration_since(began));
        self.waited_since = None;
        self.said = warning;
        match found {
            Some(0) => self.barren = self.barren.map(|results| results.saturating_add(1)),
            Some(_) => self.barren = None,
            None => {}
        }
    }

    /// Forgets what earlier pictures have shown, since others come now.
    pub fn start_anew(&mut self) {
        self.barren = Some(0);
        self.said = None;
    }

    /// How the model fares at a moment.
    pub fn health(&self, now: Instant) -> Health {
        match &self.health {
            Health::Running { .. } => Health::Running { warning: self.warning(now) },
            other => other.clone(),
        }
    }

    /// What makes the results doubtful: first of all, that there are none.
    fn warning(&self, now: Instant) -> Option<String> {
        self.silence(now).or_else(|| self.said.clone()).or_else(|| {
            let is_barren = self.barren.is_some_and(|results| results >= BARREN_AFTER);
            is_barren.then(|| format!("no object in the last {BARREN_AFTER} results"))
        })
    }

    /// Says for how long there has been no result, where that is too long.
    fn silence(&self, now: Instant) -> Option<String> {
        let since = |moment: Instant| now.saturating_duration_since(moment);
        let is_asked = self.is_looking || self.left.is_some_and(|left| since(left) <= IDLE_AFTER);
        let silent = self.waited_since.filter(|_| is_asked).map(since)?;
        let usual = self.took.unwrap_or_default().saturating_mul(SILENT_PICTURES);
        (silent >= usual.max(SILENT_AFTER)).then(|| {
            let why = match self.took {
                Some(took) => format!("this model takes {} a picture", words::time(took)),
                None => "there has been none yet".to_owned(),
            };
            format!("no result for {} s ({why})", silent.as_secs())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A model at work in simulated time.
    struct Work {
        standing: Standing,
        now: Instant,
    }

    impl Work {
        fn begun() -> Work {
            let mut standing = Standing::default();
            standing.becomes(Health::Running { warning: None });
            Work { standing, now: Instant::now() }
        }

        fn pass(&mut self, seconds: f64) -> &mut Work {
            self.now += Duration::from_secs_f64(seconds);
            self
        }

        /// Looks at a frame for so long, with this outcome.
        fn look(&mut self, seconds: f64, look: Option<Outcome>) -> &mut Work {
            self.standing.begins(self.now);
            self.pass(seconds);
            self.standing.ends(look, self.now);
            self
        }

        fn warning(&self) -> Option<String> {
            match self.standing.health(self.now) {
                Health::Running { warning } => warning,
                other => panic!("{other:?}"),
            }
        }
    }

    fn found(objects: usize) -> Option<Outcome> {
        Some(Outcome { found: Some(objects), warning: None })
    }

    #[test]
    fn a_model_that_gives_results_is_not_doubted() {
        let mut work = Work::begun();
        for _ in 0..1000 {
            assert_eq!(work.look(0.04, found(3)).warning(), None);
            work.pass(0.02);
        }
    }

    #[test]
    fn silence_is_told_with_what_a_picture_takes() {
        let mut work = Work::begun();
        work.look(3.2, found(1));
        work.standing.begins(work.now);
        assert_eq!(work.pass(9.5).warning(), None, "three pictures' worth have not passed");
        assert_eq!(
            work.pass(2.6).warning().as_deref(),
            Some("no result for 12 s (this model takes 3.2 s a picture)")
        );
        work.standing.ends(found(1), work.now);
        assert_eq!(work.warning(), None, "a result ends it");
    }

    #[test]
    fn a_first_picture_that_takes_for_ever_and_looks_that_fail_are_silence_as_well() {
        let mut work = Work::begun();
        work.standing.begins(work.now);
        let none_yet = Some("no result for 75 s (there has been none yet)".to_owned());
        assert_eq!(work.pass(75.0).warning(), none_yet);
        let mut work = Work::begun();
        work.look(0.05, found(2));
        for _ in 0..105 {
            work.look(0.1, None).pass(0.02);
        }
        let silent = Some("no result for 12 s (this model takes 50 ms a picture)".to_owned());
        assert_eq!(work.warning(), silent, "of a hundred looks none gave anything");
    }

    #[test]
    fn a_slow_model_that_gives_its_results_is_not_silent() {
        let mut work = Work::begun();
        work.look(8.0, found(1));
        for _ in 0..5 {
            work.standing.begins(work.now);
            assert_eq!(work.pass(15.0).warning(), None, "a picture may take two others' time");
            work.standing.ends(found(1), work.now);
        }
    }

    #[test]
    fn a_camera_without_pictures_is_not_the_models_silence() {
        let mut work = Work::begun();
        work.look(0.05, None);
        assert_eq!(work.pass(600.0).warning(), None, "nothing is asked of it");
        assert_eq!(work.look(0.05, None).warning(), None, "it has been asked for a moment only");
    }

    #[test]
    fn a_model_that_has_never_found_anything_is_told_of_until_it_does() {
        let mut work = Work::begun();
        for _ in 0..199 {
            assert_eq!(work.look(0.05, found(0)).warning(), None);
        }
        let barren = Some("no object in the last 200 results".to_owned());
        assert_eq!(work.look(0.05, found(0)).warning(), barren);
        assert_eq!(work.look(0.05, found(1)).warning(), None);
        for _ in 0..5000 {
            assert_eq!(work.look(0.05, found(0)).warning(), None, "an empty place at night");
        }
        work.standing.start_anew();
        for _ in 0..200 {
            work.look(0.05, found(0));
        }
        assert_eq!(work.warning(), barren, "another source is another matter");
    }

    #[test]
    fn what_tells_no_objects_apart_is_not_barren() {
        let mut work = Work::begun();
        for _ in 0..500 {
            assert_eq!(work.look(0.3, Some(Outcome::default())).warning(), None);
        }
    }

    #[test]
    fn what_the_model_says_of_its_results_is_told_while_it_says_so() {
        let mut work = Work::begun();
        let doubt = Outcome { found: Some(4), warning: Some("a confidence of 10.5 is above 1".to_owned()) };
        let told = Some("a confidence of 10.5 is above 1");
        assert_eq!(work.look(0.1, Some(doubt)).warning().as_deref(), told);
        assert_eq!(work.look(0.1, found(4)).warning(), None);
    }

    #[test]
    fn what_is_not_at_work_is_not_doubted() {
        let mut standing = Standing::default();
        let now = Instant::now();
        assert_eq!(standing.health(now), Health::Off);
        standing.becomes(Health::Loading);
        standing.tell_people(true);
        assert!(standing.health(now + Duration::from_secs(99)) == Health::Loading && standing.tells_people());
        standing.becomes(Health::Failed("no file".to_owned()));
        assert_eq!(standing.health(now), Health::Failed("no file".to_owned()));
        assert!(!standing.tells_people(), "nobody counts any more");
    }
}
