//! Open connections: a second handle of each, whether something is being answered on it, and an end for those
//! on which nothing is asked for.
//!
//! actix bounds the time until a connection's first request, and that in which nothing at all comes behind an
//! answer. One that begins another request and stops, or that goes on sending a body which nobody reads any
//! more, is bounded by nothing but this.

use std::{
    io,
    net::Shutdown,
    ops::Deref,
    pin::Pin,
    sync::{Arc, Weak},
    task::{Context, Poll},
    time::{Duration, Instant},
};

use actix_web::{
    Error,
    body::{BodySize, BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
    rt::{net::TcpStream, spawn, time::interval},
};
use bytes::Bytes;
use parking_lot::Mutex;
use socket2::{SockRef, Socket};
use tokio::time::MissedTickBehavior;

/// Time between two looks at all connections.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Every open connection of a server.
#[derive(Default)]
pub(super) struct Lines {
    /// Guards the list, to add one or to take it out as a whole; those that are gone are still in it until
    /// the next look.
    open: Mutex<Vec<Weak<Line>>>,
}

/// A connection, as far as others than actix have to do with it. Kept with the connection until its end.
pub(super) struct Line {
    /// Guards what changes, for a moment each.
    held: Mutex<Held>,
}

struct Held {
    /// The second handle; `None` while it is lent.
    socket: Option<Socket>,
    /// Requests whose answers have not left yet.
    requests: u32,
    /// When the last answer had left, or the connection was made.
    since: Instant,
}

impl Lines {
    /// Adds a connection, by its second handle.
    pub fn open(&self, socket: Socket, now: Instant) -> Arc<Line> {
        let held = Mutex::new(Held { socket: Some(socket), requests: 0, since: now });
        let line = Arc::new(Line { held });
        self.open.lock().push(Arc::downgrade(&line));
        line
    }

    /// Ends the connections on which nothing was asked for, up to `now`, for `within`.
    fn look(&self, now: Instant, within: Duration) {
        // Taken out, so that nobody who connects meanwhile waits for it.
        let mut lines = std::mem::take(&mut *self.open.lock());
        lines.retain(|line| {
            let Some(line) = line.upgrade() else { return false };
            if line.is_quiet(now, within) {
                log::debug!("a connection is ended on which nothing was asked for {within:?}");
                line.end();
            }
            true
        });
        self.open.lock().append(&mut lines);
    }
}

/// Looks at the connections each second, for as long as there is a server that has them. One on which nothing
/// is asked for `within` that time ends.
pub(super) fn watch(lines: &Arc<Lines>, within: Duration) {
    let lines = Arc::downgrade(lines);
    spawn(async move {
        let mut look = interval(LOOK_EVERY);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            look.tick().await;
            let Some(lines) = lines.upgrade() else { break };
            lines.look(Instant::now(), within);
        }
    });
}

impl Line {
    /// Lends the second handle until it is dropped; `None` while somebody has it.
    ///
    /// # Errors
    /// Where the worker's reactor does not take it.
    pub fn lend(line: &Arc<Line>) -> io::Result<Option<Lent>> {
        let taken = line.held.lock().socket.take();
        let Some(socket) = taken else { return Ok(None) };
        let stream = TcpStream::from_std(socket.into())?;
        Ok(Some(Lent { stream, line: Arc::downgrade(line) }))
    }

    /// Ends the connection; whoever has its handle ends it by that.
    pub fn end(&self) {
        if let Some(socket) = &self.held.lock().socket {
            // One that is closed by now has ended by itself.
            let _ = socket.shutdown(Shutdown::Both);
        }
    }

    fn is_quiet(&self, now: Instant, within: Duration) -> bool {
        let held = self.held.lock();
        held.requests == 0 && now.saturating_duration_since(held.since) >= within
    }
}

/// A connection's second handle, registered with this worker's reactor. The connection has it back once it is
/// dropped.
pub(super) struct Lent {
    stream: TcpStream,
    /// Gone with the connection.
    line: Weak<Line>,
}

impl Deref for Lent {
    type Target = TcpStream;

