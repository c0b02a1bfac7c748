//! Entities as Home Assistant finds them by itself: a description for each figure of a camera. Pure.
//!
//! Format: "MQTT Discovery" of Home Assistant's documentation, by component, which versions from 2023.8 on
//! read.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{
    gather::Figures,
    names::{Names, word},
};
use crate::nouns::{event::Event, result::RiskLevel, state::CameraState};

/// What is described of one camera.
pub struct Described<'a> {
    pub names: &'a Names,
    pub camera: &'a str,
    pub figures: &'a Figures,
    /// Classes of things that are counted.
    pub classes: &'a BTreeSet<String>,
    /// Whether the camera may be switched.
    pub control: bool,
    /// Whether there are pictures.
    pub pictures: bool,
}

/// One entity.
struct Entity {
    component: &'static str,
    object: String,
    name: String,
    fields: Value,
}

impl Described<'_> {
    /// Returns the topics that describe the camera's entities, and what is to be on them; none where Home
    /// Assistant is told nothing.
    pub fn configs(&self) -> Vec<(String, Value)> {
        let device = self.device();
        let entities = self.entities().into_iter();
        let config = |Entity { component, object, name, fields }: Entity| {
            let topic = self.names.config(component, self.camera, &object)?;
            let mut config = self.common(&name, &object, &device);
            config.extend(fields.as_object().cloned().unwrap_or_default());
            Some((topic, Value::Object(config)))
        };
        entities.filter_map(config).collect()
    }

    fn entities(&self) -> Vec<Entity> {
        let mut all = self.sensors();
        for line in &self.figures.lines {
            all.push(self.total(&format!("lines/{}/inbound", word(line)), &format!("{line} in")));
            all.push(self.total(&format!("lines/{}/outbound", word(line)), &format!("{line} out")));
        }
        for zone in &self.figures.zones {
            let what = format!("zones/{}/occupancy", word(zone));
            all.push(self.count(&what, &format!("{zone} occupancy"), "mdi:vector-polygon"));
        }
        for class in self.classes {
            // The name is the class: by it the entity is taken over after a restart.
            all.push(self.count(&class_topic(class), class, "mdi:counter"));
        }
        all.extend(self.others());
        all
    }

    /// The figures that every camera has.
    fn sensors(&self) -> Vec<Entity> {
        let risks = RiskLevel::ALL.map(RiskLevel::name);
        let states = CameraState::ALL.map(CameraState::name);
        vec![
            self.count("people", "People", "mdi:account-group"),
            self.total("inbound", "In"),
            self.total("outbound", "Out"),
            self.sensor(
                "risk",
                "Risk",
                json!({
                    "device_class": "enum", "options": risks, "icon": "mdi:gauge",
                }),
            ),
            self.sensor(
                "state",
                "State",
                json!({
                    "device_class": "enum", "options": states, "entity_category": "diagnostic",
                    "json_attributes_topic": self.names.of(self.camera, "source"), "icon": "mdi:cctv",
                }),
            ),
            self.sensor(
                "fps",
                "Frame rate",
                json!({
                    "unit_of_measurement": "FPS", "state_class": "measurement",
                    "entity_category": "diagnostic", "icon": "mdi:speedometer",
                }),
            ),
            self.sensor(
                "viewers",
                "Viewers",
                json!({
                    "state_class": "measurement", "entity_category": "diagnostic", "icon": "mdi:eye",
                }),
            ),
        ]
    }

    /// What is no number.
    fn others(&self) -> Vec<Entity> {
        let topic = |what: &str| self.names.of(self.camera, what);
        let mut all = vec![
            entity(
                "binary_sensor",
                "connected",
                "Connected",
                json!({
                    "state_topic": topic("connected"), "device_class": "connectivity",
                    "entity_category": "diagnostic",
                }),
            ),
            entity(
                "event",
                "event",
                "Event",
                json!({
                    "state_topic": topic("event"), "event_types": Event::KINDS,
                }),
            ),
        ];
        if self.pictures {
            all.push(entity(
                "image",
                "snapshot",
                "Snapshot",
                json!({
                    "image_topic": topic("snapshot"), "content_type": "image/jpeg",
                }),
            ));
        }
        if self.control {
            all.extend([("enabled", "Camera", "mdi:cctv"), ("analytics", "Analytics", "mdi:eye-check")].map(
                |(what, name, icon)| {
                    entity(
                        "switch",
                        what,
                        name,
                        json!({
                            "state_topic": topic(what), "command_topic": topic(&format!("{what}/set")),
                            "icon": icon,
                        }),
                    )
                },
            ));
        }
        all
    }

    /// A number of things that are there now.
    fn count(&self, what: &str, name: &str, icon: &str) -> Entity {
        self.sensor(what, name, json!({ "state_class": "measurement", "icon": icon }))
    }

    /// A number that rises, and begins anew at midnight or with the server.
    fn total(&self, what: &str, name: &str) -> Entity {
        self.sensor(what, name, json!({ "state_class": "total_increasing", "icon": "mdi:swap-horizontal" }))
    }

    fn sensor(&self, what: &str, name: &str, mut fields: Value) -> Entity {
        fields["state_topic"] = self.names.of(self.camera, what).into();
        entity("sensor", &what.replace('/', "_"), name, fields)
    }

    /// What all entities of the camera say.
    fn common(&self, name: &str, object: &str, device: &Value) -> Map<String, Value> {
        let availability = [self.names.status(), self.names.of(self.camera, "available")]
            .map(|topic| json!({ "topic": topic }));
        let common = json!({
            "name": name,
            "unique_id": self.names.unique(self.camera, object),
            "availability": availability,
            "availability_mode": "all",
            "device": device,
            "origin": { "name": "Steadycast", "sw_version": env!("CARGO_PKG_VERSION") },
        });
        common.as_object().cloned().unwrap_or_default()
    }

    /// The camera as a device.
    fn device(&self) -> Value {
        let mut device = json!({
            "identifiers": [self.names.device(self.camera)],
            "name": self.camera,
            "manufacturer": "Steadycast",
            "model": "Camera",
            "sw_version": env!("CARGO_PKG_VERSION"),
        });
        if let Some(page) = &self.figures.page {
            device["configuration_url"] = page.as_str().into();
        }
        device
    }
}

