//! Server-sent events: what happens and what is found, as it comes, to those who come again too.

use std::net::SocketAddr;

use rusqlite::Connection;
use serde_json::{Value, json};
use steadycast::{frame::now_us, registry::CameraSettings, tools::fence::Place};

use crate::{
    cameras::camera,
    support::{
        SCENE,
        events::{Events, Told},
        http, media,
        metrics::Metrics,
        server::Server,
        wait::{self, PATIENCE},
    },
};

/// Streams that there may be at once.
const MOST_STREAMS: usize = 100;

/// A plaza in which something is found all the time.
const PLAZA: [&str; 6] =
    ["--source", "synthetic:people=40,vehicles=6,seed=3", "--capture-fps", "15", "--analytics", "on"];

/// Has the camera be off or on, of which an event tells, also where it is so.
fn switch(server: &Server, on: bool) {
    let settings = CameraSettings { on, ..camera("main", SCENE) };
    server.registry.change(settings).expect("there is one");
}

/// A camera that has begun to show pictures, which is the last event of its start.
fn settled(server: &Server) {
    wait::until("there are pictures", PATIENCE, || {
        http::get(server.address, "/api/status").json()["cameras"][0]["state"] == "streaming"
    });
}

/// All events that history has behind one of that number, in the order of their numbers.
fn history_behind(address: SocketAddr, last: u64) -> Vec<u64> {
    history_of(address, "limit=1000", last)
}

/// The events that history gives to that query, as far as they lie behind one of that number, in order.
fn history_of(address: SocketAddr, query: &str, last: u64) -> Vec<u64> {
    let told = http::get(address, &format!("/api/events?{query}")).json();
    let events = told["events"].as_array().expect("a list");
    let mut numbers: Vec<u64> = events.iter().filter_map(|event| event["id"].as_u64()).collect();
    numbers.retain(|number| *number > last);
    numbers.sort_unstable();
    numbers
}

/// The event by which the camera is switched off or on: the next one of that kind.
fn until_kind(events: &mut Events, kind: &str) -> Value {
    loop {
        let event = events.happened();
        if event["kind"] == kind {
            return event;
        }
    }
}

#[test]
fn what_happens_is_told_at_once_and_as_history_tells_it_later() {
    let folder = media::folder();
    let database = folder.path().join("history.db").display().to_string();
    let server = Server::scene(&["--database", &database]);
    let [mut all, mut other] = ["results=0", "camera=main"].map(|query| Events::open(server.address, query));
    let before_us = now_us();
    switch(&server, false);
    let event = until_kind(&mut all, "camera_stopped");
    assert_eq!(event["camera"], "main");
    assert!(event["at_us"].as_u64().is_some_and(|at_us| (before_us..=now_us()).contains(&at_us)), "{event}");
    assert!(event["id"].as_u64().is_some_and(|id| id >= before_us && id < 1 << 53), "{event}");
    assert_eq!(until_kind(&mut other, "camera_stopped"), event);
    let mut later = wait::until_some("history has it", PATIENCE, || {
        let told = http::get(server.address, "/api/events?kind=camera_stopped").json();
        told["events"].as_array()?.first().cloned()
    });
    let snapshot = later.as_object_mut().and_then(|event| event.remove("snapshot"));
    assert_eq!((later, snapshot), (event, Some(Value::Null)));
    let unknown = http::get(server.address, "/api/events/stream?camera=attic");
    assert_eq!((unknown.status, &*unknown.error_code()), (404, "no_camera"));
}

#[test]
fn a_camera_that_is_added_and_removed_is_told_of_to_those_who_hear_of_all() {
    let folder = media::folder();
    let database = folder.path().join("history.db").display().to_string();
    let server = Server::scene(&["--database", &database]);
    let mut all = Events::open(server.address, "results=0");
    let yard = json!({ "name": "yard", "source": SCENE, "width": 320, "height": 180, "fps": 20 });
    assert_eq!(http::change(server.address, "POST", "/api/cameras", &yard).status, 201);
    let removed = http::change(server.address, "DELETE", "/api/cameras/yard", &json!({}));
    assert_eq!(removed.status, 204);
    let event = until_kind(&mut all, "camera_removed");
    assert_eq!(event["camera"], "yard");
    wait::until("history has both", PATIENCE, || {
        let told = http::get(server.address, "/api/events?camera=yard").json();
        let events = told["events"].as_array().cloned().unwrap_or_default();
        let has = |kind: &str| events.iter().any(|told| told["kind"] == kind);
        has("camera_added") && has("camera_removed")
    });
}

