//! What is shown: cameras, events and services, as the server last told them, and what was chosen. Pure.

use std::collections::{HashMap, VecDeque};

/// Looks back over which people are shown as a curve: a minute, at one a second.
pub const CURVE: usize = 60;

/// Events that are shown at most.
pub const MOST_EVENTS: usize = 50;

/// A camera, as the server last told of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Camera {
    /// Name of the camera.
    pub name: String,
    /// What the camera does, as the server calls it.
    pub state: String,
    /// Why no picture comes; empty where nothing is wrong.
    pub reason: String,
    /// Frames a second.
    pub fps: f64,
    /// Who watches.
    pub viewers: u64,
    /// Levels that are watched.
    pub levels: Vec<u64>,
    /// People; `None` where nobody counts them.
    pub people: Option<u64>,
    /// Risk; `None` where nobody knows.
    pub risk: Option<String>,
    /// Crossings, inbound and outbound; `None` where nobody counts them.
    pub crossed: Option<[u64; 2]>,
    /// Results of models a second; `None` before there are two looks.
    pub results: Option<f64>,
    /// What of the camera does not work as it should.
    pub degraded: Vec<String>,
}

/// A service that tells others.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Service {
    /// Name of the service.
    pub name: String,
    /// Messages that arrived.
    pub told: u64,
    /// What is wrong; `None` while messages arrive.
    pub reason: Option<String>,
}

/// What a server told at one look.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Told {
    /// Version of the server.
    pub version: String,
    /// Seconds since the server started.
    pub uptime_s: u64,
    /// Cameras of the server.
    pub cameras: Vec<Camera>,
    /// Services that tell others.
    pub services: Vec<Service>,
    /// Events in words, newest first; `None` where there is no history.
    pub events: Option<Vec<String>>,
    /// Share of the encoders' time that is taken; `None` for whoever may not know.
    pub load: Option<f64>,
}

/// By what cameras are sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// As the server has them.
    #[default]
    Server,
    /// Most people first.
    People,
    /// Most viewers first.
    Viewers,
    /// What is in trouble first.
    Trouble,
}

impl Sort {
    /// Returns the next one.
    pub fn next(self) -> Sort {
        match self {
            Sort::Server => Sort::People,
            Sort::People => Sort::Viewers,
            Sort::Viewers => Sort::Trouble,
            Sort::Trouble => Sort::Server,
        }
    }

    /// Returns the word for it.
    pub fn word(self) -> &'static str {
        match self {
            Sort::Server => "name",
            Sort::People => "people",
            Sort::Viewers => "viewers",
            Sort::Trouble => "trouble",
        }
    }
}

/// What is shown.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// What the server told last.
    pub told: Told,
    /// Why it tells nothing now; `None` while it does.
    pub trouble: Option<String>,
    /// People of each camera over the last looks, oldest first; `None` while nobody counted them.
    pub curves: HashMap<String, VecDeque<Option<u64>>>,
    /// By what cameras are sorted.
    pub sort: Sort,
    /// Text that names of cameras have to hold.
    pub filter: String,
    /// Whether that text is being typed.
    pub is_typing: bool,
    /// Place of the chosen camera among those shown.
    pub chosen: usize,
    /// Name of the chosen camera, which may move among the others.
    pub name: String,
    /// Whether the chosen camera is shown alone.
    pub is_large: bool,
    /// Whether the keys are explained.
    pub is_help: bool,
}

impl View {
    /// Takes over what the server told.
    pub fn take(&mut self, told: Result<Told, String>) {
        match told {
            Err(why) => self.trouble = Some(why),
            Ok(told) => {
                self.trouble = None;
                self.curves.retain(|name, _| told.cameras.iter().any(|camera| camera.name == *name));
                for camera in &told.cameras {
                    let curve = self.curves.entry(camera.name.clone()).or_default();
                    curve.push_back(camera.people);
                    let too_many = curve.len().saturating_sub(CURVE);
                    curve.drain(..too_many);
                }
                self.told = told;
            }
        }
        self.find();
    }

    /// Finds the place of the chosen camera again, among others or in another order.
    pub fn find(&mut self) {
        let shown = self.shown();
        let place = shown.iter().position(|camera| camera.name == self.name);
        let place = place.unwrap_or(self.chosen.min(shown.len().saturating_sub(1)));
        self.choose(place);
    }

