//! What each message of a viewer does: text in, a changed link out.

use std::time::Instant;

use crate::{
    frame::now_us,
    nouns::quality::{Asked, AskedLevel, Ladder, Tier},
    protocol::{ClientMessage, LevelReason, Refusal, ServerMessage},
    transport::{link::Link, offer::Offer},
};

/// Does what a viewer's message says.
///
/// # Errors
/// What to close the socket with, where it is none of the protocol.
pub(super) fn obey(link: &mut Link, text: &str, ladder: Ladder) -> Result<(), Refusal> {
    match ClientMessage::parse(text)? {
        Some(ClientMessage::Ack { frame, .. }) => {
            link.flow.acked(frame, Instant::now());
        }
        Some(ClientMessage::Level { level, tier }) => {
            let tier = tier.unwrap_or(match level {
                AskedLevel::Auto => Tier::Full,
                AskedLevel::Level(_) => link.viewer.rung().tier,
            });
            let asked = Asked { level, tier };
            let offer = Offer::of(ladder, asked);
            let reason = match level {
                AskedLevel::Auto => LevelReason::Auto,
                AskedLevel::Level(_) if offer.is(asked) => LevelReason::Requested,
                AskedLevel::Level(_) => LevelReason::Limit,
            };
            link.offer(offer, reason);
        }
        Some(ClientMessage::Ping { t }) => {
            link.replies.echo =
                Some(ServerMessage::Pong { t, server_us: now_us() }.framed()).filter(|_| link.text);
        }
        Some(ClientMessage::Analytics { enabled }) => link.analytics = enabled,
        Some(ClientMessage::Key) => link.ask_key(),
        None => return Ok(()),
    }
    link.wake();
    Ok(())
}
