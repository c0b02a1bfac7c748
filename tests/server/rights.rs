//! What a credential gives, and for how long: cameras that it is for, streams that end with it, changes that
//! are meant, sites that may ask, and refusals that are counted.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{
    http::{self, Reply},
    media,
    metrics::Metrics,
    server::Server,
    viewer::{Heard, Viewer},
    wait::{self, PATIENCE},
};

const ADMIN: [(&str, &str); 2] = [("Authorization", "Bearer boss"), ("Content-Type", "application/json")];

/// Longest time after which nothing is sent any more to whom nothing may be.
const ENDS_WITHIN: Duration = Duration::from_secs(5);

/// A server with an admin, viewers, signed tokens and the cameras `main` and `yard`.
struct House {
    server: Server,
    _folder: TempDir,
}

impl House {
    fn new() -> House {
        let folder = media::folder();
        let database = folder.path().join("access.db").display().to_string();
        let secret = "a secret of the tests that is long enough";
        let server = Server::scene(&[
            "--admin-token",
            "boss",
            "--viewer-token",
            "look",
            "--jwt-secret",
            secret,
            "--access-database",
            &database,
        ]);
        let house = House { server, _folder: folder };
        let yard = json!({ "name": "yard", "source": "synthetic:people=2,vehicles=0,seed=2", "fps": 20 });
        assert_eq!(house.change("/api/cameras", &yard).status, 201);
        house
    }

    fn change(&self, path: &str, body: &Value) -> Reply {
        http::change_with(self.server.address, ("POST", path), &ADMIN, &body.to_string())
    }

    /// A token of a viewer, and its id.
    fn token(&self, cameras: Option<&[&str]>) -> (String, String) {
        let mut wish = json!({ "role": "viewer", "ttl_seconds": 600 });
        if let Some(cameras) = cameras {
            wish["cameras"] = json!(cameras);
        }
        let made = self.change("/api/tokens", &wish);
        assert_eq!(made.status, 201, "{}", made.text());
        let word = |name: &str| made.json()[name].as_str().expect("a text").to_owned();
        (word("token"), word("id"))
    }
}

#[test]
fn what_goes_on_ends_with_its_credential_and_others_go_on() {
    let house = House::new();
    let (address, (token, id)) = (house.server.address, house.token(None));
    let with = |path: &str| format!("{path}?token={token}");
    let mut viewer = Viewer::open(address, &with("/websocket/80"));
    viewer.frame();
    let mut other = Viewer::open(address, "/websocket/80?token=look");
    other.frame();
    let mut pictures = http::open(address, &with("/video_feed"), &[]);
    assert!(pictures.part().is_some());
    let mut events = http::open(address, &with("/api/events/stream"), &[]);
    assert!(events.line().is_some());
    assert_eq!(house.change("/api/tokens/revoke", &json!({ "id": id })).status, 200);
    let revoked = Instant::now();
    assert_eq!(viewer.closing().0, 1008);
    while pictures.part().is_some() {}
    while events.line().is_some() {}
    assert!(revoked.elapsed() < ENDS_WITHIN, "{:?}", revoked.elapsed());
    let again = http::get(address, &with("/api/status"));
    assert_eq!((again.status, &*again.error_code()), (401, "token_needed"));
    other.frames(20);
}

#[test]
fn a_viewer_of_one_camera_learns_nothing_of_another() {
    let house = House::new();
    let (address, (token, _)) = (house.server.address, house.token(Some(&["yard"])));
    let bearer = format!("Bearer {token}");
    let ask = |path: &str| http::get_with(address, path, &[("Authorization", &*bearer)]);
    let names = |list: Value| -> Vec<String> {
        let cameras = list["cameras"].as_array().cloned().unwrap_or_default();
        cameras.iter().filter_map(|camera| camera["camera"].as_str().map(str::to_owned)).collect()
    };
    assert_eq!(names(ask("/api/status").json()), ["yard"]);
    assert_eq!(names(ask("/api/cameras").json()), ["yard"]);
    for path in [
        "/api/snapshot/main",
        "/api/cameras/main",
        "/api/video/stream/main",
        "/api/stats?camera=main",
        "/api/heatmap?camera=main",
        "/api/history?camera=main",
        "/api/history.csv?camera=main",
        "/api/events?camera=main",
        "/api/events/stream?camera=main",
        "/video_feed?camera=main",
    ] {
        let refused = ask(path);
        assert_eq!((refused.status, &*refused.error_code()), (404, "no_camera"), "{path}");
    }
    assert_eq!(ask("/api/snapshot/yard").status, 200);
    let metrics = ask("/metrics");
    assert_eq!((metrics.status, &*metrics.error_code()), (403, "whole_house_only"));
    let closed = Viewer::open(address, &format!("/websocket/main/80?token={token}")).closing();
    assert_eq!(closed.0, 4404, "{}", closed.1);
    // The default camera is the first that it may see.
    let mut viewer = Viewer::open(address, &format!("/websocket/80?token={token}"));
    assert_eq!(viewer.text("hello")["camera"], "yard");
}

#[test]
fn a_stream_without_a_camera_in_its_path_is_of_the_one_that_its_query_names() {
    let house = House::new();
    for path in ["/video_feed", "/api/stream/video"] {
        for (query, camera) in [("camera=yard", "yard"), ("camera=main", "main"), ("", "main")] {
            let path = format!("{path}?{query}&level=30&token=look");
            let part = http::open(house.server.address, &path, &[]).part().expect("a picture");
            let comment = steadycast::protocol::comment_of(&part.jpeg).expect("a comment");
            assert_eq!(comment.camera, camera, "{path}");
        }
        let empty = http::get(house.server.address, &format!("{path}?camera=&token=look"));
        assert_eq!((empty.status, &*empty.error_code()), (404, "no_camera"), "{path}");
    }
}

