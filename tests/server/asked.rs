//! What is said to whoever has to log in, by the page, by the header of a 401 and when a socket closes; and
//! what becomes of a token in a page's address.

use serde_json::json;

use super::login::{change_as, login};
use crate::support::{
    http::{self, Reply},
    server::Server,
    users::add_user,
    viewer::Viewer,
    wait::{self, PATIENCE},
};

const CHALLENGE: &str = "Bearer realm=\"steadycast\"";
const NO_GOOD: &str = "Bearer realm=\"steadycast\", error=\"invalid_token\"";

/// The page for a browser with these headers, which has to log in.
fn asking(server: &Server, path: &str, headers: &[(&str, &str)]) -> Reply {
    let reply = http::get_with(server.address, path, headers);
    assert_eq!(reply.status, 401, "{path}: {}", reply.text());
    reply
}

#[test]
fn the_page_asks_for_what_there_is_and_for_passwords_first() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = folder.path().join("access.db");
    let tokens = Server::scene(&["--viewer-token", "open sesame"]);
    let kinds = |server: &Server| {
        let page = asking(server, "/", &[]).text();
        let rest = page.split_once("data-kinds=\"").expect("the page tells").1;
        rest.split('"').next().unwrap_or_default().to_owned()
    };
    assert_eq!(kinds(&tokens), "token");
    add_user(&database, "anna", "correct horse");
    let path = database.display().to_string();
    let users = Server::scene(&["--access-database", &path]);
    assert_eq!(kinds(&users), "password");
    assert!(!asking(&users, "/", &[]).text().contains("anna"), "whose is nobody's business");
    let both = Server::scene(&["--access-database", &path, "--viewer-token", "open sesame"]);
    assert_eq!(kinds(&both), "password token");
}

#[test]
fn a_401_says_how_to_ask_and_whether_what_was_shown_is_no_good() {
    let server = Server::scene(&["--viewer-token", "open sesame"]);
    let address = server.address;
    let challenge = |path: &str, headers: &[(&str, &str)]| {
        let reply = asking(&server, path, headers);
        reply.header("www-authenticate").map(str::to_owned)
    };
    for path in ["/api/status", "/", "/live"] {
        let browser = [("Accept", "text/html")];
        assert_eq!(challenge(path, &browser).as_deref(), Some(CHALLENGE), "{path}");
        let wrong = [browser[0], ("Authorization", "Bearer wrong")];
        assert_eq!(challenge(path, &wrong).as_deref(), Some(NO_GOOD), "{path}");
    }
    assert_eq!(challenge("/api/status?token=wrong", &[]).as_deref(), Some(NO_GOOD));
    let (_, cookie) = login(address, &json!({ "token": "open sesame" }));
    assert_eq!(change_as(address, ("POST", "/api/logout"), &cookie, "").status, 204);
    assert_eq!(challenge("/api/status", &[("Cookie", &cookie)]).as_deref(), Some(NO_GOOD));
    let reply = http::change(address, "POST", "/api/login", &json!({ "token": "wrong" }));
    assert_eq!((reply.status, reply.header("www-authenticate")), (401, Some(NO_GOOD)));
}

#[test]
fn a_token_that_gives_nothing_is_taken_out_of_the_address_too() {
    let server = Server::scene(&["--viewer-token", "open sesame"]);
    let led = |path: &str, to: &str| {
        let reply = http::get_with(server.address, path, &[("Accept", "text/html")]);
        assert_eq!((reply.status, reply.header("location")), (303, Some(to)), "{path}");
        assert_eq!(reply.header("set-cookie"), None, "{path}");
    };
    led("/?token=wrong", "/?ended=token");
    led("/live?camera=gate&token=wrong", "/live?camera=gate&ended=token");
    let page = asking(&server, "/?ended=token", &[]).text();
    assert!(page.contains("That token is not right, or has ended."), "{page}");
    // Who asks for no page is told by an error.
    assert_eq!(http::get(server.address, "/api/status?token=wrong").error_code(), "token_needed");
}

#[test]
fn only_pages_lead_to_their_address_without_a_wrong_token() {
    let streams =
        ["/video_feed", "/api/stream/video", "/api/video/stream/main", "/api/events/stream", "/metrics"];
    let changes = ["/set_source", "/upload_video", "/start_stream", "/stop_stream"];
    for paths in [&streams[..], &changes[..]] {
        // Whoever guesses more than five times has to wait.
        let server = Server::scene(&["--viewer-token", "open sesame"]);
        for path in paths {
            let browser = [("Accept", "text/html")];
            let reply = http::get_with(server.address, &format!("{path}?token=wrong"), &browser);
            assert_eq!((reply.status, reply.header("location")), (401, None), "{path}");
            assert_eq!(reply.error_code(), "token_needed", "{path}");
        }
    }
}

#[test]
fn a_token_that_is_not_looked_at_stays_in_the_address_also_beside_a_cookie_that_has_ended() {
    let server = Server::scene(&["--viewer-token", "open sesame"]);
    let ended = format!("steadycast_session_{}=ended", server.address.port());
    let headers = [("Accept", "text/html"), ("Cookie", &*ended)];
    let ask = |path: &str| http::get_with(server.address, path, &headers);
    wait::until("the wait is long enough for what follows", PATIENCE, || {
        let after = ask("/?token=wrong").header("retry-after").and_then(|after| after.parse::<u64>().ok());
        after.is_some_and(|seconds| seconds >= 4)
    });
    for path in ["/?token=open%20sesame", "/live?token=open%20sesame"] {
        let reply = ask(path);
        assert_eq!((reply.status, reply.header("location")), (429, None), "{path}");
        assert!(reply.header("retry-after").is_some(), "{path}");
        let page = reply.text();
        assert!(page.contains("Too many wrong tokens were sent; try again in "), "{path}: {page}");
    }
    let socket = Viewer::try_open(server.address, "/websocket/30?token=open%20sesame", &headers[1..]);
    let (code, reason) = socket.expect("upgrades").closing();
    assert!(code == 1013 && reason.contains("too many wrong tokens were sent"), "{code} {reason}");
    wait::until("it is looked at", PATIENCE, || ask("/?token=open%20sesame").status == 303);
}

