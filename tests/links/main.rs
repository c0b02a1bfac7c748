//! The test links themselves: what they are asked for is what crosses them.
//!
//! They need root and the kernel's tun, veth and tbf; where those are not to be had, each test is skipped, by
//! name.

#[path = "../support/link/mod.rs"]
mod link;
mod measure;
#[path = "../support/skipped.rs"]
mod skipped;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    process::Command,
    time::Duration,
};

use link::{Kind, Link, Shape};
use measure::{Bulk, datagrams, round_trip};
use skipped::skip;
use socket2::SockRef;

const MS: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);

/// A link for the test of that name; `None`, told, where none can be made.
fn link(test: &str, kind: Kind, shape: &Shape) -> Option<Link> {
    if let Err(reason) = Link::allowed() {
        skip(test, &reason);
        return None;
    }
    Some(Link::new(kind, shape).unwrap_or_else(|error| panic!("{kind:?}, {shape}: {error}")))
}

fn assert_near(what: &str, measured: f64, wanted: f64, share: f64) {
    assert!((measured - wanted).abs() <= share * wanted, "{what}: {measured:.3} instead of {wanted:.3}");
}

/// TCP's payload on a link of 8 Mbit/s, once it is under way.
fn carries_its_rate(test: &str, kind: Kind, congestion: &str) {
    let Some(link) = link(test, kind, &Shape { round_trip: Duration::ZERO, ..Shape::mbit(8.0) }) else {
        return;
    };
    if let Err(reason) = link.use_congestion_control(congestion) {
        return skip(test, &reason);
    }
    let mut bulk = Bulk::start(&link);
    bulk.mbit_for(SECOND);
    // A segment carries 1,448 of 1,500 bytes.
    assert_near(test, bulk.mbit_for(2 * SECOND), 8.0 * 1448.0 / 1500.0, 0.1);
}

#[test]
fn tbf_carries_its_rate() {
    carries_its_rate("tbf_carries_its_rate", Kind::Tbf, "cubic");
}

#[test]
fn the_relay_carries_its_rate() {
    carries_its_rate("the_relay_carries_its_rate", Kind::Relay, "cubic");
}

#[test]
fn the_relay_carries_its_rate_with_bbr() {
    carries_its_rate("the_relay_carries_its_rate_with_bbr", Kind::Relay, "bbr");
}

#[test]
fn connections_are_controlled_as_asked() {
    for kind in [Kind::Tbf, Kind::Relay] {
        let Some(link) = link("connections_are_controlled_as_asked", kind, &Shape::mbit(20.0)) else {
            return;
        };
        for name in ["bbr", "cubic", "reno"] {
            if let Err(reason) = link.use_congestion_control(name) {
                skip("connections_are_controlled_as_asked", &reason);
                continue;
            }
            let bulk = Bulk::start(&link);
            let control = SockRef::from(&bulk.sending).tcp_congestion().expect("Linux tells it");
            assert_eq!(String::from_utf8_lossy(&control).trim_end_matches('\0'), name, "{kind:?}");
        }
        assert!(link.use_congestion_control("nonesuch").is_err());
    }
}

#[test]
fn a_round_trip_takes_what_was_asked() {
    for (kind, asked) in
        [(Kind::Tbf, 0), (Kind::Relay, 0), (Kind::Relay, 20), (Kind::Relay, 80), (Kind::Relay, 200)]
    {
        let shape = Shape { round_trip: asked * MS, ..Shape::mbit(20.0) };
        let Some(link) = link("a_round_trip_takes_what_was_asked", kind, &shape) else { return };
        let measured = round_trip(&link, 15).as_secs_f64() * 1e3 - f64::from(asked);
        assert!((0.0..3.0).contains(&measured), "{kind:?}: {measured:.2} ms more than {asked} ms");
    }
}

/// A burst of twice what the queue holds: the last that finds room waits for all the others.
fn queue_holds(test: &str, kind: Kind, queue: Duration) {
    let Some(link) = link(test, kind, &Shape { queue, ..Shape::mbit(4.0) }) else { return };
    let room = (queue.as_secs_f64() * 4e6 / 8.0 / 1000.0) as u32;
    let ages = datagrams(&link, 2 * room, MS);
    let longest = ages.iter().max().expect("some arrive").as_secs_f64();
    assert_near(test, longest, queue.as_secs_f64(), 0.15);
    assert!(ages.len() < 2 * room as usize - room as usize / 4, "{} of {} arrived", ages.len(), 2 * room);
}

