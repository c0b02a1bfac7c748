//! What is shown of a value that flickers: another one only once it has lasted. Pure, with time passed in.

use std::time::Duration;

/// Least time that something higher has to last to be shown: one wrong count is no alarm.
const RISES_AFTER: Duration = Duration::from_secs(1);

/// Least time that something lower has to last to be shown.
const FALLS_AFTER: Duration = Duration::from_secs(3);

/// A value that is shown, and the one that may come.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lasting<T> {
    shown: T,
    /// What is asked for and since when, where it is not what is shown.
    coming: Option<(T, Duration)>,
}

impl<T: Copy + Ord> Lasting<T> {
    /// Shows `first` until something else has lasted.
    pub fn new(first: T) -> Self {
        Lasting { shown: first, coming: None }
    }

    /// The value that is shown.
    pub fn shown(&self) -> T {
        self.shown
    }

    /// Has what may come begin anew; what is shown stays.
    pub fn wait_anew(&mut self) {
        self.coming = None;
    }

    /// Takes in what is asked for at `now`; true where another value is shown from now on.
    pub fn step(&mut self, asked: T, now: Duration) -> bool {
        if asked == self.shown {
            self.coming = None;
            return false;
        }
        // What matters is since when it has been on this side of what is shown.
        let (nearest, since) = match self.coming {
            Some((coming, since)) if coming > self.shown && asked > self.shown => (coming.min(asked), since),
            Some((coming, since)) if coming < self.shown && asked < self.shown => (coming.max(asked), since),
            _ => (asked, now),
        };
        self.coming = Some((nearest, since));
        let wait = if asked > self.shown { RISES_AFTER } else { FALLS_AFTER };
        let lasted = now.saturating_sub(since) >= wait;
        if lasted {
            // Only what lasted all the time: one wrong count on the way up is no alarm either.
            *self = Lasting::new(nearest);
        }
        lasted
    }
}