#[test]
fn results_are_the_newest_of_both_models_and_at_most_five_a_second() {
    let server = Server::start(&PLAZA);
    // Models take a while to load.
    wait::until("somebody is counted", 6 * PATIENCE, || {
        let stats = http::get(server.address, "/api/stats").json();
        stats["people"].is_u64() && stats["detection_count"].is_u64()
    });
    let mut events = Events::open(server.address, "");
    let mut found: Vec<(u64, Value)> = Vec::new();
    while found.last().is_none_or(|(at_us, _)| at_us - found[0].0 < 4_000_000) {
        let Told { id, event, data } = events.next().expect("the stream goes on");
        if event == "result" {
            assert_eq!((id, &data["type"], &data["camera"]), (None, &"analytics".into(), &"main".into()));
            found.push((now_us(), data));
        }
    }
    // A fifth of a second apart, give or take what a busy machine is late by.
    assert!((4..=21).contains(&found.len()), "{} results in four seconds", found.len());
    for model in ["crowd", "objects"] {
        let of: Vec<&(u64, Value)> = found.iter().filter(|(_, data)| data.get(model).is_some()).collect();
        let frames: Vec<u64> = of.iter().filter_map(|(_, data)| data["frame"].as_u64()).collect();
        assert!(frames.len() >= 2 && frames.windows(2).all(|pair| pair[0] < pair[1]), "{model}: {frames:?}");
        let ages =
            of.iter().filter_map(|(at_us, data)| Some(at_us.saturating_sub(data["finished_us"].as_u64()?)));
        assert!(ages.min().is_some_and(|age| age < 1_000_000), "old results of {model}");
    }
    let mut without = Events::open(server.address, "results=0");
    switch(&server, false);
    loop {
        let told = without.next().expect("the stream goes on");
        assert_eq!(told.event, "event", "no results");
        if told.data["kind"] == "camera_stopped" {
            break;
        }
    }
}

#[test]
fn who_comes_again_gets_what_it_missed_also_of_another_run_and_nothing_twice() {
    let folder = media::folder();
    let database = folder.path().join("history.db").display().to_string();
    let flags = ["--database", &*database];
    let seen = {
        let server = Server::scene(&flags);
        settled(&server);
        // Another camera, of which is told between the events of the first.
        let yard = || CameraSettings { on: false, ..camera("yard", SCENE) };
        server.registry.add(yard()).expect("starts");
        let mut first = Events::open(server.address, "results=0");
        let since = first.since.expect("a number for who saw nothing yet");
        switch(&server, false);
        let seen = until_kind(&mut first, "camera_stopped")["id"].as_u64().expect("a number");
        drop(first);
        for n in 0..10 {
            switch(&server, n % 2 == 0);
            server.registry.change(yard()).expect("there is one");
        }
        let mut again = Events::open_behind(server.address, seen);
        switch(&server, true);
        let mut last = 0;
        let mut told = Vec::new();
        // Ten that were missed, and one that came behind them.
        for _ in 0..11 {
            last = until_kind_of(&mut again, &["camera_stopped", "camera_started"], &mut told);
        }
        wait::until("history has all", PATIENCE, || history_behind(server.address, seen).contains(&last));
        let expected: Vec<u64> =
            history_behind(server.address, seen).into_iter().filter(|number| *number <= last).collect();
        assert_eq!(told, expected);
        // A client that cannot set a header says it in the query; one that saw nothing gives its beginning.
        let query = format!("results=0&last_event_id={since}");
        let all = Events::open(server.address, &query).numbers_to(last);
        assert!(all.contains(&seen) && all.ends_with(&expected), "{all:?}");
        let mut of_main = history_of(server.address, "camera=main&limit=1000", since);
        of_main.retain(|number| *number <= last);
        assert!(of_main.len() + 10 <= all.len(), "{of_main:?} of {all:?}");
        // Those of the other camera are not lost either.
        let told = Events::open(server.address, &format!("camera=main&{query}")).numbers_to(last);
        assert_eq!(told, of_main);
        last
    };
    let server = Server::scene(&flags);
    settled(&server);
    let mut again = Events::open_behind(server.address, seen);
    switch(&server, false);
    let mut told = Vec::new();
    until_kind_of(&mut again, &["camera_added"], &mut told);
    let last = until_kind_of(&mut again, &["camera_stopped"], &mut told);
    wait::until("history has all", PATIENCE, || history_behind(server.address, seen).contains(&last));
    let mut expected = history_behind(server.address, seen);
    expected.retain(|number| *number <= last);
    assert_eq!(told, expected);
}

