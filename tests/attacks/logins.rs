//! Guesses at logins: they become slow, nobody else is locked out, and answers tell nothing of who exists.

use std::{
    net::Ipv4Addr,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    house::{House, USER, VIEWER},
    wire::{self, Request, Said},
};

/// Time within which a right login from elsewhere is answered while others guess.
const RIGHT_WITHIN: Duration = Duration::from_secs(1);

/// Addresses of this machine, as if they were others'.
const GUESSER: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 66);
const OTHER: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 7);

fn login(house: &House, from: Ipv4Addr, shown: &Value) -> Said {
    let request = Request::of("POST", "/api/login").meant().json(shown).from(from);
    wire::ask(house.address(), &request)
}

/// Guesses until one is put off, and returns how many were answered before.
fn guesses(house: &House, from: Ipv4Addr, guess: impl Fn(usize) -> Value) -> (usize, Said) {
    for n in 0..30 {
        let said = login(house, from, &guess(n));
        if said.status == 429 {
            return (n, said);
        }
        assert_eq!((said.status, said.code().as_str()), (401, "wrong_credential"), "{}", said.text());
    }
    panic!("thirty guesses, one as fast as the other");
}

#[test]
fn guesses_become_slow_and_nobody_else_waits() {
    let house = House::open(&[]);
    for guess in [
        |n: usize| json!({ "token": format!("guess {n}") }),
        |n: usize| json!({ "name": USER.0, "password": format!("guess number {n}") }),
    ] {
        let from = if guess(0)["name"].is_null() { GUESSER } else { Ipv4Addr::new(127, 0, 0, 67) };
        let (answered, put_off) = guesses(&house, from, guess);
        assert!(answered >= 3, "a slip of the hand costs nothing, {answered} guesses were answered");
        assert_eq!(put_off.code(), "too_many");
        let seconds: u64 = put_off.header("retry-after").and_then(|text| text.parse().ok()).expect("a time");
        assert!((1..=60).contains(&seconds), "{seconds} s");
        // A right one counts as little as a wrong one until then, or guessing would go on.
        assert_eq!(login(&house, from, &json!({ "token": VIEWER })).status, 429);
    }
    for shown in [json!({ "token": VIEWER }), json!({"name": USER.0, "password": USER.1})] {
        let began = Instant::now();
        let said = login(&house, OTHER, &shown);
        assert_eq!(said.status, 200, "{}", said.text());
        assert!(began.elapsed() < RIGHT_WITHIN, "took {:?}", began.elapsed());
    }
    house.assert_log_is_clean();
}

#[test]
fn an_answer_does_not_tell_which_names_there_are() {
    let house = House::open(&[]);
    let wrong = |name: &str, last: u8| {
        let shown = json!({"name": name, "password": "a password that is wrong"});
        login(&house, Ipv4Addr::new(127, 0, 1, last), &shown)
    };
    let (mut there, mut nowhere) = (Duration::MAX, Duration::MAX);
    for n in 1..=5 {
        let (one, other) = (wrong(USER.0, n), wrong("nobody", 100 + n));
        assert_eq!((one.status, one.text()), (other.status, other.text()));
        there = there.min(one.took);
        nowhere = nowhere.min(other.took);
    }
    // Both take a hash of the password, which is most of the time.
    assert!(nowhere * 3 > there && there * 3 > nowhere, "{there:?} and {nowhere:?}");
}

#[test]
fn a_session_is_a_cookie_that_says_nothing_and_goes_nowhere_else() {
    let house = House::open(&[]);
    let said = login(&house, OTHER, &json!({ "token": VIEWER }));
    let cookie = said.header("set-cookie").expect("a cookie").to_owned();
    let lower = cookie.to_ascii_lowercase();
    for part in ["httponly", "samesite=strict", "path=/"] {
        assert!(lower.contains(part), "{part} in {cookie}");
    }
    assert!(!cookie.contains(VIEWER) && !said.text().contains(VIEWER));
    let again = login(&house, OTHER, &json!({ "token": VIEWER }));
    assert_ne!(again.header("set-cookie"), Some(&*cookie), "each session has a name of its own");
    // One that somebody brings along is not taken over.
    let brought = Request::of("POST", "/api/login").meant().json(&json!({ "token": VIEWER }));
    let chosen = format!("{}=chosen-by-somebody-else", house.cookie_name());
    let brought = brought.with("Cookie", &chosen).from(OTHER);
    let given = wire::ask(house.address(), &brought);
    assert!(given.header("set-cookie").is_some_and(|cookie| !cookie.contains("chosen")), "{}", given.head);
}

#[test]
fn the_page_takes_the_token_out_of_its_address() {
    let house = House::open(&[]);
    let page =
        Request::of("GET", &format!("/?camera=yard&token={VIEWER}&level=80")).with("Accept", "text/html");
    let said = wire::ask(house.address(), &page);
    assert_eq!(said.status, 303, "{}", said.head);
    let location = said.header("location").expect("another address");
    assert!(!location.contains("token") && location.contains("camera=yard"), "{location}");
    let cookie = said.header("set-cookie").expect("a session instead");
    assert!(!cookie.contains(VIEWER), "{cookie}");
    assert_eq!(said.header("referrer-policy"), Some("no-referrer"));
    house.assert_log_is_clean();
}
