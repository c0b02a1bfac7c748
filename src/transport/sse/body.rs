//! The body of a stream of events: a feed, asked for its next piece when the last one has left.

use std::{
    convert::Infallible,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use actix_web::body::{BodySize, MessageBody};
use bytes::Bytes;

use super::feed::Feed;
use crate::tools::fence::{Fences, Panicked, Place};

/// A feed that waits for its next piece, and the piece.
type Step = Pin<Box<dyn Future<Output = (Feed, Option<Bytes>)>>>;

/// The body of a stream. Whatever it waits for is given up with it.
pub struct Body {
    /// `None` once the stream is over.
    step: Option<Step>,
    /// Where a panic is counted, which ends the stream.
    fences: Fences,
}

impl Body {
    /// The body that a feed fills.
    pub fn new(feed: Feed, fences: Fences) -> Self {
        Body { step: Some(step(feed)), fences }
    }
}

fn step(mut feed: Feed) -> Step {
    Box::pin(async move {
        let piece = feed.next().await;
        (feed, piece)
    })
}

impl MessageBody for Body {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Infallible>>> {
        let fences = self.fences.clone();
        let Some(waiting) = &mut self.step else { return Poll::Ready(None) };
        match fences.run(Place::Viewer, || waiting.as_mut().poll(context)) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready((feed, Some(piece)))) => {
                self.step = Some(step(feed));
                Poll::Ready(Some(Ok(piece)))
            }
            Ok(Poll::Ready((_, None))) | Err(Panicked) => {
                self.step = None;
                Poll::Ready(None)
            }
        }
    }
}
