//! Front ends that listen by Socket.IO: real clients over both transports, and requests by hand where a
//! client does what it should not.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::OnceLock,
    thread,
    time::Instant,
};

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::{self, Message};

use super::login::CLOSED_WITHIN;
use crate::support::{
    day,
    http::{self, Reply},
    media,
    server::Server,
    skip,
    wait::{self, PATIENCE},
};

/// The scene that the shipped models know.
const PLAZA: [&str; 6] =
    ["--source", "synthetic:people=40,vehicles=6,seed=3", "--capture-fps", "15", "--analytics", "on"];

/// Every kind of news.
const NEWS: [&str; 3] = ["status_update", "stats_update", "heatmap_update"];

const BEGIN: &str = "/socket.io/?EIO=4&transport=polling";

fn support(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// What a real client is, once it is installed.
#[derive(Debug)]
struct Client {
    program: String,
    script: PathBuf,
}

impl Client {
    /// socket.io-client in Node; `None` where it cannot be had.
    fn node() -> Option<&'static Client> {
        static NODE: OnceLock<Option<Client>> = OnceLock::new();
        let prepare = || {
            let folder = support("tests/support/socketio");
            let prepared = Command::new(support("scripts/node_packages.sh")).arg(&folder).output().ok()?;
            let client = Client { program: "node".to_owned(), script: folder.join("client.mjs") };
            prepared.status.success().then_some(client)
        };
        NODE.get_or_init(prepare).as_ref()
    }

    /// python-socketio; `None` where it cannot be had.
    fn python() -> Option<&'static Client> {
        static PYTHON: OnceLock<Option<Client>> = OnceLock::new();
        let prepare = || {
            let packages = ["socketio", "python-socketio[client]"];
            let prepared = Command::new(support("scripts/python.sh")).args(packages).output().ok()?;
            let program = String::from_utf8_lossy(&prepared.stdout).trim().to_owned();
            let script = support("tests/support/socketio_client.py");
            prepared.status.success().then_some(Client { program, script })
        };
        PYTHON.get_or_init(prepare).as_ref()
    }

    fn run(&self, arguments: &[&str]) -> Value {
        let Output { status, stdout, stderr } =
            Command::new(&self.program).arg(&self.script).args(arguments).output().expect("it starts");
        let (said, wrong) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
        assert!(status.success(), "{arguments:?}: {said}{wrong}");
        let first = said.lines().next().unwrap_or_default();
        serde_json::from_str(first).unwrap_or_else(|error| panic!("{error}: {said}{wrong}"))
    }
}

/// Node's client, or the words of why a test is skipped.
fn node(test: &str) -> Option<&'static Client> {
    let client = Client::node();
    if client.is_none() {
        skip(test, "socket.io-client cannot be installed (npm)");
    }
    client
}

fn python(test: &str) -> Option<&'static Client> {
    let client = Client::python();
    if client.is_none() {
        skip(test, "python-socketio cannot be installed (pip)");
    }
    client
}

/// What a client hears is what the JSON routes tell.
fn assert_news(heard: &Value) {
    let events = &heard["events"];
    let grid = events["heatmap_update"]["grid"].as_array().expect("a grid");
    assert!(grid.len() == 40 && grid.iter().all(|row| row.as_array().is_some_and(|row| row.len() == 60)));
    let stats = &events["heatmap_update"]["stats"];
    assert!(stats["totalPeople"].as_u64().is_some_and(|people| (10..70).contains(&people)), "{stats}");
    assert!(stats["riskLevel"].is_string(), "{stats}");
    assert_eq!(
        (&events["status_update"]["camera"], &events["status_update"]["width"]),
        (&json!("main"), &json!(1280))
    );
    for figures in [&events["stats_update"], &heard["answer"]] {
        assert!(figures.get("people").is_some() && figures.get("inbound").is_some(), "{figures}");
    }
    assert!(heard["answer"]["people"].as_u64().is_some_and(|people| people > 0), "{}", heard["answer"]);
}

