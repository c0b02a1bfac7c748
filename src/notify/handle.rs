//! The handle by which notifications are fed, asked and stopped.

use std::{
    future::Future,
    io,
    pin::pin,
    sync::{
        Arc,
        mpsc::{SyncSender, TrySendError, sync_channel},
    },
    time::Instant,
};

use parking_lot::Mutex;

use super::{
    notifier::{Cameras, Notifier},
    outlet::Outlet,
    service::Service,
    state::{Ledger, ServiceState},
    trial::{Arrived, try_one},
};
use crate::{
    news::{Desk, Item, News},
    nouns::rule::{Rule, ServiceName},
    tools::{
        metrics::{IntCounter, Metrics},
        threads::{Role, spawn},
    },
};

/// Most news that wait for the thread that looks at them: more than eight cameras make in half a minute.
const QUEUE: usize = 4096;

/// Name of the readers, as the metrics have it.
const READER: &str = "notify";

/// Notifications. Cloning shares them.
#[derive(Clone)]
pub struct Notify(Option<Arc<Running>>);

/// Notifications that are told.
struct Running {
    outlets: Vec<Arc<Outlet>>,
    cameras: Arc<dyn Cameras>,
    /// Guards the way to the thread that looks at news; `None` once it is to end. Held for a moment.
    looking: Mutex<Option<SyncSender<News>>>,
    /// Counts what the thread was too slow for.
    lost: IntCounter,
}

impl Notify {
    /// Notifications that are off.
    pub fn off() -> Self {
        Notify(None)
    }

    /// Starts the threads that tell these services; none of either where there are no services.
    ///
    /// # Errors
    /// Where no thread can be started.
    pub fn start(
        services: Vec<Box<dyn Service>>,
        cameras: Arc<dyn Cameras>,
        metrics: &Metrics,
    ) -> io::Result<Self> {
        if services.is_empty() {
            return Ok(Notify::off());
        }
        let open = |service: Box<dyn Service>| Outlet::open(service.into(), metrics).map(Arc::new);
        let outlets: Vec<Arc<Outlet>> = services.into_iter().map(open).collect::<io::Result<_>>()?;
        let (looking, taken) = sync_channel(QUEUE);
        let notifier = Notifier::new(taken, outlets.clone(), Arc::clone(&cameras), metrics.clone());
        spawn(Role::Notify, "notify", move || notifier.run())?;
        let lost = metrics.news_lost.with_label_values(&[READER]);
        let looking = Mutex::new(Some(looking));
        Ok(Notify(Some(Arc::new(Running { outlets, cameras, looking, lost }))))
    }

    /// Returns a sentence about rules that are told by nobody, or not by whom they name; `None` where each is
    /// told as it says.
    pub fn unheard(&self, rules: &[Rule]) -> Option<String> {
        if rules.is_empty() {
            return None;
        }
        let outlets = self.0.iter().flat_map(|running| &running.outlets);
        let there: Vec<ServiceName> = outlets.map(|outlet| outlet.name()).collect();
        if there.is_empty() {
            return Some("rules tell nobody: no service is set, such as --webhook-url".to_owned());
        }
        let missing = |rule: &Rule| {
            let name = rule.tell.iter().find(|name| !there.contains(name))?.name();
            Some(format!("rule {} is to be told by {name}, which is not set", rule.id))
        };
        rules.iter().find_map(missing)
    }

    /// Returns where it is noted how a service fares; `None` where there is no such service.
    pub fn ledger(&self, name: ServiceName) -> Option<Arc<Ledger>> {
        let mut outlets = self.0.iter().flat_map(|running| &running.outlets);
        outlets.find(|outlet| outlet.name() == name).map(|outlet| outlet.ledger())
    }

    /// Has a service's messages wait until then, which are told in one; `None` ends that.
    pub fn mute(&self, name: ServiceName, until: Option<Instant>) {
        let outlets = self.0.iter().flat_map(|running| &running.outlets);
        outlets.filter(|outlet| outlet.name() == name).for_each(|outlet| outlet.mute(until));
    }

