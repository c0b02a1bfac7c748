//! Apprise: a message to the services that an Apprise API knows
//! (<https://github.com/caronc/apprise-api>), with a picture attached.

use super::{
    form::Form,
    message::{Message, MessageKind},
    service::{Refused, Service},
};
use crate::{
    nouns::{rule::ServiceName, secret::Secret},
    tools::web::{Parcel, Reply, hand_over},
};

/// A configuration of an Apprise API.
pub struct Apprise {
    /// Address with the configuration's key, which is as good as a password.
    address: Secret,
}

impl Apprise {
    /// The configuration at an address such as `http://apprise:8000/notify/KEY`.
    pub fn new(address: Secret) -> Self {
        Apprise { address }
    }
}

impl Service for Apprise {
    fn name(&self) -> ServiceName {
        ServiceName::Apprise
    }

    fn tell(&self, message: &Message) -> Result<(), Refused> {
        let words = message.words();
        let fields =
            [("title", message.title()), ("body", &words), ("type", kind(message.kind)), ("format", "text")];
        let picture = message.picture.as_deref().map(|jpeg| ("attachment", jpeg));
        let Form { content_type, body } = Form::of(&fields, picture);
        let headers = [("Content-Type", content_type)];
        let parcel = Parcel { address: self.address.text(), headers: &headers, body: &body };
        judge(&hand_over(&parcel).map_err(Refused::for_now)?)
    }
}

/// Apprise's name of a kind of message, by which services choose a colour.
fn kind(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::Over | MessageKind::Test => "info",
        MessageKind::Happened | MessageKind::More | MessageKind::Missed => "warning",
    }
}

/// What the API's answer means: one without content has told nobody, and 424 not everybody.
fn judge(reply: &Reply) -> Result<(), Refused> {
    match reply.status {
        204 => Err(Refused::for_now("nothing is configured under that key (204)")),
        424 => {
            let refused = Refused::for_now("a service behind it was not told (424)");
            Err(Refused { is_partly_told: true, ..refused })
        }
        _ => Refused::of(reply, None).map_or(Ok(()), Err),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_that_reached_nobody_has_not_arrived() {
        let reply = |status| Reply { status, retry_after: None, leads_to: None, body: Vec::new() };
        assert_eq!(judge(&reply(200)), Ok(()));
        for status in [204, 424, 500] {
            let refused = judge(&reply(status)).expect_err("not told");
            assert!(!refused.is_final && refused.why.contains(&status.to_string()), "{refused:?}");
            assert_eq!(refused.is_partly_told, status == 424, "{refused:?}");
        }
    }
}
