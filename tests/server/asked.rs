//! What is said to whoever has to log in: by the page, by the header of a 401, and when a socket closes.

use serde_json::json;

use super::login::{change_as, login};
use crate::support::{
    http::{self, Reply},
    server::Server,
    users::add_user,
    viewer::Viewer,
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
fn who_was_logged_in_is_told_that_the_session_has_ended_and_who_had_a_link_that_it_has() {
    let server = Server::scene(&["--viewer-token", "open sesame"]);
    let address = server.address;
    let (_, session) = login(address, &json!({ "token": "open sesame" }));
    let link = http::get(address, "/?token=open%20sesame");
    let link = link.header("set-cookie").and_then(|set| set.split(';').next()).expect("a pair").to_owned();
    for (cookie, words) in [
        (session, "our session has ended: log in again"),
        (link, "his link has ended: ask whoever sent it for a new one"),
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
