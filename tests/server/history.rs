//! History through the whole server: what cameras saw, asked for later, and after a restart.

use std::{
    fs,
    io::{Read, Write},
    net::SocketAddr,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use rusqlite::Connection;
use serde_json::{Value, json};
use steadycast::{frame::now_us, nouns::event::Event};
use turbojpeg::PixelFormat;

use crate::support::{
    day, http, media,
    metrics::Metrics,
    server::Server,
    viewer::{Viewer, decoded_size, narrow},
    wait::{self, PATIENCE},
};

/// A plaza with a line that is crossed every few seconds.
const PLAZA: [&str; 6] =
    ["--source", "synthetic:people=40,vehicles=6,seed=3", "--capture-fps", "15", "--analytics", "on"];

fn remembering(database: &str) -> Server {
    Server::start(&[&PLAZA[..], &["--database", database]].concat())
}

fn events(address: SocketAddr, query: &str) -> Vec<Value> {
    // Right after the start the database may not be open yet.
    wait::until_some("history answers", PATIENCE, || {
        http::get(address, &format!("/api/events?{query}")).json()["events"].as_array().cloned()
    })
}

/// What has crossed lines today, both ways.
fn crossed(address: SocketAddr) -> u64 {
    let stats = http::get(address, "/api/stats").json();
    stats["inbound"].as_u64().unwrap_or(0) + stats["outbound"].as_u64().unwrap_or(0)
}

#[test]
fn what_cameras_saw_is_told_later_and_todays_counts_outlive_the_server() {
    day::within_one(what_was_seen_and_counted_outlives_the_server);
}

fn what_was_seen_and_counted_outlives_the_server() {
    let folder = media::folder();
    let database = folder.path().join("data/history.db").display().to_string();
    let began_s = (now_us() / 1_000_000) as i64;
    let (before, since) = {
        let server = remembering(&database);
        let row = wait::until_some("a row with people", 3 * PATIENCE, || {
            let rows = http::get(server.address, "/api/history?step=1m").json()["rows"].clone();
            rows.as_array()?
                .last()
                .filter(|row| row["people"]["mean"].as_f64() > Some(5.0) && !row["objects"].is_null())
                .cloned()
        });
        assert!(row["from"].as_str().is_some_and(|from| from.contains('T')), "{row}");
        let table = http::get(server.address, "/api/history.csv?step=1m");
        assert_eq!(table.header("content-type"), Some("text/csv; charset=utf-8"));
        assert!(table.text().starts_with("from,to,people_mean") && table.text().lines().count() >= 2);

        let crossing = wait::until_some("somebody crosses", 6 * PATIENCE, || {
            events(server.address, "kind=line_crossed&limit=1").pop()
        });
        assert_eq!((&crossing["camera"], &crossing["line"]), (&json!("main"), &json!("promenade")));
        let page = events(server.address, &format!("before={}", crossing["id"]));
        assert!(page.iter().any(|event| event["kind"] == "camera_added"), "{page:?}");
        let nowhere = http::get(server.address, "/api/events?camera=attic");
        assert_eq!((nowhere.status, &*nowhere.error_code()), (404, "no_camera"));
        wait::until("it is counted", PATIENCE, || crossed(server.address) > 0);
        (crossed(server.address), http::get(server.address, "/api/stats").json()["since"].clone())
    };
    // The database is younger than the day.
    let since_s = since.as_str().and_then(|since| since.parse::<jiff::Timestamp>().ok());
    assert!(since_s.is_some_and(|since| since.as_second() >= began_s), "{since}");
    let server = remembering(&database);
    wait::until("yesterday's server counted for today", 3 * PATIENCE, || crossed(server.address) >= before);
    let stats = http::get(server.address, "/api/stats").json();
    assert_eq!(stats["since"], since);
    let reset = http::change(server.address, "POST", "/api/cameras/main/counts/reset", &json!({}));
    assert_eq!(reset.status, 200, "{}", reset.text());
    let stats = http::get(server.address, "/api/stats").json();
    assert_eq!(stats["since"], reset.json()["since"]);
    wait::until("somebody is counted since", 3 * PATIENCE, || {
        http::get(server.address, "/api/stats").json()["detection_count"].is_u64()
    });
    drop(server);
    // Without a detector history still knows.
    let source = &PLAZA[..2];
    let server = Server::start(&[source, &["--analytics", "off", "--database", &database]].concat());
    let stats = wait::until_some("history answers", PATIENCE, || {
        Some(http::get(server.address, "/api/stats").json()).filter(|stats| stats["inbound"].is_u64())
    });
    assert!(stats["counts"].is_null() && stats["lines"][0]["id"] == "promenade", "{stats}");
    assert_eq!(stats["since"], reset.json()["since"]);
}

/// Pixels that are as teal as the boxes of people, in a picture of the plaza.
fn teal(jpeg: &[u8]) -> usize {
    let pixels = turbojpeg::decompress(jpeg, PixelFormat::RGB).expect("decodes").pixels;
    let is_teal = |pixel: &&[u8]| {
        let [red, green, blue] = [pixel[0], pixel[1], pixel[2]].map(i32::from);
        green - red > 50 && blue - red > 30 && green > 120
    };
    pixels.chunks_exact(3).filter(is_teal).count()
}

#[test]
fn a_crossing_has_a_picture_with_the_boxes_of_those_who_are_there() {
    let folder = media::folder();
    let server = remembering(&folder.path().join("history.db").display().to_string());
    let crossing = wait::until_some("a crossing has a picture", 6 * PATIENCE, || {
        let crossings = events(server.address, "kind=line_crossed");
        crossings.into_iter().find(|event| !event["snapshot"].is_null())
    });
    let path = crossing["snapshot"].as_str().expect("a path");
    let picture = http::get(server.address, path);
    assert_eq!((picture.status, picture.header("content-type")), (200, Some("image/jpeg")));
    assert_eq!(decoded_size(&picture.body), (640, 360));
    assert_eq!(picture.header("cache-control"), Some("private, no-cache"), "who may see it may change");
    let tag = picture.header("etag").expect("it has a tag");
    let again = http::get_with(server.address, path, &[("If-None-Match", tag)]);
    assert_eq!((again.status, again.body.len(), again.header("etag")), (304, 0, Some(tag)));
    let other = http::get_with(server.address, path, &[("If-None-Match", "\"another\"")]);
    assert_eq!((other.status, &other.body), (200, &picture.body));
    let plain = http::get(server.address, "/api/snapshot/main?scale=2&level=70").body;
    assert!(
        teal(&picture.body) > teal(&plain) + 100,
        "{} teal pixels, {} without boxes",
        teal(&picture.body),
        teal(&plain)
    );
    let without =
        ["camera_added", "camera_changed"].map(|kind| events(server.address, &format!("kind={kind}")));
    assert!(without.iter().flatten().all(|event| event["snapshot"].is_null()), "{without:?}");
}

#[test]
fn a_disk_that_keeps_nothing_costs_history_and_no_picture() {
    let server = Server::scene(&["--database", "/proc/nothing/history.db"]);
    let mut viewer = Viewer::open(server.address, "/websocket/60");
    viewer.frames(20);
    wait::until("it is said", PATIENCE, || {
        http::get(server.address, "/api/ready").json()["degraded"].to_string().contains("history: ")
    });
    let told = viewer.text_where("status", PATIENCE, |status| !status["degraded"].is_null());
    let told = told["degraded"].to_string();
    assert!(told.contains("history is not written") && !told.contains("/proc"), "{told}");
    let reply = http::get(server.address, "/api/events");
    assert_eq!((reply.status, &*reply.error_code()), (503, "history_failed"));
    assert!(http::get(server.address, "/metrics").text().contains("\nsteadycast_history_up 0\n"));
    viewer.frames(5);
    let folder = media::folder();
    let well = Server::scene(&["--database", &folder.path().join("history.db").display().to_string()]);
    wait::until("another one is written", PATIENCE, || {
        Metrics::of(well.address).sum("history_up", &[]) == 1.0
    });
}

#[test]
fn days_begin_where_the_zone_that_is_asked_for_has_its_midnight() {
    let folder = media::folder();
    let database = folder.path().join("history.db").display().to_string();
    let server = Server::scene(&["--database", &database]);
    // Midnight of Tokyo, which knows no summer time, is at 15:00 UTC.
    for (zone, offset, second_of_day) in [("UTC", "+00:00", 0), ("Asia/Tokyo", "+09:00", 15 * 3600)] {
        let row = wait::until_some("there is a row", PATIENCE, || {
            let path = format!("/api/history?step=1d&tz={zone}");
            http::get(server.address, &path).json()["rows"].as_array()?.last().cloned()
        });
        let midnight = format!("T00:00:00{offset}");
        for border in ["from", "to"] {
            assert!(row[border].as_str().is_some_and(|at| at.ends_with(&midnight)), "{zone}: {row}");
            let at_s = row[format!("{border}_s")].as_i64().expect("seconds");
            assert_eq!(at_s.rem_euclid(24 * 3600), second_of_day, "{zone}: {row}");
        }
    }
}

/// Answers of rows that may wait for their clients at once.
const MOST_SERIES: usize = 4;

/// Seconds of a month of 30 days.
const MONTH_S: i64 = 30 * 24 * 3600;

/// Adds a month of minutes before `now_s`, in each of which three people were seen: megabytes of text.
fn remember_a_month(database: &str, now_s: i64) {
    remember(database, now_s, MONTH_S);
}

/// Adds the minutes of that many seconds before `now_s`, in each of which three people were seen.
fn remember(database: &str, now_s: i64, span_s: i64) {
    // The crowd model's people, without names: one sample (`src/history/sums.rs`).
    let sums = [&[1, 0, 0, 1][..], &3f64.to_le_bytes(), &3f32.to_le_bytes()].concat();
    let minutes = "INSERT OR IGNORE INTO minutes
                   WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < ?3 / 60)
                   SELECT (SELECT id FROM cameras WHERE name = 'main'), ?1 / 60 * 60 - 60 * i, ?2 FROM n";
    let written = Connection::open(database)
        .and_then(|history| history.execute(minutes, rusqlite::params![now_s, sums, span_s]));
    assert!(written.expect("is written") > 40_000);
}

