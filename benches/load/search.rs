//! The most viewers that a server holds: doubling, then halving the interval.
//!
//! In: a way to run N viewers and learn the slowest one's FPS. Out: the largest N whose viewers all hold the
//! rate, and every probe made. Not here: viewers, servers. Which N comes next is the pure [`Search`].

use std::time::Duration;

/// Share of what holds, below which the interval is small enough.
const PRECISION: f64 = 0.05;
/// Share of the rate; a probe that misses it by less is repeated once: other work on the machine may have
/// disturbed it.
const NEAR_MISS: f64 = 0.15;

/// Where to look and what counts as holding.
#[derive(Debug, Clone, Copy)]
pub struct Goal {
    /// Number of viewers of the first probe.
    pub start: usize,
    /// Most viewers that are tried.
    pub limit: usize,
    /// Frames a second that every viewer must reach.
    pub fps: f64,
    /// Quiet time between probes, in which a server may clear away its viewers; three times as long after a
    /// miss, which can leave a server without bounds with seconds of work.
    pub rest: Duration,
}

impl Default for Goal {
    /// Asks for 33 of 34 FPS, from 64 to 4,096 viewers, 2 s of rest.
    fn default() -> Self {
        Self { start: 64, limit: 4_096, fps: 33.0, rest: Duration::from_secs(2) }
    }
}

/// One number of viewers that was tried, and how it went.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Probe {
    pub viewers: usize,
    pub slowest_fps: f64,
}

/// The result of a search.
#[derive(Debug)]
pub struct Most {
    /// Most viewers that held; zero if not even one did.
    pub viewers: usize,
    /// Whether the limit held, so that the server may hold more.
    pub at_limit: bool,
    pub probes: Vec<Probe>,
}

/// Which number to try next.
pub struct Search {
    goal: Goal,
    held: usize,
    failed: Option<usize>,
}

impl Search {
    pub fn new(goal: Goal) -> Self {
        Self { goal, held: 0, failed: None }
    }

    /// Returns the next number of viewers; `None` when the answer is known.
    pub fn next(&self) -> Option<usize> {
        match self.failed {
            None if self.held >= self.goal.limit => None,
            None => Some((self.held * 2).max(self.goal.start).clamp(1, self.goal.limit)),
            Some(failed) => {
                let enough = ((self.held as f64 * PRECISION) as usize).max(1);
                (failed - self.held > enough).then_some((self.held + failed) / 2)
            }
        }
    }

    /// Notes whether `viewers`, the number that `next` gave, all held the rate.
    pub fn note(&mut self, viewers: usize, held: bool) {
        if held { self.held = viewers } else { self.failed = Some(viewers) }
    }
}

/// Finds the most viewers that `run` holds at the goal's rate. `run` takes a number of viewers, watches for
/// at least 5 s and returns the slowest viewer's FPS.
pub async fn most_viewers<E>(
    goal: Goal,
    mut run: impl AsyncFnMut(usize) -> Result<f64, E>,
) -> Result<Most, E> {
    let mut search = Search::new(goal);
    let mut probes = Vec::new();
    while let Some(viewers) = search.next() {
        let mut slowest_fps: f64 = 0.0;
        for _ in 0..2 {
            slowest_fps = run(viewers).await?;
            probes.push(Probe { viewers, slowest_fps });
            let held = slowest_fps >= goal.fps;
            tokio::time::sleep(if held { goal.rest } else { goal.rest * 3 }).await;
            if held || slowest_fps < goal.fps * (1.0 - NEAR_MISS) {
                break;
            }
        }
        search.note(viewers, slowest_fps >= goal.fps);
    }
    Ok(Most { viewers: search.held, at_limit: search.failed.is_none(), probes })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Answer and number of probes for a server that holds `capacity` viewers.
    fn find(capacity: usize, limit: usize) -> (usize, usize) {
        let mut search = Search::new(Goal { limit, ..Goal::default() });
        let mut probes = 0;
        while let Some(viewers) = search.next() {
            assert!((1..=limit).contains(&viewers));
            search.note(viewers, viewers <= capacity);
            probes += 1;
            assert!(probes < 30, "the search must end");
        }
        (search.held, probes)
    }

    #[test]
    fn the_answer_is_within_a_twentieth_and_never_too_high() {
        for capacity in [1, 2, 3, 40, 63, 64, 65, 600, 1_234, 4_000] {
            let (found, probes) = find(capacity, 4_096);
            assert!(
                found <= capacity && found as f64 >= capacity as f64 * 0.95 - 1.0,
                "{found} of {capacity}"
            );
            assert!(probes <= 12, "{probes} probes for {capacity}");
        }
    }

    #[test]
    fn a_server_that_holds_nobody_and_one_that_holds_all() {
        assert_eq!(find(0, 4_096).0, 0);
        assert_eq!(find(10_000, 1_000).0, 1_000);
    }

    #[tokio::test]
    async fn a_near_miss_gets_a_second_chance_and_a_clear_one_does_not() {
        let goal = Goal { start: 1, limit: 4, fps: 33.0, rest: Duration::ZERO };
        let mut asked = Vec::new();
        let run = async |viewers| {
            asked.push(viewers);
            let first = asked.iter().filter(|&&before| before == viewers).count() == 1;
            Ok::<_, ()>(match viewers {
                2 if first => 32.5,
                4 => 10.0,
                _ => 34.0,
            })
        };
        let most = most_viewers(goal, run).await.expect("nothing fails here");
        assert_eq!((most.viewers, most.at_limit), (3, false));
        assert_eq!(asked, [1, 2, 2, 4, 3]);
    }
}
