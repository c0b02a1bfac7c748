//! The house under attack: a whole program with cameras `yard` and `gate`, and `shed` whose camera is away,
//! with every kind of credential; and what an attack must not change or learn.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Write,
    net::SocketAddr,
    path::Path,
    process::{Command, Stdio},
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    forge,
    support::{
        media::free_port,
        program::{FILE, Program},
        wait::{self, PATIENCE},
        wire::{self, Request},
    },
};

/// What every viewer may show.
pub const VIEWER: &str = "viewer-token-that-nobody-guesses";

/// What the admin shows.
pub const ADMIN: &str = "admin-token-that-nobody-guesses";

/// What signs tokens.
pub const SECRET: &str = "a secret for the tests, of more than thirty-two bytes";

/// The password of the camera that is away.
const PASSWORD: &str = "hunter2";

/// A user and her password.
pub const USER: (&str, &str) = ("anna", "a password that is long enough");

/// Names of the credentials that give something.
const RIGHT: [&str; 9] =
    ["viewer", "admin", "yard", "gate", "guard", "chief", "session", "chief_session", "user"];

/// A program under attack, with what its owner has.
pub struct House {
    /// The program.
    pub program: Program,
    folder: TempDir,
    credentials: BTreeMap<&'static str, (String, String)>,
}

impl House {
    /// Opens a house, with more flags of the program.
    pub fn open(flags: &[&str]) -> House {
        let folder = tempfile::tempdir().expect("a folder");
        let scene = |name: &str, seed: u8| {
            let source = format!("synthetic:people=5,vehicles=1,seed={seed}");
            format!("[{name}]\nsource = \"{source}\"\nwidth = 320\nheight = 180\nfps = 20\n\n")
        };
        let away = format!("rtsp://owner:{PASSWORD}@127.0.0.1:{}/live?pwd={PASSWORD}", free_port());
        let cameras = scene("yard", 1) + &scene("gate", 2) + &format!("[shed]\nsource = \"{away}\"\n");
        fs::write(folder.path().join("cameras.toml"), cameras).expect("writes");
        fs::create_dir(folder.path().join("media")).expect("makes a folder");
        add_user(folder.path());
        let path = |name: &str| folder.path().join(name).display().to_string();
        let own: [[&str; 2]; 10] = [
            ["--port", "0"],
            ["--cameras", &path("cameras.toml")],
            ["--media-dir", &path("media")],
            ["--uploads-dir", &path("uploads")],
            ["--database", &path("history.db")],
            ["--access-database", &path("data/access.db")],
            ["--jwt-secret", SECRET],
            ["--viewer-token", VIEWER],
            ["--admin-token", ADMIN],
            // What slows this machine's own requests down is another test's.
            ["--dear-requests", "10000"],
        ];
        // Once each, so that a test may say otherwise.
        let own = own.iter().filter(|[name, _]| !flags.contains(name)).flatten().copied();
        let flags: Vec<&str> = own.chain(flags.iter().copied()).collect();
        let program = Program::start_with(&flags, &[("RUST_LOG", "debug")], "");
        let house = House { program, folder, credentials: BTreeMap::new() };
        wait::until("both cameras show pictures", PATIENCE, || house.streaming() == 2);
        house.with_credentials()
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.program.address
    }

    /// Name of its sessions' cookie.
    pub fn cookie_name(&self) -> String {
        format!("steadycast_session_{}", self.address().port())
    }

    /// Sends a request of the admin's.
    pub fn admin(&self, method: &str, path: &str, body: &Value) -> wire::Said {
        let request = Request::of(method, path).showing(ADMIN).meant();
        // A question has no body.
        let request = if method == "GET" { request } else { request.json(body) };
        wire::ask(self.address(), &request)
    }

    fn streaming(&self) -> usize {
        let status = wire::ask(self.address(), &Request::of("GET", "/api/status").showing(ADMIN)).json();
        let cameras = status["cameras"].as_array().cloned().unwrap_or_default();
        cameras.iter().filter(|camera| camera["state"] == "streaming").count()
    }

    /// Makes a token, and returns it with its id.
    pub fn token(&self, wish: &Value) -> (String, String) {
        let made = self.admin("POST", "/api/tokens", wish);
        assert_eq!(made.status, 201, "{}", made.text());
        let text = |field: &str| made.json()[field].as_str().expect("a text").to_owned();
        (text("token"), text("id"))
    }

