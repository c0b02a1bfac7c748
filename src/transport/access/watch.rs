//! A look, once a second, at whether what goes on is still allowed.

use std::{task::Context, time::Duration};

use actix_web::{
    rt::time::{Interval, interval},
    web,
};
use tokio::time::MissedTickBehavior;

use super::grant::Grant;
use crate::transport::shared::Shared;

/// Time between two looks: with the second that another process's change takes to be seen, what is revoked
/// ends within two.
pub const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Looks again at what a body was granted.
pub struct Watch {
    grant: Grant,
    shared: web::Data<Shared>,
    looks: Interval,
}

impl Watch {
    /// A watch over what was granted just now; made on a worker of the server.
    pub fn new(grant: Grant, shared: web::Data<Shared>) -> Self {
        let mut looks = interval(LOOK_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Watch { grant, shared, looks }
    }

    /// Tells whether it is over; has the task look again when it is time.
    pub fn is_over(&mut self, context: &mut Context<'_>) -> bool {
        let mut is_due = false;
        // Until it says when it is due next.
        while self.looks.poll_tick(context).is_ready() {
            is_due = true;
        }
        is_due && !self.grant.holds(&self.shared)
    }
}