#[test]
fn behind_a_clock_that_was_set_back_who_comes_again_misses_nothing_and_gets_nothing_twice() {
    let folder = media::folder();
    let database = folder.path().join("history.db").display().to_string();
    let flags = ["--database", &*database];
    settled(&Server::scene(&flags));
    // As if that run had ended in the year 2041.
    let ahead: u64 = 1 << 51;
    let again = "INSERT INTO events (id, camera, kind, at_us, body)
                 SELECT ?1, camera, kind, at_us, body FROM events LIMIT 1";
    let added = Connection::open(&database).and_then(|history| history.execute(again, [ahead as i64]));
    assert_eq!(added, Ok(1));
    let server = Server::scene(&flags);
    let mut behind = Events::open_behind(server.address, ahead);
    switch(&server, false);
    let mut told = Vec::new();
    until_kind_of(&mut behind, &["camera_added"], &mut told);
    let last = until_kind_of(&mut behind, &["camera_stopped"], &mut told);
    wait::until("history has all", PATIENCE, || history_behind(server.address, ahead).contains(&last));
    let mut expected = history_behind(server.address, ahead);
    expected.retain(|number| *number <= last);
    assert_eq!(told, expected);
}

#[test]
fn who_comes_again_is_told_that_history_lost_something() {
    let folder = media::folder();
    let database = folder.path().join("history.db").display().to_string();
    let server = Server::scene(&["--database", &database]);
    settled(&server);
    let mut first = Events::open(server.address, "results=0");
    switch(&server, false);
    let seen = until_kind(&mut first, "camera_stopped")["id"].as_u64().expect("a number");
    // Most of what history hears next is lost to a fault.
    server.metrics.fences.arm(Place::History, 20, 1);
    (0..25).for_each(|n| switch(&server, n % 2 == 0));
    let mut again = Events::open_behind(server.address, seen);
    loop {
        let told = again.next().expect("the stream goes on");
        if told.event == "lost" {
            assert_eq!((told.id, told.data), (None, json!({ "count": null })));
            break;
        }
    }
    // Whoever begins behind that has lost nothing; the camera is on by now.
    let since = Events::open(server.address, "results=0").since.expect("a number");
    switch(&server, false);
    until_kind(&mut Events::open_behind(server.address, since), "camera_stopped");
}

/// Whether a client that last saw that number is told of a loss when it comes again; and the number of a
/// moment of this run, for who has seen nothing of it.
fn comes_again(server: &Server, seen: u64) -> (bool, u64) {
    settled(server);
    let since = Events::open(server.address, "results=0").since.expect("a number");
    let mut again = Events::open_behind(server.address, seen);
    let came_us = now_us();
    switch(server, false);
    loop {
        let told = again.next().expect("the stream goes on");
        if told.event == "lost" {
            assert_eq!((told.id, told.data), (None, json!({ "count": null })));
            return (true, since);
        }
        // Earlier runs have switched it off too.
        if told.data["kind"] == "camera_stopped" && told.data["at_us"].as_u64() >= Some(came_us) {
            return (false, since);
        }
    }
}

#[test]
fn who_comes_again_is_told_that_an_earlier_run_lost_or_may_have_lost_something() {
    let folder = media::folder();
    let database = folder.path().join("history.db").display().to_string();
    let flags = ["--database", &*database];
    let run = |seen| comes_again(&Server::scene(&flags), seen);
    let (_, first) = run(0);
    let (lost, second) = run(first);
    assert!(!lost, "the first run has come to its end");
    // As a run leaves it that is killed.
    let killed =
        Connection::open(&database).and_then(|history| history.execute("UPDATE totals SET lost = NULL", []));
    assert_eq!(killed, Ok(1));
    let (lost, third) = run(second);
    assert!(lost, "nobody knows of the second");
    assert!(run(second).0, "nor does anybody later");
    assert!(!run(third).0, "who came behind that misses nothing");
}

/// The number of the next event of one of those kinds; adds the numbers of all up to it.
fn until_kind_of(events: &mut Events, kinds: &[&str], told: &mut Vec<u64>) -> u64 {
    loop {
        let event = events.happened();
        let number = event["id"].as_u64().expect("a number");
        told.push(number);
        if kinds.iter().any(|kind| event["kind"] == *kind) {
            return number;
        }
    }
}

#[test]
fn without_history_who_comes_again_goes_on_from_now_on() {
    let server = Server::scene(&[]);
    settled(&server);
    switch(&server, false);
    for last in ["0", "yesterday", "99999999999999999999"] {
        let mut events = Events::open(server.address, &format!("results=0&last_event_id={last}"));
        switch(&server, true);
        assert_eq!(until_kind(&mut events, "camera_started")["camera"], "main", "{last}");
        switch(&server, false);
        assert_eq!(until_kind(&mut events, "camera_stopped")["camera"], "main", "{last}");
    }
}

