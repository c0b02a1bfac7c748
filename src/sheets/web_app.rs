//! The way to the web app, which answers a POST by leading elsewhere, as Google's do.

use std::{collections::BTreeMap, time::Duration};

use super::row::{Row, Totals, answer, body};
use crate::{
    notify::Refused,
    nouns::secret::Secret,
    tools::web::{Parcel, Reply, fetch, hand_over_led},
};

/// A web app that keeps rows.
pub struct WebApp(Secret);

/// Why rows were not taken, and how long the web app asks to be left alone.
pub type Failed = (String, Option<Duration>);

impl WebApp {
    /// The web app at an address.
    pub fn new(address: Secret) -> Self {
        WebApp(address)
    }

    /// Hands rows over.
    ///
    /// # Errors
    /// Why they were not taken.
    pub fn add(&self, batch: &str, rows: &[Row]) -> Result<(), Failed> {
        let body = body(batch, rows).to_string().into_bytes();
        let headers = [("Content-Type", "application/json".to_owned())];
        let parcel = Parcel { address: self.0.text(), headers: &headers, body: &body };
        self.read(hand_over_led(&parcel)).map(drop)
    }

    /// Asks what all rows add up to, for each camera.
    ///
    /// # Errors
    /// Why there is no answer.
    pub fn totals(&self) -> Result<BTreeMap<String, Totals>, Failed> {
        self.read(fetch(self.0.text()))
    }

    /// Reads an answer. Whoever knows the address may repeat it.
    fn read(&self, reply: Result<Reply, String>) -> Result<BTreeMap<String, Totals>, Failed> {
        read(reply).map_err(|(why, after)| (why.replace(self.0.text(), "…"), after))
    }
}

fn read(reply: Result<Reply, String>) -> Result<BTreeMap<String, Totals>, Failed> {
    let reply = reply.map_err(|why| (why, None))?;
    match Refused::of(&reply, None) {
        Some(refused) => Err((refused.why, refused.after)),
        None => answer(&reply.body).map_err(|why| (why, None)),
    }
}
