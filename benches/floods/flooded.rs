//! What a viewer gets during each flood, and what the flood leaves behind.
//!
//! In: nothing. Out: bars. The floods and the viewer run on the server's own cores, which attackers elsewhere
//! would not: `quiet` says what it gets without.

use std::{
    net::{Ipv4Addr, TcpStream},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use serde_json::json;

use crate::{
    floods::{self, login_from},
    house::{ADMIN, House, USER, VIEWER},
    load::{
        client::{Steering, ViewerSpec},
        crowd::{CrowdPlan, Seat, run},
        report::delivered,
    },
    support::{Bars, Must},
    wire::is_ended,
};

/// Level that the good viewer watches.
const LEVEL: u8 = 60;

/// Time after which it is looked at: rates and windows have settled.
const WARM: Duration = Duration::from_secs(3);

/// Time that is measured; a flood of so many a minute lasts as long.
const MINUTE: Duration = Duration::from_secs(60);

/// Connections whose heads do not end.
const HALF_OPEN: usize = 1_000;

/// Connects, and wrong logins, in a minute.
const A_MINUTE: u64 = 10_000;

/// Memory that may stay after a flood, MB: what allocators and tables keep for the next one, and the room of
/// one password more.
const KEPT_MB: f64 = 30.0;

/// Time between two looks at connections that the server may have ended.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Nothing but the viewer.
pub fn quiet(bars: &mut Bars) {
    watched(bars, "nothing else", &House::open(&[]), |_| {});
}

/// Connections whose heads stop somewhere; where the server has ended one, another takes its place.
pub fn half_open(bars: &mut Bars) {
    let house = House::open(&[]);
    let address = house.address();
    watched(bars, "1,000 half-open", &house, |over| {
        let mut held: Vec<TcpStream> = (0..HALF_OPEN).map(|n| floods::half_open(address, n)).collect();
        while !over.load(Ordering::Relaxed) {
            for (n, socket) in held.iter_mut().enumerate().filter(|(_, socket)| is_ended(socket)) {
                *socket = floods::half_open(address, n);
            }
            thread::sleep(LOOK_EVERY);
        }
    });
}

/// Connections that come and go.
pub fn connects(bars: &mut Bars) {
    let house = House::open(&[]);
    let address = house.address();
    watched(bars, "10,000 connects", &house, |_| {
        let began = Instant::now();
        floods::come_and_go(address, A_MINUTE, MINUTE);
        assert!(began.elapsed() < MINUTE + WARM, "the flood is slower than it is called");
    });
}

/// Uploads that hardly go on.
pub fn uploads(bars: &mut Bars) {
    let house = House::open(&["--viewer-timeout", "5"]);
    let address = house.address();
    watched(bars, "50 slow uploads", &house, |_| floods::slow_uploads(address, ADMIN, MINUTE.as_secs()));
}

/// Wrong logins from some addresses, while somebody logs in from elsewhere.
pub fn guesses(bars: &mut Bars) {
    let house = House::open(&[]);
    let address = house.address();
    // What is filled once is filled before memory is looked at.
    let warming = floods::guess(address, USER.0, A_MINUTE / 10, WARM);
    warming.into_iter().for_each(|guesser| guesser.join().expect("guesses as planned"));
    let mut slowest = Duration::ZERO;
    watched(bars, "10,000 wrong logins", &house, |_| {
        let guessers = floods::guess(address, USER.0, A_MINUTE, MINUTE);
        let right = json!({ "name": USER.0, "password": USER.1 });
        for n in 1..=10 {
            let asked = Instant::now();
            let said = login_from(Ipv4Addr::new(127, 0, 2, n), address, &right);
            assert_eq!(said.status, 200, "{}", said.text());
            slowest = slowest.max(asked.elapsed());
            thread::sleep(MINUTE / 12);
        }
        guessers.into_iter().for_each(|guesser| guesser.join().expect("guesses as planned"));
    });
    bars.note(
        "10,000 wrong logins: the right one from elsewhere, slowest",
        slowest.as_secs_f64() * 1e3,
        "ms",
        Must::AtMost(1000.0),
    );
}

/// Notes what one viewer gets in a minute while something else is done, which is told when that is over; and
/// what is left behind.
fn watched(bars: &mut Bars, name: &str, house: &House, flood: impl FnOnce(&AtomicBool) + Send) {
    let spec = ViewerSpec {
        path: format!("/websocket/{LEVEL}?token={VIEWER}"),
        ack: true,
        ..ViewerSpec::new(house.address(), Steering::Fixed(LEVEL))
    };
    let plan = CrowdPlan {
        viewers: 1,
        seats: vec![Seat { level: LEVEL, spec }],
        warmup: WARM,
        measured: MINUTE,
        pid: Some(house.server.pid()),
    };
    let (handles, memory) = (house.handles(), house.memory_mb());
    let over = AtomicBool::new(false);
    let outcome = thread::scope(|scope| {
        scope.spawn(|| flood(&over));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let outcome = runtime.block_on(run(&plan)).expect("the viewer watches");
        over.store(true, Ordering::Relaxed);
        outcome
    });
    assert_eq!(outcome.ended_early(), None, "the viewer stays");
    let got = delivered(outcome.viewers.iter().map(|viewer| &viewer.report), outcome.seconds);
    let named = |what: &str| format!("{name}: {what}");
    bars.note(named("the viewer's rate"), got.fps_slowest, "FPS", Must::AtLeast(33.5));
    let [p50, _, p99] = got.ages_ms.expect("frames carry their time");
    bars.note(named("age p50"), p50, "ms", Must::Be);
    bars.note(named("age p99"), p99, "ms", Must::AtMost(15.0));
    let left = house.left_beyond(handles);
    bars.note(named("handles left behind"), left as f64, "", Must::AtMost(2.0));
    bars.note(named("viewers left behind"), house.viewers(), "", Must::AtMost(0.0));
    bars.note(named("memory left behind"), house.memory_mb() - memory, "MB", Must::AtMost(KEPT_MB));
}
