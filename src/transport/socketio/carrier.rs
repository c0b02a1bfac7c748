//! What carries a session: requests that wait for something to say, a WebSocket, or the first until the
//! second has proved that it works. Pure, with time passed in.

use std::time::{Duration, Instant};

/// Time that a WebSocket has to take a session over.
const UPGRADE_WITHIN: Duration = Duration::from_secs(10);

/// Time between two requests that are let go while a WebSocket is tried: the client ends its last one before
/// it changes over.
const NOOP_EVERY: Duration = Duration::from_millis(100);

/// By which way something comes or goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// A request.
    Polling,
    /// The WebSocket of that number.
    Socket(u64),
}

/// What an arrival over some way means.
#[derive(Debug, PartialEq)]
pub enum Place {
    /// A part of the session.
    Session,
    /// A word about the change to a WebSocket.
    Trial,
    /// Nothing: this way carries no session any more, or not yet.
    Nowhere,
}

/// Which way carries the session.
#[derive(Debug)]
pub struct Carrier {
    way: Way,
    /// Number of the latest WebSocket.
    sockets: u64,
    /// Whether a request waits for something to say.
    waiting: bool,
    /// Not before this moment is a waiting request let go without anything to say.
    noop_at: Instant,
}

#[derive(Debug)]
enum Way {
    Polling,
    Trial(Trial),
    Socket(u64),
}

/// A WebSocket that has not taken the session over yet.
#[derive(Debug)]
struct Trial {
    socket: u64,
    until: Instant,
    /// Whether it has asked.
    asked: bool,
    /// Whether the answer has still to be sent.
    answer: bool,
}

impl Carrier {
    /// Requests, or a WebSocket of the number 0, from the beginning.
    pub fn new(over: Over, now: Instant) -> Self {
        let way = match over {
            Over::Polling => Way::Polling,
            Over::Socket(number) => Way::Socket(number),
        };
        Carrier { way, sockets: 0, waiting: false, noop_at: now }
    }

    /// Notes that a request waits; false where one does already, or where requests carry nothing.
    pub fn wait(&mut self) -> bool {
        let may = !self.waiting && !matches!(self.way, Way::Socket(_));
        self.waiting |= may;
        may
    }

    /// Notes that the waiting request has got its answer, or is gone.
    pub fn waited(&mut self) {
        self.waiting = false;
    }

    /// Tries a WebSocket; `None` where there is one already.
    pub fn try_socket(&mut self, now: Instant) -> Option<u64> {
        if !matches!(self.way, Way::Polling) {
            return None;
        }
        self.sockets += 1;
        let socket = self.sockets;
        self.way = Way::Trial(Trial { socket, until: now + UPGRADE_WITHIN, asked: false, answer: false });
        Some(socket)
    }

    /// Notes that a WebSocket is gone; true where the session goes with it.
    pub fn lost(&mut self, socket: u64) -> bool {
        if let Way::Trial(trial) = &self.way
            && trial.socket == socket
        {
            self.way = Way::Polling;
        }
        matches!(self.way, Way::Socket(number) if number == socket)
    }

    /// Gives up a WebSocket that has had enough time.
    pub fn step(&mut self, now: Instant) {
        if let Way::Trial(trial) = &self.way
            && now >= trial.until
        {
            self.way = Way::Polling;
        }
    }

    /// What comes or goes that way is part of.
    pub fn place(&self, over: Over) -> Place {
        match (&self.way, over) {
            (Way::Polling | Way::Trial(_), Over::Polling) => Place::Session,
            (Way::Socket(number), Over::Socket(socket)) if *number == socket => Place::Session,
            (Way::Trial(trial), Over::Socket(socket)) if trial.socket == socket => Place::Trial,
            _ => Place::Nowhere,
        }
    }

    /// The WebSocket on trial has asked; false where that was not its turn.
    pub fn probed(&mut self, now: Instant) -> bool {
        let Way::Trial(trial) = &mut self.way else { return false };
        (trial.asked, trial.answer) = (true, true);
        self.noop_at = now;
        true
    }

    /// The WebSocket on trial takes over; false where it has not asked before.
    pub fn upgraded(&mut self, now: Instant) -> bool {
        let Way::Trial(trial @ Trial { asked: true, .. }) = &self.way else { return false };
        self.way = Way::Socket(trial.socket);
        self.noop_at = now;
        true
    }

    /// Whether the WebSocket on trial is to be answered; true once.
    pub fn take_answer(&mut self) -> bool {
        let Way::Trial(trial) = &mut self.way else { return false };
        std::mem::take(&mut trial.answer)
    }

    /// Whether the waiting request is to be let go without anything to say.
    pub fn take_noop(&mut self, now: Instant) -> bool {
        let changes = match &self.way {
            Way::Polling => false,
            Way::Trial(trial) => trial.asked,
            Way::Socket(_) => true,
        };
        let lets_go = changes && self.waiting && now >= self.noop_at;
        if lets_go {
            self.noop_at = now + NOOP_EVERY;
        }
        lets_go
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting(now: Instant) -> Carrier {
        let mut carrier = Carrier::new(Over::Polling, now);
        assert!(carrier.wait());
        carrier
    }

    #[test]
    fn one_request_waits_at_a_time() {
        let mut carrier = waiting(Instant::now());
        assert!(!carrier.wait());
        carrier.waited();
        assert!(carrier.wait());
    }

    #[test]
    fn a_websocket_asks_is_answered_and_takes_over() {
        let now = Instant::now();
        let mut carrier = waiting(now);
        let socket = carrier.try_socket(now).expect("there is none yet");
        let over = Over::Socket(socket);
        assert_eq!((carrier.place(over), carrier.place(Over::Polling)), (Place::Trial, Place::Session));
        assert!(!carrier.upgraded(now) && !carrier.take_noop(now), "not asked yet");
        assert!(carrier.probed(now) && carrier.take_answer() && !carrier.take_answer());
        assert!(carrier.take_noop(now), "the waiting request is let go");
        carrier.waited();
        assert!(!carrier.take_noop(now), "none waits");
        assert!(carrier.upgraded(now));
        assert_eq!((carrier.place(over), carrier.place(Over::Polling)), (Place::Session, Place::Nowhere));
        assert!(!carrier.wait() && carrier.lost(socket), "the session goes with it");
    }

    #[test]
    fn while_it_is_tried_requests_are_let_go_ten_times_a_second_at_most() {
        let now = Instant::now();
        let mut carrier = waiting(now);
        carrier.try_socket(now);
        carrier.probed(now);
        assert!(carrier.take_noop(now) && !carrier.take_noop(now + NOOP_EVERY / 2));
        assert!(carrier.take_noop(now + NOOP_EVERY));
    }

    #[test]
    fn a_websocket_that_never_takes_over_is_given_up() {
        let now = Instant::now();
        let mut carrier = waiting(now);
        let first = carrier.try_socket(now).expect("there is none yet");
        assert_eq!(carrier.try_socket(now), None, "one at a time");
        carrier.step(now + UPGRADE_WITHIN);
        assert_eq!(carrier.place(Over::Socket(first)), Place::Nowhere);
        let second = carrier.try_socket(now).expect("the first is gone");
        assert!(!carrier.lost(first));
        assert_eq!(carrier.place(Over::Socket(second)), Place::Trial, "a late goodbye means another one");
        assert!(!carrier.lost(second), "the session goes on by requests");
    }
}
