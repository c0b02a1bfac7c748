//! The way to one service: a queue, whoever takes messages out of it, and how that fares.

use std::{io, sync::Arc, time::Instant};

use super::{
    message::Message,
    queue::Queue,
    service::Service,
    state::{Ledger, ServiceState},
    teller::Teller,
};
use crate::{
    nouns::rule::ServiceName,
    tools::{
        metrics::{IntCounter, Metrics},
        threads::{Role, spawn},
    },
};

/// The way to one service.
pub struct Outlet {
    name: ServiceName,
    /// The service, for whoever tries it meanwhile.
    service: Arc<dyn Service>,
    queue: Arc<Queue>,
    ledger: Arc<Ledger>,
    /// Counts what the queue lets go of.
    dropped: IntCounter,
}

impl Outlet {
    /// Starts the thread that tells a service.
    ///
    /// # Errors
    /// Where no thread can be started.
    pub fn open(service: Arc<dyn Service>, metrics: &Metrics) -> io::Result<Self> {
        let name = service.name();
        let (queue, ledger) = (Arc::new(Queue::default()), Arc::new(Ledger::default()));
        let teller =
            Teller::new(Arc::clone(&service), Arc::clone(&queue), Arc::clone(&ledger), metrics.clone());
        spawn(Role::Notify, name.name(), move || teller.run())?;
        let dropped = metrics.notifications.messages.with_label_values(&[name.name(), "dropped"]);
        Ok(Outlet { name, service, queue, ledger, dropped })
    }

    /// Returns the service's name.
    pub fn name(&self) -> ServiceName {
        self.name
    }

    /// Returns the service itself.
    pub fn service(&self) -> &dyn Service {
        &*self.service
    }

    /// Returns where it is noted how the service fares.
    pub fn ledger(&self) -> Arc<Ledger> {
        Arc::clone(&self.ledger)
    }

    /// Has messages wait until then, which are told in one; `None` ends that.
    pub fn mute(&self, until: Option<Instant>) {
        self.queue.mute(until);
    }

    /// Hands a message in; never waits.
    pub fn hand_in(&self, message: Message) {
        if self.queue.hand_in(message) {
            self.ledger.dropped(1);
            self.dropped.inc();
        }
    }

    /// Has the thread end; what waits is not told any more.
    pub fn close(&self) {
        self.queue.close();
    }

    /// Returns how the service fares.
    pub fn state(&self) -> ServiceState {
        let now = Instant::now();
        ServiceState { muted: self.queue.muted(now), ..self.ledger.state(self.name, self.queue.len(), now) }
    }
}

impl Drop for Outlet {
    fn drop(&mut self) {
        self.close();
    }
}
