//! Logging in and out: sessions, what they end with, and how guesses are slowed.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::support::{
    floods::{guess, login_from},
    http::{self, Reply},
    is_long,
    program::Program,
    server::Server,
    users::add_user,
    viewer::Viewer,
    wait::{self, PATIENCE},
};

/// Longest time until what a session has opened is closed behind its end.
pub const CLOSED_WITHIN: Duration = Duration::from_secs(5);

/// The page's own headers behind a cookie.
pub fn of_the_page(server: SocketAddr, cookie: &str) -> [(&'static str, String); 4] {
    [
        ("Cookie", cookie.to_owned()),
        ("Origin", format!("http://{server}")),
        ("X-Steadycast", "1".to_owned()),
        ("Content-Type", "application/json".to_owned()),
    ]
}

/// Sends a change as the page does, with a cookie.
pub fn change_as(server: SocketAddr, (method, path): (&str, &str), cookie: &str, body: &str) -> Reply {
    let headers = of_the_page(server, cookie);
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, &**value)).collect();
    http::change_with(server, (method, path), &headers, body)
}

/// Logs in; returns the answer, and name and value of the cookie.
pub fn login(server: SocketAddr, shown: &Value) -> (Reply, String) {
    let reply = http::change(server, "POST", "/api/login", shown);
    assert_eq!(reply.status, 200, "{}", reply.text());
    let cookie = reply.header("set-cookie").expect("a session has a cookie");
    let pair = cookie.split(';').next().expect("a pair").to_owned();
    (reply, pair)
}

#[test]
fn a_token_becomes_a_session_that_is_not_the_token() {
    let server = Server::scene(&["--viewer-token", "open sesame", "--session-hours", "1"]);
    let address = server.address;
    let before = http::get(address, "/api/session").json();
    assert_eq!((&before["role"], &before["needs_login"]), (&json!("open"), &json!(true)));
    assert_eq!(before["cameras"], json!([]), "null would be all of them");
    let (reply, cookie) = login(address, &json!({ "token": "open sesame" }));
    let set = reply.header("set-cookie").expect("is set");
    // The hour of the session, and the day in which the browser is told that it has ended.
    for part in ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=90000"] {
        assert!(set.contains(part), "{set}");
    }
    assert!(!set.contains("Secure") && !set.contains("sesame"), "{set}");
    let told = reply.json();
    assert_eq!((&told["role"], &told["cameras"]), (&json!("viewer"), &Value::Null));
    assert!(told["until"].is_string() && told["can_login_by_name"] == json!(false), "{told}");
    let shown = [("Cookie", &*cookie)];
    assert_eq!(http::get_with(address, "/api/session", &shown).json()["role"], "viewer");
    assert_eq!(http::get_with(address, "/api/status", &shown).status, 200);
    Viewer::try_open(address, "/websocket/80", &shown).expect("upgrades").frame();
    // The token in place of the session's name is nothing.
    let (name, _) = cookie.split_once('=').expect("a pair");
    let in_its_place = format!("{name}=open sesame");
    let token = [("Cookie", &*in_its_place)];
    let reply = http::get_with(address, "/api/status", &token);
    assert_eq!((reply.status, reply.error_code().as_str()), (401, "session_over"));
}

#[test]
fn the_cookie_is_for_encrypted_ways_where_a_trusted_proxy_says_that_the_way_is_one() {
    let set = |flags: &[&str], way: &str| {
        let server = Server::scene(&[&["--viewer-token", "open sesame"], flags].concat());
        let headers = [("Content-Type", "application/json"), ("X-Forwarded-Proto", way)];
        let body = json!({ "token": "open sesame" }).to_string();
        let reply = http::change_with(server.address, ("POST", "/api/login"), &headers, &body);
        assert_eq!(reply.status, 200, "{}", reply.text());
        reply.header("set-cookie").expect("is set").contains("; Secure")
    };
    let trusted = ["--trusted-proxies", "127.0.0.1"];
    assert!(set(&trusted, "https"));
    assert!(!set(&trusted, "http"), "a browser would not keep it");
    assert!(!set(&[], "https"), "anybody may say so");
}

#[test]
fn another_login_ends_the_session_of_before() {
    let server = Server::scene(&["--viewer-token", "open sesame", "--admin-token", "admin sesame"]);
    let (_, first) = login(server.address, &json!({ "token": "open sesame" }));
    let body = json!({ "token": "admin sesame" }).to_string();
    let reply = change_as(server.address, ("POST", "/api/login"), &first, &body);
    assert_eq!((reply.status, &reply.json()["role"]), (200, &json!("admin")));
    assert_eq!(http::get_with(server.address, "/api/status", &[("Cookie", &first)]).status, 401);
}

