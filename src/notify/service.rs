//! What a service is: whatever takes a message and says whether it has arrived.

use std::time::Duration;

use super::message::Message;
use crate::{
    nouns::rule::ServiceName,
    tools::{
        web::{Parcel, Reply, hand_over},
        words::one_line,
    },
};

/// A service that tells people or programs.
pub trait Service: Send + Sync {
    /// Returns the service's name.
    fn name(&self) -> ServiceName;

    /// Hands a message over. Waits for the answer, for no longer than half a minute.
    ///
    /// # Errors
    /// Why the message did not arrive, as far as is known.
    fn tell(&self, message: &Message) -> Result<(), Refused>;
}

/// Why a message did not arrive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// What is wrong, in plain words and without credentials.
    pub why: String,
    /// How long the service asks to be left alone.
    pub after: Option<Duration>,
    /// Whether the message will never arrive: it is given up, and others may.
    pub is_final: bool,
    /// Whether somebody was told, and somebody else was not: another try would tell the first one again.
    pub is_partly_told: bool,
}

/// Hands something over to a server whose status alone says what became of it.
///
/// # Errors
/// Why it did not arrive.
pub(super) fn deliver(parcel: &Parcel) -> Result<(), Refused> {
    let reply = hand_over(parcel).map_err(Refused::for_now)?;
    Refused::of(&reply, None).map_or(Ok(()), Err)
}

impl Refused {
    /// A failure that may pass.
    pub fn for_now(why: impl Into<String>) -> Self {
        Refused { why: why.into(), after: None, is_final: false, is_partly_told: false }
    }

    /// What an answer's status says, with what the service `said` besides; `None` where the message arrived.
    pub fn of(reply: &Reply, said: Option<&str>) -> Option<Refused> {
        let status = reply.status;
        let what = match status {
            200..=299 => return None,
            300..=399 => "it redirects elsewhere: name the address that it leads to",
            401 | 403 => "it does not let us in: look at the credential",
            404 | 410 => "there is nothing at that address",
            413 | 414 | 431 => "it finds the message too large",
            429 => "it wants fewer messages",
            500..=599 => "it is in trouble itself",
            _ => "it refuses the message",
        };
        let said = one_line(said.unwrap_or_default());
        let why = match said.is_empty() {
            true => format!("{what} ({status})"),
            false => format!("{what} ({status}: {said})"),
        };
        // What is wrong with an address or a credential somebody may mend; what is wrong with the message
        // nobody can.
        let is_final = matches!(status, 400 | 413 | 414 | 415 | 422 | 431);
        Some(Refused { after: reply.retry_after, is_final, ..Refused::for_now(why) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(status: u16) -> Reply {
        Reply { status, retry_after: None, leads_to: None, body: Vec::new() }
    }

    #[test]
    fn a_status_says_whether_a_message_arrived_and_whether_it_ever_will() {
        assert!([200, 201, 204].iter().all(|status| Refused::of(&reply(*status), None).is_none()));
        for (status, is_final) in [
            (302, false),
            (400, true),
            (401, false),
            (404, false),
            (413, true),
            (414, true),
            (429, false),
            (503, false),
        ] {
            let refused = Refused::of(&reply(status), Some("")).expect("refused");
            assert!(refused.is_final == is_final && refused.why.contains(&status.to_string()), "{refused:?}");
        }
        let slow = Reply { retry_after: Some(Duration::from_secs(9)), ..reply(429) };
        assert_eq!(Refused::of(&slow, None).and_then(|refused| refused.after), Some(Duration::from_secs(9)));
    }

    #[test]
    fn what_a_service_says_is_repeated_in_one_short_line() {
        let long = format!("bad\r\n\u{1b}[31m{}", "x".repeat(5000));
        let why = Refused::of(&reply(400), Some(&long)).expect("refused").why;
        assert!(why.chars().count() < 200 + 60 && !why.contains(char::is_control), "{why}");
    }
}
