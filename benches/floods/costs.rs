//! What logins, revoked tokens and refusals cost.
//!
//! In: nothing. Out: bars.

use std::{
    sync::mpsc::channel,
    thread,
    time::{Duration, Instant},
};

use serde_json::json;

use crate::{
    house::{House, USER, VIEWER},
    support::{Bars, Must, median},
    viewer::{Heard, Viewer},
    wire::{self, Request},
};

/// Logins that are timed.
const LOGINS: usize = 20;

/// Viewers that watch with the token that is revoked, and with another one.
const WATCHING: usize = 100;
const OTHERS: usize = 3;

/// Frames that are captured while the others are looked at: two seconds of them.
const GO_ON: u64 = 68;

/// Time in which they read what has waited for them.
const CATCH_UP: Duration = Duration::from_secs(1);

/// Requests of each kind whose CPU is looked at: the system counts CPU by hundredths of a second, so by 2 us
/// a request.
const REQUESTS: usize = 5_000;

/// Time for which the server is looked at when nobody asks it for anything.
const AT_REST: Duration = Duration::from_secs(5);

/// Settings of a server that hardly does anything by itself.
const AT_EASE: [&str; 4] = ["--source", "synthetic:people=1,vehicles=0", "--capture-fps", "2"];

/// Logins with the right password, one after the other.
pub fn logins(bars: &mut Bars) {
    let house = House::open(&AT_EASE);
    let right = json!({ "name": USER.0, "password": USER.1 });
    let login = || {
        let began = Instant::now();
        let said = wire::ask(house.address(), &Request::of("POST", "/api/login").meant().json(&right));
        assert_eq!(said.status, 200, "{}", said.text());
        began.elapsed().as_secs_f64() * 1e3
    };
    bars.note(
        "login with the right password, median of 20",
        median((0..LOGINS).map(|_| login()).collect()),
        "ms",
        Must::AtMost(150.0),
    );
}

/// A token that is revoked while many watch with it.
pub fn revoked(bars: &mut Bars) {
    let house = House::open(&[]);
    let (address, token, other) = (house.address(), house.token(), house.token());
    let watch = move |token: &str| {
        let mut viewer = Viewer::open(address, &format!("/websocket/30?token={token}"));
        viewer.frame();
        viewer
    };
    let mut others: Vec<Viewer> = (0..OTHERS).map(|_| watch(&other)).collect();
    let (watching, begun) = channel();
    let viewers: Vec<_> = (0..WATCHING)
        .map(|_| {
            let (token, watching) = (token.clone(), watching.clone());
            thread::spawn(move || {
                let mut viewer = watch(&token);
                watching.send(()).expect("the bench waits");
                loop {
                    match viewer.next() {
                        Heard::Close(code, _) => return (code, Instant::now()),
                        Heard::Gone => panic!("ended without a word"),
                        _ => {}
                    }
                }
            })
        })
        .collect();
    (0..WATCHING).for_each(|_| begun.recv().expect("everybody watches"));
    let at = Instant::now();
    let done = house.change("/api/tokens/revoke", &json!({ "token": token }));
    assert_eq!(done.status, 200, "{}", done.text());
    let mut last = Duration::ZERO;
    for viewer in viewers {
        let (code, closed) = viewer.join().expect("is closed");
        assert_eq!(code, 1008, "closed because of the token");
        last = last.max(closed.saturating_duration_since(at));
    }
    bars.note("a revoked token: all 100 closed after", last.as_secs_f64(), "s", Must::AtMost(5.0));
    // What came meanwhile has waited for who reads it only now.
    let went_on = thread::scope(|scope| {
        // All at once: who is not read is left frames out, and rightly.
        let go_on = |viewer: &mut Viewer| {
            drop(viewer.frames_for(CATCH_UP));
            viewer.frames_of(GO_ON).len()
        };
        let reading: Vec<_> = others.iter_mut().map(|viewer| scope.spawn(move || go_on(viewer))).collect();
        let counts = reading.into_iter().map(|viewer| viewer.join().expect("watches on"));
        counts.min().unwrap_or(0)
    });
    let share = went_on as f64 / GO_ON as f64;
    bars.note("a revoked token: frames that others get behind it", share, "", Must::AtLeast(0.9));
    bars.note("a revoked token: viewers left", house.viewers(), "", Must::Within(OTHERS as f64, 0.0));
}

/// CPU of requests that are refused beside those that are served, each on a connection of its own.
pub fn refused(bars: &mut Bars) {
    let house = House::open(&AT_EASE);
    for (name, path) in [("status", "/api/status"), ("snapshot", "/api/snapshot/main?level=60")] {
        let served = cost(&house, &Request::of("GET", path).showing(VIEWER), 200);
        let refused = cost(&house, &Request::of("GET", path), 401);
        bars.note(format!("{name}: CPU of one that is served"), served, "us", Must::Be);
        bars.note(format!("{name}: CPU of one that is refused"), refused, "us", Must::Be);
        bars.note(format!("{name}: refused, relative"), refused / served, "", Must::AtMost(1.0));
    }
}

/// CPU that one request costs the server, microseconds, beside what it uses at rest.
fn cost(house: &House, request: &Request, status: u16) -> f64 {
    let spent = |work: &dyn Fn()| {
        let (before, began) = (house.cpu_seconds(), Instant::now());
        work();
        (house.cpu_seconds() - before, began.elapsed().as_secs_f64())
    };
    let (resting, rested) = spent(&|| thread::sleep(AT_REST));
    let (asking, asked) = spent(&|| {
        for _ in 0..REQUESTS {
            assert_eq!(wire::ask(house.address(), request).status, status);
        }
    });
    (asking - resting / rested * asked) * 1e6 / REQUESTS as f64
}
