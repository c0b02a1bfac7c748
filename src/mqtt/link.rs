//! A connection from its begin to its end: the way to the broker, what it says, and the task that keeps it.

use std::{panic::resume_unwind, time::Duration};

use tokio::{
    sync::mpsc,
    task::{JoinHandle, spawn_local},
    time::timeout,
};

use super::{
    board::Note,
    broker::{Broker, Connection, Heard},
    service::Told,
    telling::message_json,
};
use crate::notify::Refused;

/// Time within which the broker has a message of a rule: a little less than whoever handed it in waits.
const TOLD_WITHIN: Duration = Duration::from_secs(18);

/// Most of what is heard that waits.
const WAITING: usize = 64;

/// A connection. Dropped, its socket closes without a goodbye.
pub struct Link {
    /// The way to the broker.
    pub broker: Broker,
    /// Topics to which we listen no longer, of which the broker is still to be told.
    pub unwanted: Vec<String>,
    heard: mpsc::Receiver<Heard>,
    keeping: JoinHandle<()>,
}

impl Link {
    /// Begins a connection; must be called in a set of local tasks.
    pub fn new(broker: Broker, connection: Connection) -> Self {
        let (way, heard) = mpsc::channel(WAITING);
        Link { broker, unwanted: Vec::new(), heard, keeping: spawn_local(connection.keep(way)) }
    }

    /// Waits for what the connection says. Its end is the last of it.
    pub async fn next(&mut self) -> Heard {
        if let Some(heard) = self.heard.recv().await {
            return heard;
        }
        match (&mut self.keeping).await {
            Err(error) if error.is_panic() => resume_unwind(error.into_panic()),
            _ => Heard::Lost { why: "the connection has ended".to_owned(), is_too_long: false },
        }
    }

    /// Tells a message of a rule; whoever handed it in learns when the broker has it.
    pub fn tell(&self, topic: String, told: Told) {
        let note = Note { topic, payload: message_json(&told.message), is_kept: false };
        let Some(handed) = self.broker.hand_over(note) else {
            return told.answer(Err(Refused::for_now("the connection is busy")));
        };
        spawn_local(async move {
            told.answer(match timeout(TOLD_WITHIN, handed.wait_completion_async()).await {
                Ok(Ok(())) => Ok(()),
                Ok(Err(error)) => Err(Refused::for_now(error.to_string())),
                Err(_) => Err(Refused::for_now("it does not answer")),
            });
        });
    }

    /// Tells the broker to which topics we listen no longer, as far as there is room.
    pub fn ignore_unwanted(&mut self) {
        let broker = &self.broker;
        self.unwanted.retain(|filter| !broker.ignore(filter.clone()));
    }

    /// Says goodbye; waits so long for it to be said.
    pub async fn leave(mut self, within: Duration) {
        self.broker.leave(within);
        // Whoever waited any longer would hold the program's end up.
        let _ = timeout(within, &mut self.keeping).await;
    }

    /// Lets the socket go without a goodbye.
    pub fn drop_it(self) {
        drop(self);
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.keeping.abort();
    }
}