#[test]
fn the_queue_of_tbf_holds_its_milliseconds() {
    queue_holds("the_queue_of_tbf_holds_its_milliseconds", Kind::Tbf, 200 * MS);
    queue_holds("the_queue_of_tbf_holds_its_milliseconds", Kind::Tbf, SECOND);
}

#[test]
fn the_queue_of_the_relay_holds_its_milliseconds() {
    queue_holds("the_queue_of_the_relay_holds_its_milliseconds", Kind::Relay, 200 * MS);
    queue_holds("the_queue_of_the_relay_holds_its_milliseconds", Kind::Relay, SECOND);
}

#[test]
fn the_share_of_datagrams_that_are_lost_is_the_share_asked_for() {
    let shape = Shape { loss: 0.005, queue: SECOND, ..Shape::mbit(100.0) };
    let name = "the_share_of_datagrams_that_are_lost_is_the_share_asked_for";
    let Some(link) = link(name, Kind::Relay, &shape) else { return };
    let sent = 10_000;
    let lost = sent - datagrams(&link, sent, MS).len() as u32;
    assert!((25..90).contains(&lost), "{lost} of {sent} lost, 50 are expected");
}

#[test]
fn another_rate_takes_effect() {
    for kind in [Kind::Tbf, Kind::Relay] {
        let Some(link) = link("another_rate_takes_effect", kind, &Shape::mbit(8.0)) else { return };
        let mut bulk = Bulk::start(&link);
        bulk.mbit_for(SECOND);
        link.set(&Shape::mbit(2.0)).expect("such a link can be made");
        // What waits of the old rate's queue takes four times as long, and on a busy machine it is not read
        // evenly.
        let mut seconds = (0..10).map(|_| bulk.mbit_for(SECOND));
        let near = seconds.find(|mbit| (mbit - 2.0).abs() <= 0.15 * 2.0);
        assert!(near.is_some(), "{kind:?}: no second of ten carried 2 Mbit/s");
    }
}

fn exist(names: &[String]) -> bool {
    let list =
        Command::new("ip").args(["netns", "list"]).output().expect("`ip` is there, since links were made");
    let list = String::from_utf8_lossy(&list.stdout).into_owned();
    names.iter().any(|name| list.contains(name.as_str()))
}

#[test]
fn nothing_is_left_of_a_link_even_after_a_panic() {
    for kind in [Kind::Tbf, Kind::Relay] {
        let Some(link) = link("nothing_is_left_of_a_link_even_after_a_panic", kind, &Shape::mbit(1.0)) else {
            return;
        };
        let names = link.namespaces();
        assert!(exist(&names), "{names:?}");
        let panicked = catch_unwind(AssertUnwindSafe(move || link.in_viewer(|| panic!("as tests do"))));
        assert!(panicked.is_err());
        assert!(!exist(&names), "{names:?}");
    }
}

#[test]
fn commands_run_on_their_side() {
    let Some(link) = link("commands_run_on_their_side", Kind::Relay, &Shape::mbit(1.0)) else { return };
    for (mut command, address) in
        [(link.server_command("ip"), "198.18.0.1"), (link.viewer_command("ip"), "198.18.1.1")]
    {
        let output = command.args(["-4", "-o", "address"]).output().expect("`ip` is there");
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(told.contains(address) && told.contains("127.0.0.1"), "{told}");
    }
}

#[test]
fn what_a_link_cannot_do_is_said() {
    let delayed = Shape { round_trip: 20 * MS, ..Shape::mbit(1.0) };
    assert!(Link::new(Kind::Tbf, &delayed).is_err_and(|told| told.contains("take the relay")));
    assert!(Link::new(Kind::Relay, &Shape::mbit(0.0)).is_err());
    assert!(Link::new(Kind::Relay, &Shape { loss: 1.0, ..Shape::mbit(1.0) }).is_err());
}