#[test]
fn a_link_puts_nobody_out_of_his_session() {
    let server = Server::scene(&["--viewer-token", "open sesame", "--admin-token", "admin sesame"]);
    let address = server.address;
    let (_, admin) = login(address, &json!({ "token": "admin sesame" }));
    let head = format!("HEAD /?token=open%20sesame HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    let reply = http::send(address, &head);
    assert_eq!((reply.status, reply.header("set-cookie")), (303, None), "looking for a head begins nothing");
    let reply = http::get_with(address, "/?token=open%20sesame", &[("Cookie", &admin)]);
    let set = reply.header("set-cookie").expect("the link has a session");
    let guest = set.split("; ").next().expect("a pair").to_owned();
    assert!(guest.starts_with(&format!("steadycast_guest_{}=", address.port())), "{guest}");
    let role = |cookies: &str| {
        let shown = [("Cookie", cookies)];
        http::get_with(address, "/api/session", &shown).json()["role"].clone()
    };
    let both = format!("{guest}; {admin}");
    assert_eq!([role(&guest), role(&admin), role(&both)], ["viewer", "admin", "admin"]);
    assert_eq!(change_as(address, ("POST", "/api/logout"), &both, "").status, 204);
    assert_eq!([role(&guest), role(&admin), role(&both)], ["open", "open", "open"]);
}

#[test]
fn servers_on_one_host_take_no_cookie_from_each_other() {
    let servers = [(); 2].map(|()| Server::scene(&["--viewer-token", "open sesame"]));
    // A browser sends both to both: it tells hosts apart, not ports.
    let cookies =
        servers.each_ref().map(|server| login(server.address, &json!({ "token": "open sesame" })).1);
    let names = cookies.each_ref().map(|pair| pair.split_once('=').expect("a pair").0);
    assert_ne!(names[0], names[1]);
    let both = cookies.join("; ");
    for server in &servers {
        assert_eq!(http::get_with(server.address, "/api/status", &[("Cookie", &both)]).status, 200);
    }
    let (_, again) = login(servers[0].address, &json!({ "token": "open sesame" }));
    assert!(again.starts_with(&format!("{}=", names[0])), "{again}");
}

#[test]
fn logging_out_closes_what_the_session_has_open_and_nothing_else() {
    let server = Server::scene(&["--viewer-token", "open sesame"]);
    let address = server.address;
    let ((_, ends), (_, stays)) = (
        login(address, &json!({ "token": "open sesame" })),
        login(address, &json!({ "token": "open sesame" })),
    );
    let open =
        |cookie: &str| Viewer::try_open(address, "/websocket/30", &[("Cookie", cookie)]).expect("opens");
    let (mut leaving, mut staying) = (open(&ends), open(&stays));
    leaving.frame();
    staying.frame();
    let reply = change_as(address, ("POST", "/api/logout"), &ends, "");
    assert_eq!(reply.status, 204, "{}", reply.text());
    assert!(reply.header("set-cookie").is_some_and(|set| set.contains("Max-Age=0")));
    let began = Instant::now();
    assert_eq!(leaving.closing().0, 1008);
    assert!(began.elapsed() < CLOSED_WITHIN, "{:?}", began.elapsed());
    assert_eq!(http::get_with(address, "/api/status", &[("Cookie", &ends)]).status, 401);
    staying.frames(5);
}

#[test]
fn a_page_of_another_site_neither_logs_in_nor_out() {
    let server = Server::scene(&["--viewer-token", "open sesame"]);
    let address = server.address;
    let (_, cookie) = login(address, &json!({ "token": "open sesame" }));
    let body = json!({ "token": "open sesame" }).to_string();
    let json = ("Content-Type", "application/json");
    for headers in [
        [json, ("Origin", "http://evil.example")],
        [json, ("Sec-Fetch-Site", "cross-site")],
        [("Content-Type", "text/plain"), ("Accept", "*/*")],
    ] {
        for path in ["/api/login", "/api/logout"] {
            let with_cookie = [&headers[..], &[("Cookie", &*cookie)]].concat();
            let status = http::change_with(address, ("POST", path), &with_cookie, &body).status;
            assert!([403, 413, 415].contains(&status), "{path} with {headers:?}: {status}");
        }
    }
    assert_eq!(http::get_with(address, "/api/status", &[("Cookie", &cookie)]).status, 200);
}

#[test]
fn guesses_wait_longer_each_time_and_slow_nobody_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = folder.path().join("access.db");
    add_user(&database, "anna", "correct horse");
    let path = database.display().to_string();
    let server = Server::scene(&["--access-database", &path]);
    let right = json!({ "name": "anna", "password": "correct horse" });
    for n in 0..5 {
        // The name that there is, one that there is not, and tokens are all guesses.
        let wrong = [
            json!({ "name": "anna", "password": format!("guess {n}") }),
            json!({ "name": "berta", "password": "correct horse" }),
            json!({ "token": format!("guess {n}") }),
        ];
        let reply = http::change(server.address, "POST", "/api/login", &wrong[n % 3]);
        assert_eq!((reply.status, reply.error_code().as_str()), (401, "wrong_credential"), "{n}");
        let said =
            ["the name or the password is wrong", "the name or the password is wrong", "that token is"];
        assert!(reply.text().contains(said[n % 3]), "{}", reply.text());
        assert_eq!(reply.header("set-cookie"), None);
    }
    // Also the right one, or a guess would tell by it.
    let reply = http::change(server.address, "POST", "/api/login", &right);
    assert_eq!((reply.status, reply.error_code().as_str()), (429, "too_many"));
    assert!(reply.text().contains("too many logins have failed; try again in "), "{}", reply.text());
    let wait: u64 = reply.header("retry-after").and_then(|after| after.parse().ok()).expect("a number");
    assert!((1..=60).contains(&wait), "{wait} s");
    let elsewhere = login_from(Ipv4Addr::new(127, 0, 0, 2), server.address, &right);
    assert_eq!(elsewhere.status, 200, "{}", elsewhere.text());
    wait::until("the one who mistyped may try again", PATIENCE, || {
        http::change(server.address, "POST", "/api/login", &right).status == 200
    });
}

