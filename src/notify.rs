//! Notifications: people and programs are told what cameras saw, by the rules of the cameras.
//!
//! In come news and rules, out go messages to services, with a picture. A rule that holds again and again is
//! told once and then in summaries. Each service has a queue and a thread of its own: one that is away costs
//! neither video nor results nor another service anything, and gets one message of what it missed.
//!
//! ```text
//! news -> notifier (rules: watch, lasting, gate, hours) -> outlet (queue) -> teller -> webhook, telegram,
//!                                                                                     ntfy, apprise
//! ```

mod apprise;
mod backoff;
mod bot;
mod command;
mod form;
mod gate;
mod handle;
mod hours;
mod lasting;
mod message;
mod notifier;
mod ntfy;
mod outlet;
mod queue;
mod service;
mod state;
mod telegram;
mod teller;
mod trial;
mod watch;
mod webhook;

pub use self::{
    apprise::Apprise,
    backoff::Backoff,
    bot::Bot,
    handle::Notify,
    message::Message,
    notifier::Cameras,
    ntfy::Ntfy,
    service::{Refused, Service},
    state::{Ledger, ServiceState, Trouble},
    telegram::Telegram,
    trial::{Arrived, try_one},
    watch::Standing,
    webhook::Webhook,
};
