//! Logins: when they are shown to a camera, how, and what becomes of refusals and redirections.

use super::*;

#[test]
fn a_login_that_is_shown_in_the_query_is_one_that_can_be_wrong() {
    let in_query = "/video?user=admin&pwd=hunter2";
    for refusal in ["401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"a\"", "403 Forbidden"] {
        for (path, next) in [(in_query, "/none"), ("/elsewhere", in_query), (in_query, "/elsewhere")] {
            let camera = Camera::start(move |request, stream| {
                let is_sent_on = request.number == 0 && next != "/none";
                let redirection = format!("302 Found\r\nLocation: {next}");
                let status = if is_sent_on { &redirection } else { refusal };
                let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
                stream.write_all(answer.as_bytes()).map(|()| false)
            });
            let (address, url) = address(&format!("http://{}{path}", camera.place));
            let reason = refused(open_within(LIMITS, &address, &url, &WISH));
            assert_eq!(reason.code, ReasonCode::LoginWrong, "{refusal}, {path}, {next}: {reason}");
            assert!(!reason.text.contains("hunter"), "{reason}");
        }
    }
}

#[test]
fn of_where_a_camera_sends_us_nobody_learns_more_than_the_host() {
    for (location, code, says) in [
        ("rtsp://127.0.0.1:9/live/Key7/a?x=1", ReasonCode::ServerError, "sends us to rtsp://127.0.0.1:9/…,"),
        ("http://admin:hunter2@10.1.2.3/Key7", ReasonCode::ServerError, "sends us to http://10.1.2.3/…,"),
        ("http://169.254.169.254/latest/Key7", ReasonCode::ForbiddenAddress, "link-local"),
    ] {
        let answer = format!("HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n");
        let reason = refused(Camera::of(answer.into_bytes()).open());
        assert!(reason.code == code && reason.text.contains(says), "{location}: {reason}");
        assert!(!reason.text.contains("Key7") && !reason.text.contains("hunter2"), "{reason}");
    }
}

#[test]
fn no_password_is_sent_to_a_camera_that_does_not_ask() {
    let camera = Camera::of([HEAD.as_bytes(), &part(&jpeg(16))].concat());
    assert!(camera.open_as(LOGIN).is_ok());
    let asked = camera.asked();
    assert_eq!(asked.len(), 1);
    assert!(
        asked[0].starts_with("GET /video?channel=1 HTTP/1.1\n") && !asked[0].to_lowercase().contains("auth"),
        "{asked:?}"
    );
}

/// Asks for a login in these ways, and shows its picture to whoever brings any.
fn guarded(ways: &'static str) -> Camera {
    Camera::start(move |request, stream| {
        if request.header("authorization").is_some() {
            return stream.write_all(&[HEAD.as_bytes(), &part(&jpeg(16))].concat()).map(|()| false);
        }
        let asks = format!("HTTP/1.1 401 Unauthorized\r\n{ways}\r\nContent-Length: 4\r\n\r\nbody");
        stream.write_all(asks.as_bytes()).map(|()| true)
    })
}

#[test]
fn each_login_is_brought_in_the_strongest_way_that_is_offered() {
    for (ways, begins, holds) in [
        ("WWW-Authenticate: Basic realm=\"a\"", "Basic YWRtaW46aHVudGVyQDI=", ""),
        (
            "WWW-Authenticate: Digest realm=\"a\", nonce=\"b\", qop=\"auth\"",
            "Digest ",
            "algorithm=MD5, qop=auth, nc=00000001",
        ),
        (
            "WWW-Authenticate: Basic realm=\"a\", Digest realm=\"a\", nonce=\"b\"\r\n\
             www-authenticate: Digest realm=\"a\", nonce=\"c\", algorithm=SHA-256",
            "Digest ",
            "uri=\"/video?channel=1\"",
        ),
    ] {
        let camera = guarded(ways);
        assert!(camera.open_as(LOGIN).is_ok(), "{ways}");
        let asked = camera.asked();
        assert!(asked.len() == 2 && !asked[0].contains("Authorization"), "{asked:?}");
        let (_, shown) = asked[1].split_once("Authorization: ").expect("is asked for");
        assert!(shown.starts_with(begins) && shown.contains(holds) && !shown.contains("hunter"), "{shown}");
        assert_eq!(shown.contains("SHA-256"), ways.contains("SHA-256"), "{shown}");
        let connections: Vec<usize> = camera.asked.lock().iter().map(|(_, connection)| *connection).collect();
        assert_eq!(connections, [0, 0], "one connection");
    }
}

