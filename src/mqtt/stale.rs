//! What a broker still keeps of an earlier run: cameras, lines and classes that may be no more. Pure.
//!
//! Behind each connection the broker hands out what it keeps; what nobody puts there any more is emptied, so
//! that no entity stays behind that nobody feeds. Classes are taken over instead: which ones there are is
//! learned by seeing them, and an entity that came and went would lose what people made of it.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use serde_json::Value;

use super::{entities::class_topic, names::Names};

/// Time for the broker to hand out what it keeps.
const HANDED_OUT_WITHIN: Duration = Duration::from_secs(3);

/// Most topics that are looked at: whoever may write to the broker may fill it.
const MOST: usize = 10_000;

/// Most bytes of a description that is looked at.
const LONGEST: usize = 4096;

/// Whether a topic can be published to (MQTT 3.1.1, section 4.7): whatever else a broker hands out, nobody
/// can empty it.
fn is_publishable(topic: &str) -> bool {
    !topic.is_empty() && topic.len() <= usize::from(u16::MAX) && !topic.contains(['+', '#', '\0'])
}

/// What a broker keeps, as far as it has handed it out.
#[derive(Debug, Default)]
pub struct Stale {
    kept: BTreeMap<String, Bytes>,
    /// When all of it has come; `None` before a connection, and once it was looked at.
    whole_at: Option<Instant>,
}

impl Stale {
    /// Begins anew, behind a new connection.
    pub fn begin(&mut self, now: Instant) {
        *self = Stale { kept: BTreeMap::new(), whole_at: Some(now + HANDED_OUT_WITHIN) };
    }

    /// Notes what the broker keeps on a topic.
    pub fn note(&mut self, topic: String, payload: &Bytes) {
        if self.whole_at.is_some() && !payload.is_empty() && self.kept.len() < MOST && is_publishable(&topic)
        {
            let is_short = payload.len() <= LONGEST;
            self.kept.insert(topic, if is_short { payload.clone() } else { Bytes::new() });
        }
    }

    /// Returns all that the broker kept, once that has come; nothing at other times.
    pub fn take(&mut self, now: Instant) -> Option<BTreeMap<String, Bytes>> {
        self.whole_at.filter(|whole_at| now >= *whole_at)?;
        self.whole_at = None;
        Some(std::mem::take(&mut self.kept))
    }
}

/// Returns the camera and the class whose entity is described; `None` where it is another entity, or of a
/// camera that there is not.
pub fn class_of(
    names: &Names,
    cameras: &[Arc<str>],
    topic: &str,
    payload: &[u8],
) -> Option<(Arc<str>, String)> {
    let entity = names.described(topic)?;
    let config: Value = serde_json::from_slice(payload).ok()?;
    let class = config["name"].as_str()?;
    let object = class_topic(class).replace('/', "_");
    let camera = cameras.iter().find(|camera| entity == format!("{camera}_{object}"))?;
    Some((Arc::clone(camera), class.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_looked_at_once_when_all_of_it_has_come() {
        let (mut stale, now) = (Stale::default(), Instant::now());
        let one = Bytes::from_static(b"1");
        stale.note("early".to_owned(), &one);
        stale.begin(now);
        stale.note("a".to_owned(), &one);
        stale.note("b".to_owned(), &Bytes::new());
        for odd in ["", "a/+/b", "a/#", "a\0"] {
            stale.note(odd.to_owned(), &one);
        }
        assert_eq!(stale.take(now), None);
        let later = now + HANDED_OUT_WITHIN;
        let kept = stale.take(later).expect("all has come");
        assert_eq!(kept.into_keys().collect::<Vec<_>>(), ["a"]);
        stale.note("late".to_owned(), &one);
        assert_eq!(stale.take(later), None);
    }

    #[test]
    fn a_class_is_told_by_its_entity_and_only_of_a_camera_that_there_is() {
        let names = Names::new("shop", Some("homeassistant"));
        let cameras: Vec<Arc<str>> = ["gate", "gate_2"].map(Arc::from).into();
        let of = |camera: &str, object: &str, name: &str| {
            let topic = names.config("sensor", camera, object).expect("is described");
            class_of(&names, &cameras, &topic, format!("{{\"name\":\"{name}\"}}").as_bytes())
        };
        assert_eq!(
            of("gate_2", "classes_person", "person"),
            Some((Arc::from("gate_2"), "person".to_owned()))
        );
        assert_eq!(of("yard", "classes_person", "person"), None);
        assert_eq!(of("gate", "people", "People"), None);
    }
}
