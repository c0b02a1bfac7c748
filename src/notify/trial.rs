//! Trying all services: one message each, with a picture, and what became of it.

use bytes::Bytes;

use super::{message::Message, service::Service};
use crate::{
    encode::Compressor,
    frame::now_us,
    history::Calendar,
    nouns::{picture::Planes, quality::Level, rule::ServiceName},
};

/// Tells each service a message by which somebody finds out whether messages and pictures arrive; returns
/// what became of each.
pub fn try_all(services: &[Box<dyn Service>], link: Option<&str>) -> Vec<(ServiceName, Result<(), String>)> {
    let at_us = now_us();
    let time = Calendar::system().written((at_us / 1_000_000) as i64);
    let message = Message::test(at_us, time, picture(), link.map(str::to_owned));
    let told = |service: &dyn Service| service.tell(&message).map_err(|refused| refused.why);
    services.iter().map(|service| (service.name(), told(service.as_ref()))).collect()
}

/// A grey picture.
fn picture() -> Option<Bytes> {
    let jpeg = Compressor::new().ok()?.compress(&Planes::grey(320, 180, 128), Level::MIN).ok()?.to_vec();
    Some(Bytes::from(jpeg))
}
