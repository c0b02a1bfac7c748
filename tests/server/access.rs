//! Who may watch: hosts, origins, the token; and what nobody may read: credentials.

use std::time::Duration;

use rustix::process::Signal;
use steadycast::transport::{ROUTES, Role};

use crate::support::{
    http,
    media::{self, free_port},
    program::Program,
    server::Server,
    viewer::Viewer,
};

const EVIL: &str = "http://evil.example";

#[test]
fn a_host_that_is_not_ours_is_refused() {
    let server = Server::scene(&[]);
    for path in ["/", "/api/status", "/api/health", "/video_feed", "/metrics", "/nothing"] {
        let reply = http::get_with(server.address, path, &[("Host", "evil.example")]);
        assert_eq!((reply.status, reply.error_code().as_str()), (403, "unknown_host"), "{path}");
    }
    let port = server.address.port();
    for host in [
        format!("localhost:{port}"),
        format!("127.0.0.1:{port}"),
        format!("[::1]:{port}"),
        "LocalHost".to_owned(),
    ] {
        assert_eq!(http::get_with(server.address, "/api/status", &[("Host", &host)]).status, 200, "{host}");
    }
    for host in [
        "127.0.0.1@evil.example",
        "evil.example:80",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "evil.example#127.0.0.1",
    ] {
        assert_eq!(http::get_with(server.address, "/api/status", &[("Host", host)]).status, 403, "{host}");
    }
    assert_eq!(
        Viewer::try_open(server.address, "/websocket/80", &[("Host", "evil.example")]).err(),
        Some(403)
    );
}

#[test]
fn a_page_of_another_site_is_refused_without_an_upgrade() {
    let server = Server::scene(&[]);
    for origin in
        [EVIL, "null", "http://127.0.0.1", "http://localhost:3000", "https://127.0.0.1.evil.example"]
    {
        let headers = [("Origin", origin)];
        assert_eq!(Viewer::try_open(server.address, "/websocket/80", &headers).err(), Some(403), "{origin}");
        for path in ["/api/status", "/api/snapshot/main", "/video_feed"] {
            let reply = http::get_with(server.address, path, &headers);
            assert_eq!(
                (reply.status, reply.error_code().as_str()),
                (403, "foreign_origin"),
                "{origin} {path}"
            );
        }
    }
}

#[test]
fn our_own_page_allowed_sites_and_programs_without_an_origin_pass() {
    let server = Server::scene(&["--allowed-origins", "https://cams.example,http://127.0.0.1:3000"]);
    let own = format!("http://{}", server.address);
    for origin in [own.as_str(), "https://cams.example", "http://127.0.0.1:3000"] {
        let headers = [("Origin", origin)];
        Viewer::try_open(server.address, "/websocket/80", &headers)
            .unwrap_or_else(|status| panic!("{origin}: {status}"))
            .frame();
        let reply = http::get_with(server.address, "/api/status", &headers);
        assert_eq!(reply.status, 200, "{origin}");
        // Other sites' pages may read the answer only if it says so; it never says so to all.
        let reader = reply.header("access-control-allow-origin");
        assert_eq!(reader, Some(origin).filter(|origin| *origin != own), "{origin}");
    }
    Viewer::open(server.address, "/websocket/80").frame();
    // A proxy passes its public name on.
    let proxied = [("Host", "cams.example"), ("Origin", "https://cams.example")];
    assert_eq!(http::get_with(server.address, "/api/status", &proxied).status, 200);
    for origin in
        [EVIL, "https://cams.example.evil.example", "http://cams.example", "https://cams.example:444"]
    {
        assert_eq!(
            http::get_with(server.address, "/api/status", &[("Origin", origin)]).status,
            403,
            "{origin}"
        );
    }
}

#[test]
fn a_token_is_needed_everywhere_but_for_the_health_check() {
    let server = Server::scene(&["--viewer-token", "open sesame"]);
    let paths = [
        "/",
        "/api/status",
        "/api/stats",
        "/api/ready",
        "/api/heatmap",
        "/metrics",
        "/video_feed",
        "/api/snapshot/main",
        "/api/stream/video",
        "/api/video/stream/main",
        "/index.html",
        "/api/health/",
        "/nothing",
    ];
    for path in paths {
        let reply = http::get(server.address, path);
        assert_eq!(reply.status, 401, "{path}");
        if path != "/" {
            assert_eq!(reply.error_code(), "token_needed", "{path}");
        }
        // Somebody who guesses that often has to wait.
        let wrong = http::get_with(server.address, path, &[("Authorization", "Bearer open sesam")]);
        assert!([401, 429].contains(&wrong.status), "{path}: {}", wrong.status);
    }
    assert_eq!(http::get(server.address, "/api/health").status, 200);
    for wrong in ["?token=", "?token=open", "?token=open%20sesame%00", "?Token=open%20sesame"] {
        let reply = http::get(server.address, &format!("/api/status{wrong}"));
        assert!([401, 429].contains(&reply.status), "{wrong}: {}", reply.status);
    }
}

