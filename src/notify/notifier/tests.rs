//! Notifiers without a server: news in, what services are told out.

use std::sync::mpsc::{Sender, channel, sync_channel};

use parking_lot::Mutex;
use serde_json::{Value, json};

use super::*;
use crate::{
    notify::service::{Refused, Service},
    nouns::{place::Direction, rule::ServiceName},
};

/// Cameras whose rules a test changes.
#[derive(Clone, Default)]
pub(in crate::notify) struct Known {
    /// Guards the rules; held to look or to change them.
    rules: Arc<Mutex<HashMap<String, Arc<[Rule]>>>>,
    /// Guards the rules of all; held as those of cameras are.
    common: Arc<Mutex<Arc<[Rule]>>>,
    /// Guards what is wrong with the server's disk; held to look or to change it.
    trouble: Arc<Mutex<Option<String>>>,
}

impl Known {
    pub(in crate::notify) fn set(&self, camera: &str, rules: &Value) {
        let rules: Vec<Rule> = serde_json::from_value(rules.clone()).expect("rules");
        self.rules.lock().insert(camera.to_owned(), rules.into());
    }
}

impl Cameras for Known {
    fn words(&self, camera: &str) -> Option<String> {
        self.rules(camera).map(|_| "streaming".to_owned())
    }

    fn names(&self) -> Vec<Arc<str>> {
        self.rules.lock().keys().map(|name| Arc::from(&**name)).collect()
    }

    fn common_rules(&self) -> Arc<[Rule]> {
        Arc::clone(&self.common.lock())
    }

    fn rules(&self, camera: &str) -> Option<Arc<[Rule]>> {
        self.rules.lock().get(camera).cloned()
    }

    fn standing(&self, camera: Option<&str>) -> Standing {
        let trouble = self.trouble.lock().clone().filter(|_| camera.is_none());
        trouble.map_or(Standing::Delivers, Standing::Lost)
    }

    fn picture(&self, camera: &str) -> Option<Vec<u8>> {
        assert!(camera != "cursed", "a picture that panics");
        Some(camera.as_bytes().to_vec())
    }

    fn link(&self, _: Option<&str>) -> Option<String> {
        None
    }

    fn is_person(&self) -> fn(&str) -> bool {
        |class| class == "person"
    }
}

/// A service that hands on what it is told.
pub(in crate::notify) struct Heard(
    pub(in crate::notify) ServiceName,
    pub(in crate::notify) Mutex<Sender<(ServiceName, Message)>>,
);

impl Service for Heard {
    fn name(&self) -> ServiceName {
        self.0
    }

    fn tell(&self, message: &Message) -> Result<(), Refused> {
        // Whoever has gone wants nothing more.
        let _ = self.1.lock().send((self.0, message.clone()));
        Ok(())
    }
}

struct Stage {
    notifier: Notifier,
    known: Known,
    told: Receiver<(ServiceName, Message)>,
    number: u64,
}

impl Stage {
    fn new() -> Stage {
        let (metrics, known) = (Metrics::new().expect("names differ"), Known::default());
        let (telling, told) = channel();
        let outlets = [ServiceName::Webhook, ServiceName::Ntfy].map(|name| {
            let service = Arc::new(Heard(name, Mutex::new(telling.clone())));
            Arc::new(Outlet::open(service, &metrics).expect("a thread"))
        });
        let news = sync_channel(1).1;
        let notifier = Notifier::new(news, outlets.to_vec(), Arc::new(known.clone()), metrics);
        Stage { notifier, known, told, number: 0 }
    }

    fn event(&mut self, camera: &str, event: Event) {
        self.number += 1;
        let news = News { number: self.number, camera: Arc::from(camera), item: Item::Event(event) };
        self.notifier.fenced(|notifier| notifier.hear(&news));
    }

    fn cross(&mut self, camera: &str) {
        self.event(camera, crossed());
    }

    fn hears(&self) -> (ServiceName, Message) {
        self.told.recv_timeout(Duration::from_secs(20)).expect("a message")
    }

    fn counted(&self, outcome: &str) -> u64 {
        self.notifier.metrics.notifications.occasions.with_label_values(&[outcome]).get()
    }
}

/// Somebody crosses a line.
pub(in crate::notify) fn crossed() -> Event {
    Event::LineCrossed {
        at_us: 1_000_000,
        line: "gate".to_owned(),
        direction: Direction::Inbound,
        track_id: 1,
        class: "person".to_owned(),
        place: None,
        speed_kmh: None,
    }
}

fn crossing(id: &str, tell: &[&str]) -> Value {
    json!({ "id": id, "when": "line_crossed", "tell": tell })
}

fn rule_of(message: &Message) -> &str {
    message.about.as_ref().map_or("", |about| &about.rule)
}

#[test]
fn a_rule_is_told_by_the_services_that_it_names_with_one_picture_for_all() {
    let mut stage = Stage::new();
    stage.known.set("yard", &json!([crossing("a", &["webhook"]), crossing("b", &["ntfy"])]));
    stage.cross("yard");
    let mut heard = [stage.hears(), stage.hears()];
    heard.sort_by_key(|(name, _)| name.name());
    let [(ServiceName::Ntfy, b), (ServiceName::Webhook, a)] = &heard else { panic!("{heard:?}") };
    assert_eq!((rule_of(a), rule_of(b)), ("a", "b"));
    assert_eq!((a.at_us, a.about.as_ref().and_then(|about| about.event)), (1_000_000, Some(1)));
    let (one, other) = (a.picture.as_ref().expect("a picture"), b.picture.as_ref().expect("a picture"));
    assert_eq!((&**one, one.as_ptr()), (&b"yard"[..], other.as_ptr()));
}

