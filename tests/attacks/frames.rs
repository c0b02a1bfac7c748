//! WebSockets that break the rules behind the upgrade, by bytes; the server closes that one and no other.

use std::io::Write;

use serde::Deserialize;
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;

use crate::{
    house::{House, VIEWER},
    row::spelled,
    support::viewer::{Heard, Viewer},
    wire::{self, Request},
};

/// Frames, as bytes or as texts, and with which codes the server may close.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    #[serde(default)]
    bytes: Vec<String>,
    #[serde(default)]
    texts: Vec<String>,
    codes: Vec<u16>,
}

#[derive(Deserialize)]
struct Table {
    row: Vec<Row>,
}

/// The code of a connection that ended without one.
const GONE: u16 = 1006;

/// What becomes of a viewer that has sent something: the code with which it is closed, or 0.
fn outcome(viewer: &mut Viewer) -> u16 {
    // It may be closed already.
    let _ = viewer.socket.send(Message::text(json!({"type": "ping", "t": "still here"}).to_string()));
    loop {
        match viewer.next() {
            Heard::Close(code, _) => return code,
            Heard::Gone => return GONE,
            Heard::Text(said) if said["type"] == "pong" && said["t"] == "still here" => return 0,
            _ => {}
        }
    }
}

#[test]
fn frames_that_break_the_rules_close_their_own_viewer_alone() {
    let table: Table =
        toml::from_str(include_str!("frames.toml")).expect("tests/attacks/frames.toml is a table");
    let house = House::open(&[]);
    let kept = house.kept();
    let path = format!("/websocket/yard/40?token={VIEWER}");
    let mut bystander = Viewer::open(house.address(), &path);
    bystander.frame();
    let (mut faults, mut sent) = (Vec::new(), 0);
    for row in &table.row {
        for frame in &row.bytes {
            let mut viewer = Viewer::open(house.address(), &path);
            viewer.socket.get_mut().write_all(&wire::bytes(frame)).expect("the server takes the bytes");
            let code = outcome(&mut viewer);
            if !row.codes.contains(&code) {
                faults.push(format!("{}: {frame}: {code} instead of {:?}", row.name, row.codes));
            }
            sent += 1;
        }
        for text in &row.texts {
            let mut viewer = Viewer::open(house.address(), &path);
            viewer.send(Message::text(spelled(text)));
            let code = outcome(&mut viewer);
            if !row.codes.contains(&code) {
                faults.push(format!("{}: {text}: {code} instead of {:?}", row.name, row.codes));
            }
            sent += 1;
        }
        bystander.frame();
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(sent > 60, "{sent} only");
    assert_eq!(house.kept(), kept);
    house.assert_log_is_clean();
}

#[test]
fn an_upgrade_agrees_to_nothing_that_was_not_asked_for_here() {
    let house = House::open(&[]);
    let upgrade = || {
        Request::of("GET", "/websocket/yard/40")
            .showing(VIEWER)
            .with("Connection", "Upgrade")
            .with("Upgrade", "websocket")
            .with("Sec-WebSocket-Version", "13")
            .with("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
    };
    let offered = upgrade()
        .with(
            "Sec-WebSocket-Extensions",
            "permessage-deflate; client_max_window_bits, x-webkit-deflate-frame",
        )
        .with("Sec-WebSocket-Protocol", "shell, admin");
    let said = wire::ask(house.address(), &offered);
    assert_eq!(said.status, 101, "{}", said.head);
    assert_eq!(said.header("sec-websocket-extensions"), None, "nothing is compressed");
    assert_eq!(said.header("sec-websocket-protocol"), None);
    for origin in ["http://evil.example", "null", "https://127.0.0.1"] {
        let said = wire::ask(house.address(), &upgrade().with("Origin", origin));
        assert_eq!((said.status, said.code().as_str()), (403, "foreign_origin"), "{origin}");
    }
    let evil = wire::ask(house.address(), &upgrade().with("Host", "evil.example"));
    assert_eq!((evil.status, evil.code().as_str()), (403, "unknown_host"));
}