/// Returns what a camera's topic of a class is.
pub fn class_topic(class: &str) -> String {
    format!("classes/{}", word(class))
}

fn entity(component: &'static str, object: &str, name: &str, fields: Value) -> Entity {
    Entity { component, object: object.to_owned(), name: name.to_owned(), fields }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mqtt::figures::tests::figures;

    fn described(control: bool, pictures: bool) -> Vec<(String, Value)> {
        let names = Names::new("shop", Some("homeassistant"));
        let classes = BTreeSet::from(["person".to_owned()]);
        let figures = Figures { page: Some("https://cams.example/?camera=gate".to_owned()), ..figures() };
        let described = Described {
            names: &names,
            camera: "gate",
            figures: &figures,
            classes: &classes,
            control,
            pictures,
        };
        described.configs()
    }

    #[test]
    fn every_entity_is_unique_and_belongs_to_the_cameras_device() {
        let all = described(true, true);
        let ids: BTreeSet<&str> = all.iter().filter_map(|(_, config)| config["unique_id"].as_str()).collect();
        let topics: BTreeSet<&String> = all.iter().map(|(topic, _)| topic).collect();
        assert_eq!((ids.len(), topics.len()), (all.len(), all.len()));
        for (topic, config) in &all {
            assert_eq!(config["device"]["identifiers"], json!(["steadycast_shop_gate"]), "{topic}");
            assert_eq!(config["availability"][0]["topic"], "steadycast/shop/status", "{topic}");
            assert_eq!(config["device"]["configuration_url"], "https://cams.example/?camera=gate");
        }
        let people = "homeassistant/sensor/steadycast_shop/gate_people/config";
        let (_, people) = all.iter().find(|(topic, _)| topic == people).expect("people are counted");
        assert_eq!(people["state_topic"], "steadycast/shop/gate/people");
    }

    #[test]
    fn a_camera_is_switched_and_shown_only_where_the_settings_say_so() {
        let components = |all: &[(String, Value)]| -> BTreeSet<String> {
            all.iter().filter_map(|(topic, _)| topic.split('/').nth(1).map(str::to_owned)).collect()
        };
        let all = components(&described(true, true));
        assert!(all.contains("switch") && all.contains("image"), "{all:?}");
        let least = components(&described(false, false));
        assert!(!least.contains("switch") && !least.contains("image"), "{least:?}");
        assert!(least.contains("sensor") && least.contains("event"), "{least:?}");
    }

    #[test]
    fn home_assistant_is_told_nothing_where_it_is_to_be_told_nothing() {
        let (names, figures, classes) = (Names::new("shop", None), figures(), BTreeSet::new());
        let described = Described {
            names: &names,
            camera: "gate",
            figures: &figures,
            classes: &classes,
            control: true,
            pictures: true,
        };
        assert!(described.configs().is_empty());
    }
}
