//! Bounds what a viewer sends before anybody buffers it: bytes in, the same bytes out, an error at the header
//! of too large a frame.
//!
//! The WebSocket parser looks at a frame's size only when the whole frame has arrived, so without this a
//! frame of any announced size would be kept. What the messages say is [`super::ws`]'s.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use actix_web::{Error, FromRequest, HttpRequest, dev, error::PayloadError, web};
use bytes::Bytes;
use futures_core::Stream;

use crate::protocol::MAX_CLIENT_MESSAGE;

/// Bounds a payload, which then ends with [`PayloadError::Overflow`] where a WebSocket frame announces more
/// than [`MAX_CLIENT_MESSAGE`] bytes.
///
/// # Errors
/// None of its own; whatever taking a payload may give.
pub(super) async fn bounded(request: &HttpRequest, body: web::Payload) -> Result<web::Payload, Error> {
    let payload: Intake = Intake { payload: body.into_inner(), frames: Frames::default() };
    // There is no other way to wrap a stream into the type that the upgrade takes.
    web::Payload::from_request(request, &mut dev::Payload::Stream { payload: Box::pin(payload) }).await
}

struct Intake {
    payload: dev::Payload,
    frames: Frames,
}

impl Stream for Intake {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let polled = Pin::new(&mut self.payload).poll_next(context);
        match polled {
            Poll::Ready(Some(Ok(bytes))) if !self.frames.admit(&bytes) => {
                Poll::Ready(Some(Err(PayloadError::Overflow)))
            }
            other => other,
        }
    }
}

/// Where in the stream of frames the bytes are: pure.
#[derive(Default)]
struct Frames {
    /// What has arrived of a header.
    header: Vec<u8>,
    /// Bytes of the present frame's payload that are still to come.
    left: usize,
}

impl Frames {
    /// Goes on by `bytes`; false if a frame among them is too large.
    fn admit(&mut self, mut bytes: &[u8]) -> bool {
        while let [first, rest @ ..] = bytes {
            if self.left > 0 {
                let skipped = self.left.min(bytes.len());
                self.left -= skipped;
                bytes = &bytes[skipped..];
                continue;
            }
            self.header.push(*first);
            bytes = rest;
            if let Some(length) = announced(&self.header) {
                let Some(length) =
                    usize::try_from(length).ok().filter(|length| *length <= MAX_CLIENT_MESSAGE)
                else {
                    return false;
                };
                self.left = length;
                self.header.clear();
            }
        }
        true
    }
}

/// The payload's length that a whole header announces (RFC 6455 section 5.2); `None` of a part of one.
fn announced(header: &[u8]) -> Option<u64> {
    let second = *header.get(1)?;
    let mask = if second & 0x80 == 0 { 0 } else { 4 };
    let (extended, length) = match second & 0x7F {
        126 => (2, u64::from(u16::from_be_bytes(*header.get(2..)?.first_chunk()?))),
        127 => (8, u64::from_be_bytes(*header.get(2..)?.first_chunk()?)),
        length => (0, u64::from(length)),
    };
    (header.len() == 2 + extended + mask).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A masked text frame of `length` bytes.
    fn frame(length: usize) -> Vec<u8> {
        let head = match length {
            0..126 => vec![0x81, 0x80 | length as u8],
            126..0x1_0000 => [&[0x81, 0xFE][..], &(length as u16).to_be_bytes()].concat(),
            _ => [&[0x81, 0xFF][..], &(length as u64).to_be_bytes()].concat(),
        };
        [head, vec![0; 4 + length]].concat()
    }

    #[test]
    fn small_frames_pass_however_they_are_cut() {
        let stream =
            [frame(0), frame(5), frame(125), frame(126), frame(MAX_CLIENT_MESSAGE), frame(1)].concat();
        for cut in [1, 2, 3, 7, 1000, stream.len()] {
            let mut frames = Frames::default();
            assert!(stream.chunks(cut).all(|piece| frames.admit(piece)), "cut into {cut}");
            assert!(frames.header.is_empty() && frames.left == 0);
        }
    }

    #[test]
    fn a_large_frame_is_refused_at_its_header() {
        for length in [MAX_CLIENT_MESSAGE + 1, 70_000] {
            let stream = [frame(9), frame(length)].concat();
            let header = frame(9).len() + frame(length).len() - length;
            let mut frames = Frames::default();
            assert!(frames.admit(&stream[..header - 1]));
            assert!(!frames.admit(&stream[header - 1..header]), "{length} bytes");
        }
    }
}