    /// Tells a test by a service, past whatever waits for it; returns what became of it, in words where it
    /// did not arrive, and `None` where there is no such service. Waits for the answer.
    pub fn try_out(&self, name: ServiceName) -> Option<Result<Arrived, String>> {
        let running = self.0.as_ref()?;
        let outlet = running.outlets.iter().find(|outlet| outlet.name() == name)?;
        Some(try_one(outlet.service(), running.cameras.link(None).as_deref()))
    }

    /// Returns how each service fares.
    pub fn states(&self) -> Vec<ServiceState> {
        let outlets = self.0.iter().flat_map(|running| &running.outlets);
        outlets.map(|outlet| outlet.state()).collect()
    }

    /// Returns what hands a desk's news to the thread that looks at them, from now on, until there are none
    /// any more, or until `end`. Events are read apart, so that results, of which there are many more, cost
    /// none of them. Never waits for that thread: what it has no room for is lost and counted.
    pub fn hear<F: Future<Output = ()>>(&self, desk: &Desk, end: F) -> impl Future<Output = ()> + use<F> {
        let readers = self.0.clone().map(|running| (running, desk.events(READER), desk.reader(READER)));
        async move {
            let Some((running, mut events, mut all)) = readers else { return };
            let mut end = pin!(end);
            loop {
                tokio::select! {
                    heard = events.next() => match heard {
                        Some(heard) => {
                            events.lose(heard.missed);
                            running.take(heard.notice.news.clone());
                        }
                        None => return,
                    },
                    heard = all.next() => match heard {
                        Some(news) if matches!(news.item, Item::Result(_)) => running.take(news),
                        Some(_) => {}
                        None => return,
                    },
                    () = &mut end => return,
                }
            }
        }
    }

    /// Has the threads end, without waiting: one may be asking a service that does not answer.
    pub fn stop(&self) {
        if let Some(running) = &self.0 {
            *running.looking.lock() = None;
            running.outlets.iter().for_each(|outlet| outlet.close());
        }
    }
}

impl Running {
    /// Hands news on; what there is no room for is lost.
    fn take(&self, news: News) {
        let is_full =
            |looking: &SyncSender<News>| matches!(looking.try_send(news), Err(TrySendError::Full(_)));
        if self.looking.lock().as_ref().is_some_and(is_full) {
            self.lost.inc();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc::channel, thread, time::Duration};

    use serde_json::json;

    use super::*;
    use crate::notify::notifier::tests::{Heard, Known, crossed};

    #[test]
    fn of_a_thousand_crossings_at_once_none_is_lost_without_a_word() {
        let metrics = Metrics::new().expect("names differ");
        let (known, (telling, told)) = (Known::default(), channel());
        known.set("yard", &json!([{ "id": "gate", "when": "line_crossed" }]));
        let heard = Box::new(Heard(ServiceName::Webhook, Mutex::new(telling)));
        let notify = Notify::start(vec![heard], Arc::new(known), &metrics).expect("threads");
        let desk = Desk::new(metrics.clone());
        let hearing = notify.hear(&desk, std::future::pending());
        let publisher = thread::spawn(move || {
            let camera: Arc<str> = Arc::from("yard");
            // A millisecond each, as many cameras and rules might.
            for _ in 0..1000 {
                desk.publish(&camera, Item::Event(crossed()));
                thread::sleep(Duration::from_millis(1));
            }
        });
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        // Ends with the desk.
        runtime.block_on(hearing);
        publisher.join().expect("publishes");
        let occasions = |outcome: &str| metrics.notifications.occasions.with_label_values(&[outcome]).get();
        let lost = metrics.news_lost.with_label_values(&[READER]).get();
        let deadline = Instant::now() + Duration::from_secs(20);
        while occasions("told") + occasions("gathered") + lost < 1000 && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(5));
        }
        assert_eq!((occasions("told"), occasions("gathered"), lost), (1, 999, 0));
        assert!(told.recv_timeout(Duration::from_secs(20)).is_ok(), "the first is told at once");
        notify.stop();
    }
}
