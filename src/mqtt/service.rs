//! The broker as a service of notifications: messages of rules, told by whoever has the connection.

use std::{
    sync::mpsc::{Sender, channel},
    time::Duration,
};

use tokio::sync::mpsc;

use crate::{
    notify::{Message, Refused, Service},
    nouns::rule::ServiceName,
};

/// Most messages that wait for the connection's thread: the queue of the service is where they should wait.
const WAITING: usize = 4;

/// Time within which the broker has a message.
const WITHIN: Duration = Duration::from_secs(20);

/// The way of messages to the connection.
pub struct Line(mpsc::Sender<Told>);

/// A message that is to be told, and to whom it is said what became of it.
pub struct Told {
    /// The message.
    pub message: Message,
    /// Learns whether the broker has it.
    pub done: Sender<Result<(), Refused>>,
}

impl Told {
    /// Says what became of the message.
    pub fn answer(&self, told: Result<(), Refused>) {
        // Whoever waited may have given up.
        let _ = self.done.send(told);
    }
}

/// Returns both ends of the way of messages to the connection.
pub fn line() -> (Line, mpsc::Receiver<Told>) {
    let (way, told) = mpsc::channel(WAITING);
    (Line(way), told)
}

impl Service for Line {
    fn name(&self) -> ServiceName {
        ServiceName::Mqtt
    }

    fn tell(&self, message: &Message) -> Result<(), Refused> {
        let (done, is_done) = channel();
        let told = Told { message: message.clone(), done };
        self.0.try_send(told).map_err(|_| Refused::for_now("the connection is busy"))?;
        is_done.recv_timeout(WITHIN).unwrap_or_else(|_| Err(Refused::for_now("it does not answer")))
    }
}