/// Transports that a client may use, and the one that it ends with.
fn ways() -> [(Value, &'static str); 3] {
    [
        (json!(["polling"]), "polling"),
        (json!(["websocket"]), "websocket"),
        (json!(["polling", "websocket"]), "websocket"),
    ]
}

#[test]
fn front_ends_in_javascript_hear_everything_over_both_transports() {
    let Some(client) = node("front_ends_in_javascript_hear_everything_over_both_transports") else { return };
    let server = Server::start(&PLAZA);
    let url = format!("http://{}", server.address);
    for (transports, last) in ways() {
        let options = json!({ "transports": transports }).to_string();
        let heard = client.run(&[&[&url, &*options, last], &NEWS[..]].concat());
        assert_eq!(heard["transport"], last, "{transports}");
        assert_news(&heard);
    }
}

#[test]
fn front_ends_in_python_hear_everything_over_both_transports() {
    let Some(client) = python("front_ends_in_python_hear_everything_over_both_transports") else { return };
    let server = Server::start(&PLAZA);
    let url = format!("http://{}", server.address);
    for (transports, last) in ways() {
        let heard = client.run(&[&[&url, &*transports.to_string(), "{}", last], &NEWS[..]].concat());
        assert_eq!(heard["transport"], last, "{transports}");
        assert_news(&heard);
    }
}

#[test]
fn a_token_passes_in_auth_query_or_header_and_nothing_else_does() {
    let Some(client) = node("a_token_passes_in_auth_query_or_header_and_nothing_else_does") else { return };
    let server = Server::scene(&["--viewer-token", "open sesame"]);
    let url = format!("http://{}", server.address);
    let heard = |options: Value| client.run(&[&url, &*options.to_string(), "websocket", "status_update"]);
    let login = http::change(server.address, "POST", "/api/login", &json!({ "token": "open sesame" }));
    let cookie = login.header("set-cookie").and_then(|cookie| cookie.split(';').next()).expect("a cookie");
    for right in [
        json!({ "auth": { "token": "open sesame" } }),
        json!({ "query": { "token": "open sesame" } }),
        json!({ "extraHeaders": { "Authorization": "Bearer open sesame" } }),
        json!({ "extraHeaders": { "Cookie": cookie } }),
        json!({ "auth": { "token": "open sesame" }, "transports": ["websocket"] }),
    ] {
        assert_eq!(heard(right.clone())["transport"], "websocket", "{right}");
    }
    for wrong in [json!({}), json!({ "auth": { "token": "open" } }), json!({ "query": { "token": "" } })] {
        let error = heard(wrong.clone())["error"].as_str().unwrap_or_default().to_owned();
        assert!(error.contains("token") && !error.contains("sesame"), "{wrong}: {error}");
    }
}

#[test]
fn a_client_names_its_camera_and_learns_when_that_is_gone() {
    let Some(client) = node("a_client_names_its_camera_and_learns_when_that_is_gone") else { return };
    let server = Server::scene(&[]);
    let described = json!({
        "name": "gate", "source": "synthetic:people=3,vehicles=0,seed=2", "width": 320, "height": 180
    });
    assert_eq!(http::change(server.address, "POST", "/api/cameras", &described).status, 201);
    let url = format!("http://{}", server.address);
    let query = json!({ "query": { "camera": "gate" } }).to_string();
    let heard = client.run(&[&url, &query, "websocket", "status_update"]);
    assert_eq!(heard["events"]["status_update"]["camera"], "gate");
    let mut session = Session::begin(server.address, "&camera=gate", "40");
    assert!(session.hear().iter().any(|packet| packet.starts_with("40{")), "is let in");
    assert_eq!(http::change(server.address, "DELETE", "/api/cameras/gate", &json!({})).status, 204);
    wait::until("the client is sent out", PATIENCE, || session.hear().contains(&"41".to_owned()));
    let refused = client.run(&[&url, &query, "websocket"]);
    assert!(refused["error"].as_str().is_some_and(|error| error.contains("no such camera")), "{refused}");
}

#[test]
fn a_client_is_sent_out_when_its_token_is_revoked_and_others_are_not() {
    let folder = media::folder();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (database, key) = (path("access.db"), path("token.key"));
    let server =
        Server::scene(&["--admin-token", "boss", "--access-database", &database, "--jwt-key-file", &key]);
    let admin = |path: &str, body: &Value| {
        let headers = [("Authorization", "Bearer boss"), ("Content-Type", "application/json")];
        http::change_with(server.address, ("POST", path), &headers, &body.to_string())
    };
    let begin = || {
        let made = admin("/api/tokens", &json!({ "role": "viewer", "ttl_seconds": 600 }));
        assert_eq!(made.status, 201, "{}", made.text());
        let token = made.json()["token"].as_str().expect("a token").to_owned();
        let mut session = Session::begin(server.address, &format!("&token={token}"), "40");
        assert!(session.hear().iter().any(|packet| packet.starts_with("40{")), "is let in");
        (session, made.json()["id"].clone())
    };
    let ((leaving, id), (staying, _)) = (begin(), begin());
    assert_eq!(admin("/api/tokens/revoke", &json!({ "id": id })).status, 200);
    let revoked = Instant::now();
    wait::until("its session is over", PATIENCE, || leaving.poll().status != 200);
    assert!(revoked.elapsed() < CLOSED_WITHIN, "{:?}", revoked.elapsed());
    assert_eq!(staying.poll().status, 200, "others are untouched");
}

/// A session by hand, over requests.
pub(super) struct Session {
    address: SocketAddr,
    path: String,
}

impl Session {
    /// Begins one, and says something.
    pub(super) fn begin(address: SocketAddr, query: &str, said: &str) -> Session {
        let reply = http::get(address, &format!("{BEGIN}{query}"));
        assert_eq!((reply.status, reply.header("content-type")), (200, Some("text/plain; charset=UTF-8")));
        let text = reply.text();
        let open: Value =
            serde_json::from_str(text.strip_prefix('0').expect("an open packet")).expect("JSON");
        assert_eq!(open["upgrades"], json!(["websocket"]), "{open}");
        let path = format!("{BEGIN}&sid={}", open["sid"].as_str().expect("a name"));
        let session = Session { address, path };
        assert_eq!(session.say(said).text(), "ok");
        session
    }

    fn say(&self, text: &str) -> Reply {
        http::change_with(self.address, ("POST", &self.path), &[("Content-Type", "text/plain")], text)
    }

    pub(super) fn poll(&self) -> Reply {
        http::get(self.address, &self.path)
    }

    /// The packets of one answer.
    fn hear(&mut self) -> Vec<String> {
        self.poll().text().split('\x1e').map(str::to_owned).collect()
    }

    /// What is counted, where the next answer tells it.
    fn hear_figures(&mut self) -> Option<Value> {
        let packets = self.hear();
        let packet = packets.iter().find_map(|packet| packet.strip_prefix("42[\"stats_update\","))?;
        serde_json::from_str(packet.strip_suffix(']')?).ok()
    }
}

fn code(reply: &Reply) -> (u16, u64) {
    (reply.status, reply.json()["code"].as_u64().unwrap_or_else(|| panic!("{}", reply.text())))
}

#[test]
fn what_no_client_of_this_version_asks_is_refused_as_its_library_reads_it() {
    let server = Server::scene(&[]);
    for (path, refused) in [
        ("/socket.io/?EIO=3&transport=polling", (400, 5)),
        ("/socket.io/?transport=polling", (400, 5)),
        ("/socket.io/?EIO=4&transport=carrier-pigeon", (400, 0)),
        ("/socket.io/?EIO=4&transport=polling&sid=nobody", (400, 1)),
        ("/socket.io/?EIO=4&transport=websocket", (400, 3)),
    ] {
        assert_eq!(code(&http::get(server.address, path)), refused, "{path}");
    }
    assert_eq!(code(&http::change_with(server.address, ("POST", BEGIN), &[], "40")), (400, 2));
    assert_eq!(http::change_with(server.address, ("PUT", BEGIN), &[], "").status, 405);
}

#[test]
fn what_crossed_lines_is_told_as_the_json_route_tells_it() {
    day::within_one(what_crossed_is_told_twice_alike);
}

fn what_crossed_is_told_twice_alike() {
    let folder = media::folder();
    let database = folder.path().join("history.db").display().to_string();
    let server = Server::start(&[&PLAZA[..], &["--database", &database]].concat());
    let route = || http::get(server.address, "/api/stats").json();
    let counted = || route()["inbound"].as_u64().unwrap_or(0) + route()["outbound"].as_u64().unwrap_or(0);
    wait::until("somebody crosses a line", 6 * PATIENCE, || counted() > 0);
    assert_eq!(
        http::change(server.address, "POST", "/api/cameras/main/counts/reset", &json!({})).status,
        200
    );
    let mut session = Session::begin(server.address, "", "40");
    let figures = wait::until_some("figures come", PATIENCE, || session.hear_figures());
    // Without history these were all since the start of the server.
    assert_eq!(figures["since"], route()["since"], "{figures}");
    assert!(figures["since"].is_string() && figures["inbound"].as_u64() <= route()["inbound"].as_u64());
}

#[test]
fn counts_that_begin_anew_are_told_also_where_nothing_else_changes() {
    day::within_one(counts_that_begin_anew_are_told);
}

fn counts_that_begin_anew_are_told() {
    let folder = media::folder();
    let database = folder.path().join("history.db").display().to_string();
    let server = Server::scene(&["--database", &database]);
    let change = |path: &str| {
        let reply = http::change(server.address, "POST", path, &json!({}));
        assert_eq!(reply.status, 200, "{}", reply.text());
        reply.json()
    };
    change("/api/cameras/main/stop");
    let mut session = Session::begin(server.address, "", "40");
    wait::until("the stopped camera's figures come", PATIENCE, || {
        let figures = session.hear_figures();
        figures.is_some_and(|figures| figures["fps"] == 0.0 && figures["since"].is_string())
    });
    // A second time, since a last figure of the camera may still have been on its way.
    for _ in 0..2 {
        let since = change("/api/cameras/main/counts/reset")["since"].clone();
        wait::until("the new beginning is told", PATIENCE, || {
            session.hear_figures().is_some_and(|figures| figures["since"] == since)
        });
    }
}

#[test]
fn a_second_waiting_request_ends_the_session() {
    let server = Server::scene(&[]);
    // Nobody is let in yet, so there is nothing to say.
    let session = Session::begin(server.address, "", "6");
    let (path, address) = (session.path.clone(), server.address);
    let first = thread::spawn(move || http::get(address, &path).text());
    // Whichever of them comes second is refused.
    let second = session.poll();
    let first = first.join().expect("it is answered");
    assert!(
        (second.status == 400 && first == "1") || (second.text() == "1" && first.contains("\"code\":3")),
        "{first} {}",
        second.text()
    );
    wait::until("the session is forgotten", PATIENCE, || code(&session.say("6")) == (400, 1));
}

#[test]
fn too_much_and_what_is_no_packet_end_the_session() {
    let server = Server::scene(&[]);
    let too_much = "4".repeat(5000);
    for (said, status) in [(&*too_much, 413), ("nonsense", 400), ("40\x1e42", 400), ("bAAAA", 400)] {
        let session = Session::begin(server.address, "", "6");
        assert_eq!(session.say(said).status, status);
        let gone = || session.say("6").status == 400 && session.poll().status == 400;
        wait::until("the session is gone", PATIENCE, gone);
    }
}

#[test]
fn a_websocket_asks_first_and_the_waiting_request_is_let_go() {
    let server = Server::scene(&[]);
    let session = Session::begin(server.address, "", "6");
    let (path, address) = (session.path.clone(), server.address);
    let waiting = thread::spawn(move || http::get(address, &path).text());
    let url = format!("ws://{address}{}", session.path.replace("polling", "websocket"));
    let (mut socket, _) = tungstenite::connect(&url).expect("upgrades");
    assert!(tungstenite::connect(&url).is_err(), "one at a time");
    socket.send(Message::text("2probe")).expect("sends");
    assert_eq!(socket.read().expect("is answered"), Message::text("3probe"));
    assert_eq!(waiting.join().expect("it is answered"), "6");
    socket.send(Message::text("5")).expect("sends");
    socket.send(Message::text("40")).expect("sends");
    let hello = socket.read().expect("is answered").into_text().expect("text");
    assert!(hello.starts_with("40{"), "{hello}");
    assert_eq!(code(&session.poll()), (400, 3), "requests carry nothing any more");
    let status = socket.read().expect("the news go on").into_text().expect("text");
    assert!(status.starts_with("42[\"status_update\","), "{status}");
    socket.close(None).expect("closes");
    wait::until("the session is forgotten", PATIENCE, || code(&session.poll()) == (400, 1));
}

#[test]
fn the_server_stops_in_time_while_clients_wait() {
    let mut server = Server::scene(&[]);
    let session = Session::begin(server.address, "", "6");
    let mut waiting = TcpStream::connect(server.address).expect("the server listens");
    let request = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", server.address);
    // When the first is answered, the second has been read.
    let both = request("/api/health") + &request(&session.path);
    waiting.write_all(both.as_bytes()).expect("the server takes them");
    let mut answers = [0; 4096];
    let health = waiting.read(&mut answers).expect("the first is answered");
    assert!(String::from_utf8_lossy(&answers[..health]).contains("200 OK"));
    let url = format!("ws://{}/socket.io/?EIO=4&transport=websocket", server.address);
    let (mut socket, _) = tungstenite::connect(url).expect("upgrades");
    assert!(socket.read().expect("is greeted").into_text().expect("text").starts_with("0{"));
    server.begin_stop();
    assert_eq!(socket.read().expect("is told"), Message::text("1"));
    assert!(socket.read().expect("closes").is_close());
    drop(server);
    let mut answer = String::new();
    waiting.read_to_string(&mut answer).expect("the second is answered to its end");
    assert!(answer.contains("HTTP/1.1 200") && answer.ends_with("\r\n\r\n1"), "{answer}");
}

#[test]
fn as_many_as_there_may_be_are_let_in_and_others_make_room() {
    let server = Server::scene(&[]);
    let joined: Vec<Session> = (0..255).map(|_| Session::begin(server.address, "", "40")).collect();
    let stranger = Session::begin(server.address, "", "6");
    let last = Session::begin(server.address, "", "6");
    assert_eq!(code(&stranger.say("6")), (400, 1), "it has made room");
    assert_eq!(last.say("40").text(), "ok");
    assert_eq!(code(&http::get(server.address, BEGIN)), (503, 4));
    assert_eq!(joined[0].say("1").text(), "ok");
    wait::until("who leaves makes room", PATIENCE, || http::get(server.address, BEGIN).status == 200);
}

#[test]
fn a_token_in_auth_takes_one_of_the_places_of_its_credential() {
    let server = Server::scene(&["--viewer-token", "sesame", "--max-viewers-per-token", "1"]);
    let begin = || {
        let mut session = Session::begin(server.address, "", r#"40{"token":"sesame"}"#);
        let told = session.hear();
        (session, told)
    };
    let is_in = |told: &[String]| told.iter().any(|packet| packet.starts_with("40{"));
    let (first, told) = begin();
    assert!(is_in(&told), "{told:?}");
    let (_, told) = begin();
    assert!(told.iter().any(|packet| packet.starts_with("44") && packet.contains("as many")), "{told:?}");
    assert_eq!(first.say("1").text(), "ok");
    wait::until("who leaves gives its place back", PATIENCE, || is_in(&begin().1));
}

#[test]
fn a_wrong_token_in_auth_is_called_wrong_and_who_shows_too_many_has_to_wait() {
    let server = Server::scene(&["--viewer-token", "open sesame"]);
    let told = || Session::begin(server.address, "", r#"40{"token":"open"}"#).hear().concat();
    let wrong = told();
    assert!(wrong.starts_with("44") && wrong.contains("that token is not right"), "{wrong}");
    wait::until("it has to wait", PATIENCE, || told().contains("too many wrong tokens were sent"));
}

#[test]
fn pages_of_other_sites_are_refused_and_allowed_ones_may_read() {
    let allowed = "https://cams.example";
    let server = Server::scene(&["--allowed-origins", allowed, "--viewer-token", "sesame"]);
    let evil = [("Origin", "http://evil.example")];
    let url = format!("{BEGIN}&token=sesame");
    assert_eq!(http::get_with(server.address, &url, &evil).status, 403);
    assert_eq!(http::get_with(server.address, &url, &[("Host", "evil.example")]).status, 403);
    assert_eq!(http::change_with(server.address, ("POST", &url), &evil, "40").status, 403);
    let reply = http::get_with(server.address, &url, &[("Origin", allowed)]);
    let header = |name| reply.header(name);
    assert_eq!((reply.status, header("access-control-allow-origin")), (200, Some(allowed)));
    assert_eq!(header("access-control-allow-credentials"), Some("true"));
    let asked = http::change_with(server.address, ("OPTIONS", BEGIN), &[("Origin", allowed)], "");
    let headers = asked.header("access-control-allow-headers").unwrap_or_default();
    assert!(asked.status == 204 && headers.contains("authorization"), "{headers}");
}