    /// Begins a session by `shown`; returns the cookie's name and value.
    pub fn session(&self, shown: &Value) -> String {
        let begun = wire::ask(self.address(), &Request::of("POST", "/api/login").meant().json(shown));
        assert_eq!(begun.status, 200, "{}", begun.text());
        let cookie = begun.header("set-cookie").expect("a session has a cookie");
        cookie.split(';').next().expect("a pair").to_owned()
    }

    /// Every kind of credential, right and wrong, by the name under which rows show it.
    fn with_credentials(mut self) -> House {
        let bearer = |token: &str| ("Authorization".to_owned(), format!("Bearer {token}"));
        let cookie = |pair: &str| ("Cookie".to_owned(), pair.to_owned());
        let hour =
            |role: &str, cameras: Value| json!({"role": role, "cameras": cameras, "ttl_seconds": 3600});
        let (yard, _) = self.token(&hour("viewer", json!(["yard"])));
        let (gate, _) = self.token(&hour("viewer", json!(["gate"])));
        let (all, _) = self.token(&json!({"role": "viewer", "ttl_seconds": 3600, "name": "guard"}));
        let (chief, _) = self.token(&json!({"role": "admin", "ttl_seconds": 3600}));
        let (revoked, id) = self.token(&json!({"role": "admin", "ttl_seconds": 3600}));
        let session_of_revoked = self.session(&json!({ "token": revoked }));
        let gone = self.admin("POST", "/api/tokens/revoke", &json!({ "id": id }));
        assert_eq!(gone.status, 200, "{}", gone.text());
        let (session, ended) =
            (self.session(&json!({ "token": VIEWER })), self.session(&json!({ "token": ADMIN })));
        let chief_session = self.session(&json!({ "token": chief }));
        let out = Request::of("POST", "/api/logout").with("Cookie", &ended).meant();
        let own = format!("http://{}", self.address());
        let out = wire::ask(self.address(), &out.with("Origin", &own));
        assert_eq!(out.status, 204, "{}", out.text());
        let user = self.session(&json!({"name": USER.0, "password": USER.1}));
        // Who was right before does not wait while others of the address guess.
        let watches = wire::ask(self.address(), &Request::of("GET", "/api/status").showing(VIEWER));
        assert_eq!(watches.status, 200, "{}", watches.text());
        let right = [
            ("viewer", bearer(VIEWER)),
            ("admin", bearer(ADMIN)),
            ("yard", bearer(&yard)),
            ("gate", bearer(&gate)),
            ("guard", bearer(&all)),
            ("chief", bearer(&chief)),
            ("session", cookie(&session)),
            ("chief_session", cookie(&chief_session)),
            ("user", cookie(&user)),
        ];
        let wrong = [
            ("revoked", bearer(&revoked)),
            ("ended", cookie(&ended)),
            ("revoked_session", cookie(&session_of_revoked)),
            ("token_in_cookie", cookie(&format!("{}={ADMIN}", self.cookie_name()))),
            ("old_cookie", cookie(&format!("steadycast_token={ADMIN}"))),
            ("basic", ("Authorization".to_owned(), format!("Basic {ADMIN}"))),
            ("shortened", bearer(&ADMIN[..ADMIN.len() - 1])),
            ("lengthened", bearer(&format!("{ADMIN}x"))),
            ("upper", bearer(&ADMIN.to_uppercase())),
            ("nothing", bearer("")),
        ];
        let forged = forge::wrong(&chief, SECRET).into_iter().map(|(name, token)| (name, bearer(&token)));
        self.credentials = right.into_iter().chain(wrong).chain(forged).collect();
        self
    }