    fn deref(&self) -> &TcpStream {
        &self.stream
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let Some(line) = self.line.upgrade() else { return };
        let socket = SockRef::from(&self.stream);
        match socket.try_clone() {
            Ok(back) => line.held.lock().socket = Some(back),
            // Nobody could end it later.
            Err(_) => drop(socket.shutdown(Shutdown::Both)),
        }
    }
}

/// A request that is being answered.
struct Request(Arc<Line>);

impl Request {
    fn on(line: &Arc<Line>) -> Self {
        line.held.lock().requests += 1;
        Request(Arc::clone(line))
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        let mut held = self.0.held.lock();
        held.requests = held.requests.saturating_sub(1);
        held.since = Instant::now();
    }
}

/// The body of an answer. actix drops it when the last piece of it has left.
pub(super) struct Answer {
    body: BoxBody,
    _request: Option<Request>,
}

impl MessageBody for Answer {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(context)
    }
}

/// Notes that something is asked for on a connection, until the answer has left.
///
/// # Errors
/// What the handler's own errors are.
pub(super) async fn noted(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<Answer>, Error> {
    let noted = request.request().conn_data::<Arc<Line>>().map(Request::on);
    let response = next.call(request).await?;
    Ok(response.map_body(|_, body| Answer { body: body.boxed(), _request: noted }))
}

#[cfg(test)]
mod tests {
    use std::{io::Read, net};

    use super::*;

    const WITHIN: Duration = Duration::from_secs(20);

    /// A connection that was made at that moment, and its other end.
    fn connected(lines: &Lines, now: Instant) -> (Arc<Line>, net::TcpStream) {
        let listener = net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let far = net::TcpStream::connect(listener.local_addr().expect("is bound")).expect("connects");
        let (near, _) = listener.accept().expect("accepts");
        near.set_nonblocking(true).expect("can be set");
        far.set_read_timeout(Some(Duration::from_millis(50))).expect("can be set");
        (lines.open(near.into(), now), far)
    }

    /// Whether the other end of a connection has seen its end.
    fn is_ended(far: &mut net::TcpStream) -> bool {
        matches!(far.read(&mut [0; 8]), Ok(0))
    }

    #[test]
    fn a_connection_on_which_nothing_is_asked_for_ends_and_a_used_one_stays() {
        let (lines, start) = (Lines::default(), Instant::now());
        let (_quiet, mut quiet_far) = connected(&lines, start);
        let (used, mut used_far) = connected(&lines, start);
        let request = Request::on(&used);
        lines.look(start + WITHIN - Duration::from_millis(1), WITHIN);
        assert!(!is_ended(&mut quiet_far) && !is_ended(&mut used_far));
        lines.look(start + WITHIN, WITHIN);
        assert!(is_ended(&mut quiet_far) && !is_ended(&mut used_far));
        lines.look(start + 100 * WITHIN, WITHIN);
        assert!(!is_ended(&mut used_far), "an answer may take any time");
        drop(request);
        lines.look(Instant::now(), WITHIN);
        assert!(!is_ended(&mut used_far), "the time begins behind the answer");
        lines.look(Instant::now() + WITHIN, WITHIN);
        assert!(is_ended(&mut used_far));
    }

    #[test]
    fn connections_that_are_gone_are_forgotten() {
        let (lines, now) = (Lines::default(), Instant::now());
        let (one, _far) = connected(&lines, now);
        let (other, _other_far) = connected(&lines, now);
        drop(one);
        lines.look(now, WITHIN);
        assert_eq!(lines.open.lock().len(), 1);
        drop(other);
        lines.look(now, WITHIN);
        assert!(lines.open.lock().is_empty());
    }

    #[actix_web::test]
    async fn a_handle_that_was_lent_comes_back() {
        let (lines, now) = (Lines::default(), Instant::now());
        let (line, mut far) = connected(&lines, now);
        let lent = Line::lend(&line).expect("registers").expect("nobody has it");
        assert!(Line::lend(&line).expect("there is nothing to register").is_none());
        drop(lent);
        line.end();
        assert!(is_ended(&mut far));
        assert!(Line::lend(&line).expect("registers").is_some());
    }
}
