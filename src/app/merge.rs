//! The task that merges rungs while all that are wanted are too many for the processors.
//!
//! Each look is fenced; what is merged is decided by the encoder's `Merger`.

use std::{
    convert::Infallible,
    time::{Duration, Instant},
};

use crate::{
    encode::{MERGE_EVERY, Merger},
    hub::Balance,
    tools::fence::{Panicked, Place},
};

/// Time until a look at the rungs that panicked is taken again.
const AGAIN_AFTER: Duration = Duration::from_millis(100);

/// Merges rungs while all that are wanted are too many for the processors. A merger that panicked is replaced
/// by a `fresh` one, which knows of nothing that is merged, so every rung is opened before it looks.
pub(super) async fn merge(balance: &Balance, fresh: impl Fn() -> Merger) -> Infallible {
    let fences = &balance.metrics.fences;
    let mut merger = fresh();
    // True from a panic on until the rungs that the merger before had closed are open.
    let mut must_open = false;
    loop {
        let looked = fences.run(Place::Merge, || {
            fences.trip(Place::Merge);
            if must_open {
                balance.open_all();
            }
            must_open = false;
            balance.look(&mut merger, Instant::now());
        });
        let pause = match looked {
            Ok(()) => MERGE_EVERY,
            Err(Panicked) => {
                (merger, must_open) = (fresh(), true);
                AGAIN_AFTER
            }
        };
        tokio::time::sleep(pause).await;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        cameras::Survey,
        encode::Encoder,
        hub::Audiences,
        nouns::{
            layers::View,
            quality::{Level, Rung, Tier},
        },
        tools::metrics::Metrics,
    };

    #[test]
    fn rungs_that_a_merger_had_closed_are_opened_however_often_it_panics() {
        let metrics = Metrics::new().expect("names differ");
        let pool = Encoder::start(1, metrics.clone(), Box::new(|_, _| {})).expect("threads are to be had");
        let audiences = Arc::new(Audiences::default());
        let channel = audiences.add("main", (4, 4), Survey::default());
        let rung = |level| Rung { level: Level::at_or_below(level).expect("a level"), tier: Tier::Full };
        channel.merge(vec![(View::plain(rung(60)), rung(50))]);
        metrics.fences.arm(Place::Merge, 3, 1);
        let balance = Balance { audiences, encoder: pool.encoder(), metrics: metrics.clone() };
        let until_open = async {
            while !channel.condition().merged.is_empty() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let merging = async {
            tokio::select! {
                never = merge(&balance, || Merger::new(1, 0.8)) => match never {},
                () = until_open => {}
            }
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        let opened = runtime.block_on(async { tokio::time::timeout(Duration::from_secs(5), merging).await });
        pool.stop();
        assert!(opened.is_ok(), "viewers stay on rungs that are closed");
    }
}
