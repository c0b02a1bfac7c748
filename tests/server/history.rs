//! History through the whole server: what cameras saw, asked for later, and after a restart.

use std::{fs, net::SocketAddr};

use serde_json::{Value, json};
use steadycast::nouns::event::Event;

use crate::support::{
    http, media,
    server::Server,
    viewer::Viewer,
    wait::{self, PATIENCE},
};

/// A plaza with a line that is crossed every few seconds.
const PLAZA: [&str; 6] =
    ["--source", "synthetic:people=40,vehicles=6,seed=3", "--capture-fps", "15", "--analytics", "on"];

fn remembering(database: &str) -> Server {
    Server::start(&[&PLAZA[..], &["--database", database]].concat())
}

fn events(address: SocketAddr, query: &str) -> Vec<Value> {
    let told = http::get(address, &format!("/api/events?{query}")).json();
    told["events"].as_array().expect("a list").clone()
}

/// What has crossed lines today, both ways.
fn crossed(address: SocketAddr) -> u64 {
    let stats = http::get(address, "/api/stats").json();
    stats["inbound"].as_u64().unwrap_or(0) + stats["outbound"].as_u64().unwrap_or(0)
}

#[test]
fn what_cameras_saw_is_told_later_and_todays_counts_outlive_the_server() {
    let folder = media::folder();
    let database = folder.path().join("data/history.db").display().to_string();
    let before = {
        let server = remembering(&database);
        let row = wait::until_some("a row with people", 3 * PATIENCE, || {
            let rows = http::get(server.address, "/api/history?step=1m").json()["rows"].clone();
            rows.as_array()?
                .last()
                .filter(|row| !row["people"].is_null() && !row["objects"].is_null())
                .cloned()
        });
        assert!(row["people"]["mean"].as_f64().is_some_and(|people| people > 5.0), "{row}");
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
        assert!(events(server.address, "camera=attic").is_empty());
        wait::until("it is counted", PATIENCE, || crossed(server.address) > 0);
        crossed(server.address)
    };
    let server = remembering(&database);
    wait::until("yesterday's server counted for today", 3 * PATIENCE, || crossed(server.address) >= before);
    let stats = http::get(server.address, "/api/stats").json();
    assert!(stats["since"].as_str().is_some_and(|since| since.contains("T00:00:00")), "{}", stats["since"]);
    let reset = http::change(server.address, "POST", "/api/cameras/main/counts/reset", &json!({}));
    assert_eq!(reset.status, 200, "{}", reset.text());
    let stats = http::get(server.address, "/api/stats").json();
    assert_eq!(stats["since"], reset.json()["since"]);
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
    viewer.frames(5);
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
        ("from=1970-01-01&step=1m", "longer step"),
    ] {
        let reply = http::get(server.address, &format!("/api/history?{query}"));
        let is_empty = reply.status == 200 && query.contains("1970");
        assert!(is_empty || (reply.status, &*reply.error_code()) == (400, "bad_query"), "{query}");
        assert!(is_empty || reply.text().contains(words), "{}", reply.text());
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
