//! The audit: who changed what, in the database and on the log, and to whom that is shown.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use serde_json::{Value, json};
use socket2::SockRef;

use crate::support::{
    SCENE, http,
    media::free_port,
    program::Program,
    wait::{self, PATIENCE},
};

const ADMIN: &str = "admin-sesame";
const VIEWER: &str = "open-sesame";

/// A program with an audit, with its folder.
fn audited() -> (Program, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (database, key) = (path("access.db"), path("token.key"));
    let flags = [
        ["--admin-token", ADMIN],
        ["--viewer-token", VIEWER],
        ["--access-database", &database],
        ["--jwt-key-file", &key],
        ["--source", SCENE],
        ["--capture-width", "320"],
        ["--capture-height", "180"],
    ];
    (Program::start(&flags.concat()), folder)
}

/// Sends a change with a token.
fn change(program: &Program, token: &str, path: &str, body: &Value) -> u16 {
    let bearer = format!("Bearer {token}");
    let headers = [("Authorization", &*bearer), ("Content-Type", "application/json")];
    http::change_with(program.address, ("POST", path), &headers, &body.to_string()).status
}

/// The page of the audit behind that query.
fn entries(program: &Program, query: &str) -> Vec<Value> {
    let bearer = format!("Bearer {ADMIN}");
    let path = format!("/api/audit{query}");
    let reply = http::get_with(program.address, &path, &[("Authorization", &bearer)]);
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()["entries"].as_array().expect("a list").clone()
}

#[test]
fn who_changed_what_from_where_is_told_to_admins_alone() {
    let (program, _folder) = audited();
    assert_eq!(http::change(program.address, "POST", "/api/login", &json!({ "token": "guess" })).status, 401);
    assert_eq!(http::change(program.address, "POST", "/api/login", &json!({ "token": VIEWER })).status, 200);
    let wish = json!({"role": "viewer", "cameras": ["main"], "ttl_seconds": 600, "name": "guard"});
    assert_eq!(change(&program, ADMIN, "/api/tokens", &wish), 201);
    assert_eq!(change(&program, ADMIN, "/api/cameras/main/share", &json!({ "ttl_seconds": 60 })), 201);
    assert_eq!(change(&program, ADMIN, "/api/tokens/revoke", &json!({ "id": "abc" })), 200);
    let told = entries(&program, "");
    let rows: Vec<[&str; 3]> = told
        .iter()
        .map(|row| ["who", "action", "outcome"].map(|field| row[field].as_str().expect("a text")))
        .collect();
    let admin = "the admin's token";
    assert_eq!(
        rows,
        [
            [admin, "revoked", "done"],
            [admin, "shared", "done"],
            [admin, "made a token", "done"],
            ["the viewers' token", "logged in", "done"],
            ["nobody", "tried to log in", "wrong_credential"],
        ]
    );
    assert!(told.iter().all(|row| row["address"] == "127.0.0.1" && row["time"].is_string()), "{told:?}");
    assert_eq!((&told[1]["camera"], &told[2]["camera"]), (&json!("main"), &Value::Null));
    assert!(told[2]["detail"].as_str().is_some_and(|detail| detail.contains("guard")), "{}", told[2]);
    let second = entries(&program, &format!("?limit=2&before={}", told[1]["id"]));
    assert_eq!(second, told[2..4]);
    let cookie = format!("steadycast_session_{}=abc", program.address.port());
    let stale = ("Cookie", &*cookie);
    let guesses = [("/api/status", ("Authorization", "Bearer guess")), ("/api/status?token=guess", stale)];
    for (path, header) in guesses {
        assert_eq!(http::get_with(program.address, path, &[header]).status, 401);
    }
    let guessed = &entries(&program, "?limit=3")[..];
    for row in &guessed[..guesses.len()] {
        assert_eq!((&row["who"], &row["action"]), (&json!("nobody"), &json!("showed a token")), "{row}");
        assert_eq!((&row["outcome"], &row["address"]), (&json!("wrong_credential"), &json!("127.0.0.1")));
        assert!(!row.to_string().contains("guess"), "{row}");
    }
    assert_eq!(guessed[guesses.len()], told[0], "one row each");
    for token in [VIEWER, "guess"] {
        let bearer = format!("Bearer {token}");
        let reply = http::get_with(program.address, "/api/audit", &[("Authorization", &bearer)]);
        assert_eq!(reply.status, 401);
        let is_told = reply.text().contains("this is for admins");
        assert_eq!(is_told, token == VIEWER, "{}", reply.text());
    }
}

