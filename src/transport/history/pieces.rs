//! An answer that is sent while it is still being written: what is long takes as long to send as to write.
//!
//! Whoever writes waits for a client that is slower. One that takes nothing is cut off by the kernel, as on
//! every connection, and one that takes too little by a deadline for the whole answer (both `socket.rs`);
//! then nobody waits any more. A short answer is a whole, and so is an error that comes before the first
//! piece.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    body::{BodySize, MessageBody},
};
use bytes::Bytes;
use tokio::sync::mpsc::Receiver;

use crate::transport::{endless::close_behind, error::Problem, socket::Deadline};

/// Most pieces that wait for a client.
pub const WAITING: usize = 32;

/// What is written: pieces come by another way, the rest at its end.
type Writing = Pin<Box<dyn Future<Output = Result<Vec<u8>, Problem>>>>;

/// Pieces of an answer.
pub struct Pieces {
    first: Option<Bytes>,
    taken: Receiver<Bytes>,
    /// `None` once all is written.
    writing: Option<Writing>,
    rest: Option<Bytes>,
    /// Path of the request that is answered; empty until it is.
    path: Box<str>,
    /// Ends the connection of a client that takes the answer too slowly; `None` until it is sent.
    _deadline: Option<Deadline>,
}

impl Pieces {
    /// Waits for the first piece.
    ///
    /// # Errors
    /// What `writing` says before there is one.
    pub async fn begin(
        taken: Receiver<Bytes>,
        writing: impl Future<Output = Result<Vec<u8>, Problem>> + 'static,
    ) -> Result<Self, Problem> {
        let writing: Option<Writing> = Some(Box::pin(writing));
        let mut pieces = Pieces { first: None, taken, writing, rest: None, path: "".into(), _deadline: None };
        pieces.first = poll_fn(|context| pieces.poll_piece(context)).await.transpose()?;
        Ok(pieces)
    }

    /// The answer with these pieces as its body; a client that has not taken all of it `within` that time is
    /// cut off.
    pub fn answer(
        mut self,
        request: &HttpRequest,
        mut head: HttpResponseBuilder,
        within: Duration,
    ) -> HttpResponse {
        if self.writing.is_none() && self.rest.is_none() && self.taken.is_empty() {
            return head.body(self.first.take().unwrap_or_default());
        }
        let mut response = head.body(Pieces {
            path: request.path().into(),
            _deadline: Deadline::begin(request, within),
            ..self
        });
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
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(first)));
        }
        let piece = self.poll_piece(context);
        if let Poll::Ready(Some(Err(problem))) = &piece {
            // The head has been sent, so that the client sees an answer without its end, and no reason.
            log::warn!("an answer to {} breaks off: {problem}", self.path);
        }
        piece
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc::channel;

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
        let (pieces, taken) = channel(WAITING);
        sent.iter().for_each(|piece| pieces.try_send(Bytes::from_static(piece)).expect("there is room"));
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
    fn who_writes_waits_for_who_reads_and_for_nobody_who_is_gone() {
        const ALL: usize = 5 * WAITING;
        let (pieces, taken) = channel(WAITING);
        let writing = async move {
            for piece in 0..ALL {
                pieces.send(piece.to_string().into()).await.expect("is read");
            }
            Ok(Vec::new())
        };
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let begun = runtime.block_on(Pieces::begin(taken, writing)).expect("begins");
        assert!(begun.taken.len() <= WAITING);
        let texts: Vec<Bytes> = all(begun).into_iter().map(|piece| piece.expect("is text")).collect();
        assert_eq!((texts.len(), &*texts[ALL - 1]), (ALL + 1, (ALL - 1).to_string().as_bytes()));
        let (pieces, taken) = channel(WAITING);
        (0..WAITING).for_each(|_| pieces.try_send(Bytes::new()).expect("there is room"));
        let waiting = std::thread::spawn(move || pieces.blocking_send(Bytes::new()).is_err());
        drop(taken);
        assert!(waiting.join().expect("has not panicked"));
    }

    #[test]
    fn what_fails_before_it_begins_is_an_error_and_behind_that_a_broken_answer() {
        let busy = || Err(Problem::History(HistoryError::Busy));
        assert!(begun(&[], busy()).is_err());
        let broken = all(begun(&[b"one"], busy()).expect("begins"));
        assert!(broken[0].is_ok() && broken[1].is_err());
    }
}