#[test]
fn a_nonce_that_is_too_old_is_replaced_once_and_a_wrong_password_is_not_tried_again() {
    for (stale, times) in [("", 2), (", stale=true", 3)] {
        let camera = Camera::start(move |request, stream| {
            let nonce = request.number;
            let asks = format!(
                "HTTP/1.1 401 No\r\nWWW-Authenticate: Digest realm=\"a\", nonce=\"{nonce}\"{stale}\r\n\r\n"
            );
            stream.write_all(asks.as_bytes()).map(|()| false)
        });
        assert_eq!(refused(camera.open_as(LOGIN)).code, ReasonCode::LoginWrong);
        assert_eq!(camera.asked().len(), times, "{stale}");
    }
}

#[test]
fn a_redirection_within_the_camera_is_followed_and_no_other_is() {
    let elsewhere = Camera::of(Vec::new());
    for (to, leads) in [
        ("/real?token=abc".to_owned(), true),
        ("http://user:pass@127.0.0.1:PORT/real".to_owned(), true),
        (format!("http://{}/real?hunter=2", elsewhere.place), false),
        ("https://127.0.0.1:PORT/real".to_owned(), false),
        ("http://localhost:PORT/real".to_owned(), false),
    ] {
        let camera = Camera::start(move |request, stream| {
            if request.head[0].contains("/real") {
                return stream.write_all(&[HEAD.as_bytes(), &part(&jpeg(16))].concat()).map(|()| false);
            }
            let own = request
                .header("host")
                .and_then(|host| host.rsplit_once(':'))
                .map(|(_, port)| port.to_owned());
            let to = to.replace("PORT", &own.unwrap_or_default());
            let answer = format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n");
            stream.write_all(answer.as_bytes()).map(|()| true)
        });
        let opened = camera.open_as(LOGIN);
        if leads {
            assert!(opened.is_ok() && !camera.asked()[1].contains("uthorization"));
        } else {
            let reason = refused(opened);
            assert!(
                reason.code == ReasonCode::ServerError && reason.text.contains("which is not followed"),
                "{reason}"
            );
            assert!(!reason.text.contains("/real") && !reason.text.contains("hunter"), "{reason}");
        }
    }
    assert!(elsewhere.asked().is_empty(), "nobody else is asked");
    let circle = Camera::of(b"HTTP/1.1 301 Moved\r\nLocation: /video\r\n\r\n".to_vec());
    assert!(refused(circle.open()).text.contains("from one place to the next"));
}

#[test]
fn a_login_that_is_refused_later_ends_it_at_once() {
    for (refusal, code, asked) in [
        // Once with the login that was good, once with a new one.
        ("401 No\r\nWWW-Authenticate: Basic realm=\"a\"", ReasonCode::LoginWrong, 4),
        ("401 No\r\nWWW-Authenticate: Negotiate", ReasonCode::LoginUnsupported, 3),
        ("403 No", ReasonCode::LoginWrong, 3),
    ] {
        let camera = Camera::start(move |request, stream| {
            let first = "401 No\r\nWWW-Authenticate: Basic realm=\"a\"";
            let answer = match request.number {
                1 => snapshot(&jpeg(16), ""),
                number => {
                    let status = if number == 0 { first } else { refusal };
                    format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n").into_bytes()
                }
            };
            stream.write_all(&answer).map(|()| true)
        });
        let mut snapshots = camera.open_as(LOGIN).unwrap_or_else(|why| panic!("opens: {why:?}"));
        size(&mut snapshots);
        assert_eq!(snapshots.grab().expect_err("is refused").reason().code, code, "{refusal}");
        assert_eq!(camera.asked().len(), asked, "{refusal}");
    }
}

#[test]
fn a_refusal_of_one_who_showed_no_login_is_a_poll_that_fails() {
    let camera = Camera::start(|request, stream| {
        let answer = match request.number {
            1 => b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n".to_vec(),
            _ => snapshot(&jpeg(16), ""),
        };
        stream.write_all(&answer).map(|()| true)
    });
    let mut snapshots = opened(&camera);
    size(&mut snapshots);
    match snapshots.grab().expect("it is asked again") {
        Grabbed::Nothing(reason) => assert_eq!(reason.code, ReasonCode::LoginMissing),
        other => panic!("{other:?}"),
    }
    size(&mut snapshots);
}
