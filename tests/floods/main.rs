//! Floods, while somebody watches: whoever floods is put off, and nothing is left of it afterwards.
//!
//! A program of its own, since what else runs would be slow meanwhile. `STEADYCAST_LONG=1` makes ten thousand
//! connections of one thousand.

#[allow(dead_code, reason = "other tests use the rest")]
#[path = "../attacks/forge.rs"]
mod forge;
#[allow(dead_code, reason = "other tests use the rest")]
#[path = "../attacks/house.rs"]
mod house;
#[allow(dead_code, unused_imports, reason = "other tests use the rest")]
#[path = "../support/mod.rs"]
mod support;

use std::{
    net::{Ipv4Addr, TcpStream},
    time::{Duration, Instant},
};

use serde_json::json;

use crate::{
    house::{ADMIN, House, VIEWER},
    support::{
        floods::{self, FLOODER},
        is_long,
        unnoticed::unnoticed,
        viewer::{Heard, Viewer},
        wait::{self, PATIENCE},
        wire::{self, Request, is_ended},
    },
};

/// Memory that may stay after a flood, KiB: what allocators and tables keep for the next one.
const KEPT_KIB: u64 = 24 * 1024;

/// Time within which what a flood has left is gone; slow heads are given 5 s, idle connections 15 s.
const GONE_WITHIN: Duration = Duration::from_secs(30);

/// Longest time of a flood.
const FLOODS_FOR: Duration = Duration::from_secs(120);

/// A house, and as many sockets as a flood takes.
fn house(flags: &[&str]) -> House {
    floods::allow_sockets();
    House::open(flags)
}

/// Who watches now, as the metrics tell it: camera, level and number, the lines without any left out.
fn watched(house: &House) -> Vec<String> {
    let text = wire::ask(house.address(), &Request::of("GET", "/metrics").showing(ADMIN)).text();
    let lines = text.lines().filter_map(|line| line.strip_prefix("steadycast_viewers"));
    lines.filter(|line| !line.ends_with(" 0")).map(str::to_owned).collect()
}

/// Runs a flood while somebody watches; then waits until nobody else is counted at any level, and the server
/// has as many handles as before, and hardly more memory.
fn passes(house: &House, flood: impl FnOnce() + Send + 'static) {
    let mut good = Viewer::open(house.address(), &format!("/websocket/yard/60?token={VIEWER}"));
    good.frames(10);
    let (handles, memory) = (house.program.handles(), house.program.memory_kib());
    unnoticed(&mut good, FLOODS_FOR, flood);
    wait::until("nothing is left of the flood", GONE_WITHIN, || {
        // Read on, so that this viewer is no slow one.
        good.frame();
        house.program.handles() <= handles + 2
    });
    assert_eq!(watched(house), ["{camera=\"yard\",level=\"60\"} 1"]);
    let grown = house.program.memory_kib().saturating_sub(memory);
    assert!(grown < KEPT_KIB, "{grown} KiB more than before");
    house.assert_log_is_clean();
}

#[test]
fn a_thousand_half_open_connections_are_not_noticed() {
    let house = house(&[]);
    let address = house.address();
    passes(&house, move || {
        let half: Vec<TcpStream> = (0..1000).map(|n| floods::half_open(address, n)).collect();
        // The server gives them up by itself, while they are held.
        wait::until("all are ended", GONE_WITHIN, || half.iter().all(is_ended));
    });
}

#[test]
fn connections_that_come_and_go_are_not_noticed() {
    let house = house(&[]);
    let address = house.address();
    let times = if is_long() { 10_000 } else { 1_000 };
    passes(&house, move || {
        let began = Instant::now();
        floods::come_and_go(address, times, Duration::ZERO);
        assert!(began.elapsed() < Duration::from_secs(60), "{times} took {:?}", began.elapsed());
    });
}

#[test]
fn fifty_slow_uploads_are_not_noticed() {
    let house = house(&["--viewer-timeout", "5"]);
    let address = house.address();
    passes(&house, move || floods::slow_uploads(address, ADMIN, 5));
    let uploads = house.admin("GET", "/api/uploads", &json!({})).json();
    assert_eq!(uploads["uploads"].as_array().map_or(0, Vec::len), 0, "{uploads}");
}

#[test]
fn requests_that_cost_are_put_off_by_address() {
    let house = house(&["--dear-requests", "5"]);
    let address = house.address();
    let ask = |from: Ipv4Addr| {
        let request = Request::of("GET", "/api/snapshot/yard?level=50").showing(VIEWER).from(from);
        wire::ask(address, &request)
    };
    let statuses: Vec<u16> = (0..60).map(|_| ask(FLOODER).status).collect();
    let served = statuses.iter().filter(|status| **status == 200).count();
    assert!(served >= 5 && statuses.contains(&429), "{statuses:?}");
    let put_off =
        wait::until_some("one is put off", PATIENCE, || Some(ask(FLOODER)).filter(|said| said.status == 429));
    assert_eq!(put_off.code(), "too_many");
    assert!(
        put_off.header("retry-after").is_some_and(|text| text.parse::<u64>().is_ok()),
        "{}",
        put_off.head
    );
    assert_eq!(ask(Ipv4Addr::new(127, 0, 0, 7)).status, 200, "others are served");
    let cheap = Request::of("GET", "/api/status").showing(VIEWER).from(FLOODER);
    assert_eq!(wire::ask(address, &cheap).status, 200, "and what is cheap");
    let counted = house.refused().get("too_many").copied().unwrap_or(0.0);
    let refused = statuses.iter().filter(|status| **status == 429).count();
    assert!(counted >= refused as f64, "{counted} of {refused}");
}

#[test]
fn an_address_has_a_bounded_number_of_connections() {
    let house = house(&["--max-connections-per-address", "20"]);
    let address = house.address();
    let held: Vec<TcpStream> = (0..40).map(|_| wire::connect(address, Some(FLOODER))).collect();
    // Which ones is not said: two threads take them in, each in its own order.
    let ended = || held.iter().filter(|socket| is_ended(socket)).count();
    wait::until("those beyond the limit are ended", PATIENCE, || ended() >= 20);
    let counted = house.refused().get("too_many_connections").copied();
    assert_eq!((ended(), counted), (20, Some(20.0)), "and no others");
    let health = Request::of("GET", "/api/health").from(Ipv4Addr::new(127, 0, 0, 7));
    assert_eq!(wire::ask(address, &health).status, 200, "others get in");
    drop(held);
    wait::until("there is room again", GONE_WITHIN, || {
        wire::ask(address, &Request::of("GET", "/api/health").from(FLOODER)).status == 200
    });
}

#[test]
fn viewers_of_an_address_and_of_a_token_are_bounded() {
    let house = house(&["--max-viewers-per-address", "3", "--max-viewers-per-token", "2"]);
    let (token, _) = house.token(&json!({"role": "viewer", "ttl_seconds": 600}));
    let open = |token: &str| Viewer::open(house.address(), &format!("/websocket/yard/40?token={token}"));
    let mut first: Vec<Viewer> = (0..2).map(|_| open(&token)).collect();
    first.iter_mut().for_each(|viewer| drop(viewer.frame()));
    assert_eq!(open(&token).closing().0, 1013, "the third with one token");
    let mut third = open(VIEWER);
    third.frame();
    assert_eq!(open(VIEWER).closing().0, 1013, "the fourth of one address");
    drop(first);
    wait::until("their places are free again", PATIENCE, || {
        let mut next = open(&token);
        matches!(next.next(), Heard::Frame(_) | Heard::Text(_))
    });
}
