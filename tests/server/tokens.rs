//! Signed tokens and share links: what they give, and that nothing is left of them once they are revoked.

use std::{sync::mpsc::channel, thread, time::Instant};

use serde_json::{Value, json};

use super::login::CLOSED_WITHIN;
use crate::support::{
    http::{self, Reply},
    is_long,
    server::Server,
    viewer::{Heard, Viewer},
    wait::PATIENCE,
};

const ADMIN: &str = "admin sesame";

/// A server that signs tokens and can revoke them, with flags besides.
fn signing(folder: &tempfile::TempDir, flags: &[&str]) -> Server {
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (database, key) = (path("access.db"), path("token.key"));
    let own = ["--admin-token", ADMIN, "--access-database", &database, "--jwt-key-file", &key];
    Server::scene(&[&own[..], flags].concat())
}

/// Sends a change of the admin's.
fn admin(server: &Server, path: &str, body: &Value) -> Reply {
    let bearer = format!("Bearer {ADMIN}");
    let headers = [("Authorization", &*bearer), ("Content-Type", "application/json")];
    http::change_with(server.address, ("POST", path), &headers, &body.to_string())
}

/// Has a token made; returns it with its id.
fn make(server: &Server, wish: &Value) -> (String, String) {
    let reply = admin(server, "/api/tokens", wish);
    assert_eq!(reply.status, 201, "{}", reply.text());
    let made = reply.json();
    let text = |field: &str| made[field].as_str().expect("a text").to_owned();
    assert!(made["until"].is_string());
    (text("token"), text("id"))
}

fn status(server: &Server, path: &str, token: &str) -> u16 {
    let bearer = format!("Bearer {token}");
    http::open(server.address, path, &[("Authorization", &bearer)]).status
}

#[test]
fn a_token_is_for_its_cameras_and_for_looking() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = signing(&folder, &[]);
    let of =
        |cameras: Value| make(&server, &json!({"role": "viewer", "cameras": cameras, "ttl_seconds": 600})).0;
    let (own, other, all) = (of(json!(["main", "yard"])), of(json!(["yard"])), of(Value::Null));
    for path in ["/api/snapshot/main", "/api/cameras/main", "/api/video/stream/main"] {
        assert_eq!([&own, &other, &all].map(|token| status(&server, path, token)), [200, 404, 200], "{path}");
    }
    assert_eq!([&own, &other].map(|token| status(&server, "/api/audit", token)), [401, 401]);
    let by_query = http::get(server.address, &format!("/api/session?token={other}")).json();
    assert_eq!((&by_query["role"], &by_query["cameras"]), (&json!("viewer"), &json!(["yard"])));
    // A right token that was changed is none.
    let (head, tag) = own.rsplit_once('.').expect("three parts");
    for forged in [format!("{head}."), format!("{head}.{}", tag.to_uppercase()), head.to_owned()] {
        assert_eq!(status(&server, "/api/status", &forged), 401, "{forged}");
    }
}

#[test]
fn a_wish_that_cannot_be_is_refused_and_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = signing(&folder, &[]);
    for (wish, named) in [
        (json!({"role": "boss", "ttl_seconds": 600}), "role"),
        (json!({"role": "viewer", "ttl_seconds": 1}), "ttl_seconds"),
        (json!({"role": "viewer", "ttl_seconds": 600, "cameras": []}), "cameras"),
        (json!({"role": "viewer", "ttl_seconds": 600, "cams": ["main"]}), "cams"),
    ] {
        let reply = admin(&server, "/api/tokens", &wish);
        assert_eq!((reply.status, reply.error_code().as_str()), (400, "bad_body"), "{wish}");
        assert!(reply.text().contains(named), "{}", reply.text());
    }
    let reply = admin(&server, "/api/cameras/nowhere/share", &json!({ "ttl_seconds": 600 }));
    assert_eq!((reply.status, reply.error_code().as_str()), (404, "no_camera"));
}