    /// Returns the names of all credentials that give nothing.
    pub fn wrong(&self) -> Vec<&'static str> {
        self.credentials.keys().copied().filter(|name| !RIGHT.contains(name)).collect()
    }

    /// Returns the header that shows a credential; `none` has none.
    pub fn credential(&self, name: &str) -> Option<(String, String)> {
        (name != "none").then(|| {
            self.credentials.get(name).unwrap_or_else(|| panic!("there is no credential {name:?}")).clone()
        })
    }

    /// Returns what nobody may read, in an answer or in the log.
    pub fn secrets(&self) -> Vec<String> {
        let shown = RIGHT.map(|name| &self.credentials[name].1);
        let bare = shown.map(|value| value.trim_start_matches("Bearer ").to_owned());
        let fixed = [SECRET, PASSWORD, USER.1].map(str::to_owned);
        let before = format!("{}=", self.cookie_name());
        bare.into_iter().map(|value| value.replace(&before, "")).chain(fixed).collect()
    }

    /// Returns the folder of everything that the house keeps.
    pub fn folder(&self) -> String {
        self.folder.path().display().to_string()
    }

    /// Returns what no refused request may change: the cameras file, which files there are, the cameras, and
    /// what was done by the audit.
    pub fn kept(&self) -> (Vec<u8>, BTreeSet<String>, Value, Vec<Value>) {
        let file = fs::read(self.folder.path().join("cameras.toml")).expect("the cameras file is there");
        let cameras = self.admin("GET", "/api/cameras", &json!({})).json()["cameras"].clone();
        let described = cameras.as_array().expect("a list").iter();
        let described = described.map(|camera| json!([camera["camera"], camera["settings"]])).collect();
        (file, files(self.folder.path()), described, self.done())
    }

    /// What the audit says was done so far, by this house's own hand or by another's, newest first.
    fn done(&self) -> Vec<Value> {
        let (mut done, mut page) = (Vec::new(), "limit=1000".to_owned());
        loop {
            let told = self.admin("GET", &format!("/api/audit?{page}"), &json!({})).json();
            let entries = told["entries"].as_array().expect("a list");
            let Some(last) = entries.last() else { return done };
            page = format!("limit=1000&before={}", last["id"]);
            done.extend(entries.iter().filter(|entry| entry["outcome"] == "done").cloned());
        }
    }

    /// Returns how many requests were refused so far, by the code of the refusal.
    pub fn refused(&self) -> BTreeMap<String, f64> {
        let text = wire::ask(self.address(), &Request::of("GET", "/metrics").showing(ADMIN)).text();
        let lines = text.lines().filter_map(|line| line.strip_prefix("steadycast_refused_total{code=\""));
        let pair = |line: &str| {
            let (code, value) = line.split_once("\"} ")?;
            Some((code.to_owned(), value.parse().ok()?))
        };
        lines.filter_map(pair).collect()
    }

    /// Asserts that the log tells neither a secret nor a fault of the program, and that no client wrote an
    /// error of actix's into it.
    pub fn assert_log_is_clean(&self) {
        let log = self.program.log();
        let told: Vec<String> = self.secrets().into_iter().filter(|secret| log.contains(&**secret)).collect();
        assert!(told.is_empty(), "the log tells {told:?}");
        assert!(!log.contains("panicked") && !log.contains("met a fault of this program"), "{log}");
        let of_actix: Vec<&str> = log.lines().filter(|line| line.contains(" ERROR actix")).collect();
        assert!(of_actix.is_empty(), "{}", of_actix.join("\n"));
    }
}

/// The files below a folder, but for those that SQLite makes and removes.
fn files(folder: &Path) -> BTreeSet<String> {
    let (mut folders, mut found) = (vec![folder.to_owned()], BTreeSet::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("the folder can be read").flatten() {
            let name = entry.path().display().to_string();
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else if !name.ends_with("-wal") && !name.ends_with("-shm") && !name.ends_with("-journal") {
                found.insert(name);
            }
        }
    }
    found
}

/// Adds the user by the program's own command, as an operator would.
fn add_user(folder: &Path) {
    let database = folder.join("data/access.db");
    let mut command = Command::new(FILE);
    command.args(["user", "add", USER.0, "--role", "viewer"]).current_dir(folder);
    command.env("STEADYCAST_ACCESS_DATABASE", &database);
    let mut child = command.stdin(Stdio::piped()).spawn().expect("the program starts");
    let mut typed = child.stdin.take().expect("it is piped");
    writeln!(typed, "{}", USER.1).expect("the program reads its input");
    drop(typed);
    assert!(child.wait().expect("it can be waited for").success(), "the user is added");
}
