//! Requests as bytes: smuggled ones, and heads that are none.

use std::time::Duration;

use serde::Deserialize;

use crate::{
    house::House,
    row::spelled,
    support::wait::PATIENCE,
    wire::{self, Request},
};

/// Time in which a server answers what it takes for a request, or ends the connection.
const LISTENS_FOR: Duration = Duration::from_secs(1);

/// Bytes, and how many answers they have: one of these numbers.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bytes {
    name: String,
    #[serde(default)]
    each: Vec<String>,
    send: String,
    answers: Vec<usize>,
}

#[derive(Deserialize)]
struct Table {
    row: Vec<Bytes>,
}

#[test]
fn nothing_is_smuggled_behind_a_request() {
    let table: Table = toml::from_str(include_str!("raw.toml")).expect("tests/attacks/raw.toml is a table");
    let house = House::open(&[]);
    let kept = house.kept();
    let (mut faults, mut sent) = (Vec::new(), 0);
    for row in &table.row {
        let words = if row.each.is_empty() { vec![String::new()] } else { row.each.clone() };
        for word in words {
            let text = row.send.replace("{each}", &word).replace("{host}", &house.address().to_string());
            let mut socket = wire::connect(house.address(), None);
            let (heard, _) = wire::converse(&mut socket, spelled(&text).as_bytes(), LISTENS_FOR);
            let heard = String::from_utf8_lossy(&heard).into_owned();
            let answers: Vec<&str> = heard.split("HTTP/1.1 ").skip(1).collect();
            if !row.answers.contains(&answers.len()) {
                faults.push(format!("{} {word:.40}: {} answers: {heard:.400}", row.name, answers.len()));
            }
            // What is refused is refused by its client's fault; nothing of a smuggled request is answered.
            if heard.contains("\"status\":\"ok\"") && row.answers == [1] && row.send.contains("login") {
                faults.push(format!("{} {word:.40}: the request behind it was answered", row.name));
            }
            if answers.iter().any(|answer| answer.starts_with('5')) {
                faults.push(format!("{} {word:.40}: {heard:.400}", row.name));
            }
            sent += 1;
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(sent >= 50, "{sent} only");
    assert_eq!(house.kept(), kept);
    house.assert_log_is_clean();
}

#[test]
fn a_head_and_a_body_that_do_not_end_are_given_up() {
    let house = House::open(&[]);
    let host = house.address();
    let half = [
        "GET /api/health HTTP/1.1\r\nHost: ".to_owned(),
        "G".to_owned(),
        String::new(),
        format!("POST /api/login HTTP/1.1\r\nHost: {host}\r\nX-A: 1\r\n"),
    ];
    let sockets: Vec<_> = half.iter().map(|text| (text, wire::connect(host, None))).collect();
    for (text, mut socket) in sockets {
        let (heard, ended) = wire::converse(&mut socket, text.as_bytes(), 2 * PATIENCE);
        let heard = String::from_utf8_lossy(&heard).into_owned();
        assert!(ended, "{text:?} is waited for: {heard}");
        assert!(heard.is_empty() || heard.starts_with("HTTP/1.1 4"), "{text:?}: {heard}");
    }
    let body = format!(
        "POST /api/cameras HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {}\r\nX-Steadycast: 1\r\n\
         Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{{\"name\":",
        crate::house::ADMIN
    );
    let mut socket = wire::connect(host, None);
    let (heard, ended) = wire::converse(&mut socket, body.as_bytes(), 2 * PATIENCE);
    let heard = String::from_utf8_lossy(&heard).into_owned();
    assert!(ended && (heard.is_empty() || heard.starts_with("HTTP/1.1 4")), "{ended} {heard}");
    assert_eq!(wire::ask(host, &Request::of("GET", "/api/health")).status, 200);
}
