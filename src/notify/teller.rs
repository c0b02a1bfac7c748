//! The thread of one service: takes messages out of its queue and hands them over, one at a time.
//!
//! While a service fails it is tried again, each time after a longer pause. What comes together meanwhile is
//! told in one message then, so that nobody gets a flood of old news. A message that is refused for what it
//! is goes without its picture, and is given up where that is refused too. Nobody waits for this thread.

use std::{sync::Arc, time::Instant};

use super::{
    backoff::Backoff,
    message::Message,
    queue::{MOST, Queue, Taken},
    service::{Refused, Service},
    state::Ledger,
};
use crate::tools::{fence::Place, log_limit::LogLimit, metrics::Metrics};

/// What tells messages to one service.
pub struct Teller {
    service: Arc<dyn Service>,
    queue: Arc<Queue>,
    ledger: Arc<Ledger>,
    metrics: Metrics,
    backoff: Backoff,
    said: LogLimit,
}

/// What became of a try.
enum Tried {
    Told,
    /// The message will never arrive; why.
    GivenUp(String),
    /// Another try may do better.
    Failed(Refused),
}

impl Teller {
    /// A teller of what waits in a queue.
    pub fn new(service: Arc<dyn Service>, queue: Arc<Queue>, ledger: Arc<Ledger>, metrics: Metrics) -> Self {
        let (backoff, said) = (Backoff::new(fastrand::u64(..)), LogLimit::new());
        Teller { service, queue, ledger, metrics, backoff, said }
    }

    /// Tells what waits until the queue is closed.
    pub fn run(mut self) {
        while let Some(taken) = self.queue.next() {
            self.deliver(taken);
        }
    }

    /// Tells messages, and what comes together while that fails; until they arrive, are refused for what they
    /// are, or the queue is closed.
    fn deliver(&mut self, Taken { messages: mut waiting, mut lost }: Taken) {
        while let Some(message) = together(&waiting, lost) {
            self.ledger.holds(waiting.len());
            match self.try_to_tell(message, &mut waiting) {
                Tried::Told => {
                    self.ledger.told();
                    self.backoff.succeed();
                    self.count("told", 1);
                    break;
                }
                Tried::GivenUp(why) => {
                    // The service answers.
                    self.backoff.succeed();
                    self.fail(&why, None);
                    self.let_go(waiting.len());
                    break;
                }
                Tried::Failed(refused) => {
                    let wait = self.backoff.fail(refused.after);
                    self.fail(&refused.why, Some(Instant::now() + wait));
                    if !self.queue.pause(wait) || !self.queue.sit_out() {
                        return;
                    }
                }
            }
            let Taken { messages, lost: more } = self.queue.all();
            waiting.extend(messages);
            let too_many = waiting.len().saturating_sub(MOST);
            waiting.drain(..too_many);
            self.let_go(too_many);
            lost += more + too_many as u64;
            // One picture is shown of all.
            let pictures = waiting.iter_mut().rev().filter(|message| message.picture.is_some());
            pictures.skip(1).for_each(|message| message.picture = None);
        }
        self.ledger.holds(0);
    }

    /// Tells one message, without its picture where it is refused with it; `waiting` loses theirs then.
    fn try_to_tell(&mut self, mut message: Message, waiting: &mut [Message]) -> Tried {
        let refused = match self.tell(&message) {
            Ok(()) => return Tried::Told,
            Err(refused) if refused.is_partly_told => return Tried::GivenUp(refused.why),
            Err(refused) if !refused.is_final => return Tried::Failed(refused),
            Err(refused) => refused,
        };
        if message.picture.take().is_none() {
            return Tried::GivenUp(refused.why);
        }
        self.count("failed", 1);
        waiting.iter_mut().for_each(|message| message.picture = None);
        match self.tell(&message) {
            Ok(()) => Tried::Told,
            Err(again) if again.is_final || again.is_partly_told => Tried::GivenUp(again.why),
            Err(again) => Tried::Failed(again),
        }
    }

