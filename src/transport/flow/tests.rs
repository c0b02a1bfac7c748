//! Flows of viewers who ack, who do not, and who stop doing so, over real sockets.

use std::{io::Read, net};

use super::*;
use crate::{
    frame::{Frame, Picture},
    nouns::{
        picture::Planes,
        quality::{Level, Tier},
    },
};

/// A viewer's connection and its far end.
struct Connection {
    near: TcpStream,
    far: net::TcpStream,
    flow: Flow,
    began: Instant,
    /// Bytes that the far end has not read.
    unread: usize,
}

impl Connection {
    fn new() -> Self {
        let listener = net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let near = net::TcpStream::connect(listener.local_addr().expect("is bound")).expect("connects");
        near.set_nonblocking(true).expect("can be set");
        let near = TcpStream::from_std(near).expect("registers");
        Connection {
            near,
            far: listener.accept().expect("accepts").0,
            flow: Flow::new(),
            began: Instant::now(),
            unread: 0,
        }
    }

    fn at(&self, ms: u64) -> Instant {
        self.began + Duration::from_millis(ms)
    }

    /// Whether a frame may go; if so, it does. `full` says that the socket did not take it at once.
    async fn sends(&mut self, number: u64, ms: u64, full: bool) -> bool {
        let now = self.at(ms);
        self.flow.look(&self.near, now);
        let may = self.flow.allows(now);
        if may {
            let frame = Frame::new(number, 0, Picture::Planes(Planes::grey(16, 16, 0)));
            let rung = Rung { tier: Tier::Full, level: Level::MIN };
            let frame = EncodedFrame::new("main", &frame, rung, &[0; 4_000]);
            self.flow.sends(&frame, now);
            self.near.writable().await.expect("it is open");
            self.unread += self.near.try_write(&frame.message).expect("loopback takes it");
            self.flow.written(&self.near, full, now);
        }
        may
    }
}

#[actix_web::test]
async fn a_client_that_never_acks_is_not_held_back() {
    let mut connection = Connection::new();
    for number in 0..100 {
        assert!(connection.sends(number, number * 30, false).await, "{number}");
    }
}

#[actix_web::test]
async fn a_client_that_stops_acking_is_held_for_two_seconds_only() {
    let mut connection = Connection::new();
    assert!(connection.sends(0, 0, false).await);
    connection.flow.acked(0, connection.at(100));
    let mut sent = 0;
    for number in 1..60 {
        sent += u32::from(connection.sends(number, 100 + number * 30, false).await);
    }
    assert!(sent < 20, "{sent} of 59 in 1.8 s");
    assert!(connection.sends(60, 2_200, false).await && connection.sends(61, 2_230, false).await);
}

#[actix_web::test]
async fn acks_of_what_was_never_sent_make_no_client_that_acks() {
    let mut connection = Connection::new();
    for number in 0..100 {
        connection.flow.acked(number + 1, connection.at(number * 30));
        assert!(connection.sends(number, number * 30, false).await, "{number}");
    }
}

#[actix_web::test]
async fn for_a_slow_client_that_never_acks_its_kernel_does() {
    let mut connection = Connection::new();
    assert!(connection.sends(0, 0, true).await);
    for number in 1..100 {
        let mut frame = vec![0; std::mem::take(&mut connection.unread)];
        connection.far.read_exact(&mut frame).expect("arrives");
        // The kernel's own ack is not seen before it comes.
        let deadline = Instant::now() + Duration::from_secs(10);
        connection.flow.look(&connection.near, connection.at(number * 30));
        while connection.flow.info.is_none_or(|(_, info)| info.acked < info.handed) {
            assert!(Instant::now() < deadline, "{:?}", connection.flow.info);
            connection.flow.look(&connection.near, connection.at(number * 30));
            std::thread::yield_now();
        }
        assert!(connection.sends(number, number * 30, false).await, "{number}");
    }
    assert_eq!(connection.flow.witness, Witness::Kernel);
}
