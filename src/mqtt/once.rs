//! A connection for one message, by which somebody finds out whether messages arrive.

use std::time::Duration;

use tokio::{runtime::Builder, sync::mpsc, time::timeout};

use super::{
    board::Note,
    broker::{Broker, Heard},
    names::Names,
    settings::Settings,
    telling::message_json,
};
use crate::{
    notify::{Message, Refused, Service},
    nouns::rule::ServiceName,
};

/// Time that each step may take.
const WITHIN: Duration = Duration::from_secs(15);

/// A broker to which nobody is connected.
pub struct Once(Settings);

impl Once {
    /// A broker by its settings.
    pub fn new(settings: Settings) -> Self {
        Once(settings)
    }

    async fn hand_over(&self, message: &Message) -> Result<(), String> {
        let Once(settings) = self;
        let names = Names::new(&settings.node, None);
        let (broker, connection) = Broker::open(&settings.broker, &format!("{}_test", names.group()), None)?;
        let (way, mut heard) = mpsc::channel(1);
        let keeping = tokio::spawn(connection.keep(way));
        let late = |_| "it does not answer".to_owned();
        loop {
            match timeout(WITHIN, heard.recv()).await.map_err(late)? {
                Some(Heard::Connected) => break,
                Some(Heard::Message { .. }) => {}
                Some(Heard::Lost { why, .. }) => return Err(why),
                None => return Err("the connection has ended".to_owned()),
            }
        }
        let (topic, payload) = (names.notification(), message_json(message));
        let told = broker.hand_over(Note { topic, payload, is_kept: false });
        let told = told.ok_or_else(|| "the connection is busy".to_owned())?;
        let arrived = timeout(WITHIN, told.wait_completion_async()).await.map_err(late)?;
        broker.leave(WITHIN);
        // It ends by our goodbye.
        let _ = timeout(WITHIN, keeping).await;
        arrived.map_err(|error| error.to_string())
    }
}

impl Service for Once {
    fn name(&self) -> ServiceName {
        ServiceName::Mqtt
    }

    fn tell(&self, message: &Message) -> Result<(), Refused> {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Refused::for_now(error.to_string()))?;
        let told = runtime.block_on(self.hand_over(message));
        // Not waited for: a name that is looked up may take long.
        runtime.shutdown_background();
        told.map_err(Refused::for_now)
    }
}