#[test]
fn clients_that_take_no_answer_are_cut_off_and_keep_others_from_no_other_question() {
    let folder = media::folder();
    let database = folder.path().join("history.db").display().to_string();
    let server = Server::scene(&["--database", &database, "--viewer-timeout", "5"]);
    wait::until("history knows the camera", PATIENCE, || !events(server.address, "").is_empty());
    let now_s = (now_us() / 1_000_000) as i64;
    remember_a_month(&database, now_s);
    let path = format!("/api/history?step=1m&from={}", now_s - MONTH_S);
    let rows = |told: &Value| told["rows"].as_array().map_or(0, Vec::len);
    assert!(rows(&http::get(server.address, &path).json()) > 40_000);
    let slow: Vec<_> = (0..MOST_SERIES).map(|_| http::open_narrow(server.address, &path)).collect();
    assert!(slow.iter().all(|stream| stream.status == 200));
    let busy = http::get(server.address, "/api/history");
    assert_eq!((busy.status, &*busy.error_code()), (503, "history_failed"));
    assert_eq!(http::get(server.address, "/api/events").status, 200);
    wait::until("they are cut off", 2 * PATIENCE, || http::get(server.address, &path).status == 200);
    drop(slow);
}

/// How a client came to its end that took an answer bit by bit.
#[derive(Debug)]
struct Cut {
    /// Time from its question to the end.
    after: Duration,
    /// Longest time between two pieces, and between the last one and the end.
    quiet: Duration,
}

