//! What a viewer's link takes: pure, with time passed in, no socket and no clock.
//!
//! In go what was sent, acknowledged and seen; out come whether another frame may be sent (`window`) and
//! which rung a viewer should have (`controller`). Reading sockets and switching rungs is `transport`'s.

mod arrivals;
mod candidate;
mod controller;
#[cfg(test)]
mod crowd;
mod decision;
mod device;
mod forecast;
#[cfg(test)]
mod golden;
mod judgement;
mod known;
mod ledger;
mod losses;
mod patience;
mod presence;
mod reference;
mod rungs;
#[cfg(test)]
mod scenario;
#[cfg(test)]
mod scenarios;
mod stay;
mod train;
mod trial;
mod window;

pub use controller::Controller;
pub use decision::{Decision, Input, Pause, Reason};
pub use ledger::Ledger;
pub use losses::Losses;
pub use rungs::{Rungs, Style};
pub use window::{Delivered, Window};
