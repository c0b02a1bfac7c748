//! Asking a server again and again, on a thread of its own.

use std::{
    collections::HashMap,
    io,
    sync::{
        Arc,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use serde_json::Value;

use super::{answers, target::Target, view::Told};
use crate::tools::{
    threads::{Role, spawn},
    web::{Reply, fetch_as},
};

/// Time between two looks.
const EVERY: Duration = Duration::from_secs(1);

/// Time between two looks at what costs the server more: events.
const EVENTS_EVERY: Duration = Duration::from_secs(5);

/// Most answers that wait for whoever draws.
const WAITING: usize = 2;

/// What comes of asking.
pub enum Heard {
    /// What the server told, or why it did not.
    Told(Result<Told, String>),
    /// A picture of a camera, as JPEG, with the camera's name.
    Picture(String, Vec<u8>),
}

/// A server that is asked; ends soon once it is dropped.
pub struct Asking {
    /// What comes of it.
    pub heard: Receiver<Heard>,
    /// Guards the camera of which a picture is wanted; held to set it, or to look.
    wanted: Arc<Mutex<Option<String>>>,
}

impl Asking {
    /// Begins to ask.
    ///
    /// # Errors
    /// Where no thread can be started.
    pub fn start(target: Target) -> io::Result<Asking> {
        let ((way, heard), wanted) = (sync_channel(WAITING), Arc::<Mutex<Option<String>>>::default());
        let mut asks = Asks {
            target,
            way,
            wanted: Arc::clone(&wanted),
            events: None,
            events_at: None,
            results: HashMap::new(),
        };
        spawn(Role::Capture, "top", move || asks.run())?;
        Ok(Asking { heard, wanted })
    }

    /// Says of which camera a picture is wanted; `None` of none.
    pub fn want(&self, camera: Option<&str>) {
        *self.wanted.lock() = camera.map(str::to_owned);
    }
}

/// The thread's part.
struct Asks {
    target: Target,
    way: SyncSender<Heard>,
    wanted: Arc<Mutex<Option<String>>>,
    events: Option<Vec<String>>,
    events_at: Option<Instant>,
    /// Results of each camera at the last look, and when that was.
    results: HashMap<String, (f64, Instant)>,
}

impl Asks {
    fn run(&mut self) {
        loop {
            let began = Instant::now();
            let told = self.look();
            // Waits for whoever draws: what is told late is told anew.
            if self.way.send(Heard::Told(told)).is_err() {
                return;
            }
            if let Some((camera, jpeg)) = self.picture()
                && self.way.send(Heard::Picture(camera, jpeg)).is_err()
            {
                return;
            }
            std::thread::sleep(EVERY.saturating_sub(began.elapsed()));
        }
    }

    fn look(&mut self) -> Result<Told, String> {
        let mut told = answers::status(&self.json("/api/status")?);
        // Whoever may not see all cameras may not see these.
        let metrics = self.get("/metrics").ok().filter(|reply| reply.status == 200);
        let metrics = metrics.map(|reply| String::from_utf8_lossy(&reply.body).into_owned());
        for camera in &mut told.cameras {
            // One that has just gone tells nothing.
            if let Ok(stats) = self.json(&format!("/api/stats?camera={}", camera.name)) {
                answers::stats(camera, &stats);
            }
            if let Some(metrics) = &metrics {
                camera.results = self.rate(&camera.name, answers::results(metrics, &camera.name));
            }
        }
        told.load = metrics.as_deref().and_then(answers::load);
        if self.events_at.is_none_or(|at| at.elapsed() >= EVENTS_EVERY) {
            self.events_at = Some(Instant::now());
            self.events = self.json("/api/events?limit=20").ok().map(|body| answers::events(&body));
        }
        told.events.clone_from(&self.events);
        Ok(told)
    }

    /// Results a second since the last look.
    fn rate(&mut self, camera: &str, count: f64) -> Option<f64> {
        let now = Instant::now();
        let (before, at) = self.results.insert(camera.to_owned(), (count, now))?;
        let seconds = now.saturating_duration_since(at).as_secs_f64();
        (count >= before && seconds > 0.0).then(|| (count - before) / seconds)
    }

    fn picture(&self) -> Option<(String, Vec<u8>)> {
        let camera = self.wanted.lock().clone()?;
        let reply = self.get(&format!("/api/snapshot/{camera}?scale=4&level=60&overlay=boxes")).ok()?;
        (reply.status == 200).then_some((camera, reply.body))
    }

    fn get(&self, path: &str) -> Result<Reply, String> {
        let Target { url, token } = &self.target;
        fetch_as(&format!("{}{path}", url.text().trim_end_matches('/')), token.as_ref())
    }

    fn json(&self, path: &str) -> Result<Value, String> {
        let reply = self.get(path)?;
        match reply.status {
            200 => serde_json::from_slice(&reply.body)
                .map_err(|_| "what answers there is no Steadycast".to_owned()),
            401 | 403 => Err("it asks for a token: --token, or STEADYCAST_VIEWER_TOKEN".to_owned()),
            429 => Err("it wants fewer requests".to_owned()),
            status => Err(format!("it answers with status {status}")),
        }
    }
}