/// Has more happen than waits for anybody, while one client reads all and another reads nothing; returns what
/// the first was told, and the second after that. `keeps_up` is given two numbers of events in between.
fn many_events(server: &Server, keeps_up: impl Fn([u64; 2])) -> (Vec<u64>, Vec<Told>) {
    settled(server);
    let (mut slow, mut quick) =
        (Events::open_narrow(server.address), Events::open(server.address, "results=0"));
    let mut all = Vec::new();
    for n in 0..3000 {
        // A camera that is off stays so: of each switch is told, and none takes long.
        switch(server, false);
        // No more at once than a reader may be behind by.
        if n % 50 == 49 {
            let mut switched = 0;
            while switched < 50 {
                let event = quick.happened();
                all.extend(event["id"].as_u64());
                switched += u32::from(event["kind"].as_str().is_some_and(|kind| kind.starts_with("camera_")));
            }
            all.last_chunk().copied().into_iter().for_each(&keeps_up);
        }
    }
    let last = all.last().copied();
    let mut told: Vec<Told> = Vec::new();
    while told.last().and_then(|told| told.id) != last {
        told.push(slow.next().expect("the stream goes on"));
    }
    (all, told)
}

fn lost(server: &Server) -> f64 {
    Metrics::of(server.address).sum("news_lost_total", &["reader=\"events\""])
}

#[test]
fn a_client_that_does_not_read_costs_others_nothing_and_learns_of_its_loss() {
    let server = Server::scene(&[]);
    let (all, told) = many_events(&server, |_| ());
    let counts: Vec<u64> = told
        .iter()
        .filter(|told| told.event == "lost")
        .filter_map(|told| told.data["count"].as_u64())
        .collect();
    let numbers: Vec<u64> = told.iter().filter_map(|told| told.id).collect();
    let missing = counts.iter().sum::<u64>();
    assert!(!counts.is_empty() && missing > 0, "{} events were told", told.len());
    assert_eq!(numbers.len() as u64 + missing, all.len() as u64);
    assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]));
    assert_eq!(lost(&server), missing as f64);
}

#[test]
fn a_client_that_does_not_read_gets_from_history_what_it_missed() {
    let folder = media::folder();
    let database = folder.path().join("history.db").display().to_string();
    let server = Server::scene(&["--database", &database]);
    // Whoever comes again gets an event from history when that has heard it.
    let keeps_up = |[before, last]: [u64; 2]| {
        let mut again = Events::open_behind(server.address, before);
        assert_eq!(again.numbers_to(last), [last]);
    };
    let (all, told) = many_events(&server, keeps_up);
    assert!(told.iter().all(|told| told.event == "event"), "nothing is lost");
    let numbers: Vec<u64> = told.iter().filter_map(|told| told.id).collect();
    let other = numbers.iter().zip(&all).position(|(told, all)| told != all);
    assert_eq!((numbers.len(), other), (all.len(), None));
    assert_eq!(lost(&server), 0.0);
}

#[test]
fn streams_are_bounded_their_places_free_again_and_all_end_with_the_server() {
    let mut server = Server::scene(&[]);
    let mut streams: Vec<Events> =
        (0..MOST_STREAMS).map(|_| Events::open(server.address, "results=0")).collect();
    assert!(streams.iter().all(|events| events.status == 200));
    let refused = http::get(server.address, "/api/events/stream");
    assert_eq!((refused.status, &*refused.error_code()), (503, "stream_limit"));
    assert!(refused.header("retry-after").is_some());
    // Nothing happens, and still the one that goes is noticed.
    streams.pop();
    let mut last = wait::until_some("there is a place again", PATIENCE, || {
        Some(Events::open(server.address, "results=0")).filter(|events| events.status == 200)
    });
    server.begin_stop();
    while last.next().is_some() {}
    for mut events in streams {
        while events.next().is_some() {}
    }
}

#[test]
fn a_panic_costs_one_stream() {
    let server = Server::scene(&[]);
    settled(&server);
    let mut events = Events::open(server.address, "results=0");
    server.metrics.fences.arm(Place::Viewer, 1, 1);
    while events.next().is_some() {}
    assert_eq!(Metrics::of(server.address).sum("panics_total", &["where=\"viewer\""]), 1.0);
    let mut next = Events::open(server.address, "results=0");
    switch(&server, false);
    until_kind(&mut next, "camera_stopped");
}
