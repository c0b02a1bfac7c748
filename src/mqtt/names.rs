//! Topics and the parts that they are made of. Pure.

/// What all topics of our own begin with.
const ROOT: &str = "steadycast";

/// Names of a server's topics.
#[derive(Clone, Debug)]
pub struct Names {
    node: String,
    discovery: Option<String>,
}

impl Names {
    /// Names of the server `node`, with those by which Home Assistant finds entities where it is to.
    pub fn new(node: &str, discovery: Option<&str>) -> Self {
        Names { node: node.to_owned(), discovery: discovery.map(str::to_owned) }
    }

    /// Returns the topic that says whether the server is there.
    pub fn status(&self) -> String {
        format!("{ROOT}/{}/status", self.node)
    }

    /// Returns the topic of something of a camera.
    pub fn of(&self, camera: &str, what: &str) -> String {
        format!("{ROOT}/{}/{camera}/{what}", self.node)
    }

    /// Returns the topic of messages that are about no camera.
    pub fn notification(&self) -> String {
        format!("{ROOT}/{}/notification", self.node)
    }

    /// Returns the filter of all topics of this server.
    pub fn all(&self) -> String {
        format!("{ROOT}/{}/#", self.node)
    }

    /// Returns the camera and what of it a topic holds; `None` where it is none of a camera of this server.
    pub fn held<'a>(&self, topic: &'a str) -> Option<(&'a str, &'a str)> {
        let rest = topic.strip_prefix(ROOT)?.strip_prefix('/')?.strip_prefix(&*self.node)?;
        rest.strip_prefix('/')?.split_once('/')
    }

    /// Returns the filter of all orders.
    pub fn orders(&self) -> String {
        format!("{ROOT}/{}/+/+/set", self.node)
    }

    /// Returns the camera and what is ordered of it, where a topic is that of an order.
    pub fn order<'a>(&self, topic: &'a str) -> Option<(&'a str, &'a str)> {
        let (camera, what) = self.held(topic)?;
        Some((camera, what.strip_suffix("/set")?))
    }

    /// Returns the topic that describes an entity of a camera to Home Assistant.
    pub fn config(&self, component: &str, camera: &str, object: &str) -> Option<String> {
        let prefix = self.discovery.as_ref()?;
        Some(format!("{prefix}/{component}/{}/{camera}_{object}/config", self.group()))
    }

    /// Returns the filter of all descriptions of this server's entities.
    pub fn configs(&self) -> Option<String> {
        Some(format!("{}/+/{}/+/config", self.discovery.as_ref()?, self.group()))
    }

    /// Returns the name of the entity that a topic describes, `{camera}_{object}`; `None` where it describes
    /// none of this server's.
    pub fn described<'a>(&self, topic: &'a str) -> Option<&'a str> {
        let rest = topic.strip_prefix(&**self.discovery.as_ref()?)?.strip_prefix('/')?;
        let (_, rest) = rest.split_once('/')?;
        rest.strip_prefix(&*self.group())?.strip_prefix('/')?.strip_suffix("/config")
    }

    /// Returns the topic at which Home Assistant says that it has started.
    pub fn home_assistant(&self) -> Option<String> {
        Some(format!("{}/status", self.discovery.as_ref()?))
    }

    /// Returns the name of an entity that no other has.
    pub fn unique(&self, camera: &str, object: &str) -> String {
        format!("{}_{camera}_{object}", self.group())
    }

    /// Returns the name of a camera's device that no other has.
    pub fn device(&self, camera: &str) -> String {
        format!("{}_{camera}", self.group())
    }

    /// Returns the server's name among all that describe entities.
    pub fn group(&self) -> String {
        format!("{ROOT}_{}", self.node)
    }
}

/// A name of the operator's as a part of topics: letters, digits, `-` and `_` stay, others become `_`. So
/// that two names stay two, those that changed end with a number made of the whole name.
pub fn word(name: &str) -> String {
    let stays = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let word: String = name.chars().map(|c| if stays(c) { c } else { '_' }).collect();
    if word == name && !word.is_empty() { word } else { format!("{word}-{:04x}", sum(name)) }
}

/// A sum over a name: FNV-1a ("The FNV Non-Cryptographic Hash Algorithm", IETF draft), folded to 16 bits.
fn sum(name: &str) -> u32 {
    let whole =
        name.bytes().fold(0x811c_9dc5_u32, |sum, byte| (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    (whole >> 16) ^ (whole & 0xffff)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_of_a_camera_of_this_server() {
        let names = Names::new("shop", None);
        assert_eq!(names.order("steadycast/shop/gate/enabled/set"), Some(("gate", "enabled")));
        for other in ["steadycast/shop2/gate/enabled/set", "steadycast/shop/gate/enabled", "shop/gate/a/set"]
        {
            assert_eq!(names.order(other), None, "{other}");
        }
    }

    #[test]
    fn an_entity_is_told_by_the_topic_that_describes_it() {
        let names = Names::new("shop", Some("homeassistant"));
        let topic = names.config("sensor", "gate", "people").expect("is described");
        assert_eq!(topic, "homeassistant/sensor/steadycast_shop/gate_people/config");
        assert_eq!(names.described(&topic), Some("gate_people"));
        assert_eq!(names.described("homeassistant/sensor/steadycast_shop2/gate_people/config"), None);
        assert_eq!(Names::new("shop", None).config("sensor", "gate", "people"), None);
    }

    #[test]
    fn names_of_lines_fit_into_topics_and_stay_apart() {
        assert_eq!(word("gate-2_b"), "gate-2_b");
        let odd = ["Tür +", "Tür #", "a/b", "a b", "", "Ł"].map(word);
        let fits = |word: &String| word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        assert!(odd.iter().all(fits) && odd.iter().all(|word| !word.is_empty()), "{odd:?}");
        let apart: std::collections::BTreeSet<&String> = odd.iter().collect();
        assert_eq!(apart.len(), odd.len(), "{odd:?}");
    }
}
