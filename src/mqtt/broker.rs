//! A connection to a broker (MQTT 3.1.1, OASIS Standard, 2014): the one place that knows the library.
//!
//! A connection that is lost is gone with all that waits in the library; the next one is another. The
//! library's queue is bounded; where it is full, whoever publishes tries again later.

use std::time::Duration;

use bytes::Bytes;
use rumqttc::{
    AsyncClient, ClientError, ConnectionError, Event, EventLoop, LastWill, MqttOptions, Packet,
    PublishNotice, PublishOptions, QoS, Transport,
};
use tokio::{sync::mpsc, time::timeout};

use super::{
    board::Note,
    settings::{self, Authority},
    trouble::plain,
};
/// Most of what waits for the connection.
const QUEUE: usize = 256;

/// Most bytes of a message, in either direction: the broker hands our pictures back.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// Time without a message after which the broker is asked whether it is there, seconds.
const KEEP_ALIVE_S: u16 = 15;

/// Time within which something happens on a connection that is alive: a keep-alive is sent and answered more
/// often. Writing has no limit of its own in the library.
const SILENT_FOR: Duration = Duration::from_secs(40);

/// Time that a connection has to be made, seconds.
const CONNECT_WITHIN_S: u64 = 10;

/// A way to a broker.
#[derive(Clone)]
pub struct Broker(AsyncClient);

/// What the connection says.
#[derive(Debug)]
pub enum Heard {
    /// The broker has let us in.
    Connected,
    /// A message on a topic to which we listen; whether the broker had kept it.
    Message { topic: String, payload: Bytes, is_kept: bool },
    /// There is no connection any more; why, and whether the broker sent something longer than is taken.
    Lost { why: String, is_too_long: bool },
}

/// What makes the connection.
pub struct Connection(EventLoop);

impl Broker {
    /// A way to a broker, for whoever goes by the name of `id` there. On the topic `will` the broker keeps
    /// `offline` from the end of the connection on.
    ///
    /// # Errors
    /// What is wrong with the certificates by which the broker is to be known.
    pub fn open(to: &settings::Broker, id: &str, will: Option<&str>) -> Result<(Self, Connection), String> {
        let mut options = MqttOptions::new(id, (to.host.clone(), to.port));
        options.set_keep_alive(KEEP_ALIVE_S);
        options.set_max_packet_size(MOST_BYTES, MOST_BYTES);
        options.set_request_channel_capacity(QUEUE);
        if let Some((user, password)) = &to.login {
            options.set_credentials(user.clone(), password.text().to_owned());
        }
        if let Some(topic) = will {
            options.set_last_will(LastWill::new(topic, "offline", QoS::AtLeastOnce, true));
        }
        let tls = |error: &dyn std::fmt::Display| format!("its certificate cannot be checked: {error}");
        match &to.tls {
            None => options.set_transport(Transport::tcp()),
            Some(Authority::System) => {
                options.set_transport(Transport::try_tls_with_default_config().map_err(|error| tls(&error))?)
            }
            Some(Authority::File(pem)) => options.set_transport(Transport::tls(pem.clone(), None, None)),
        };
        let (client, mut connection) = AsyncClient::builder(options).capacity(QUEUE).build();
        let mut network = connection.network_options();
        network.set_connection_timeout(CONNECT_WITHIN_S);
        connection.set_network_options(network);
        Ok((Broker(client), Connection(connection)))
    }

    /// Publishes a note; returns false where there is no room for it now.
    pub fn publish(&self, note: &Note) -> bool {
        let options = PublishOptions::at_least_once().retain(note.is_kept);
        match self.0.try_publish(note.topic.clone(), note.payload.clone(), options) {
            Ok(()) => true,
            // What can never be published must not hold up the rest.
            Err(ClientError::InvalidRequest(_)) => {
                log::error!("mqtt: {:?} is no topic", note.topic);
                true
            }
            Err(_) => false,
        }
    }

    /// Publishes a note; whoever waits for what is returned learns when the broker has it. `None` where there
    /// is no room for it now.
    pub fn hand_over(&self, note: Note) -> Option<PublishNotice> {
        let options = PublishOptions::at_least_once().retain(note.is_kept);
        self.0.try_publish_tracked(note.topic, note.payload, options).ok()
    }

    /// Listens to topics; returns false where there is no room for the wish now.
    pub fn listen(&self, filter: String) -> bool {
        self.0.try_subscribe(filter, QoS::AtLeastOnce).is_ok()
    }

    /// Listens no longer.
    pub fn ignore(&self, filter: String) -> bool {
        self.0.try_unsubscribe(filter).is_ok()
    }

    /// Says goodbye, once the broker has got what was published.
    pub fn leave(&self, within: Duration) {
        // Where it cannot be said, the broker learns it by the connection's end.
        let _ = self.0.try_disconnect_with_timeout(within);
    }
}

impl Connection {
    /// Keeps the connection up and says what comes of it, until it is lost, we have said goodbye or nobody
    /// listens.
    pub async fn keep(mut self, heard: mpsc::Sender<Heard>) {
        loop {
            let Ok(polled) = timeout(SILENT_FOR, self.0.poll()).await else {
                let why = "it does not answer".to_owned();
                // Whoever listened may have gone.
                let _ = heard.send(Heard::Lost { why, is_too_long: false }).await;
                return;
            };
            let said = match polled {
                Ok(Event::Incoming(Packet::ConnAck(_))) => Heard::Connected,
                Ok(Event::Incoming(Packet::Publish(message))) => Heard::Message {
                    topic: String::from_utf8_lossy(&message.topic).into_owned(),
                    payload: message.payload,
                    is_kept: message.retain,
                },
                Ok(_) => continue,
                Err(ConnectionError::RequestsDone) => return,
                Err(error) => {
                    // The library has no other name for it.
                    let is_too_long = format!("{error:?}").contains("PayloadSizeLimitExceeded");
                    // Whoever listened may have gone.
                    let _ = heard.send(Heard::Lost { why: plain(&error), is_too_long }).await;
                    return;
                }
            };
            if heard.send(said).await.is_err() {
                return;
            }
        }
    }
}
