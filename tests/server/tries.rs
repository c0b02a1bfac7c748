//! Sources that are tried over HTTP before a camera is made of them, through the whole server.

use std::{
    net::TcpListener,
    thread,
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::{
    roster::{FEW, names, small},
    support::{http, media::free_port, server::Server},
};

/// Time for which a try waits for the place of another one.
const WAITS: Duration = Duration::from_secs(2);

#[test]
fn a_source_is_tried_without_touching_anything() {
    let server = Server::scene(&[]);
    let elsewhere = format!("http://{}/video_feed", Server::scene(&[]).address);
    let tried = http::change(server.address, "POST", "/api/cameras/test", &json!({ "source": elsewhere }));
    assert_eq!(tried.status, 422, "nobody is there any more: {}", tried.text());
    let other = Server::scene(&[]);
    let elsewhere = format!("http://{}/video_feed", other.address);
    let tried = http::change(server.address, "POST", "/api/cameras/test", &json!({ "source": elsewhere }));
    let told = tried.json();
    assert_eq!((tried.status, &told["width"], &told["height"]), (200, &json!(320), &json!(180)), "{told}");
    assert!(told["fps"].as_f64().is_some_and(|fps| fps > 5.0), "{}", told["fps"]);
    let picture = STANDARD.decode(told["picture"].as_str().expect("a picture")).expect("base64");
    assert!(picture.starts_with(&[0xFF, 0xD8]), "a JPEG");
    let drawn = http::change(server.address, "POST", "/api/cameras/test", &small(FEW)).json();
    assert_eq!((&drawn["width"], &drawn["fps"]), (&json!(320), &Value::Null));
    let closed = format!("rtsp://me:hunter2@127.0.0.1:{}/live", free_port());
    let refused = http::change(server.address, "POST", "/api/cameras/test", &json!({ "source": closed }));
    assert_eq!((refused.status, &*refused.error_code()), (422, "no_picture"));
    assert!(
        refused.text().contains("nothing listens") && !refused.text().contains("hunter2"),
        "{}",
        refused.text()
    );
    let file = http::change(server.address, "POST", "/api/cameras/test", &json!({ "source": "/etc/passwd" }));
    assert_eq!(file.status, 400);
    assert_eq!(names(server.address), ["main"]);
}

#[test]
fn what_is_no_source_is_refused_although_every_place_is_taken() {
    let server = Server::scene(&[]);
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let silence = json!({ "source": format!("rtsp://{}/live", silent.local_addr().expect("has one")) });
    let a_try = |source: &Value| http::change(server.address, "POST", "/api/cameras/test", source);
    thread::scope(|scope| {
        let tries: Vec<_> = (0..2).map(|_| scope.spawn(|| a_try(&silence).status)).collect();
        let asked: Vec<_> = (0..2).map(|_| silent.accept().expect("is asked for a picture")).collect();
        for wrong in [json!({ "source": "/etc/passwd" }), json!({ "source": FEW, "fps": 99 })] {
            let refused = a_try(&wrong);
            assert_eq!((refused.status, &*refused.error_code()), (400, "bad_camera"), "{}", refused.text());
            assert!(refused.text().contains("this source cannot be tried: "), "{}", refused.text());
        }
        drop(asked);
        tries.into_iter().for_each(|tried| assert_eq!(tried.join().expect("is answered"), 422));
    });
}

#[test]
fn of_three_who_try_a_silent_source_at_once_one_is_asked_to_wait() {
    let server = Server::scene(&[]);
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let source = format!("rtsp://{}/live", silent.local_addr().expect("has one"));
    let body = json!({ "source": source }).to_string();
    let a_try = || {
        let began = Instant::now();
        let (path, json) = (("POST", "/api/cameras/test"), ("Content-Type", "application/json"));
        let tried = http::send_bytes(server.address, path, &[json], body.as_bytes());
        (tried.status, tried.error_code(), began.elapsed())
    };
    let mut told = thread::scope(|scope| {
        let tries: Vec<_> = (0..3).map(|_| scope.spawn(a_try)).collect();
        tries.into_iter().map(|tried| tried.join().expect("is answered")).collect::<Vec<_>>()
    });
    told.sort();
    let codes: Vec<_> = told.iter().map(|(status, code, _)| (*status, code.as_str())).collect();
    assert_eq!(codes, [(422, "no_picture"), (422, "no_picture"), (503, "busy")]);
    assert!(told[2].2 >= WAITS, "a place may be free in a moment: {:?}", told[2].2);
}
