//! An answer that is sent while it is still being written: what is long takes as long to send as to write.
//!
//! Whoever writes never waits for the client, since it holds the disk meanwhile; so all of an answer may lie
//! here. A short one is a whole, and so is an error that comes before the first piece.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    task::{Context, Poll, ready},
};

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    body::{BodySize, MessageBody},
};
use bytes::Bytes;
use tokio::sync::mpsc::UnboundedReceiver;

use crate::transport::{endless::close_behind, error::Problem};

/// What is written: pieces come by another way, the rest at its end.
type Writing = Pin<Box<dyn Future<Output = Result<Vec<u8>, Problem>>>>;

/// Pieces of an answer.
pub struct Pieces {
    first: Option<Bytes>,
    taken: UnboundedReceiver<Bytes>,
    /// `None` once all is written.
    writing: Option<Writing>,
    rest: Option<Bytes>,
}

impl Pieces {
    /// Waits for the first piece.
    ///
    /// # Errors
    /// What `writing` says before there is one.
    pub async fn begin(
        taken: UnboundedReceiver<Bytes>,
        writing: impl Future<Output = Result<Vec<u8>, Problem>> + 'static,
    ) -> Result<Self, Problem> {
        let mut pieces = Pieces { first: None, taken, writing: Some(Box::pin(writing)), rest: None };
        pieces.first = poll_fn(|context| pieces.poll_piece(context)).await.transpose()?;
        Ok(pieces)
    }

    /// The answer with these pieces as its body.
    pub fn answer(mut self, request: &HttpRequest, mut head: HttpResponseBuilder) -> HttpResponse {
        if self.writing.is_none() && self.rest.is_none() && self.taken.is_empty() {
            return head.body(self.first.take().unwrap_or_default());
        }
        let mut response = head.body(self);
        close_behind(request, &mut response);
        response
    }

    fn poll_piece(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Problem>>> {
        loop {
            if let Poll::Ready(Some(piece)) = self.taken.poll_recv(context) {
                return Poll::Ready(Some(Ok(piece)));
            }
            let Some(writing) = &mut self.writing else { return Poll::Ready(self.rest.take().map(Ok)) };
            let written = ready!(writing.as_mut().poll(context));
            self.writing = None;
            match written {
                Ok(rest) => self.rest = Some(rest.into()),
                Err(problem) => return Poll::Ready(Some(Err(problem))),
            }
        }
    }
}

impl MessageBody for Pieces {
    type Error = Problem;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Problem>>> {
        match self.first.take() {
            Some(first) => Poll::Ready(Some(Ok(first))),
            None => self.poll_piece(context),
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc::unbounded_channel;

    use super::*;
    use crate::history::HistoryError;

    fn all(mut pieces: Pieces) -> Vec<Result<Bytes, Problem>> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let next = |pieces: &mut Pieces| {
            runtime.block_on(poll_fn(|context| Pin::new(&mut *pieces).poll_next(context)))
        };
        std::iter::from_fn(|| next(&mut pieces)).collect()
    }

    fn begun(sent: &[&'static [u8]], rest: Result<Vec<u8>, Problem>) -> Result<Pieces, Problem> {
        let (pieces, taken) = unbounded_channel();
        sent.iter().for_each(|piece| pieces.send(Bytes::from_static(piece)).expect("is taken"));
        let writing = async move {
            drop(pieces);
            rest
        };
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(Pieces::begin(taken, writing))
    }

    #[test]
    fn pieces_come_in_order_and_the_rest_behind_them() {
        let pieces = begun(&[b"one", b"two"], Ok(b"three".to_vec())).expect("begins");
        let texts: Vec<Bytes> = all(pieces).into_iter().map(|piece| piece.expect("is text")).collect();
        assert_eq!(texts, ["one", "two", "three"]);
    }

    #[test]
    fn what_fails_before_it_begins_is_an_error_and_behind_that_a_broken_answer() {
        let busy = || Err(Problem::History(HistoryError::Busy));
        assert!(begun(&[], busy()).is_err());
        let broken = all(begun(&[b"one"], busy()).expect("begins"));
        assert!(broken[0].is_ok() && broken[1].is_err());
    }
}