#[test]
fn who_guesses_at_tokens_waits_and_holds_up_nobody_who_was_right_before() {
    let server = Server::scene(&["--viewer-token", "open sesame", "--admin-token", "boss"]);
    let show = |token: &str| {
        let bearer = format!("Bearer {token}");
        http::get_with(server.address, "/api/status", &[("Authorization", &*bearer)])
    };
    assert_eq!(show("open sesame").status, 200);
    let wrong: Vec<u16> = (0..8).map(|n| show(&format!("open sesame {n}")).status).collect();
    assert_eq!((&wrong[..5], wrong[7]), (&[401; 5][..], 429));
    assert_eq!(show("open sesame").status, 200, "others of its address have guessed");
    let reply = show("boss");
    assert_eq!((reply.status, reply.error_code().as_str()), (429, "too_many"), "a guess would tell by it");
}

#[test]
fn a_websocket_without_the_token_closes_with_1008() {
    let server = Server::scene(&["--viewer-token", "open sesame"]);
    for path in ["/websocket/80", "/websocket/80?token=wrong", "/websocket/garden/80", "/websocket/auto"] {
        let (code, reason) = Viewer::open(server.address, path).closing();
        assert_eq!(code, 1008, "{path}: {reason}");
        assert!(!reason.contains("sesame"));
    }
}

#[test]
fn a_token_passes_in_header_query_or_cookie() {
    let server = Server::scene(&["--viewer-token", "open sesame"]);
    let query = "?token=open%20sesame";
    assert_eq!(http::get(server.address, &format!("/api/status{query}")).status, 200);
    Viewer::open(server.address, &format!("/websocket/80{query}")).frame();
    let bearer = [("Authorization", "Bearer open sesame")];
    assert_eq!(http::get_with(server.address, "/api/status", &bearer).status, 200);
    Viewer::try_open(server.address, "/websocket/80", &bearer).expect("upgrades").frame();
}

#[test]
fn every_route_of_the_table_is_there_and_wants_its_role() {
    let server = Server::scene(&["--viewer-token", "sesame", "--admin-token", "boss"]);
    for route in ROUTES {
        let path = route.path.replace("{camera}", "main").replace("{level}", "80");
        let token = ("Authorization", "Bearer sesame");
        if path.starts_with("/websocket/") {
            assert_eq!(Viewer::open(server.address, &path).closed().0, 1008, "{path}");
            assert!(Viewer::open(server.address, &format!("{path}?token=sesame")).frame().comment.frame > 0);
            continue;
        }
        if path == "/socket.io/" {
            // Tells by a packet, to those who have connected: see `socketio`.
            assert_eq!(route.role, Role::Viewer);
            continue;
        }
        let method = route.methods[0];
        if route.role == Role::Admin {
            // A body that is none: nothing is to be changed here.
            let ask = |headers: &[(&str, &str)]| {
                http::change_with(server.address, (method, &path), headers, "{").status
            };
            assert_eq!(ask(&[]), 401, "{method} {path} without a token");
            assert_eq!(ask(&[token]), 401, "{method} {path} with a viewer's");
            continue;
        }
        let open = route.role == Role::Open;
        assert_eq!(http::get(server.address, &path).status == 401, !open, "{path} without a token");
        if method != "GET" {
            continue;
        }
        let answer = http::open(server.address, &path, &[token]);
        // There is no event in no history.
        let expected = if path.contains("{id}") { 404 } else { 200 };
        assert!([expected, 503].contains(&answer.status), "{path} with one: {}", answer.status);
    }
}

/// What the admin alone may have, by hand: the table does not notice a role that is wrong in it.
const ADMINS: [(&str, &str); 24] = [
    ("POST", "/api/cameras"),
    ("POST", "/api/cameras/test"),
    ("PATCH", "/api/cameras/{camera}"),
    ("DELETE", "/api/cameras/{camera}"),
    ("POST", "/api/cameras/{camera}/start"),
    ("POST", "/api/cameras/{camera}/stop"),
    ("POST", "/api/cameras/{camera}/counts/reset"),
    ("POST", "/api/cameras/{camera}/share"),
    ("POST", "/api/tokens"),
    ("POST", "/api/tokens/revoke"),
    ("GET", "/api/audit"),
    ("HEAD", "/api/audit"),
    ("GET", "/api/rules"),
    ("HEAD", "/api/rules"),
    ("PUT", "/api/rules"),
    ("POST", "/api/services/test"),
    ("GET", "/api/uploads"),
    ("HEAD", "/api/uploads"),
    ("PUT", "/api/uploads/{name}"),
    ("DELETE", "/api/uploads/{name}"),
    ("POST", "/upload_video"),
    ("POST", "/set_source"),
    ("POST", "/start_stream"),
    ("POST", "/stop_stream"),
];