/// Asks for that, and once an answer has begun, takes bit by bit of it until it ends.
fn trickle(address: SocketAddr, path: &str) -> JoinHandle<Cut> {
    let (mut socket, asked) = (narrow(address), Instant::now());
    // A kernel that gives a connection up tells the other side nothing.
    socket.set_read_timeout(Some(PATIENCE)).expect("is a time");
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n");
    socket.write_all(request.as_bytes()).expect("the server takes the request");
    let mut some = [0; 2048];
    let bytes = socket.read(&mut some).expect("an answer begins");
    assert!(some[..bytes].starts_with(b"HTTP/1.1 200 "), "{}", String::from_utf8_lossy(&some[..bytes]));
    thread::spawn(move || {
        let (mut last, mut quiet) = (Instant::now(), Duration::ZERO);
        // Minutes for all of it, and never long without a byte.
        loop {
            let goes_on = socket.read(&mut some).is_ok_and(|bytes| bytes > 0);
            quiet = quiet.max(last.elapsed());
            if !goes_on {
                return Cut { after: asked.elapsed(), quiet };
            }
            last = Instant::now();
            thread::sleep(Duration::from_millis(100));
        }
    })
}

#[test]
fn clients_that_take_an_answer_bit_by_bit_are_cut_off_too() {
    let folder = media::folder();
    let database = folder.path().join("history.db").display().to_string();
    let timeout = Duration::from_secs(4);
    let seconds = timeout.as_secs().to_string();
    let server = Server::scene(&["--database", &database, "--viewer-timeout", &seconds]);
    wait::until("history knows the camera", PATIENCE, || !events(server.address, "").is_empty());
    let now_s = (now_us() / 1_000_000) as i64;
    remember_a_month(&database, now_s);
    let path = format!("/api/history?step=1m&from={}", now_s - MONTH_S);
    let slow: Vec<_> = (0..MOST_SERIES).map(|_| trickle(server.address, &path)).collect();
    assert_eq!(http::get(server.address, "/api/history").status, 503, "all places are taken");
    wait::until("they are cut off", 3 * PATIENCE, || http::get(server.address, &path).status == 200);
    for client in slow {
        let cut = client.join().expect("comes to its end");
        // The kernel, which bounds the time without a byte, had no reason.
        assert!(cut.after >= 2 * timeout && cut.quiet < timeout, "{cut:?}");
    }
}