#[test]
fn who_was_logged_in_is_told_that_the_session_has_ended_and_who_had_a_link_that_the_visit_has() {
    let server = Server::scene(&["--viewer-token", "open sesame"]);
    let address = server.address;
    let (_, session) = login(address, &json!({ "token": "open sesame" }));
    let link = http::get(address, "/?token=open%20sesame");
    let link = link.header("set-cookie").and_then(|set| set.split(';').next()).expect("a pair").to_owned();
    for (cookie, words) in [
        (session, "our session has ended: log in again"),
        (link, "our visit by a link has ended: open the link again, and ask for a new one if it fails"),
    ] {
        let shown = [("Cookie", &*cookie)];
        let mut viewer = Viewer::try_open(address, "/websocket/30", &shown).expect("upgrades");
        viewer.frame();
        assert_eq!(change_as(address, ("POST", "/api/logout"), &cookie, "").status, 204);
        let (code, reason) = viewer.closing();
        assert!(code == 1008 && reason.contains(words), "{code} {reason}");
        let again = Viewer::try_open(address, "/websocket/30", &shown).expect("upgrades").closing();
        assert!(again.0 == 1008 && again.1.contains(words), "{again:?}");
        let page = asking(&server, "/", &shown).text();
        assert!(page.contains(words), "{page}");
    }
}

#[test]
fn what_pages_are_made_of_is_open_and_holds_nothing_of_a_camera() {
    let server = Server::scene(&["--viewer-token", "open sesame"]);
    let icon = http::get(server.address, "/icon.svg");
    assert_eq!((icon.status, icon.header("content-type")), (200, Some("image/svg+xml")));
    for path in ["/docs", "/no-such-page"] {
        let page = http::get_with(server.address, path, &[("Accept", "text/html")]).text();
        assert!(page.contains("href=\"/icon.svg\""), "{path}");
    }
}

#[test]
fn the_page_turns_a_token_into_a_session_that_scripts_cannot_read() {
    // Characters that mean something in cookies, queries and percent encoding.
    for (token, encoded) in [
        ("sesame", "sesame"),
        ("p%41ss", "p%2541ss"),
        ("a;b=c, \"d\"", "a%3Bb%3Dc%2C%20%22d%22"),
        ("grüße", "gr%C3%BC%C3%9Fe"),
    ] {
        let server = Server::scene(&["--viewer-token", token]);
        let reply = http::get(server.address, &format!("/?token={encoded}"));
        assert_eq!((reply.status, reply.header("location")), (303, Some("/")), "{token}");
        let cookie = reply
            .header("set-cookie")
            .unwrap_or_else(|| panic!("the page sets a cookie for {token}"))
            .to_owned();
        let lower = cookie.to_ascii_lowercase();
        assert!(lower.contains("httponly") && lower.contains("samesite=strict"), "{cookie}");
        assert!(!cookie.contains(token) && !cookie.contains(encoded), "it is the token: {cookie}");
        let pair = [("Cookie", cookie.split("; ").next().expect("a pair"))];
        assert_eq!(http::get_with(server.address, "/api/status", &pair).status, 200, "{cookie}");
        Viewer::try_open(server.address, "/websocket/80", &pair).expect("upgrades").frame();
        assert_eq!(http::get_with(server.address, "/", &pair).status, 200);
    }
}

#[test]
fn who_opens_a_tokens_address_again_keeps_the_session() {
    let server = Server::scene(&["--viewer-token", "sesame", "--admin-token", "boss"]);
    let open = |path: &str, headers: &[(&str, &str)]| {
        let reply = http::get_with(server.address, path, headers);
        assert_eq!(reply.status, 303, "{path}");
        reply.header("set-cookie").and_then(|cookie| cookie.split("; ").next()).map(str::to_owned)
    };
    let first = open("/?token=sesame", &[]).expect("a session");
    assert_eq!(open("/?token=sesame", &[("Cookie", &first)]), None);
    assert_eq!(http::get_with(server.address, "/api/status", &[("Cookie", &first)]).status, 200);
    let second = open("/?token=boss", &[("Cookie", &first)]).expect("another credential, another session");
    assert_ne!(first, second);
    assert_eq!(http::get_with(server.address, "/api/status", &[("Cookie", &first)]).status, 401);
}

#[test]
fn paths_of_the_page_are_the_pages_and_others_are_errors() {
    let server = Server::scene(&["--viewer-token", "sesame"]);
    let browser = [("Accept", "text/html,application/xhtml+xml"), ("Authorization", "Bearer sesame")];
    let kind = |path: &str, headers: &[(&str, &str)]| {
        let reply = http::get_with(server.address, path, headers);
        (reply.status, reply.header("content-type").unwrap_or_default().to_owned())
    };
    for path in ["/", "/history", "/cameras/gate"] {
        assert_eq!(kind(path, &browser), (200, "text/html; charset=utf-8".to_owned()), "{path}");
        assert_eq!(kind(path, &browser[..1]), (401, "text/html; charset=utf-8".to_owned()), "{path}");
    }
    for path in ["/api/nothing", "/assets/nothing.js", "/nothing.png"] {
        assert_eq!(kind(path, &browser), (404, "application/json".to_owned()), "{path}");
    }
    assert_eq!(kind("/history", &browser[1..]).0, 404, "a program asks for no page");
}
