//! News: what models found and what happened, of all cameras, for whoever wants to read it.
//!
//! In come results and events; each reader takes them at its own pace. The desk keeps the newest only: a
//! reader that is too slow loses the oldest, which is counted, and holds nobody up. The hub is the first
//! reader; nothing here calls back.

use std::sync::Arc;

use tokio::sync::broadcast::{
    self,
    error::{RecvError, TryRecvError},
};

use crate::{
    nouns::{event::Event, result::AnalyticsResult, state::Pulse},
    tools::metrics::{IntCounter, Metrics},
};

/// Most news that wait for a reader: more than a crowd makes in the time that a busy task may take.
const KEPT: usize = 256;

/// Something new of a camera.
#[derive(Clone, Debug)]
pub struct News {
    /// Name of the camera.
    pub camera: Arc<str>,
    /// What is new.
    pub item: Item,
}

/// What is new.
#[derive(Clone, Debug)]
pub enum Item {
    /// What a model found in a frame.
    Result(Arc<AnalyticsResult>),
    /// Something that happened.
    Event(Event),
    /// How the camera fares, about once a second.
    Pulse(Pulse),
}

/// Where news are handed in. Cloning shares it.
#[derive(Clone)]
pub struct Desk {
    sender: broadcast::Sender<News>,
    metrics: Metrics,
}

impl Desk {
    /// A desk without readers.
    pub fn new(metrics: Metrics) -> Self {
        Desk { sender: broadcast::Sender::new(KEPT), metrics }
    }

    /// Hands in something new. Never waits; without readers nothing is kept.
    pub fn publish(&self, camera: &Arc<str>, item: Item) {
        // An error says that nobody reads.
        let _ = self.sender.send(News { camera: Arc::clone(camera), item });
    }

    /// A reader of everything from now on; `name` is the label of its losses in `steadycast_news_lost_total`.
    pub fn reader(&self, name: &str) -> Reader {
        let lost = self.metrics.news_lost.with_label_values(&[name]);
        Reader { receiver: self.sender.subscribe(), lost }
    }
}

/// A reader's place in the news.
pub struct Reader {
    receiver: broadcast::Receiver<News>,
    lost: IntCounter,
}

impl Reader {
    /// Waits for the next news; `None` once there is no desk any more. Losing a call to this, by being
    /// dropped while it waits, loses no news.
    pub async fn next(&mut self) -> Option<News> {
        loop {
            match self.receiver.recv().await {
                Ok(news) => return Some(news),
                Err(RecvError::Lagged(lost)) => self.lost.inc_by(lost),
                Err(RecvError::Closed) => return None,
            }
        }
    }

    /// Takes the next news of those that wait already.
    pub fn waiting(&mut self) -> Option<News> {
        loop {
            match self.receiver.try_recv() {
                Ok(news) => return Some(news),
                Err(TryRecvError::Lagged(lost)) => self.lost.inc_by(lost),
                Err(TryRecvError::Empty | TryRecvError::Closed) => return None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    }
}
