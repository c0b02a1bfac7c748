//! What a broker is told of each camera: its figures, what they are, and its newest picture. Pure, with time
//! passed in.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;

use super::{
    board::{Board, Rank},
    entities::Described,
    figures::{payloads, seen},
    gather::Figures,
    names::{Names, word},
    settings::Settings,
    stale::class_of,
};

/// Most classes of a camera of which the broker is told: each is an entity.
const MOST_CLASSES: usize = 20;

/// What a broker is told of cameras.
pub struct ToldOf {
    names: Names,
    control: bool,
    pictures: bool,
    cameras: HashMap<Arc<str>, Told>,
}

/// What a broker is told of a camera.
#[derive(Default)]
struct Told {
    /// Classes of which the broker is told.
    classes: BTreeSet<String>,
    /// When the last picture was asked for.
    pictured: Option<Instant>,
    /// Whether that is still being made.
    is_pictured: bool,
    /// Topics that hold something.
    topics: BTreeSet<String>,
}

impl ToldOf {
    /// Nothing yet.
    pub fn new(settings: &Settings) -> Self {
        ToldOf {
            names: Names::new(&settings.node, settings.discovery.as_deref()),
            control: settings.control,
            pictures: settings.pictures.is_some(),
            cameras: HashMap::new(),
        }
    }

    /// Returns the names of topics.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// Puts a camera's figures on its topics, and what they are; empties topics of lines that are no more.
    pub fn show(&mut self, board: &mut Board, camera: &Arc<str>, figures: &Figures) {
        let told = self.cameras.entry(Arc::clone(camera)).or_default();
        for class in seen(figures) {
            if told.classes.len() < MOST_CLASSES {
                told.classes.insert(class.clone());
            }
        }
        let described = Described {
            names: &self.names,
            camera,
            figures,
            classes: &told.classes,
            control: self.control,
            pictures: self.pictures,
        };
        let configs = described.configs();
        let payloads = payloads(figures, &told.classes);
        let of_camera = |(what, text)| (Rank::Figure, self.names.of(camera, what), Bytes::from(text));
        let figures = payloads.iter().map(|(what, text)| of_camera((what, text.clone())));
        let configs = configs
            .iter()
            .map(|(topic, config)| (Rank::Description, topic.clone(), Bytes::from(config.to_string())));
        let mut topics = BTreeSet::new();
        for (rank, topic, payload) in configs.chain(figures) {
            topics.insert(topic.clone());
            board.put(rank, topic, payload);
        }
        let snapshot = self.names.of(camera, "snapshot");
        let before = std::mem::take(&mut told.topics);
        topics.extend(before.get(&snapshot).cloned());
        before.difference(&topics).for_each(|topic| board.clear(topic));
        told.topics = topics;
    }

    /// Tells whether a camera's last picture is at least so old; notes that one is made then.
    pub fn is_picture_due(&mut self, camera: &str, after: Duration, now: Instant) -> bool {
        let Some(told) = self.cameras.get_mut(camera).filter(|_| self.pictures) else { return false };
        let is_due = told.pictured.is_none_or(|at| now.saturating_duration_since(at) >= after);
        if !is_due || told.is_pictured {
            return false;
        }
        (told.pictured, told.is_pictured) = (Some(now), true);
        true
    }

    /// Puts a camera's newest picture on its topic, now that it is made, or that there is none.
    pub fn show_picture(&mut self, board: &mut Board, camera: &str, jpeg: Option<Bytes>) {
        let Some(told) = self.cameras.get_mut(camera) else { return };
        told.is_pictured = false;
        let Some(jpeg) = jpeg else { return };
        let topic = self.names.of(camera, "snapshot");
        told.topics.insert(topic.clone());
        board.put(Rank::Picture, topic, jpeg);
    }

    /// Empties the topics of cameras that there are no more.
    pub fn forget_others(&mut self, board: &mut Board, cameras: &[Arc<str>]) {
        self.cameras.retain(|camera, told| {
            let is_there = cameras.contains(camera);
            if !is_there {
                told.topics.iter().for_each(|topic| board.clear(topic));
            }
            is_there
        });
    }

