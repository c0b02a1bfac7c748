//! The JSON routes, the metrics and the page.

use crate::support::{
    http,
    metrics::Metrics,
    server::Server,
    viewer::Viewer,
    wait::{self, PATIENCE},
};

/// Waits until the camera shows pictures.
fn ready(server: &Server) {
    wait::until("the server is ready", PATIENCE, || http::get(server.address, "/api/ready").status == 200);
}

#[test]
fn status_tells_how_each_camera_fares() {
    let server = Server::scene(&[]);
    let mut viewer = Viewer::open(server.address, "/websocket/80");
    let status = wait::until_some("the rate is measured", PATIENCE, || {
        // Read on, so that this viewer is no slow one.
        viewer.frame();
        let status = http::get(server.address, "/api/status").json();
        let fps = status["cameras"][0]["fps"].as_f64().expect("a rate");
        let settled = status["cameras"][0]["state"] == "streaming" && (18.0..22.0).contains(&fps);
        settled.then_some(status)
    });
    let camera = &status["cameras"][0];
    assert_eq!(status["cameras"].as_array().map(Vec::len), Some(1), "{status}");
    assert_eq!((&camera["camera"], &camera["state"]), (&"main".into(), &"streaming".into()), "{status}");
    assert_eq!(camera["source"], crate::support::SCENE);
    assert_eq!((&camera["levels"], &camera["viewers"]), (&serde_json::json!([80]), &1.into()), "{status}");
    let count = camera["frame_count"].as_u64().expect("a count");
    let updated = camera["last_update"].as_str().expect("a time").to_owned();
    assert!(updated.ends_with('Z') && updated.contains('T'), "{updated}");
    viewer.frames(3);
    let later = http::get(server.address, "/api/status").json();
    assert!(later["cameras"][0]["frame_count"].as_u64().expect("a count") > count);
    assert!(later["cameras"][0]["last_update"].as_str().expect("a time") > updated.as_str());
}

#[test]
fn stats_have_every_field_and_no_invented_number() {
    let server = Server::scene(&[]);
    ready(&server);
    for path in ["/api/stats", "/api/stats?camera=main"] {
        let stats = http::get(server.address, path).json();
        for field in ["detection_count", "people", "inbound", "outbound", "risk"] {
            assert!(stats.as_object().is_some_and(|stats| stats.contains_key(field)), "{field} in {stats}");
            assert!(stats[field].is_null(), "nothing is counted: {stats}");
        }
        assert!(stats["fps"].is_number(), "{stats}");
    }
    assert_eq!(http::get(server.address, "/api/stats?camera=garden").status, 404);
}

#[test]
fn health_is_always_well_and_ready_once_pictures_come() {
    let server = Server::scene(&[]);
    assert_eq!(http::get(server.address, "/api/health").status, 200);
    ready(&server);
}

#[test]
fn without_a_source_the_server_is_alive_but_not_ready_and_says_why() {
    let server = Server::of("/nowhere/clip.mp4", &[]);
    let said = wait::until_some("the reason is known", PATIENCE, || {
        let reply = http::get(server.address, "/api/ready");
        assert_eq!(reply.status, 503);
        Some(reply).filter(|reply| reply.text().contains("no such file"))
    });
    assert_eq!(said.error_code(), "no_picture");
    let text = said.text();
    assert!(text.contains("clip.mp4") && !text.contains("/nowhere"), "viewers see no folders: {text}");
    assert_eq!(http::get(server.address, "/api/health").status, 200);
}

#[test]
fn a_path_that_is_not_there_is_a_json_error() {
    let server = Server::scene(&[]);
    let paths = [
        "/nothing",
        "/api",
        "/api/",
        "/api/nothing",
        "/websocket",
        "/websocket/",
        "/websocket/a/b/c",
        "/assets/../Cargo.toml",
        "/assets/..%2f..%2fCargo.toml",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/api/snapshot/",
        "//api/status",
    ];
    for path in paths {
        let reply = http::get(server.address, path);
        assert_eq!(reply.status, 404, "{path}: {}", reply.text());
        assert!(!reply.error_code().is_empty(), "{path}");
    }
}

