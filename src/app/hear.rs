//! The task by which the hub reads the news: results and events, to the viewers of their camera.
//!
//! Each is passed on inside a fence: a panic costs that one alone, which is counted.

use crate::{
    hub::Audiences,
    news::{Item, News, Reader},
    tools::fence::{Fences, Place},
};

/// Passes news on for as long as there are any.
pub(super) async fn hear(audiences: &Audiences, mut news: Reader, fences: &Fences) {
    while let Some(news) = news.next().await {
        // What has panicked is counted; the next one is another.
        let _ = fences.run(Place::Results, || pass_on(audiences, fences, news));
    }
}

fn pass_on(audiences: &Audiences, fences: &Fences, News { camera, item, .. }: News) {
    // A camera that is gone has no viewers.
    let Some(channel) = audiences.channel(&camera) else { return };
    match item {
        Item::Result(result) => {
            fences.trip(Place::Results);
            channel.report(result);
        }
        Item::Event(event) if event.is_for_viewers() => channel.tell(event),
        Item::Event(_) | Item::Pulse(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        cameras::Survey, fixtures::found_nothing, news::Desk, nouns::event::Event, tools::metrics::Metrics,
    };

    #[test]
    fn a_result_that_is_lost_costs_nothing_but_itself() {
        let metrics = Metrics::new().expect("names differ");
        let (audiences, desk) = (Audiences::default(), Desk::new(metrics.clone()));
        let channel = audiences.add("main", (4, 4), Survey::default());
        let reader = desk.reader("hub");
        metrics.fences.arm(Place::Results, 1, 1);
        let camera = Arc::clone(channel.camera());
        desk.publish(&camera, Item::Result(Arc::new(found_nothing())));
        desk.publish(&camera, Item::Event(Event::CameraStarted { at_us: 7 }));
        desk.publish(&camera, Item::Event(Event::SourceBack { at_us: 7 }));
        desk.publish(&Arc::from("gone"), Item::Event(Event::SourceBack { at_us: 7 }));
        drop(desk);
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(hear(&audiences, reader, &metrics.fences));
        assert!(channel.results().objects.is_none(), "the result itself is lost");
        assert_eq!(channel.condition().events.version(), 1);
    }
}