#[test]
fn more_rows_than_are_given_at_once_are_refused_with_what_helps() {
    let folder = media::folder();
    let database = folder.path().join("history.db").display().to_string();
    let server = Server::scene(&["--database", &database, "--history-minutes-days", "365"]);
    wait::until("history knows the camera", PATIENCE, || !events(server.address, "").is_empty());
    remember(&database, (now_us() / 1_000_000) as i64, 3 * MONTH_S);
    for path in ["/api/history", "/api/history.csv"] {
        let ask = |step| http::get(server.address, &format!("{path}?step={step}&from=1970-01-01"));
        let refused = ask("1m");
        assert_eq!((refused.status, &*refused.error_code()), (400, "bad_query"), "{path}");
        assert!(refused.text().contains("longer step"), "{}", refused.text());
        assert_eq!(ask("15m").status, 200, "{path}");
    }
}

#[test]
fn all_that_is_wrong_is_said_where_no_camera_gives_a_picture() {
    let source = format!("rtsp://127.0.0.1:{}/live", media::free_port());
    let flags = ["--source", &*source, "--analytics", "off", "--database", "/proc/nothing/history.db"];
    let server = Server::start(&flags);
    let gate = json!({ "name": "gate", "source": source });
    assert_eq!(http::change(server.address, "POST", "/api/cameras", &gate).status, 201);
    wait::until("all of it is said", PATIENCE, || {
        let ready = http::get(server.address, "/api/ready");
        let told = ready.json();
        let why = told["error"]["message"].to_string();
        let is_all = ["camera main", "camera gate"].iter().all(|camera| why.contains(camera));
        ready.status == 503 && is_all && told["degraded"].to_string().contains("history: ")
    });
}

#[test]
fn without_a_database_and_with_odd_questions_the_reason_is_said() {
    let server = Server::scene(&[]);
    for path in ["/api/history", "/api/history.csv", "/api/events"] {
        let reply = http::get(server.address, path);
        assert_eq!((reply.status, &*reply.error_code()), (503, "history_off"), "{path}");
    }
    let folder = media::folder();
    let database = folder.path().join("history.db").display().to_string();
    let server = Server::scene(&["--database", &database]);
    wait::until("there is a database", PATIENCE, || fs::exists(&database).unwrap_or(false));
    for (query, words) in [
        ("from=yesterday", "2026"),
        ("tz=Mars/Base", "Europe/Berlin"),
        ("step=7m", "15m"),
        ("from=2026-01-02&to=2026-01-01", "later"),
    ] {
        let reply = http::get(server.address, &format!("/api/history?{query}"));
        assert_eq!((reply.status, &*reply.error_code()), (400, "bad_query"), "{query}");
        assert!(reply.text().contains(words), "{}", reply.text());
    }
    assert_eq!(http::get(server.address, "/api/events/1/snapshot").status, 404);
    assert_eq!(http::get(server.address, "/api/events?limit=none").status, 400);
    let odd = http::get(server.address, "/api/events?kind=line_cross");
    assert_eq!((odd.status, &*odd.error_code()), (400, "bad_query"));
    for kind in Event::KINDS {
        assert!(odd.text().contains(kind), "{kind} is offered: {}", odd.text());
        assert_eq!(http::get(server.address, &format!("/api/events?kind={kind}")).status, 200, "{kind}");
    }
}