    /// Empties what the broker `kept` of an earlier run and nobody puts there any more. Classes of cameras
    /// that there are are told again, though nobody has seen them yet.
    pub fn clear_up(&mut self, board: &mut Board, cameras: &[Arc<str>], kept: BTreeMap<String, Bytes>) {
        let mut spared = BTreeSet::new();
        for (topic, payload) in &kept {
            if let Some((camera, class)) = class_of(&self.names, cameras, topic, payload)
                && let Some(told) = self.cameras.get_mut(&camera)
                && told.classes.len() < MOST_CLASSES
            {
                spared.insert(topic.clone());
                spared.insert(self.names.of(&camera, &format!("classes/{}", word(&class))));
                told.classes.insert(class);
            }
        }
        for topic in kept.into_keys() {
            // A picture comes in its own time; what somebody orders is not ours, nor is what lies elsewhere.
            let is_spared = match self.names.held(&topic) {
                Some((camera, "snapshot")) => self.pictures && self.cameras.contains_key(camera),
                Some((_, what)) => what.ends_with("/set"),
                None => self.names.described(&topic).is_none(),
            };
            if !is_spared && !spared.contains(&topic) && !board.holds(&topic) {
                board.clear(&topic);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mqtt::{figures::tests::figures, settings::Broker};

    fn told() -> (ToldOf, Board) {
        let broker = Broker { host: "broker".to_owned(), port: 1883, tls: None, login: None };
        let settings = Settings {
            broker,
            node: "shop".to_owned(),
            discovery: Some("homeassistant".to_owned()),
            control: true,
            pictures: Some(Duration::from_secs(10)),
        };
        (ToldOf::new(&settings), Board::default())
    }

    /// What the broker gets: topics with what they hold.
    fn got(board: &mut Board) -> BTreeMap<String, String> {
        let mut got = BTreeMap::new();
        while let Some(note) = board.next() {
            board.got(&note);
            got.insert(note.topic, String::from_utf8_lossy(&note.payload).into_owned());
        }
        got
    }

    fn emptied(got: BTreeMap<String, String>) -> Vec<String> {
        got.into_iter().filter(|(_, payload)| payload.is_empty()).map(|(topic, _)| topic).collect()
    }

    #[test]
    fn a_line_that_is_no_more_takes_its_topics_and_entities_along() {
        let (mut told, mut board) = told();
        let (gate, near): (Arc<str>, Arc<str>) = (Arc::from("gate"), Arc::from("gate_2"));
        told.show(&mut board, &gate, &figures());
        told.show(&mut board, &near, &figures());
        let first = got(&mut board);
        assert_eq!(first["steadycast/shop/gate/people"], "12");
        assert!(first.contains_key("homeassistant/sensor/steadycast_shop/gate_people/config"));
        let fewer = Figures { zones: vec!["plaza".to_owned()], ..figures() };
        told.show(&mut board, &gate, &fewer);
        assert_eq!(
            emptied(got(&mut board)),
            [
                "homeassistant/sensor/steadycast_shop/gate_zones_door_occupancy/config",
                "steadycast/shop/gate/zones/door/occupancy"
            ]
        );
        told.forget_others(&mut board, &[near]);
        let gone = emptied(got(&mut board));
        assert!(gone.contains(&"steadycast/shop/gate/people".to_owned()));
        assert!(!gone.iter().any(|topic| topic.contains("gate_2")), "{gone:?}");
    }

    #[test]
    fn pictures_come_no_more_often_than_they_may_and_stay_while_figures_change() {
        let (mut told, mut board) = told();
        let (gate, now): (Arc<str>, _) = (Arc::from("gate"), Instant::now());
        assert!(!told.is_picture_due(&gate, Duration::ZERO, now), "of a camera that nobody knows");
        told.show(&mut board, &gate, &figures());
        let second = Duration::from_secs(1);
        let is_due =
            |told: &mut ToldOf, ms| told.is_picture_due(&gate, second, now + Duration::from_millis(ms));
        assert!(is_due(&mut told, 0) && !is_due(&mut told, 1000), "one is being made");
        told.show_picture(&mut board, &gate, None);
        assert!(!is_due(&mut told, 500) && is_due(&mut told, 1000));
        told.show_picture(&mut board, &gate, Some(Bytes::from_static(b"jpeg")));
        told.show(&mut board, &gate, &figures());
        assert_eq!(emptied(got(&mut board)), [""; 0]);
        told.forget_others(&mut board, &[]);
        assert!(emptied(got(&mut board)).contains(&"steadycast/shop/gate/snapshot".to_owned()));
    }

    #[test]
    fn what_an_earlier_run_left_is_emptied_but_classes_are_taken_over() {
        let (mut told, mut board) = told();
        let gate: Arc<str> = Arc::from("gate");
        told.show(&mut board, &gate, &figures());
        got(&mut board);
        let config = |camera: &str, object: &str| {
            format!("homeassistant/sensor/steadycast_shop/{camera}_{object}/config")
        };
        let left = [
            ("steadycast/shop/status".to_owned(), "online"),
            ("steadycast/shop/gate/people".to_owned(), "9"),
            ("steadycast/shop/gate/snapshot".to_owned(), "jpeg"),
            ("steadycast/shop/gate/enabled/set".to_owned(), "ON"),
            ("steadycast/shop/gate/classes/dog".to_owned(), "1"),
            (config("gate", "classes_dog"), r#"{"name":"dog"}"#),
            ("steadycast/shop/yard/people".to_owned(), "3"),
            ("steadycast/other/yard/people".to_owned(), "3"),
            (config("yard", "people"), "{}"),
            (config("gate", "lines_old_inbound"), "{}"),
        ];
        let kept = left.map(|(topic, payload)| (topic, Bytes::from_static(payload.as_bytes()))).into();
        told.clear_up(&mut board, &[Arc::clone(&gate)], kept);
        let expected = [
            config("gate", "lines_old_inbound"),
            config("yard", "people"),
            "steadycast/shop/yard/people".into(),
        ];
        assert_eq!(emptied(got(&mut board)), expected);
        told.show(&mut board, &gate, &figures());
        assert_eq!(got(&mut board)["steadycast/shop/gate/classes/dog"], "0");
    }
}