    /// Chooses the camera at a place among those shown.
    pub fn choose(&mut self, place: usize) {
        self.chosen = place;
        self.name = self.camera().map(|camera| camera.name.clone()).unwrap_or_default();
    }

    /// Returns the cameras that are shown, in their order.
    pub fn shown(&self) -> Vec<&Camera> {
        let filter = self.filter.to_lowercase();
        let mut shown: Vec<&Camera> =
            self.told.cameras.iter().filter(|camera| camera.name.to_lowercase().contains(&filter)).collect();
        match self.sort {
            Sort::Server => {}
            Sort::People => shown.sort_by_key(|camera| std::cmp::Reverse(camera.people)),
            Sort::Viewers => shown.sort_by_key(|camera| std::cmp::Reverse(camera.viewers)),
            Sort::Trouble => shown.sort_by_key(|camera| camera.is_well()),
        }
        shown
    }

    /// Returns the chosen camera; `None` where none is shown.
    pub fn camera(&self) -> Option<&Camera> {
        self.shown().get(self.chosen).copied()
    }
}

impl Camera {
    /// Tells whether pictures come, or are not meant to, and all works as it should.
    pub fn is_well(&self) -> bool {
        matches!(self.state.as_str(), "streaming" | "stopped") && self.degraded.is_empty()
    }

    /// Returns what is said of the camera: why there is no picture, and what does not work as it should.
    pub fn words(&self) -> String {
        let reason = Some(&self.reason).filter(|reason| !reason.is_empty());
        reason.into_iter().chain(&self.degraded).map(String::as_str).collect::<Vec<_>>().join("; ")
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// Three cameras, one of them without pictures.
    pub fn told() -> Told {
        let camera = |name: &str, people, viewers| Camera {
            name: name.to_owned(),
            state: "streaming".to_owned(),
            fps: 33.9,
            viewers,
            levels: vec![60, 80],
            people: Some(people),
            risk: Some("low".to_owned()),
            crossed: Some([12, 9]),
            results: Some(14.2),
            ..Camera::default()
        };
        let lost = Camera {
            name: "yard".to_owned(),
            state: "reconnecting".to_owned(),
            reason: "nothing listens at rtsp://yard/live".to_owned(),
            ..Camera::default()
        };
        let mqtt =
            Service { name: "mqtt".to_owned(), told: 3, reason: Some("nothing listens there".to_owned()) };
        Told {
            version: "0.1.0".to_owned(),
            uptime_s: 7260,
            cameras: vec![camera("gate", 4, 2), camera("hall", 31, 0), lost],
            services: vec![mqtt],
            events: Some(vec!["21:03:10 gate: person crossed line door inbound".to_owned()]),
            load: Some(0.42),
        }
    }

    fn names(view: &View) -> Vec<&str> {
        view.shown().iter().map(|camera| camera.name.as_str()).collect()
    }

    #[test]
    fn cameras_are_sorted_and_filtered() {
        let mut view = View::default();
        view.take(Ok(told()));
        assert_eq!(names(&view), ["gate", "hall", "yard"]);
        let sorted = [Sort::People, Sort::Viewers, Sort::Trouble].map(|sort| {
            view.sort = sort;
            names(&view)[0].to_owned()
        });
        assert_eq!(sorted, ["hall", "gate", "yard"]);
        (view.sort, view.filter) = (Sort::Server, "A".to_owned());
        view.choose(1);
        view.take(Ok(told()));
        assert_eq!((names(&view), view.chosen), (vec!["gate", "hall", "yard"], 1));
        view.sort = Sort::People;
        view.find();
        assert_eq!((view.chosen, view.name.as_str()), (0, "hall"), "it stays the chosen one");
        view.filter = "h".to_owned();
        view.take(Ok(told()));
        assert_eq!((view.camera().map(|camera| camera.name.as_str()), view.chosen), (Some("hall"), 0));
    }

    #[test]
    fn what_was_told_stays_while_the_server_is_away_and_curves_are_bounded() {
        let mut view = View::default();
        for _ in 0..CURVE + 5 {
            view.take(Ok(told()));
        }
        view.take(Err("nothing listens there".to_owned()));
        assert_eq!((names(&view).len(), view.trouble.is_some()), (3, true));
        assert_eq!(view.curves["hall"].iter().flatten().sum::<u64>(), 31 * CURVE as u64);
        view.take(Ok(Told::default()));
        assert!(view.curves.is_empty() && view.trouble.is_none() && view.camera().is_none());
    }
}