    /// Tells one message; a panic costs this try alone.
    fn tell(&self, message: &Message) -> Result<(), Refused> {
        let fences = &self.metrics.fences;
        let told = fences.run(Place::Notify, || {
            fences.trip(Place::Notify);
            self.service.tell(message)
        });
        told.unwrap_or_else(|_| Err(Refused::for_now("a fault of this program; its log says more")))
    }

    fn fail(&mut self, why: &str, next_try: Option<Instant>) {
        self.ledger.failed(why, next_try);
        self.count("failed", 1);
        if self.said.is_due(Instant::now()) {
            log::warn!("{}: a message did not arrive: {why}", self.service.name().name());
        }
    }

    fn let_go(&self, count: usize) {
        self.ledger.dropped(count as u64);
        self.count("dropped", count as u64);
    }

    fn count(&self, outcome: &str, count: u64) {
        let labels = [self.service.name().name(), outcome];
        self.metrics.notifications.messages.with_label_values(&labels).inc_by(count);
    }
}

/// Returns what is told of several messages.
fn together(waiting: &[Message], lost: u64) -> Option<Message> {
    match waiting {
        [message] if lost == 0 => Some(message.clone()),
        messages => Message::missed(messages, lost),
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::mpsc::{Receiver, Sender, channel},
        thread,
        time::Duration,
    };

    use bytes::Bytes;
    use parking_lot::Mutex;

    use super::*;
    use crate::{notify::message::tests::message, nouns::rule::ServiceName};

    /// A service that hands on what it is told, and answers as the test says then.
    struct Scripted {
        told: Sender<Message>,
        answers: Mutex<Receiver<Result<(), Refused>>>,
    }

    impl Service for Scripted {
        fn name(&self) -> ServiceName {
            ServiceName::Webhook
        }

        fn tell(&self, message: &Message) -> Result<(), Refused> {
            // Whoever has gone wants nothing more.
            let _ = self.told.send(message.clone());
            self.answers.lock().recv().unwrap_or(Ok(()))
        }
    }

    struct Stage {
        queue: Arc<Queue>,
        ledger: Arc<Ledger>,
        metrics: Metrics,
        messages: Receiver<Message>,
        answers: Sender<Result<(), Refused>>,
    }

    impl Stage {
        /// A teller whose pauses take no time.
        fn start() -> Stage {
            let ((told, messages), (answers, script)) = (channel(), channel());
            let (queue, ledger) = (Arc::new(Queue::default()), Arc::new(Ledger::default()));
            let metrics = Metrics::new().expect("names differ");
            let service = Arc::new(Scripted { told, answers: Mutex::new(script) });
            let mut teller = Teller::new(service, Arc::clone(&queue), Arc::clone(&ledger), metrics.clone());
            teller.backoff = Backoff::beginning_with(Duration::from_micros(1), 1);
            thread::spawn(move || teller.run());
            Stage { queue, ledger, metrics, messages, answers }
        }

        /// Waits for the next message, and answers it.
        fn hears(&self, answer: Result<(), Refused>) -> Message {
            let message = self.messages.recv_timeout(Duration::from_secs(20)).expect("a message");
            self.answers.send(answer).expect("the service waits");
            message
        }

        fn counted(&self, outcome: &str) -> u64 {
            self.metrics.notifications.messages.with_label_values(&["webhook", outcome]).get()
        }
    }

    impl Drop for Stage {
        fn drop(&mut self) {
            self.queue.close();
        }
    }

    fn for_now() -> Result<(), Refused> {
        Err(Refused::for_now("nothing listens there"))
    }

    fn for_ever() -> Result<(), Refused> {
        Err(Refused { is_final: true, ..Refused::for_now("too large") })
    }

    #[test]
    fn what_comes_while_a_service_fails_is_told_in_one_message() {
        let stage = Stage::start();
        stage.queue.hand_in(message(1));
        let first = stage.messages.recv_timeout(Duration::from_secs(20)).expect("a message");
        assert_eq!(first, message(1));
        // The service has not answered yet.
        let dropped = (2..=200).filter(|second| stage.queue.hand_in(message(*second))).count();
        assert_eq!(dropped, 199 - MOST);
        stage.answers.send(for_now()).expect("the service waits");
        let all = stage.hears(Ok(()));
        assert!(all.text.starts_with("200 messages were not told in time"), "{}", all.text);
        assert!(all.text.contains("person 200 crossed"), "{}", all.text);
        stage.queue.hand_in(message(201));
        assert_eq!(stage.hears(Ok(())), message(201), "and then one by one");
        assert_eq!((stage.counted("failed"), stage.counted("dropped")), (1, 1), "one too many to be kept");
    }

    #[test]
    fn what_a_slow_service_loses_is_told_by_the_next_message() {
        let stage = Stage::start();
        stage.queue.hand_in(message(1));
        stage.messages.recv_timeout(Duration::from_secs(20)).expect("a message");
        for second in 2..=100 {
            stage.queue.hand_in(message(second));
        }
        stage.answers.send(Ok(())).expect("the service waits");
        let all = stage.hears(Ok(()));
        assert!(all.text.starts_with("99 messages were not told in time"), "{}", all.text);
    }

    #[test]
    fn a_message_that_is_refused_for_what_it_is_goes_without_its_picture_or_is_given_up() {
        let stage = Stage::start();
        let pictured = Message { picture: Some(Bytes::from_static(b"jpeg")), ..message(1) };
        stage.queue.hand_in(pictured.clone());
        assert_eq!(stage.hears(for_ever()), pictured);
        assert_eq!(stage.hears(Ok(())), message(1));
        assert_eq!(stage.counted("failed"), 1);
        stage.queue.hand_in(pictured.clone());
        stage.hears(for_ever());
        assert_eq!([stage.hears(for_now()), stage.hears(Ok(()))].map(|told| told.picture), [None, None]);
        stage.queue.hand_in(message(2));
        stage.hears(for_ever());
        stage.queue.hand_in(message(3));
        assert_eq!(stage.messages.recv_timeout(Duration::from_secs(20)).expect("others arrive"), message(3));
        let state = stage.ledger.state(ServiceName::Webhook, 0, Instant::now());
        assert_eq!((state.told, state.dropped, state.waiting), (2, 1, 1));
        assert!(state.sentence().is_some_and(|said| said.contains("given up: too large")));
    }

    #[test]
    fn a_service_that_is_muted_is_not_tried_again_until_that_is_over() {
        let stage = Stage::start();
        stage.queue.hand_in(message(1));
        stage.messages.recv_timeout(Duration::from_secs(20)).expect("a message");
        stage.queue.mute(Some(Instant::now() + Duration::from_secs(3600)));
        stage.answers.send(for_now()).expect("the service waits");
        stage.queue.hand_in(message(2));
        let more = stage.messages.recv_timeout(Duration::from_millis(300));
        assert!(more.is_err(), "nothing is told: {more:?}");
        stage.queue.mute(None);
        assert!(stage.hears(Ok(())).text.starts_with("2 messages were not told in time"));
    }

    #[test]
    fn what_some_were_told_is_not_told_them_again() {
        let stage = Stage::start();
        stage.queue.hand_in(Message { picture: Some(Bytes::from_static(b"jpeg")), ..message(1) });
        stage.hears(Err(Refused { is_partly_told: true, ..Refused::for_now("one of two") }));
        stage.queue.hand_in(message(2));
        assert_eq!(stage.hears(Ok(())), message(2), "the first is given up");
        assert_eq!((stage.counted("failed"), stage.counted("dropped")), (1, 1));
    }

    #[test]
    fn a_panic_costs_a_try_and_no_message() {
        let stage = Stage::start();
        stage.metrics.fences.arm(Place::Notify, 1, 1);
        stage.queue.hand_in(message(1));
        assert_eq!(stage.hears(Ok(())), message(1));
    }
}
