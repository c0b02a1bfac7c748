//! A program that is killed while it works, and started again: what it had written is there, and so are its
//! cameras.

use std::{
    collections::BTreeSet,
    fs,
    net::SocketAddr,
    panic::catch_unwind,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::support::{
    http, is_long, media,
    program::Program,
    viewer::Viewer,
    wait::{self, PATIENCE},
};

/// How often it is killed, and how often where there is time.
const KILLS: [usize; 2] = [4, 20];

/// Two cameras that cost little, of which one is looked at.
const CAMERAS: &str = r#"# ours
[plaza]
source = "synthetic:people=30,seed=3"
width = 640
height = 360

# the gate
[gate]
source = "synthetic:people=3,seed=2"
width = 320
height = 180
analytics = false
"#;

fn start(folder: &Path) -> Program {
    let [cameras, database] =
        ["cameras.toml", "steadycast.db"].map(|name| folder.join(name).display().to_string());
    let flags = ["--port", "0", "--cameras", &cameras, "--database", &database, "--analytics", "on"];
    Program::start_with(&flags, &[], "")
}

/// Numbers of the events that are told, and so are written.
fn events(address: SocketAddr) -> BTreeSet<i64> {
    let mut all = BTreeSet::new();
    loop {
        let before = all.first().map_or_else(String::new, |id| format!("&before={id}"));
        // Right after the start the database may not be open yet.
        let told = wait::until_some("history answers", PATIENCE, || {
            let path = format!("/api/events?limit=1000{before}");
            http::get(address, &path).json()["events"].as_array().cloned()
        });
        if told.is_empty() {
            return all;
        }
        all.extend(told.iter().map(|event| event["id"].as_i64().expect("a number")));
    }
}

/// Rates of the gate, and names of all cameras.
fn cameras(address: SocketAddr) -> (Value, BTreeSet<String>) {
    let told = http::get(address, "/api/cameras").json();
    let all = told["cameras"].as_array().expect("a list");
    let name = |camera: &Value| camera["camera"].as_str().expect("a name").to_owned();
    let gate = all.iter().find(|camera| camera["camera"] == "gate").expect("the gate is there");
    (gate["settings"]["fps"].clone(), all.iter().map(name).collect())
}

/// Changes cameras one after another, until the program is gone; the number of the change that was answered
/// last.
fn change(address: SocketAddr) -> u64 {
    let mut answered = 0;
    for n in 1.. {
        let extra = json!({ "name": "extra", "source": "synthetic:people=3,seed=4", "width": 320,
                            "height": 180, "analytics": false });
        let changes = || {
            let rate = json!({ "fps": 5 + n % 20 });
            let changed = http::change(address, "PATCH", "/api/cameras/gate", &rate).status;
            let added = http::change(address, "POST", "/api/cameras", &extra).status;
            let removed = http::change(address, "DELETE", "/api/cameras/extra", &json!({})).status;
            [changed, added, removed]
        };
        // The client panics where the connection ends under it.
        match catch_unwind(changes) {
            Ok([200, 201 | 409, 204]) => answered = n,
            Ok(other) => panic!("change {n} was refused: {other:?}"),
            Err(_) => return answered,
        }
    }
    answered
}

#[test]
fn nothing_that_was_written_is_lost_however_often_it_is_killed() {
    let folder = media::folder();
    let file = folder.path().join("cameras.toml");
    fs::write(&file, CAMERAS).expect("writes");
    let kills = KILLS[usize::from(is_long())];
    let mut written = BTreeSet::new();
    for n in 0..kills {
        let mut program = start(folder.path());
        let address = program.address;
        let now = events(address);
        let lost: Vec<_> = written.difference(&now).collect();
        assert!(lost.is_empty(), "start {n}: events {lost:?} are lost");
        let ready = http::get(address, "/api/ready").json();
        assert!(!ready.to_string().contains("history:"), "{ready}");
        // Under load: somebody watches, cameras change, and rows are written meanwhile.
        let mut viewer = Viewer::open(address, "/websocket/plaza/60");
        viewer.frame();
        let changing = thread::spawn(move || change(address));
        wait::until("something is written", PATIENCE, || {
            written = events(address);
            written.difference(&now).count() > 0
        });
        // In the middle of anything.
        let until = Instant::now() + Duration::from_millis(fastrand::u64(0..700));
        wait::until("a moment passes", PATIENCE, || Instant::now() >= until);
        program.signal(Signal::KILL);
        program.ended();
        let answered = changing.join().expect("changes until it is gone");

        // Its cameras are as one of the two last changes left them, whole.
        let text = fs::read_to_string(&file).expect("is there");
        assert!(text.starts_with("# ours\n[plaza]") && text.contains("# the gate\n[gate]"), "{text}");
        let mut program = start(folder.path());
        let (rate, names) = cameras(program.address);
        let rates = [answered, answered + 1].map(|n| json!((5 + n % 20) as f64));
        assert!(answered == 0 || rates.contains(&rate), "start {n}: {rate} behind change {answered}");
        let ours = BTreeSet::from(["gate".to_owned(), "plaza".to_owned()]);
        let extra: Vec<_> = names.difference(&ours).collect();
        assert!(names.is_superset(&ours) && (extra.is_empty() || extra == ["extra"]), "{names:?}");
        if extra == ["extra"] {
            let removed = http::change(program.address, "DELETE", "/api/cameras/extra", &json!({}));
            assert_eq!(removed.status, 204);
        }
        program.signal(Signal::TERM);
        assert!(program.ended().0.success());
    }
}
