//! Trying all services: one message each, with a picture, and what became of it.

use bytes::Bytes;

use super::{message::Message, service::Service};
use crate::{
    encode::Compressor,
    frame::now_us,
    history::Calendar,
    nouns::{picture::Planes, quality::Level, rule::ServiceName},
};

/// How a message arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrived {
    /// As it is.
    Whole,
    /// Without its picture, with which it was refused.
    WithoutPicture,
}

/// Tells each service a message by which somebody finds out whether messages and pictures arrive; returns
/// what became of each, in words where it did not arrive.
pub fn try_all(
    services: &[Box<dyn Service>],
    link: Option<&str>,
) -> Vec<(ServiceName, Result<Arrived, String>)> {
    let at_us = now_us();
    let time = Calendar::system().written((at_us / 1_000_000) as i64);
    let message = Message::test(at_us, time, picture(), link.map(str::to_owned));
    services.iter().map(|service| (service.name(), tried(service.as_ref(), &message))).collect()
}

/// Tells one service, as it is told while the program serves.
fn tried(service: &dyn Service, message: &Message) -> Result<Arrived, String> {
    match service.tell(message) {
        Ok(()) => Ok(Arrived::Whole),
        Err(refused) if refused.is_final && message.picture.is_some() => {
            let plain = Message { picture: None, ..message.clone() };
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