#[test]
fn what_the_admin_alone_may_have_no_viewer_gets() {
    let tokens = ["--admin-token", "sesame", "--viewer-token", "look"];
    let folder = media::folder();
    let uploads = folder.path().display().to_string();
    let server = Server::scene(&[&tokens[..], &["--uploads-dir", &uploads]].concat());
    for (method, path) in ADMINS {
        // Of a camera that is not there, so that each route finds things as they were.
        let there = path.replace("{camera}", "nowhere").replace("{name}", "nothing.mp4");
        let ask = |token: &str| {
            let bearer = format!("Bearer {token}");
            let headers = [("X-Steadycast", "1"), ("Authorization", &*bearer)];
            http::change_with(server.address, (method, &there), &headers, "{").status
        };
        assert_eq!(ask("look"), 401, "{method} {path} by a viewer");
        assert!(![401, 403].contains(&ask("sesame")), "{method} {path} by the admin");
    }
    let declared = ROUTES.iter().filter(|route| route.role == Role::Admin);
    let mut declared: Vec<(&str, &str)> =
        declared.flat_map(|route| route.methods.iter().map(move |method| (*method, route.path))).collect();
    let mut known = ADMINS.to_vec();
    declared.sort_unstable();
    known.sort_unstable();
    assert_eq!(declared, known, "another route of the admin's is to be tried here too");
}

#[test]
fn what_a_page_of_another_site_has_a_browser_send_uses_up_none_of_its_guesses() {
    let server = Server::scene(&["--viewer-token", "sesame"]);
    for _ in 0..20 {
        let reply = http::get_with(server.address, "/api/status?token=x", &[("Origin", EVIL)]);
        assert_eq!((reply.status, &*reply.error_code()), (403, "foreign_origin"));
    }
    assert_eq!(http::get(server.address, "/api/status?token=wrong").status, 401, "it need not wait");
    assert_eq!(http::get(server.address, "/api/status?token=sesame").status, 200);
}

#[test]
fn credentials_of_the_source_are_never_shown() {
    let port = free_port();
    // As addresses should be, and with a password that looks like a port and a path.
    for credentials in ["user:hunter2", "user:4711/hunter2"] {
        let source = format!("rtsp://{credentials}@127.0.0.1:{port}/x?pwd=hunter2#hunter2");
        let mut program = Program::start_with(
            &["--port", "0"],
            &[("STEADYCAST_SOURCE", &source), ("RUST_LOG", "debug")],
            "",
        );
        let mut viewer = Viewer::open(program.address, "/websocket/80");
        let slate = viewer.frame();
        assert!(slate.comment.slate);
        let status = http::get(program.address, "/api/status").text();
        assert!(
            status.contains(&format!("rtsp://127.0.0.1:{port}/…")) && status.contains("nothing listens"),
            "{status}"
        );
        let mut said = vec![status];
        for path in ["/api/ready", "/metrics", "/api/stats", "/api/snapshot/main?level=1", "/"] {
            said.push(http::get(program.address, path).text());
        }
        said.push(viewer.text("status").to_string());
        program.signal(Signal::TERM);
        program.ended();
        said.push(program.log());
        for text in said {
            assert!(!text.contains("hunter2") && !text.contains("4711"), "{text}");
        }
    }
}

#[test]
fn a_wrong_setting_does_not_repeat_a_password() {
    for source in [
        "rtsq://user:hunter2@cam/x",
        "rtsp://user:hunter2@:x:/",
        "rtsp://cam:99999/?pwd=hunter2",
        "rtsp://cam:554/hunter2@x",
        "user:hunter2@cam/x",
        "snapshot:hunter2",
    ] {
        for (flags, environment) in
            [(&["--source", source][..], None), (&[], Some(("STEADYCAST_SOURCE", source)))]
        {
            let output = crate::support::program::run(flags, environment.as_slice());
            assert_eq!(output.status.code(), Some(2), "{source}");
            assert!(!String::from_utf8_lossy(&output.stderr).contains("hunter2"), "{source}");
        }
    }
}

#[test]
fn listening_beyond_loopback_without_a_credential_is_refused_unless_it_is_said_aloud() {
    let wide = ["--port", "0", "--host", "0.0.0.0", "--source", crate::support::SCENE];
    let refused = crate::support::program::run(&wide, &[]);
    assert_eq!(refused.status.code(), Some(1));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    for way in ["STEADYCAST_VIEWER_TOKEN", "steadycast user add", "--insecure-open"] {
        assert!(said.contains(way), "{way}: {said}");
    }
    let wide = &wide[2..];
    let open = Program::start(&[wide, &["--insecure-open"]].concat());
    assert!(open.log().contains("WARN") && open.log().contains("STEADYCAST_VIEWER_TOKEN"), "{}", open.log());
    Viewer::open(open.address, "/websocket/80").frame();
    let stop = http::change(open.address, "POST", "/stop_stream", &serde_json::json!({}));
    assert_eq!((stop.status, &*stop.error_code()), (403, "admin_token_needed"), "watching alone is open");
    let guarded = Program::start(&[wide, &["--viewer-token", "sesame"]].concat());
    assert!(!guarded.log().contains("everybody"), "{}", guarded.log());
    assert!(!guarded.log().contains("sesame"), "{}", guarded.log());
    let mut viewer = Viewer::open(guarded.address, "/websocket/80?token=sesame");
    viewer.text_where("status", Duration::from_secs(10), |status| status["state"] == "streaming");
    assert!(!guarded.log().contains("sesame"), "{}", guarded.log());
}