#[test]
fn a_rule_goes_on_where_it_is_while_others_change_and_what_it_gathered_is_counted_when_it_goes() {
    let mut stage = Stage::new();
    let both = json!([crossing("a", &["webhook"]), crossing("b", &["webhook"])]);
    stage.known.set("yard", &both);
    stage.cross("yard");
    assert_eq!([stage.hears(), stage.hears()].map(|(_, message)| rule_of(&message).to_owned()), ["a", "b"]);
    stage.cross("yard");
    assert_eq!(stage.counted("gathered"), 2);
    stage.known.set("yard", &json!([crossing("b", &["webhook"]), crossing("c", &["webhook"])]));
    stage.event("yard", Event::CameraChanged { at_us: 1, changed: vec!["rules"] });
    assert_eq!(stage.counted("untold"), 1, "what the first rule had gathered");
    stage.cross("yard");
    assert_eq!(rule_of(&stage.hears().1), "c", "the one that stayed has told something a moment ago");
    assert_eq!(stage.counted("gathered"), 3);
    stage.known.rules.lock().clear();
    stage.event("yard", Event::CameraRemoved { at_us: 1 });
    assert_eq!((stage.counted("untold"), stage.notifier.watches.len()), (3, 0));
}

#[test]
fn a_rule_that_waits_for_the_same_goes_on_and_an_outage_is_told_once_with_its_end() {
    let mut stage = Stage::new();
    let set = |stage: &mut Stage, most_an_hour: u32| {
        let rule = json!({ "id": "disk", "when": "storage_trouble", "tell": ["webhook"],
                           "most_an_hour": most_an_hour });
        let rules: Vec<Rule> = serde_json::from_value(json!([rule])).expect("rules");
        *stage.known.common.lock() = rules.into();
        stage.notifier.tick();
    };
    *stage.known.trouble.lock() = Some("the disk is full".to_owned());
    set(&mut stage, 12);
    assert!(stage.hears().1.text.contains("the disk is full"));
    set(&mut stage, 6);
    *stage.known.trouble.lock() = None;
    stage.notifier.tick();
    assert!(stage.hears().1.text.starts_with("history is written again after "), "and nothing before");
}

#[test]
fn a_rule_whose_service_there_is_not_is_counted_as_untold() {
    let mut stage = Stage::new();
    stage.known.set("yard", &json!([crossing("a", &["telegram"])]));
    (0..3).for_each(|_| stage.cross("yard"));
    stage.event("yard", Event::CameraRemoved { at_us: 1 });
    assert_eq!(["told", "gathered", "untold"].map(|outcome| stage.counted(outcome)), [0, 0, 3]);
}

#[test]
fn a_picture_that_panics_costs_one_message_and_no_other_rule_anything() {
    let mut stage = Stage::new();
    stage.known.set("cursed", &json!([crossing("a", &["webhook"]), crossing("b", &["webhook"])]));
    stage.cross("cursed");
    let (_, message) = stage.hears();
    assert_eq!((rule_of(&message), &message.picture), ("b", &None));
    assert_eq!(stage.counted("told"), 2);
}

#[test]
fn a_camera_that_nobody_told_of_is_found() {
    let mut stage = Stage::new();
    stage.known.set("yard", &json!([crossing("a", &["webhook"])]));
    stage.notifier.look();
    assert!(stage.notifier.watches.contains_key(&Some(Arc::from("yard"))));
}

#[test]
fn trouble_of_the_server_is_told_with_its_end_and_without_a_camera() {
    let mut stage = Stage::new();
    let rules: Vec<Rule> =
        serde_json::from_value(json!([{ "id": "disk", "when": "storage_trouble", "tell": ["webhook"] }]))
            .expect("rules");
    *stage.known.common.lock() = rules.into();
    *stage.known.trouble.lock() = Some("history is not written: the disk is full".to_owned());
    stage.notifier.tick();
    let begun = stage.hears().1;
    assert_eq!((begun.camera(), begun.picture.as_ref()), (None, None));
    assert!(begun.line().starts_with("the server: history is not written: the disk is full ("), "{begun:?}");
    stage.notifier.tick();
    *stage.known.trouble.lock() = None;
    stage.notifier.tick();
    assert!(stage.hears().1.text.starts_with("history is written again after "));
}

#[test]
fn rules_of_all_cameras_are_taken_over_as_soon_as_they_are_others() {
    let mut stage = Stage::new();
    stage.known.set("yard", &json!([]));
    let common = |stage: &mut Stage, rules: Value| {
        let rules: Vec<Rule> = serde_json::from_value(rules).expect("rules");
        *stage.known.common.lock() = rules.into();
        stage.notifier.tick();
    };
    common(&mut stage, json!([crossing("a", &["webhook"])]));
    stage.cross("yard");
    assert_eq!(rule_of(&stage.hears().1), "a");
    common(&mut stage, json!([crossing("b", &["webhook"])]));
    stage.cross("yard");
    assert_eq!(rule_of(&stage.hears().1), "b");
    common(&mut stage, json!([]));
    stage.cross("yard");
    assert_eq!(stage.counted("told"), 2);
}
