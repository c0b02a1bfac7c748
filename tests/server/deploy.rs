//! nginx's file that is shipped, by a real nginx: it loads, leads to HTTPS, and writes no token down.

use std::{
    fs,
    io::{Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpStream},
    path::Path,
};

use rcgen::{CertifiedKey, generate_simple_self_signed};
use serde_json::json;

use super::tls::client::Viewer;
use crate::support::{
    http,
    media::{Daemon, find_nginx, folder, free_port, nginx, temporary, until_listening},
    server::Server,
    skip, tls,
    wait::{self, PATIENCE},
};

/// Token of whoever watches.
const TOKEN: &str = "open-sesame";

/// Name under which the file serves.
const NAME: &str = "cams.example";

/// The shipped file in front of a server, but for its ports, its certificate and the places of its logs.
/// What it does not say itself goes to `others.log`.
fn placed(folder: &Path, server: SocketAddr, (plain, encrypted): (u16, u16)) -> String {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(vec![NAME.to_owned()]).expect("a certificate is made");
    let own = |name: &str| folder.join(name).display().to_string();
    fs::write(own("cert.pem"), cert.pem()).expect("writes");
    fs::write(own("key.pem"), signing_key.serialize_pem()).expect("writes");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/nginx.conf");
    let mut text = fs::read_to_string(path).expect("it is shipped");
    for (shipped, here) in [
        ("listen 80;", format!("listen 127.0.0.1:{plain};")),
        ("listen 443 ssl;", format!("listen 127.0.0.1:{encrypted} ssl;")),
        ("/etc/letsencrypt/live/cams.example/fullchain.pem", own("cert.pem")),
        ("/etc/letsencrypt/live/cams.example/privkey.pem", own("key.pem")),
        ("/var/log/nginx/steadycast.log", own("access.log")),
        ("/var/log/nginx/steadycast-error.log", own("trouble.log")),
        ("http://127.0.0.1:6732", format!("http://{server}")),
    ] {
        assert!(text.contains(shipped), "deploy/nginx.conf has no {shipped:?}");
        text = text.replace(shipped, &here);
    }
    format!("http {{ access_log {}; {} {text} }}", own("others.log"), temporary(folder))
}

/// Sends a request under TLS, and returns what comes until the end.
fn ask(address: SocketAddr, request: &str) -> String {
    let socket = TcpStream::connect(address).expect("nginx listens");
    let mut wire = tls::agree(socket, rustls::ALL_VERSIONS, NAME).expect("keys are agreed on");
    wire.write_all(request.as_bytes()).expect("nginx takes the request");
    let mut answer = Vec::new();
    // It may end without a farewell.
    let _ = wire.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn the_shipped_file_of_nginx_leads_to_https_and_writes_no_token_down() {
    if let Err(reason) = find_nginx() {
        return skip("the_shipped_file_of_nginx", &reason);
    }
    let origin = format!("https://{NAME}");
    let server = Server::scene(&[
        "--viewer-token",
        TOKEN,
        "--trusted-proxies",
        "127.0.0.1",
        "--allowed-origins",
        &origin,
    ]);
    let (folder, ports) = (folder(), (free_port(), free_port()));
    let http = placed(folder.path(), server.address, ports);
    let tried = nginx(folder.path(), "", &http).arg("-t").output().expect("nginx starts");
    assert!(tried.status.success(), "{}", String::from_utf8_lossy(&tried.stderr));

    let _running = Daemon::start(&mut nginx(folder.path(), "", &http));
    until_listening(ports.1, "nginx");
    let on = |port: u16| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let led = http::get_with(on(ports.0), &format!("/api/status?token={TOKEN}"), &[("Host", NAME)]);
    assert_eq!((led.status, led.header("location")), (308, Some(&*format!("{origin}/api/status"))));
    let odd = http::get_with(on(ports.0), "/a%0d%0aX-Evil:%201", &[("Host", NAME)]);
    assert_eq!((odd.status, odd.header("x-evil")), (308, None), "{odd:?}");
    let head = format!("Host: {NAME}\r\nX-Steadycast: 1\r\nConnection: close\r\n");
    let status = ask(on(ports.1), &format!("GET /api/status?token={TOKEN} HTTP/1.1\r\n{head}\r\n"));
    assert!(status.starts_with("HTTP/1.1 200"), "{status}");
    let shown = json!({ "token": TOKEN }).to_string();
    let body = format!("Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{shown}", shown.len());
    let login = ask(on(ports.1), &format!("POST /api/login HTTP/1.1\r\n{head}{body}"));
    let cookie = login.lines().find(|line| line.to_ascii_lowercase().starts_with("set-cookie:"));
    assert!(cookie.is_some_and(|cookie| cookie.contains("; Secure")), "the way is encrypted: {login}");
    let socket = TcpStream::connect(on(ports.1)).expect("nginx listens");
    let wire = tls::agree(socket, rustls::ALL_VERSIONS, NAME).expect("keys are agreed on");
    Viewer::over(wire, on(ports.1), &format!("/websocket/60?token={TOKEN}")).frames(5);

    let log = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap_or_default();
    wait::until("everything is in the log", PATIENCE, || {
        ["/api/status", "/api/login", "/websocket/60"].iter().all(|path| log("access.log").contains(path))
    });
    for name in ["access.log", "others.log", "trouble.log", "error.log"] {
        assert!(!log(name).contains(TOKEN), "{name}: {}", log(name));
    }
    assert_eq!(log("others.log"), "", "the plain port writes nothing down");
}