#[test]
fn a_change_with_a_session_comes_from_our_own_page_and_one_with_a_token_from_anywhere() {
    let house = House::new();
    let address = house.server.address;
    let begun = http::change(address, "POST", "/api/login", &json!({ "token": "boss" }));
    let cookie = begun.header("set-cookie").and_then(|cookie| cookie.split(';').next()).expect("a cookie");
    let own = format!("http://{address}");
    let stop = |headers: &[(&str, &str)]| {
        let reply = http::change_with(address, ("POST", "/stop_stream"), headers, "");
        (reply.status, if reply.status == 200 { String::new() } else { reply.error_code() })
    };
    let session = ("Cookie", cookie);
    let (origin, says_so) = (("Origin", &*own), ("X-Steadycast", "1"));
    let cross_site = (403, "cross_site".to_owned());
    assert_eq!(stop(&[session, says_so]), cross_site, "a program shows its token");
    assert_eq!(stop(&[session, origin]), cross_site, "a form of our own page does not say so");
    assert_eq!(stop(&[session, origin, says_so, ("Sec-Fetch-Site", "same-site")]), cross_site);
    assert_eq!(stop(&[session, origin, says_so]).0, 200);
    assert_eq!(stop(&[session, origin, ("Sec-Fetch-Site", "same-origin")]).0, 200);
    assert_eq!(stop(&[ADMIN[0]]).0, 200);
    let wrong = [session, origin, says_so, ("Authorization", "Bearer wrong")];
    assert_eq!(stop(&wrong), (401, "token_needed".to_owned()), "who shows a wrong token means it");
    assert_eq!(http::change_with(address, ("POST", "/stop_stream?token=boss"), &[says_so], "").status, 401);
}

#[test]
fn pages_of_allowed_sites_learn_what_they_may_send_and_others_do_not() {
    let server = Server::scene(&["--allowed-origins", "https://cams.example", "--admin-token", "boss"]);
    let ask = |path: &str, origin: &str| {
        http::change_with(server.address, ("OPTIONS", path), &[("Origin", origin)], "")
    };
    let told = ask("/api/cameras/main", "https://cams.example");
    assert_eq!(told.status, 204);
    assert_eq!(told.header("access-control-allow-origin"), Some("https://cams.example"));
    assert_eq!(told.header("access-control-allow-methods"), Some("GET, HEAD, PATCH, DELETE"));
    let headers = told.header("access-control-allow-headers").unwrap_or_default();
    assert!(headers.contains("authorization") && headers.contains("x-steadycast"), "{headers}");
    assert_eq!(told.header("vary"), Some("Origin"));
    let evil = ask("/api/cameras/main", "https://evil.example");
    assert_eq!((evil.status, evil.header("access-control-allow-origin")), (403, None));
}

#[test]
fn refusals_are_counted_by_code_and_carry_no_cache_or_referrer() {
    let server = Server::scene(&["--viewer-token", "look", "--metrics", "open"]);
    let count = |code: &str| Metrics::of(server.address).sum("refused_total", &[&format!("code=\"{code}\"")]);
    let refused = http::get(server.address, "/api/status");
    assert_eq!((refused.status, refused.header("cache-control")), (401, Some("no-store")));
    assert_eq!(refused.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(count("token_needed"), 1.0);
    assert_eq!(http::get_with(server.address, "/", &[("Host", "evil.example")]).status, 403);
    assert_eq!(count("unknown_host"), 1.0);
    assert_eq!(Viewer::open(server.address, "/websocket/80").closing().0, 1008);
    assert_eq!(count("token_needed"), 2.0);
    let long = http::get(server.address, &format!("/api/status?x={}", "y".repeat(3000)));
    assert_eq!((long.status, &*long.error_code()), (414, "address_too_long"));
    assert_eq!(count("address_too_long"), 1.0);
}

#[test]
fn what_costs_is_bounded_by_the_second_and_what_does_not_is_not() {
    let server = Server::scene(&["--dear-requests", "1"]);
    let ask = |path: &str| http::get(server.address, path);
    let refused = wait::until_some("it is too often", PATIENCE, || {
        Some(ask("/api/snapshot/main")).filter(|reply| reply.status == 429)
    });
    assert_eq!(refused.error_code(), "too_many");
    let seconds: u64 = refused.header("retry-after").and_then(|text| text.parse().ok()).expect("says when");
    assert!((1..=10).contains(&seconds), "{seconds}");
    for _ in 0..20 {
        assert_eq!(ask("/api/status").status, 200);
    }
}

#[test]
fn an_address_has_as_many_viewers_as_it_may_and_a_proxy_is_none() {
    let limits = ["--max-viewers-per-address", "1", "--trusted-proxies", "127.0.0.1"];
    let server = Server::scene(&[&limits[..], &["--viewer-token", "look"]].concat());
    let open = |address: &'static str| {
        let headers = [("X-Forwarded-For", address), ("Authorization", "Bearer look")];
        Viewer::try_open(server.address, "/websocket/80", &headers).expect("upgrades")
    };
    let mut first = open("203.0.113.7");
    first.frame();
    assert_eq!(open("203.0.113.7").closing().0, 1013);
    open("203.0.113.8").frame();
    drop(first);
    wait::until("the place is free again", PATIENCE, || {
        !matches!(open("203.0.113.7").next(), Heard::Close(..))
    });
}
