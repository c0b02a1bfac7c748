//! Passing results of analytics on to a camera's viewers: each inside a fence of its own.
//!
//! In go a result, or that there will be no more of them, and what happened meanwhile. What a result is
//! belongs to `analytics`, who gets it to the hub.

use std::time::Duration;

use crate::{
    hub::Channel,
    nouns::{event::Event, result::AnalyticsResult},
    tools::fence::{Fences, Place},
};

/// Time until the end of all results is told again, where telling it panicked.
const AGAIN_AFTER: Duration = Duration::from_millis(100);

/// Passes one result on, or the end of all results where it is `None`, and what happened. A panic costs the
/// result alone, or one event: that is counted, and the next ones are others. The end is told until it has
/// been: nothing else would ever tell it.
pub(super) async fn pass_on(
    channel: &Channel,
    fences: &Fences,
    findings: Option<AnalyticsResult>,
    events: Vec<Event>,
) {
    match findings {
        Some(findings) => {
            let _ = fences.run(Place::Results, || {
                fences.trip(Place::Results);
                channel.report(findings);
            });
        }
        None => end(channel, fences).await,
    }
    for event in events {
        let _ = fences.run(Place::Results, || channel.tell(event));
    }
}

async fn end(channel: &Channel, fences: &Fences) {
    let tell = || {
        fences.trip(Place::Results);
        channel.end_analytics();
    };
    while fences.run(Place::Results, tell).is_err() {
        tokio::time::sleep(AGAIN_AFTER).await;
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, sync::Arc};

    use super::*;
    use crate::{
        cameras::Survey, encode::Encoder, hub::Hub, nouns::result::Timings, tools::metrics::Metrics,
    };

    /// Does `work` with a camera's channel, where the next `panics` pieces of work on results panic; gives
    /// the channel.
    fn after(panics: u64, work: impl AsyncFnOnce(&Channel, &Fences)) -> Arc<Channel> {
        let metrics = Metrics::new().expect("names differ");
        let pool = Encoder::start(1, metrics.clone(), Box::new(|_, _| {})).expect("threads are to be had");
        let channel = Hub::new(pool.encoder(), metrics.clone(), 1).add("main", (4, 4), Survey::default());
        channel.begin_analytics();
        metrics.fences.arm(Place::Results, panics, 1);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        runtime.block_on(work(&channel, &metrics.fences));
        pool.stop();
        channel
    }

    fn found_nothing() -> AnalyticsResult {
        AnalyticsResult {
            camera: "main".to_owned(),
            frame: 1,
            captured_us: 0,
            finished_us: 0,
            crowd: None,
            objects: Some(vec![]),
            counted: None,
            counts: BTreeMap::new(),
            lines: vec![],
            zones: vec![],
            timings_ms: Timings::default(),
        }
    }

    #[test]
    fn the_end_of_all_results_is_told_whatever_panics() {
        let channel = after(3, async |channel, fences| pass_on(channel, fences, None, vec![]).await);
        assert!(!channel.condition().analytics);
    }

    #[test]
    fn a_result_that_is_lost_does_not_cost_what_happened() {
        let channel = after(1, async |channel, fences| {
            pass_on(channel, fences, Some(found_nothing()), vec![Event::SourceBack { at_us: 7 }]).await;
        });
        let told = channel.condition();
        assert_eq!(told.events.version(), 1);
        assert!(channel.findings().objects.is_none(), "the result itself is lost");
    }
}
