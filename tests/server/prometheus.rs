//! What is shipped for Prometheus, by a real one: its file, every alert, and every panel of the dashboard.

use std::{
    fs,
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use serde_json::Value;
use url::form_urlencoded::byte_serialize;

use crate::support::{
    SCENE, http,
    media::{folder, free_port},
    program::Program,
    skip,
    viewer::Viewer,
    wait::{self, PATIENCE},
};

/// Token of whoever watches, and of Prometheus.
const TOKEN: &str = "sesame";

/// Time within which a rate over [`RANGE`] is known of what happens all the time.
const KNOWN_WITHIN: Duration = Duration::from_secs(40);

/// What stands for the dashboard's `$__rate_interval`: several of the test's looks, one a second.
const RANGE: &str = "10s";

/// Requests without a token that are more than a slip of the hand, by the alert's own number.
const GUESSES: usize = 400;

/// Whether there is a Prometheus on this machine.
fn is_here() -> bool {
    let mut version = Command::new("prometheus");
    version.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
    version.status().is_ok_and(|status| status.success())
}

fn shipped(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A running Prometheus; killed when dropped.
struct Prometheus {
    address: SocketAddr,
    child: Child,
}

impl Prometheus {
    /// Starts it with the shipped files, but for the address, the token's file and the pace.
    fn start(folder: &Path, server: SocketAddr) -> Prometheus {
        let token = folder.join("token");
        fs::write(&token, TOKEN).expect("writes");
        fs::write(folder.join("prometheus-alerts.yml"), shipped("prometheus-alerts.yml")).expect("writes");
        let mut config = shipped("prometheus.yml");
        for (shipped, here) in [
            ("127.0.0.1:6732", server.to_string()),
            ("/etc/prometheus/steadycast.token", token.display().to_string()),
            ("scrape_interval: 15s", "scrape_interval: 1s".to_owned()),
            ("evaluation_interval: 15s", "evaluation_interval: 1s".to_owned()),
        ] {
            assert!(config.contains(shipped), "deploy/prometheus.yml has no {shipped:?}");
            config = config.replace(shipped, &here);
        }
        let file = folder.join("prometheus.yml");
        fs::write(&file, config).expect("writes");
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()));
        let child = Command::new("prometheus")
            .arg(format!("--config.file={}", file.display()))
            .arg(format!("--storage.tsdb.path={}", folder.join("series").display()))
            .arg(format!("--web.listen-address={address}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        // It listens, and answers 503, before it has opened its database.
        let listens = || std::net::TcpStream::connect(address).is_ok();
        wait::until("Prometheus is ready", 3 * PATIENCE, || {
            listens() && http::get(address, "/-/ready").status == 200
        });
        Prometheus { address, child }
    }

    /// Asks a question; its answer, where it is understood.
    fn ask(&self, expression: &str) -> Vec<Value> {
        let query: String = byte_serialize(expression.as_bytes()).collect();
        let answer = http::get(self.address, &format!("/api/v1/query?query={query}")).json();
        assert_eq!(answer["status"], "success", "{expression}: {answer}");
        answer["data"]["result"].as_array().cloned().unwrap_or_default()
    }

    /// The rules of the alerts, with what became of them.
    fn rules(&self) -> Vec<Value> {
        let groups = http::get(self.address, "/api/v1/rules").json()["data"]["groups"].clone();
        groups[0]["rules"].as_array().cloned().unwrap_or_default()
    }

    /// Whether an alert is in one of these states.
    fn alerts(&self, name: &str, states: &[&str]) -> bool {
        self.rules().iter().any(|rule| rule["name"] == name && states.iter().any(|one| rule["state"] == *one))
    }

    /// Waits until it has read the server's metrics.
    fn reads(&self) {
        wait::until("Prometheus reads the metrics", KNOWN_WITHIN, || {
            self.ask("up{job=\"steadycast\"} == 1").len() == 1
        });
    }

    /// Whether a question is answered by numbers.
    fn knows(&self, expression: &str) -> bool {
        let result = self.ask(expression);
        let value = |series: &Value| series["value"][1].as_str().is_some_and(|value| value != "NaN");
        !result.is_empty() && result.iter().all(value)
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Every question of the dashboard, with its variables replaced as Grafana would.
fn questions() -> Vec<String> {
    let dashboard: Value = serde_json::from_str(&shipped("grafana-dashboard.json")).expect("it is JSON");
    let panels = dashboard["panels"].as_array().expect("a list").iter();
    let targets = panels.flat_map(|panel| panel["targets"].as_array().expect("a list"));
    let asked = targets.map(|target| target["expr"].as_str().expect("a text"));
    let all = |text: &str| text.replace("$__rate_interval", RANGE).replace("$instance", ".*");
    asked.map(|text| all(text).replace("$camera", ".*")).collect()
}

/// Watches, and asks for what there is not, until told to stop: each panel then has something to show.
fn traffic(address: SocketAddr, over: Arc<AtomicBool>) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        let mut viewer = Viewer::open(address, &format!("/websocket/60?token={TOKEN}"));
        while !over.load(Ordering::Relaxed) {
            viewer.frames(10);
            assert_eq!(http::get(address, &format!("/api/nothing?token={TOKEN}")).status, 404);
        }
    })
}

#[test]
fn alerts_and_dashboard_are_understood_and_have_something_to_show() {
    if !is_here() {
        return skip("alerts_and_dashboard", "prometheus is missing");
    }
    let folder = folder();
    let database = folder.path().join("history.db").display().to_string();
    let small = ["--capture-width", "320", "--capture-height", "180", "--viewer-token", TOKEN];
    let program = Program::start(&[&["--source", SCENE, "--database", &database], &small[..]].concat());
    let prometheus = Prometheus::start(folder.path(), program.address);
    let over = Arc::new(AtomicBool::new(false));
    let watching = traffic(program.address, Arc::clone(&over));

    prometheus.reads();
    let questions = questions();
    assert!(questions.len() >= 15, "{questions:?}");
    for question in &questions {
        wait::until(question, KNOWN_WITHIN, || prometheus.knows(question));
    }
    over.store(true, Ordering::Relaxed);
    watching.join().expect("everything was answered");

    wait::until("each rule was looked at", KNOWN_WITHIN, || {
        let rules = prometheus.rules();
        rules.len() >= 10 && rules.iter().all(|rule| rule["health"] != "unknown")
    });
    for rule in prometheus.rules() {
        assert_eq!(rule["health"], "ok", "{rule}");
        prometheus.ask(rule["query"].as_str().expect("a question"));
        // Nothing is wrong with this server, whatever else runs on the machine.
        let quiet = ["SteadycastDown", "HistoryNotWritten", "CertificateEnds", "Faults", "LoginsGuessed"];
        let is_quiet = quiet.iter().any(|name| rule["name"] == *name);
        assert!(!is_quiet || rule["state"] == "inactive", "{rule}");
    }
    drop(program);
    wait::until("an alert tells that the server is gone", KNOWN_WITHIN, || {
        prometheus.alerts("SteadycastDown", &["pending", "firing"])
    });
}

#[test]
fn alerts_tell_of_a_cameras_file_that_is_refused_and_of_guesses() {
    if !is_here() {
        return skip("alerts_tell", "prometheus is missing");
    }
    let folder = folder();
    let cameras = folder.path().join("cameras.toml");
    fs::write(&cameras, format!("[yard]\nsource = \"{SCENE}\"\nfps = 5\n")).expect("writes");
    let file = cameras.display().to_string();
    let program = Program::start(&["--cameras", &file, "--viewer-token", TOKEN]);
    let prometheus = Prometheus::start(folder.path(), program.address);
    let refused = || http::get(program.address, "/api/status").status;
    // Of what was never counted before, Prometheus takes the first number for where it begins.
    assert_eq!(refused(), 401);
    prometheus.reads();
    let counted = "steadycast_refused_total{code=\"token_needed\"}";
    wait::until("the refusals are known", KNOWN_WITHIN, || prometheus.knows(counted));
    assert!(prometheus.alerts("LoginsGuessed", &["inactive", "unknown"]), "{:?}", prometheus.rules());
    fs::write(&cameras, "[yard\n").expect("writes");
    for _ in 0..GUESSES {
        assert_eq!(refused(), 401);
    }
    wait::until("an alert tells of guesses", KNOWN_WITHIN, || {
        prometheus.alerts("LoginsGuessed", &["firing"])
    });
    // It fires after a minute.
    wait::until("an alert tells of the file", KNOWN_WITHIN, || {
        prometheus.alerts("CamerasFileRefused", &["pending", "firing"])
    });
}
