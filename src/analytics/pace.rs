//! How long a model takes for a picture: the times of its looks in, that of the next one out. Pure.

use std::time::Duration;

/// Time that a model takes.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    last: Duration,
}

impl Pace {
    /// The pace of a model that took so long for a picture of nothing, before its first frame.
    pub fn new(rehearsal: Duration) -> Pace {
        Pace { last: rehearsal }
    }

    /// Takes in how long a look took; gives how long the next one will: a single slow look, such as one that
    /// runs the model twice or shares the processor with something that starts, says nothing.
    pub fn step(&mut self, took: Duration) -> Duration {
        std::mem::replace(&mut self.last, took).min(took)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slow_look_makes_no_slow_model() {
        let millis = Duration::from_millis;
        let mut pace = Pace::new(millis(300));
        let told = [1500, 200, 1200, 210].map(|took| pace.step(millis(took)));
        assert_eq!(told, [300, 200, 200, 210].map(millis));
        let mut pace = Pace::new(millis(2_000));
        assert_eq!(pace.step(millis(150)), millis(150), "its first run alone was slow");
        let mut pace = Pace::new(millis(3_200));
        assert_eq!(pace.step(millis(3_000)), millis(3_000), "a slow model is known at once");
    }
}
