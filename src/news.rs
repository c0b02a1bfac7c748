//! News: what models found and what happened, of all cameras, for whoever wants to read it.
//!
//! In come results and events, out they go with a number each; every reader takes them at its own pace. The
//! desk keeps the newest only: a reader that is too slow loses the oldest, which is counted, and holds nobody
//! up. Nothing here calls back.

mod item;
mod notice;
mod numbers;
mod reader;

use std::sync::Arc;

use tokio::sync::broadcast;

pub use self::{
    item::{Item, News},
    notice::Notice,
    numbers::{Mark, Numbers},
    reader::{EventReader, Heard, Reader},
};
use crate::{frame::now_us, tools::metrics::Metrics};

/// Most news that wait for a reader: more than a crowd makes in the time that a busy task may take.
const KEPT: usize = 256;

/// Most events that wait for a reader of events alone; they are kept once for all of these.
const EVENTS_KEPT: usize = 1000;

/// Where news are handed in. Cloning shares it.
#[derive(Clone)]
pub struct Desk {
    all: broadcast::Sender<News>,
    events: broadcast::Sender<Arc<Notice>>,
    numbers: Numbers,
    metrics: Metrics,
}

impl Desk {
    /// A desk without readers.
    pub fn new(metrics: Metrics) -> Self {
        let (all, events) = (broadcast::Sender::new(KEPT), broadcast::Sender::new(EVENTS_KEPT));
        Desk { all, events, numbers: Numbers::default(), metrics }
    }

    /// Hands in something new. Never waits; without readers nothing is kept.
    pub fn publish(&self, camera: &Arc<str>, item: Item) {
        self.numbers.give(now_us(), |number| {
            let news = News { number, camera: Arc::clone(camera), item };
            // An error says that nobody reads.
            if matches!(news.item, Item::Event(_)) && self.events.receiver_count() > 0 {
                let _ = self.events.send(Arc::new(Notice::new(news.clone())));
            }
            let _ = self.all.send(news);
        });
    }

    /// Gives the numbers, for whoever knows those of earlier runs.
    pub fn numbers(&self) -> &Numbers {
        &self.numbers
    }

    /// A reader of everything from now on; `name` is the label of its losses in `steadycast_news_lost_total`.
    pub fn reader(&self, name: &str) -> Reader {
        let lost = self.metrics.news_lost.with_label_values(&[name]);
        Reader { receiver: self.all.subscribe(), lost, missed: 0 }
    }

    /// A reader of events alone from now on; `name` is the label of its losses in
    /// `steadycast_news_lost_total`. Results, of which there are many more, cannot cost it any.
    pub fn events(&self, name: &str) -> EventReader {
        let lost = self.metrics.news_lost.with_label_values(&[name]);
        let (since, receiver) = self.numbers.mark(now_us(), || self.events.subscribe());
        EventReader { receiver, lost, since, missed: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nouns::{event::Event, state::Pulse};

    fn at_us(news: &News) -> u64 {
        match &news.item {
            Item::Event(Event::SourceBack { at_us }) => *at_us,
            other => panic!("{other:?}"),
        }
    }

    fn heard(reader: &mut Reader, count: usize) -> Vec<u64> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(async {
            let mut heard = Vec::new();
            for _ in 0..count {
                heard.push(at_us(&reader.next().await.expect("there is a desk")));
            }
            heard
        })
    }

    fn publish(desk: &Desk, numbers: std::ops::Range<u64>) {
        let camera = Arc::from("main");
        numbers.for_each(|at_us| desk.publish(&camera, Item::Event(Event::SourceBack { at_us })));
    }

    #[test]
    fn each_reader_hears_everything_in_order_at_its_own_pace() {
        let desk = Desk::new(Metrics::new().expect("names differ"));
        publish(&desk, 0..3);
        let mut early = desk.reader("early");
        publish(&desk, 3..5);
        let mut late = desk.reader("late");
        publish(&desk, 5..7);
        assert_eq!(heard(&mut early, 4), [3, 4, 5, 6]);
        assert_eq!(heard(&mut late, 1), [5]);
        let waiting = [late.waiting(), late.waiting()].map(|news| news.as_ref().map(at_us));
        assert_eq!(waiting, [Some(6), None]);
    }

    #[test]
    fn a_slow_reader_loses_the_oldest_which_is_counted_and_others_lose_nothing() {
        let metrics = Metrics::new().expect("names differ");
        let desk = Desk::new(metrics.clone());
        let (mut quick, mut slow) = (desk.reader("quick"), desk.reader("slow"));
        publish(&desk, 0..200);
        heard(&mut quick, 200);
        publish(&desk, 200..400);
        assert_eq!(heard(&mut quick, 200).last(), Some(&399));
        assert_eq!(heard(&mut slow, 1), [400 - KEPT as u64]);
        let lost = |reader| metrics.news_lost.with_label_values(&[reader]).get();
        assert_eq!((lost("quick"), lost("slow")), (0, 400 - KEPT as u64));
        assert_eq!((quick.take_missed(), slow.take_missed()), (0, 400 - KEPT as u64));
        assert_eq!(slow.take_missed(), 0, "told once");
    }

    fn events(reader: &mut EventReader, count: usize) -> Vec<(u64, u64)> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(async {
            let mut heard = Vec::new();
            for _ in 0..count {
                let next = reader.next().await.expect("there is a desk");
                heard.push((at_us(&next.notice.news), next.missed));
            }
            heard
        })
    }

    #[test]
    fn a_reader_of_events_hears_those_behind_its_beginning_whatever_else_there_is() {
        let desk = Desk::new(Metrics::new().expect("names differ"));
        let mut all = desk.reader("all");
        publish(&desk, 0..3);
        let mut reader = desk.events("events");
        let camera = Arc::from("main");
        for at_us in 3..6 {
            let pulse = Pulse { at_us, fps: 1.0, tells_people: false };
            (0..KEPT).for_each(|_| desk.publish(&camera, Item::Pulse(pulse)));
            publish(&desk, at_us..at_us + 1);
        }
        assert_eq!(events(&mut reader, 3), [(3, 0), (4, 0), (5, 0)]);
        let numbers: Vec<u64> = std::iter::from_fn(|| all.waiting()).map(|news| news.number).collect();
        assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(reader.since().news < reader.since().number && reader.since().number < numbers[0]);
    }

    #[test]
    fn a_slow_reader_of_events_is_told_how_many_it_missed_and_says_itself_what_is_lost() {
        let metrics = Metrics::new().expect("names differ");
        let desk = Desk::new(metrics.clone());
        let mut reader = desk.events("events");
        publish(&desk, 0..3000);
        let [(first, missed), (second, more)] = events(&mut reader, 2)[..] else { panic!("two events") };
        assert_eq!((first, second, more), (missed, missed + 1, 0));
        assert!(missed > 0 && missed <= 3000 - EVENTS_KEPT as u64, "{missed} missed");
        let lost = metrics.news_lost.with_label_values(&["events"]);
        assert_eq!(lost.get(), 0);
        reader.lose(missed);
        assert_eq!(lost.get(), missed);
    }
}