#[test]
fn a_share_link_shows_one_camera_and_leaves_no_token_in_the_address() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = signing(&folder, &[]);
    let shared = admin(&server, "/api/cameras/main/share", &json!({ "ttl_seconds": 600 }));
    assert_eq!(shared.status, 201, "{}", shared.text());
    let url = shared.json()["url"].as_str().expect("a path").to_owned();
    assert!(url.starts_with("/?camera=main&token="), "{url}");
    let page = http::get(server.address, &url);
    assert_eq!((page.status, page.header("location")), (303, Some("/?camera=main")));
    let cookie = page.header("set-cookie").expect("a session").split(';').next().expect("a pair").to_owned();
    let shown = [("Cookie", &*cookie)];
    let told = http::get_with(server.address, "/api/session", &shown).json();
    assert_eq!((&told["role"], &told["cameras"]), (&json!("viewer"), &json!(["main"])));
    Viewer::try_open(server.address, "/websocket/main/30", &shown).expect("upgrades").frame();
    let revoked = admin(&server, "/api/tokens/revoke", &json!({ "id": shared.json()["id"] }));
    assert_eq!(revoked.status, 200, "{}", revoked.text());
    let told = revoked.json();
    assert_eq!((&told["id"], &told["known"]), (&shared.json()["id"], &json!(false)), "{told}");
    assert_eq!(
        http::get_with(server.address, "/api/status", &shown).status,
        401,
        "its session has ended too"
    );
    let again = http::get(server.address, &url);
    assert_eq!((again.status, again.header("location")), (303, Some("/?camera=main&ended=link")));
    assert_eq!(again.header("set-cookie"), None);
    let page = http::get(server.address, "/?camera=main&ended=link").text();
    assert!(page.contains("This link has ended: ask whoever sent it for a new one."), "{page}");
}

#[test]
fn whoever_watches_with_a_token_is_closed_when_it_is_revoked_and_others_are_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = signing(&folder, &[]);
    let wish = json!({"role": "viewer", "ttl_seconds": 600});
    let ((token, _), (other, _)) = (make(&server, &wish), make(&server, &wish));
    let address = server.address;
    let watch = move |token: &str| Viewer::open(address, &format!("/websocket/30?token={token}"));
    let mut staying = watch(&other);
    staying.frame();
    let (watching, began) = channel();
    let many = if is_long() { 100 } else { 10 };
    let viewers: Vec<_> = (0..many)
        .map(|_| {
            let (token, watching) = (token.clone(), watching.clone());
            thread::spawn(move || {
                let mut viewer = watch(&token);
                viewer.frame();
                watching.send(()).expect("the test waits");
                loop {
                    match viewer.next() {
                        Heard::Close(code, reason) => return (code, reason, Instant::now()),
                        Heard::Gone => panic!("ended without a word"),
                        _ => {}
                    }
                }
            })
        })
        .collect();
    for _ in 0..many {
        began.recv_timeout(PATIENCE).expect("everybody watches");
    }
    let revoked_at = Instant::now();
    // By the token itself, as somebody who has found it would.
    let told = admin(&server, "/api/tokens/revoke", &json!({ "token": token }));
    assert_eq!((told.status, &told.json()["known"]), (200, &json!(true)), "{}", told.text());
    for viewer in viewers {
        let (code, reason, at) = viewer.join().expect("is closed");
        assert_eq!(code, 1008, "{reason}");
        assert!(at - revoked_at < CLOSED_WITHIN, "{:?}", at - revoked_at);
        assert!(!reason.contains(&token));
    }
    staying.frames(10);
    assert_eq!(status(&server, "/api/status", &token), 401);
    assert_eq!(status(&server, "/api/status", &other), 200);
}

#[test]
fn what_is_not_to_be_revoked_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = signing(&folder, &[]);
    for body in
        [json!({}), json!({"id": ""}), json!({"id": "a b"}), json!({"token": ADMIN}), json!({"id": 7})]
    {
        let reply = admin(&server, "/api/tokens/revoke", &body);
        assert_eq!((reply.status, reply.error_code().as_str()), (400, "bad_body"), "{body}");
        assert!(!reply.text().contains(ADMIN), "what was sent is not repeated");
    }
    let odd = admin(&server, "/api/tokens/revoke", &json!({"id": "a b"}));
    assert!(odd.text().contains("such as 0af3"), "it says what an id looks like: {}", odd.text());
    // Nobody has such a token, as far as anybody knows.
    let nobodys = admin(&server, "/api/tokens/revoke", &json!({"id": "0af3c2d1e4b59687"})).json();
    assert_eq!((&nobodys["id"], &nobodys["known"]), (&json!("0af3c2d1e4b59687"), &json!(false)));
    assert!(nobodys["until"].is_string(), "{nobodys}");
    let without =
        Server::scene(&["--admin-token", ADMIN, "--jwt-secret", "a secret of more than 32 bytes, at least"]);
    let (token, id) = make(&without, &json!({"role": "viewer", "ttl_seconds": 600}));
    let reply = admin(&without, "/api/tokens/revoke", &json!({ "id": id }));
    assert_eq!((reply.status, reply.error_code().as_str()), (503, "accounts_off"));
    assert_eq!(status(&without, "/api/status", &token), 200);
    let without = Server::scene(&["--admin-token", ADMIN]);
    let reply = admin(&without, "/api/tokens", &json!({"role": "viewer", "ttl_seconds": 600}));
    assert_eq!((reply.status, reply.error_code().as_str()), (503, "no_token_key"));
}