#[test]
fn other_methods_are_refused_and_do_nothing() {
    let server = Server::scene(&[]);
    for method in ["POST", "PUT", "DELETE", "PATCH"] {
        for path in ["/", "/api/status", "/video_feed", "/api/snapshot/main", "/websocket/80", "/nothing"] {
            let request = format!(
                "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
                 Content-Length: 2\r\n\r\nhi"
            );
            let reply = http::send(server.address, &request);
            assert!(matches!(reply.status, 404 | 405), "{method} {path}: {}", reply.status);
            assert!(!reply.error_code().is_empty(), "{method} {path}");
        }
    }
    assert_eq!(http::get(server.address, "/api/status").json()["cameras"][0]["viewers"], 0);
}

#[test]
fn a_head_request_is_answered_without_a_body() {
    let server = Server::scene(&[]);
    ready(&server);
    for path in ["/", "/api/status", "/api/health", "/api/ready", "/metrics"] {
        let request = format!("HEAD {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        assert_eq!(http::send(server.address, &request).status, 200, "{path}");
    }
}

#[test]
fn http_1_0_without_a_host_is_served() {
    let server = Server::scene(&[]);
    let reply = http::send(server.address, "GET /api/status HTTP/1.0\r\n\r\n");
    assert_eq!(reply.status, 200);
    assert_eq!(reply.json()["cameras"][0]["camera"], "main");
}

#[test]
fn metrics_have_the_names_that_dashboards_rely_on() {
    let server = Server::of("/nowhere/clip.mp4", &[]);
    let scene = Server::scene(&[]);
    let mut slow = Viewer::open_narrow(scene.address, "/websocket/80");
    slow.frames(2);
    // `frames_skipped_total` and `source_reconnects_total` show themselves when something was skipped, or
    // reopened.
    std::thread::sleep(std::time::Duration::from_secs(1));
    slow.frames(5);
    let reply = http::get(scene.address, "/metrics");
    assert!(reply.header("content-type").is_some_and(|kind| kind.starts_with("text/plain")), "{reply:?}");
    let text = reply.text();
    let names = [
        "frames_captured_total{camera=\"main\"}",
        "capture_interval_seconds_bucket{",
        "capture_interval_seconds_count{",
        "encodes_total{camera=\"main\",level=\"80\",scale=\"1\"}",
        "encode_seconds_bucket{level=\"80\"",
        "frames_sent_total{camera=\"main\",level=\"80\"}",
        "frames_skipped_total{camera=\"main\",reason=\"viewer_slow\"}",
        "viewers{camera=\"main\",level=\"80\"} 1",
        "bytes_sent_total{camera=\"main\"}",
        "delivery_seconds_bucket{",
    ];
    for name in names {
        assert!(text.contains(&format!("\nsteadycast_{name}")), "{name} in {text}");
    }
    wait::until("a missing source is opened again", PATIENCE, || {
        Metrics::of(server.address).sum("source_reconnects_total", &["camera=\"main\""]) >= 1.0
    });
}

#[test]
fn metrics_agree_with_what_a_viewer_got() {
    let server = Server::scene(&[]);
    let mut viewer = Viewer::open(server.address, "/websocket/80");
    let bytes: usize = viewer.frames(20).iter().map(|frame| frame.jpeg.len()).sum();
    let metrics = Metrics::of(server.address);
    let (sent, sent_bytes) =
        (metrics.sum("frames_sent_total", &["level=\"80\""]), metrics.sum("bytes_sent_total", &[]));
    assert!((20.0..40.0).contains(&sent), "{sent}");
    assert!(sent_bytes >= bytes as f64 && sent_bytes < 2.5 * bytes as f64, "{sent_bytes} of {bytes}");
    assert_eq!(metrics.sum("delivery_seconds_count", &[]), sent);
}

#[test]
fn the_page_is_served_with_headers_that_guard_it() {
    let server = Server::scene(&[]);
    let reply = http::get(server.address, "/");
    assert_eq!(reply.status, 200);
    assert!(reply.header("content-type").is_some_and(|kind| kind.starts_with("text/html")));
    for header in ["content-security-policy", "x-content-type-options", "referrer-policy", "x-frame-options"]
    {
        assert!(reply.header(header).is_some(), "{header}");
    }
    assert!(reply.text().to_ascii_lowercase().contains("<!doctype html"), "{}", reply.text());
    // Whatever script the page names is there.
    for asset in
        reply.text().split('"').filter(|text| text.starts_with("/assets/") || text.starts_with("./assets/"))
    {
        assert_eq!(http::get(server.address, asset.trim_start_matches('.')).status, 200, "{asset}");
    }
}
