//! Trying a service: one message, with a picture, and what became of it.

use bytes::Bytes;

use super::{message::Message, service::Service};
use crate::{
    encode::Compressor,
    frame::now_us,
    history::Calendar,
    nouns::{picture::Planes, quality::Level},
};

/// How a message arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrived {
    /// As it is.
    Whole,
    /// Without its picture, with which it was refused.
    WithoutPicture,
}

/// Tells a service a message by which somebody finds out whether messages and pictures arrive, as it is told
/// others while the program serves.
///
/// # Errors
/// Why it did not arrive, in words.
pub fn try_one(service: &dyn Service, link: Option<&str>) -> Result<Arrived, String> {
    let at_us = now_us();
    let time = Calendar::system().written((at_us / 1_000_000) as i64);
    let message = Message::test(at_us, time, picture(), link.map(str::to_owned));
    match service.tell(&message) {
        Ok(()) => Ok(Arrived::Whole),
        Err(refused) if refused.is_final && message.picture.is_some() => {
            let plain = Message { picture: None, ..message };
            service.tell(&plain).map(|()| Arrived::WithoutPicture).map_err(|refused| refused.why)
        }
        Err(refused) => Err(refused.why),
    }
}

/// A grey picture.
fn picture() -> Option<Bytes> {
    let jpeg = Compressor::new().ok()?.compress(&Planes::grey(320, 180, 128), Level::MIN).ok()?.to_vec();
    Some(Bytes::from(jpeg))
}