#[test]
fn each_change_is_one_line_on_the_log_and_no_secret_is_in_it() {
    let (program, _folder) = audited();
    let odd = json!({ "name": "x\r\nINFO audit: the admin's token", "password": "hunter2hunter2" });
    assert_eq!(http::change(program.address, "POST", "/api/login", &odd).status, 401);
    let wish = json!({"role": "admin", "ttl_seconds": 600});
    assert_eq!(change(&program, ADMIN, "/api/tokens", &wish), 201);
    wait::until("the log tells both", PATIENCE, || program.log().matches("audit: ").count() >= 2);
    let log = program.log();
    let lines: Vec<&str> = log.lines().filter(|line| line.contains("audit: ")).collect();
    assert_eq!(lines.len(), 2, "{log}");
    assert!(
        lines[0].contains("nobody from 127.0.0.1 tried to log in") && lines[0].contains("refused"),
        "{log}"
    );
    assert!(
        lines[1].contains("the admin's token from 127.0.0.1 made a token: admin of all cameras"),
        "{log}"
    );
    for secret in [ADMIN, VIEWER, "hunter2", "eyJ"] {
        assert!(!log.contains(secret), "{secret}: {log}");
    }
}

#[test]
fn what_a_handler_refuses_and_what_is_tried_is_written_down() {
    let (program, _folder) = audited();
    let closed = format!("rtsp://me:hunter2@127.0.0.1:{}/live", free_port());
    for (path, body, status) in [
        ("/api/cameras", json!({}), 400),
        ("/api/tokens", json!({"role": "boss", "ttl_seconds": 600}), 400),
        ("/api/cameras/nowhere/start", json!({}), 404),
        ("/api/cameras/test", json!({ "source": closed }), 422),
    ] {
        assert_eq!(change(&program, ADMIN, path, &body), status, "{path}");
    }
    let told = entries(&program, "");
    let rows: Vec<[&str; 3]> = told
        .iter()
        .map(|row| ["action", "detail", "outcome"].map(|field| row[field].as_str().expect("a text")))
        .collect();
    assert_eq!(rows.len(), 4, "one each: {rows:?}");
    assert_eq!((rows[0][0], rows[0][2]), ("tried a source", "no_picture"));
    assert!(rows[0][1].contains("127.0.0.1") && !rows[0][1].contains("hunter2"), "{rows:?}");
    assert_eq!((rows[1][0], rows[1][2]), ("changed", "no_camera"));
    assert_eq!(rows[2], ["asked for", "POST /api/tokens", "bad_body"]);
    assert_eq!(rows[3], ["asked for", "POST /api/cameras", "bad_body"]);
}

/// Asks for a change over a connection that is open already, and resets it before the answer.
fn change_and_reset(program: &Program, body: &Value) {
    let mut socket = TcpStream::connect(program.address).expect("listens");
    socket.set_read_timeout(Some(PATIENCE)).expect("a limit");
    let head = format!("Host: {}\r\nAuthorization: Bearer {ADMIN}\r\n", program.address);
    socket.write_all(format!("GET /api/health HTTP/1.1\r\n{head}\r\n").as_bytes()).expect("is taken");
    assert!(socket.read(&mut [0; 4096]).expect("is answered") > 0);
    let body = body.to_string();
    let kind = "Content-Type: application/json";
    let change =
        format!("POST /api/cameras HTTP/1.1\r\n{head}{kind}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    socket.write_all(change.as_bytes()).expect("is taken");
    // Its end is a reset, and no FIN.
    SockRef::from(&socket).set_linger(Some(Duration::ZERO)).expect("is set");
}

#[test]
fn who_resets_the_connection_is_written_down_all_the_same() {
    let (program, _folder) = audited();
    let mut asked = 0;
    let mut change = || {
        let source = "synthetic:people=1,vehicles=0";
        change_and_reset(&program, &json!({"name": format!("c{asked}"), "source": source, "enabled": false}));
        asked += 1;
    };
    (0..8).for_each(|_| change());
    let added = || {
        let bearer = format!("Bearer {ADMIN}");
        let reply = http::get_with(program.address, "/api/cameras", &[("Authorization", &bearer)]);
        reply.json()["cameras"].as_array().expect("a list").len() - 1
    };
    wait::until("a change is made and written down", PATIENCE, || {
        let made = added();
        if made == 0 {
            // Nothing comes of one whose reset is read before it.
            change();
        }
        made > 0 && entries(&program, "").iter().filter(|row| row["action"] == "added").count() == made
    });
}
