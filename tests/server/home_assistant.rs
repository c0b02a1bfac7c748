//! A real Home Assistant beside a real broker: entities that appear by themselves, change, are switched, and
//! go with the server. Only among the long tests: it takes a minute, and a virtual environment of its own.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
    sync::Arc,
    thread,
    time::Duration,
};

use parking_lot::Mutex;
use serde_json::json;

use crate::support::{
    broker::Broker,
    is_long,
    media::{folder, free_port},
    program::Program,
    skip, wait,
};

/// The newest Home Assistant that runs by Debian 12's Python, and what it needs of its time.
const PACKAGES: [&str; 4] = ["homeassistant==2024.3.3", "paho-mqtt==1.6.1", "josepy<2", "acme<3"];

/// Time within which all entities have to be there.
const FOUND_WITHIN: Duration = Duration::from_secs(10);

/// Time for Home Assistant itself to start.
const STARTS_WITHIN: Duration = Duration::from_secs(180);

/// States of entities by their names.
type States = BTreeMap<String, String>;

/// A running Home Assistant; killed when dropped.
struct HomeAssistant {
    child: Child,
    wishes: ChildStdin,
    /// Guards what it told last; held to exchange it, or to look.
    states: Arc<Mutex<Option<States>>>,
    _folder: tempfile::TempDir,
}

impl HomeAssistant {
    fn start(python: &str, broker: &Broker) -> HomeAssistant {
        let folder = folder();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/home_assistant.py");
        let mut command = Command::new(python);
        command.arg(script).arg(folder.path().join("config"));
        command.args([broker.address.port().to_string(), free_port().to_string()]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut child = command.spawn().expect("Python starts");
        let (wishes, told) =
            (child.stdin.take().expect("is piped"), BufReader::new(child.stdout.take().expect("is piped")));
        let states = Arc::<Mutex<Option<States>>>::default();
        let newest = Arc::clone(&states);
        thread::spawn(move || {
            for line in told.lines().map_while(Result::ok) {
                *newest.lock() = serde_json::from_str(&line).ok();
            }
        });
        let started = HomeAssistant { child, wishes, states, _folder: folder };
        wait::until("Home Assistant answers", STARTS_WITHIN, || started.states.lock().is_some());
        started
    }

    /// Waits until the entities are so.
    fn wait(&self, what: &str, within: Duration, holds: impl Fn(&States) -> bool) {
        wait::until(what, within, || self.states.lock().as_ref().is_some_and(&holds));
    }

    fn call(&mut self, service: &str, entity: &str) {
        let wish = json!({ "service": service, "entity_id": entity });
        writeln!(self.wishes, "{wish}").expect("it reads");
    }
}

impl Drop for HomeAssistant {
    fn drop(&mut self) {
        // The script ends what it has started once nobody reads what it tells.
        let _ = Command::new("kill").arg("-INT").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

/// A Python that has Home Assistant.
fn python() -> Option<String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/python.sh");
    let made = Command::new(script).arg("home-assistant").args(PACKAGES).output().ok()?;
    made.status.success().then(|| String::from_utf8_lossy(&made.stdout).trim().to_owned())
}

#[test]
fn home_assistant_finds_a_camera_by_itself_and_misses_a_server_that_is_killed() {
    if !is_long() {
        return;
    }
    let name = "home_assistant_finds_a_camera";
    let broker = match Broker::start() {
        Ok(broker) => broker,
        Err(reason) => return skip(name, &reason),
    };
    let Some(python) = python() else { return skip(name, "its virtual environment cannot be made") };
    let mut home = HomeAssistant::start(&python, &broker);
    let url = broker.url();
    let plaza = ["--source", "synthetic:people=40,seed=3", "--analytics", "on"];
    let flags = [&plaza[..], &["--mqtt-url", &url, "--mqtt-control", "on"]].concat();
    let program = Program::start(&flags);
    let is_known = |states: &States, entity: &str| {
        states.get(entity).is_some_and(|state| !matches!(state.as_str(), "unknown" | "unavailable"))
    };
    let all = [
        "sensor.main_people",
        "sensor.main_risk",
        "sensor.main_in",
        "sensor.main_out",
        "sensor.main_promenade_in",
        "sensor.main_plaza_occupancy",
        "sensor.main_person",
        "sensor.main_state",
        "sensor.main_frame_rate",
        "binary_sensor.main_connected",
        "image.main_snapshot",
        "switch.main_camera",
        "switch.main_analytics",
    ];
    home.wait("all entities are there", FOUND_WITHIN, |states| all.iter().all(|one| is_known(states, one)));
    home.wait("an event is told", FOUND_WITHIN * 6, |states| is_known(states, "event.main_event"));
    home.call("switch/turn_off", "switch.main_camera");
    home.wait("the camera is off", FOUND_WITHIN, |states| states["sensor.main_state"] == "stopped");
    home.call("switch/turn_on", "switch.main_camera");
    home.wait("the camera is on", FOUND_WITHIN, |states| states["sensor.main_state"] == "streaming");
    // Without a farewell.
    drop(program);
    home.wait("the server is missed", FOUND_WITHIN, |states| {
        all.iter().all(|one| states.get(*one).is_some_and(|state| state == "unavailable"))
    });
}
