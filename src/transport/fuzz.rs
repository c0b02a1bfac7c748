//! Doors for fuzzing into what is private to this room: bytes in, nothing out.

use std::{net::Ipv4Addr, str::from_utf8};

use actix_web::{
    http::header::{self, HeaderMap, HeaderName, HeaderValue},
    test::TestRequest,
};

use super::{
    access::peer::Peer,
    headers, request,
    socketio::packet::{Incoming, SEPARATOR},
    tls::expiry,
};
use crate::{
    access::{Cookies, Network, key::from_url64},
    history::{Calendar, Step},
};

/// Port of the server whose cookies are read.
const PORT: u16 = 6732;

/// Headers of proxies, in the order of the lines that are taken for them.
const PROXIES: [&str; 4] = ["x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "forwarded"];

/// Reads a `Cookie` header, and the sessions in it.
pub(crate) fn cookie(data: &[u8]) {
    let Ok(value) = HeaderValue::from_bytes(data) else { return };
    let request = TestRequest::default().insert_header((header::COOKIE, value)).to_http_request();
    for cookie in Cookies::of(PORT).both().into_iter().filter_map(|name| request.cookie(name)) {
        let _ = from_url64(cookie.value());
    }
}

/// Reads the packets of one request.
pub(crate) fn socketio_packet(data: &[u8]) {
    let Ok(text) = from_utf8(data) else { return };
    for packet in text.split(SEPARATOR) {
        let _ = Incoming::read(packet);
    }
}

/// Reads a query of history, and one of a stream.
pub(crate) fn range_time(data: &[u8]) {
    let Ok(query) = from_utf8(data) else { return };
    let given = |name| request::value(query, name);
    let zone = given("tz").and_then(|name| Calendar::named(&name).ok());
    let calendar = zone.unwrap_or_else(Calendar::system);
    for text in ["from", "to"].into_iter().filter_map(given) {
        if let Ok(at_s) = calendar.moment(&text) {
            let _ = (calendar.rfc3339(at_s), calendar.day_of(at_s), calendar.day_after(at_s));
        }
    }
    if let Some(step) = given("step") {
        let _ = step.parse::<Step>();
    }
    let _ = (request::asked_of(query), request::layers_of(query));
}

/// Reads when a certificate ends.
pub(crate) fn der_expiry(data: &[u8]) {
    let _ = expiry::not_after_s(data);
}

/// Reads headers of a trusted proxy, one a line.
pub(crate) fn forwarded(data: &[u8]) {
    let mut heads = HeaderMap::new();
    for (line, name) in data.split(|byte| *byte == b'\n').zip(PROXIES.into_iter().cycle()) {
        if let Ok(value) = HeaderValue::from_bytes(line) {
            heads.append(HeaderName::from_static(name), value);
        }
    }
    let trusted: Vec<Network> = "127.0.0.0/8".parse::<Network>().into_iter().collect();
    let peer = Peer::of(Ipv4Addr::LOCALHOST.into(), false, &heads, &trusted);
    if let Some(host) = &peer.host {
        let _ = headers::host_of(host);
    }
}
