//! Somebody who watches while others misbehave, and must not notice.

use std::{
    thread,
    time::{Duration, Instant},
};

use super::viewer::Viewer;

/// Fewest frames that are looked at.
const FRAMES: u64 = 40;

/// Runs an attack while somebody watches, who must get nearly every frame that is captured; panics where it
/// does not end within `limit`.
pub fn unnoticed(good: &mut Viewer, limit: Duration, attack: impl FnOnce() + Send + 'static) {
    good.frames(5);
    let (before, began) = (good.gaps, Instant::now());
    let attacker = thread::spawn(attack);
    let mut frames = 0;
    while !attacker.is_finished() || frames < FRAMES {
        good.frame();
        frames += 1;
        assert!(began.elapsed() < limit, "the attack does not end");
    }
    attacker.join().expect("the attack goes as planned");
    let lost = good.gaps - before;
    assert!(lost <= 2 + frames / 10, "{lost} frames lost of {frames}");
}
