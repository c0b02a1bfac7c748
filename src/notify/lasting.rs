//! Something that lasts: whether it holds at a moment in, that it has begun or is over out. Pure.

/// What became of something that lasts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Turn {
    /// Something has held for long enough.
    Began,
    /// Something that had begun has not held for as long.
    Over {
        /// Time from its beginning to its end, microseconds.
        lasted_us: u64,
        /// Highest figure meanwhile.
        most: f64,
    },
}

/// Something that begins once it has held for a time, and is over once it has not for as long. Moments are
/// microseconds of a clock that is never set.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lasting {
    /// When it was looked at last.
    looked_us: u64,
    /// Since when it has been other than what was told.
    other_since_us: Option<u64>,
    /// When what was told began; `None` where it is over.
    began_us: Option<u64>,
    most: f64,
}

impl Lasting {
    /// Notes whether it holds now, and its `figure`; `None` where that lies between the thresholds and
    /// changes nothing. A turn takes `for_us`. What nobody has looked at for `stale_us` has not held
    /// meanwhile.
    pub fn step(
        &mut self,
        holds: Option<bool>,
        figure: f64,
        at_us: u64,
        (for_us, stale_us): (u64, u64),
    ) -> Option<Turn> {
        if at_us.saturating_sub(self.looked_us) > stale_us {
            self.forget();
        }
        self.looked_us = at_us;
        let has_begun = self.began_us.is_some();
        // What lies between neither goes on nor is over: what had begun to change has not.
        let is_other = holds.is_some_and(|holds| holds != has_begun);
        if has_begun || is_other {
            self.most = self.most.max(figure);
        }
        if !is_other {
            self.other_since_us = None;
            if !has_begun {
                self.most = 0.0;
            }
            return None;
        }
        let since_us = *self.other_since_us.get_or_insert(at_us);
        if at_us.saturating_sub(since_us) < for_us {
            return None;
        }
        self.other_since_us = None;
        match self.began_us.take() {
            None => {
                self.began_us = Some(since_us);
                Some(Turn::Began)
            }
            Some(began_us) => {
                let most = std::mem::take(&mut self.most);
                Some(Turn::Over { lasted_us: since_us.saturating_sub(began_us), most })
            }
        }
    }

    /// Forgets what had begun, without a word.
    pub fn forget(&mut self) {
        *self = Lasting { looked_us: self.looked_us, ..Lasting::default() };
    }

    /// Tells whether something has begun and is not over at `at_us`, as far as was looked within `stale_us`.
    pub fn holds_at(&self, at_us: u64, stale_us: u64) -> bool {
        self.began_us.is_some() && at_us.saturating_sub(self.looked_us) <= stale_us
    }

    /// Tells whether something was told to have begun, and not to be over.
    pub fn has_begun(&self) -> bool {
        self.began_us.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: u64 = 1_000_000;
    const STALE: u64 = 30 * S;

    #[test]
    fn what_does_not_hold_for_long_enough_is_not_told() {
        let mut lasting = Lasting::default();
        let mut step = |holds, figure, second| lasting.step(Some(holds), figure, second * S, (10 * S, STALE));
        assert_eq!(step(true, 21.0, 0), None);
        assert_eq!(step(false, 19.0, 9), None);
        assert_eq!(step(true, 22.0, 10), None);
        assert_eq!(step(true, 22.0, 19), None);
        assert_eq!(step(true, 22.0, 20), Some(Turn::Began));
        assert_eq!(step(true, 34.0, 30), None, "told once");
    }

    #[test]
    fn it_is_over_once_it_has_not_held_for_as_long_and_tells_what_was_the_most() {
        let mut lasting = Lasting::default();
        let mut step =
            |holds, figure, second, for_s: u64| lasting.step(holds, figure, second * S, (for_s * S, STALE));
        assert_eq!(step(Some(true), 25.0, 0, 0), Some(Turn::Began));
        assert_eq!(step(Some(true), 34.0, 5, 2), None);
        assert_eq!(step(Some(false), 10.0, 6, 2), None);
        // Between the thresholds: it is not over.
        assert_eq!(step(None, 18.0, 7, 2), None);
        assert_eq!(step(Some(false), 10.0, 9, 2), None);
        assert_eq!(step(Some(false), 9.0, 11, 2), Some(Turn::Over { lasted_us: 9 * S, most: 34.0 }));
        assert_eq!(step(Some(false), 9.0, 20, 2), None);
        assert_eq!(step(Some(true), 21.0, 30, 0), Some(Turn::Began));
        let again = step(Some(false), 0.0, 31, 0);
        assert_eq!(again, Some(Turn::Over { lasted_us: S, most: 21.0 }), "the figure of this time alone");
    }

    #[test]
    fn what_nobody_looks_at_has_not_held() {
        let mut lasting = Lasting::default();
        let mut step =
            |holds, second, for_s: u64| lasting.step(Some(holds), 9.0, second * S, (for_s * S, STALE));
        assert_eq!(step(true, 0, 60), None);
        assert_eq!(step(true, 3600, 60), None, "two looks an hour apart");
        assert_eq!(step(true, 3601, 0), Some(Turn::Began));
        assert_eq!(step(true, 7200, 0), Some(Turn::Began), "a new one, since the old one was forgotten");
        assert_eq!(step(false, 9000, 0), None, "and its end is not known");
    }
}