#[test]
fn what_is_no_login_is_told_and_costs_no_guess() {
    let server = Server::scene(&["--viewer-token", "open sesame"]);
    for body in ["", "{", "[]", "{}", r#"{"name":"anna"}"#, r#"{"token":7}"#, r#"{"token":null}"#] {
        let json = [("Content-Type", "application/json")];
        let reply = http::change_with(server.address, ("POST", "/api/login"), &json, body);
        assert_eq!((reply.status, reply.error_code().as_str()), (400, "bad_body"), "{body}");
    }
    let by_name = json!({ "name": "anna", "password": "correct horse" });
    let reply = http::change(server.address, "POST", "/api/login", &by_name);
    assert_eq!((reply.status, reply.error_code().as_str()), (503, "accounts_off"));
    login(server.address, &json!({ "token": "open sesame" }));
}

#[test]
fn a_right_login_from_elsewhere_is_quick_while_others_guess() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = folder.path().join("access.db");
    add_user(&database, "anna", "correct horse");
    let path = database.display().to_string();
    let program = Program::start(&["--access-database", &path, "--source", crate::support::SCENE]);
    let right = json!({ "name": "anna", "password": "correct horse" });
    let (warm, most) = if is_long() { (1_000, 10_000) } else { (150, 450) };
    let began = Instant::now();
    // The first pass fills what is filled once.
    let warming = guess(program.address, "anna", warm, Duration::ZERO);
    warming.into_iter().for_each(|guesser| guesser.join().expect("guesses as planned"));
    let (before, flooded) = (program.memory_kib(), Instant::now());
    let guessers = guess(program.address, "anna", most, Duration::ZERO);
    let mut slowest = Duration::ZERO;
    for n in 1..=5 {
        let asked = Instant::now();
        let reply = login_from(Ipv4Addr::new(127, 0, 2, n), program.address, &right);
        assert_eq!(reply.status, 200, "{}", reply.text());
        slowest = slowest.max(asked.elapsed());
    }
    guessers.into_iter().for_each(|guesser| guesser.join().expect("guesses as planned"));
    assert!(slowest < Duration::from_secs(1), "{slowest:?}");
    assert!(flooded.elapsed() < Duration::from_secs(60), "{most} guesses took {:?}", flooded.elapsed());
    // A password that is looked at takes 19 MiB, which may be there only now.
    let grown = program.memory_kib().saturating_sub(before);
    assert!(grown < 30_000, "{grown} KiB more");
    let minutes = began.elapsed().as_secs() / 60 + 1;
    let told = program.log().matches("nobody from 127.0.1.1 ").count() as u64;
    assert!((1..=60 * minutes).contains(&told), "{told} lines of one address in {minutes} min");
}
