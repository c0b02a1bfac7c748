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

use super::{
    answers,
    target::Target,
    view::{Camera, Told},
};
use crate::tools::{
    threads::{Role, spawn},
    web::Asker,
};

/// Time between two looks.
const EVERY: Duration = Duration::from_secs(1);

/// Time between two looks at what is more to send: metrics and events.
const MORE_EVERY: Duration = Duration::from_secs(5);

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
    /// Where the server's address is none, or no thread can be started.
    pub fn start(target: Target) -> io::Result<Asking> {
        let ((way, heard), wanted) = (sync_channel(WAITING), Arc::<Mutex<Option<String>>>::default());
        let Target { url, token, by_proxy } = target;
        let asker = Asker::new(url.text(), token, by_proxy).map_err(io::Error::other)?;
        let more = More::default();
        let mut asks = Asks { asker, way, wanted: Arc::clone(&wanted), more, more_at: None };
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
    asker: Asker,
    way: SyncSender<Heard>,
    wanted: Arc<Mutex<Option<String>>>,
    more: More,
    more_at: Option<Instant>,
}

/// What is looked at less often.
#[derive(Default)]
struct More {
    /// Events in words, newest first; `None` where there is no history.
    events: Option<Vec<String>>,
    /// Share of the encoders' time that is taken.
    load: Option<f64>,
    /// Results of each camera.
    results: HashMap<String, Counted>,
}

/// Results of a camera, as they were counted at a look.
struct Counted {
    /// All so far.
    count: f64,
    at: Instant,
    /// Results a second since the look before; `None` at the first.
    per_second: Option<f64>,
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
        if self.more_at.is_none_or(|at| at.elapsed() >= MORE_EVERY) {
            self.more_at = Some(Instant::now());
            self.look_at_more(&told.cameras);
        }
        for camera in &mut told.cameras {
            // One that has just gone tells nothing.
            if let Ok(stats) = self.json(&format!("/api/stats?camera={}", camera.name)) {
                answers::stats(camera, &stats);
            }
            camera.results = self.more.results.get(&camera.name).and_then(|counted| counted.per_second);
        }
        told.load = self.more.load;
        told.events.clone_from(&self.more.events);
        Ok(told)
    }

    fn look_at_more(&mut self, cameras: &[Camera]) {
        // Whoever may not see all cameras may not see these.
        let metrics = self.asker.fetch("/metrics").ok().filter(|reply| reply.status == 200);
        let metrics = metrics.map(|reply| String::from_utf8_lossy(&reply.body).into_owned());
        let (now, before) = (Instant::now(), std::mem::take(&mut self.more));
        let result = |Camera { name, .. }: &Camera| {
            let count = answers::results(metrics.as_deref()?, name);
            let per_second = before.results.get(name).and_then(|before| {
                let seconds = now.saturating_duration_since(before.at).as_secs_f64();
                (count >= before.count && seconds > 0.0).then(|| (count - before.count) / seconds)
            });
            Some((name.clone(), Counted { count, at: now, per_second }))
        };
        self.more = More {
            events: self.json("/api/events?limit=20").ok().map(|body| answers::events(&body)),
            load: metrics.as_deref().and_then(answers::load),
            results: cameras.iter().filter_map(result).collect(),
        };
    }

    fn picture(&self) -> Option<(String, Vec<u8>)> {
        let camera = self.wanted.lock().clone()?;
        let reply =
            self.asker.fetch(&format!("/api/snapshot/{camera}?scale=4&level=60&overlay=boxes")).ok()?;
        (reply.status == 200).then_some((camera, reply.body))
    }

    fn json(&self, path: &str) -> Result<Value, String> {
        let reply = self.asker.fetch(path)?;
        match reply.status {
            200 => serde_json::from_slice(&reply.body)
                .map_err(|_| "what answers there is no Steadycast".to_owned()),
            401 | 403 => Err("it asks for a token: --token, or STEADYCAST_VIEWER_TOKEN".to_owned()),
            429 => Err("it wants fewer requests".to_owned()),
            status => Err(format!("it answers with status {status}")),
        }
    }
}
