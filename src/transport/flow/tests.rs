//! Flows of viewers who ack, who do not, and who stop doing so, over real sockets.

use std::{io::Read, net};

use super::*;
use crate::{
    frame::{Changed, Frame, Picture},
    nouns::{
        picture::Planes,
        quality::{Level, Tier},
    },
    protocol::{Delta, Patch},
};

const RUNG: Rung = Rung { tier: Tier::Full, level: Level::MIN };

fn frame(number: u64) -> EncodedFrame {
    let frame = Frame::new(number, 0, Picture::Planes(Planes::grey(16, 16, 0)));
    EncodedFrame::new("main", &frame, RUNG, &[0; 4_000])
}

/// Refinements of a frame.
fn refined(number: u64) -> EncodedFrame {
    let facts = Frame::new(number, 0, Picture::Planes(Planes::grey(16, 16, 0))).facts();
    let patch = Patch::of(&[0], (16, 16));
    let delta = Delta { base: number, blocks: 1, refined: true, ..Delta::default() };
    let mut draft =
        EncodedFrame::begin_with("main", facts, RUNG, Some(Changed { delta, patch: &patch }), 2_000);
    draft.jpeg().resize(2_000, 0);
    draft.finish()
}

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
            let frame = frame(number);
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

#[actix_web::test]
async fn refinements_are_acked_by_the_number_of_their_frame() {
    let mut connection = Connection::new();
    assert!(connection.sends(0, 0, false).await);
    connection.flow.acked(0, connection.at(20));
    assert!(connection.sends(1, 30, false).await);
    connection.flow.sends(&refined(1), connection.at(31));
    for ms in [50, 60] {
        assert!(connection.flow.window.awaits(1));
        connection.flow.acked(1, connection.at(ms));
    }
    assert!(!connection.flow.window.awaits(1));
    connection.flow.acked(1, connection.at(900));
    assert_eq!(connection.flow.acked_at, Some(connection.at(60)), "what was said before is no news");
}

#[actix_web::test]
async fn the_room_is_what_acks_of_frames_that_waited_tell_that_the_link_carries() {
    let mut connection = Connection::new();
    assert_eq!(connection.flow.room(34.0, connection.at(0)), Room::default());
    for number in 0..10 {
        assert!(connection.sends(number, number * 100, false).await);
        connection.flow.acked(number, connection.at(number * 100 + 40));
    }
    // Each was alone on the link: why it was late nobody knows.
    assert_eq!(connection.flow.room(34.0, connection.at(940)), Room::default());
    for number in 10..18 {
        connection.flow.sends(&frame(number), connection.at(1_000));
    }
    // That is more than the link seems to take.
    assert!(!connection.flow.allows(connection.at(1_000)));
    connection.flow.refused(connection.at(1_000));
    for number in 10..18 {
        connection.flow.acked(number, connection.at(1_000 + (number - 9) * 45));
    }
    // Four thousand bytes in 45 ms.
    let room = connection.flow.room(34.0, connection.at(1_400));
    assert!(room.most.is_some_and(|most| (12_000..18_000).contains(&most)), "{room:?}");
    assert!(room.cut.is_some_and(|cut| (2_500..4_000).contains(&cut)), "{room:?}");
}

#[actix_web::test]
async fn a_link_has_bytes_to_spare_where_it_is_not_full_and_its_rung_stays() {
    let mut connection = Connection::new();
    for number in 0..34 {
        assert!(connection.sends(number, number * 100, false).await);
        connection.flow.acked(number, connection.at(number * 100 + 40));
        let spare = connection.flow.spare(connection.at(number * 100 + 50));
        assert_eq!(spare, (number >= 30).then_some(3_584), "{number}");
    }
    assert!(connection.sends(34, 3_400, false).await);
    assert_eq!(connection.flow.spare(connection.at(3_401)), Some(3_584), "40 of 120 ms are under way");
    assert!(connection.sends(35, 3_402, false).await);
    assert_eq!(connection.flow.spare(connection.at(3_403)), None, "80 of 120 ms are under way");
}

#[actix_web::test]
async fn a_socket_that_was_full_has_nothing_to_spare_while_nothing_else_tells_of_the_link() {
    let mut connection = Connection::new();
    assert!(connection.sends(0, 0, true).await);
    assert_eq!(connection.flow.spare(connection.at(4_000)), None);
    assert_eq!(connection.flow.spare(connection.at(11_000)), Some(3_584));
}

#[actix_web::test]
async fn for_a_client_that_never_acks_its_kernel_tells_of_refinements_too() {
    let mut connection = Connection::new();
    // Its socket was full: its kernel is asked from now on.
    assert!(connection.sends(0, 0, true).await && connection.sends(1, 30, false).await);
    let refined = refined(1);
    connection.flow.sends(&refined, connection.at(31));
    connection.unread += connection.near.try_write(&refined.message).expect("loopback takes it");
    connection.flow.written(&connection.near, false, connection.at(31));
    assert!(connection.flow.window.awaits(1));
    connection.far.read_exact(&mut vec![0; connection.unread]).expect("arrives");
    let deadline = Instant::now() + Duration::from_secs(10);
    while connection.flow.window.awaits(1) {
        assert!(Instant::now() < deadline, "{:?}", connection.flow.info);
        connection.flow.look(&connection.near, connection.at(60));
        std::thread::yield_now();
    }
}
