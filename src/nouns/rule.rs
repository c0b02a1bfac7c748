//! Rules: what of a camera somebody is told, and when.
//!
//! Shapes and what makes them whole. Whether a rule holds, and what is told, is a matter of `notify`.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use super::{
    place::{Direction, Line, Zone},
    result::RiskLevel,
};

/// Most rules of a camera.
pub const MOST_RULES: usize = 50;

/// Most letters of a rule's name.
const LONGEST_ID: usize = 64;

/// Longest time for which something must hold, seconds: a day.
const LONGEST_S: f64 = 86_400.0;

/// Most people or tracks above which something may be told.
const MOST_ABOVE: f64 = 100_000.0;

/// Highest speed above which a crossing may be told, kilometres an hour.
const FASTEST: f64 = 1000.0;

/// Most messages of a rule an hour: one a minute.
const MOST_AN_HOUR: u32 = 60;

/// What somebody is told of a camera, and when.
///
/// What stands behind `when` narrows it down; which of it makes sense depends on `when`, and
/// [`Rule::check`] says so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Name of the rule, unique within the camera.
    pub id: String,
    /// What has to happen.
    pub when: Occasion,
    /// Name of the line that is crossed; absent: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<String>,
    /// Way in which the line is crossed; absent: either.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    /// Class of the thing, named as the model names it, in letters of any case; absent: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// Speed above which a crossing is told, kilometres an hour; absent: any, an unknown one too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub faster_kmh: Option<f64>,
    /// Name of the zone; absent: any, where somebody loiters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// Number above which people, or tracks in the zone, are told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub above: Option<f64>,
    /// Risk from which on somebody is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk: Option<RiskLevel>,
    /// Seconds for which what is told must have held; absent: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub for_s: Option<f64>,
    /// Time of the server's day from which on the rule tells anything; absent: midnight.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Clock>,
    /// Time of the server's day until which the rule tells anything, of the next day where that is not behind
    /// `from`; absent: midnight.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Clock>,
    /// Days on which these hours begin; empty: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub days: Vec<Day>,
    /// Messages an hour at most; the rest is gathered into one. Absent: twelve.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_an_hour: Option<u32>,
    /// Services by which the rule tells; empty: all that there are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tell: Vec<ServiceName>,
}

/// What has to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Occasion {
    /// A line is crossed.
    LineCrossed,
    /// The risk is as high as that, or higher.
    Risk,
    /// More people are in the picture than that.
    People,
    /// More tracks are in a zone than that.
    Zone,
    /// A thing of a class is seen.
    Seen,
    /// Somebody has been in a zone for long.
    Loitering,
    /// No pictures come.
    SourceLost,
    /// A model was given up.
    ModelFailed,
    /// The server cannot keep history on its disk.
    StorageTrouble,
}

impl Occasion {
    /// Returns the occasion as descriptions name it.
    pub fn name(self) -> &'static str {
        match self {
            Occasion::LineCrossed => "line_crossed",
            Occasion::Risk => "risk",
            Occasion::People => "people",
            Occasion::Zone => "zone",
            Occasion::Seen => "seen",
            Occasion::Loitering => "loitering",
            Occasion::SourceLost => "source_lost",
            Occasion::ModelFailed => "model_failed",
            Occasion::StorageTrouble => "storage_trouble",
        }
    }

    /// Tells whether the server has to be in it, and no camera.
    pub fn is_of_server(self) -> bool {
        self == Occasion::StorageTrouble
    }
}

/// A service that tells people or programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceName {
    /// A program of the operator's, over HTTP.
    Webhook,
    /// A chat of Telegram.
    Telegram,
    /// A topic of ntfy.
    Ntfy,
    /// An API of Apprise.
    Apprise,
    /// A broker of MQTT.
    Mqtt,
    /// A sheet of Google's, which gets rows, and no messages of rules.
    Sheets,
}

impl ServiceName {
    /// Services that are told messages.
    pub const TOLD: [ServiceName; 5] = [
        ServiceName::Webhook,
        ServiceName::Telegram,
        ServiceName::Ntfy,
        ServiceName::Apprise,
        ServiceName::Mqtt,
    ];

    /// Returns the service as descriptions and metrics name it.
    pub fn name(self) -> &'static str {
        match self {
            ServiceName::Webhook => "webhook",
            ServiceName::Telegram => "telegram",
            ServiceName::Ntfy => "ntfy",
            ServiceName::Apprise => "apprise",
            ServiceName::Mqtt => "mqtt",
            ServiceName::Sheets => "sheets",
        }
    }
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Day {
    /// Monday.
    Mon,
    /// Tuesday.
    Tue,
    /// Wednesday.
    Wed,
    /// Thursday.
    Thu,
    /// Friday.
    Fri,
    /// Saturday.
    Sat,
    /// Sunday.
    Sun,
}

impl Day {
    /// Every day, from Monday on.
    pub const ALL: [Day; 7] = [Day::Mon, Day::Tue, Day::Wed, Day::Thu, Day::Fri, Day::Sat, Day::Sun];

    /// Returns the day before.
    pub fn before(self) -> Day {
        Day::ALL[(self as usize + 6) % 7]
    }
}

/// A time of the day: minutes since midnight, written as `HH:MM`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Clock(pub u16);

impl Clock {
    /// Reads `HH:MM`; `None` for what is no time of a day.
    fn read(text: &str) -> Option<Clock> {
        let (hours, minutes) = text.split_once(':')?;
        let is_written = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        if !is_written(hours) || !is_written(minutes) {
            return None;
        }
        let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
        (hours < 24 && minutes < 60).then_some(Clock(hours * 60 + minutes))
    }
}

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl Serialize for Clock {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Clock {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Clock::read(&text).ok_or_else(|| D::Error::custom("a time of the day is written as 22:00"))
    }
}

/// A part of a rule besides its name and `when`: what it is called, whether it is given, and which occasions
/// may have it.
type Part = (&'static str, bool, &'static [Occasion]);

impl Rule {
    /// Tells whether the rule makes sense for a camera with these lines and zones.
    ///
    /// # Errors
    /// What is wrong with it, without its name.
    pub fn check(&self, lines: &[Line], zones: &[Zone]) -> Result<(), String> {
        if self.when.is_of_server() {
            return Err(format!("{} happens to no camera: it is for the rules of all", self.when.name()));
        }
        self.check_for_all()?;
        match self.lacks(lines, zones) {
            Some((what, name)) => Err(format!("there is no {what} {name:?}")),
            None => Ok(()),
        }
    }

    /// Tells whether the rule makes sense for all cameras; nothing of it happens to those that have no line
    /// or zone of the name in it.
    ///
    /// # Errors
    /// What is wrong with it, without its name.
    pub fn check_for_all(&self) -> Result<(), String> {
        if self.id.trim().is_empty() || self.id.chars().count() > LONGEST_ID {
            return Err(format!("an id must have 1 to {LONGEST_ID} letters"));
        }
        let when = self.when.name();
        if let Some((name, ..)) =
            self.parts().iter().find(|(_, given, of)| *given && !of.contains(&self.when))
        {
            return Err(format!("{name} says nothing where when is {when}: leave it out"));
        }
        let needed: &[(&str, bool)] = match self.when {
            Occasion::Risk => &[("risk", self.risk.is_some())],
            Occasion::People => &[("above", self.above.is_some())],
            Occasion::Zone => &[("zone", self.zone.is_some()), ("above", self.above.is_some())],
            Occasion::Seen => &[("class", self.class.is_some())],
            _ => &[],
        };
        if let Some((name, _)) = needed.iter().find(|(_, given)| !given) {
            return Err(format!("{name} is missing, which {when} needs"));
        }
        if self.class.as_ref().is_some_and(|class| class.trim().is_empty()) {
            return Err("class is empty: leave it out for any".to_owned());
        }
        if self.tell.contains(&ServiceName::Sheets) {
            return Err("sheets gets rows, and no messages: leave it out of tell".to_owned());
        }
        within("above", self.above, MOST_ABOVE)?;
        within("faster_kmh", self.faster_kmh, FASTEST)?;
        within("for_s", self.for_s, LONGEST_S)?;
        if self.most_an_hour.is_some_and(|most| !(1..=MOST_AN_HOUR).contains(&most)) {
            return Err(format!("most_an_hour must be 1 to {MOST_AN_HOUR}"));
        }
        Ok(())
    }

    /// Tells whether another rule of the same name waits for the same thing and tells the same services, at
    /// whatever hours, for however long, and however often.
    pub fn waits_for_the_same(&self, other: &Rule) -> bool {
        // All fields are named, so that a new one is thought of.
        let Rule { id, when, line, direction, class, faster_kmh, zone, above, risk, tell, .. } = self;
        let Rule { for_s: _, from: _, until: _, days: _, most_an_hour: _, .. } = self;
        *id == other.id
            && (when, line, direction, class) == (&other.when, &other.line, &other.direction, &other.class)
            && (faster_kmh, zone, above, risk) == (&other.faster_kmh, &other.zone, &other.above, &other.risk)
            && *tell == other.tell
    }

    /// Returns what the rule names that a camera with these lines and zones has not: `line` or `zone`, and
    /// its name.
    pub fn lacks(&self, lines: &[Line], zones: &[Zone]) -> Option<(&'static str, &str)> {
        let line = self.line.as_deref().filter(|name| lines.iter().all(|line| line.id != *name));
        let zone = self.zone.as_deref().filter(|name| zones.iter().all(|zone| zone.id != *name));
        line.map(|line| ("line", line)).or(zone.map(|zone| ("zone", zone)))
    }

    /// The parts that narrow a rule down.
    fn parts(&self) -> [Part; 8] {
        use Occasion::{LineCrossed, Loitering, People, Risk, Seen, SourceLost, StorageTrouble, Zone};
        [
            ("line", self.line.is_some(), &[LineCrossed]),
            ("direction", self.direction.is_some(), &[LineCrossed]),
            ("faster_kmh", self.faster_kmh.is_some(), &[LineCrossed]),
            ("class", self.class.is_some(), &[LineCrossed, Seen, Loitering]),
            ("zone", self.zone.is_some(), &[Zone, Loitering]),
            ("above", self.above.is_some(), &[People, Zone]),
            ("risk", self.risk.is_some(), &[Risk]),
            ("for_s", self.for_s.is_some(), &[Risk, People, Zone, Seen, SourceLost, StorageTrouble]),
        ]
    }
}

/// Refuses a number that is none, below zero, or above `most`.
fn within(name: &str, value: Option<f64>, most: f64) -> Result<(), String> {
    match value {
        Some(value) if !(0.0..=most).contains(&value) => Err(format!("{name} must be 0 to {most}")),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn rule(fields: Value) -> Result<Rule, String> {
        serde_json::from_value(fields).map_err(|error| error.to_string())
    }

    fn checked(fields: Value) -> Result<(), String> {
        let lines = [Line::new("gate", [0.0, 0.5], [1.0, 0.5])];
        let zones = [Zone::new("queue", vec![[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]])];
        rule(fields)?.check(&lines, &zones)
    }

    #[test]
    fn a_rule_of_all_cameras_may_name_what_some_have_and_be_about_the_server() {
        for fields in [
            json!({ "id": "in", "when": "line_crossed", "line": "door" }),
            json!({ "id": "disk", "when": "storage_trouble", "for_s": 30.0 }),
        ] {
            assert_eq!(rule(fields).expect("valid").check_for_all(), Ok(()));
        }
        let odd = rule(json!({ "id": "a", "when": "risk" })).expect("readable").check_for_all();
        assert!(odd.expect_err("refused").contains("risk is missing"));
    }

    #[test]
    fn a_rule_waits_for_the_same_at_other_hours_and_for_another_number_not() {
        let full = |more: Value| {
            let mut fields = json!({ "id": "full", "when": "people", "above": 20.0 });
            fields.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
            rule(fields).expect("valid")
        };
        let plain = full(json!({}));
        let quiet = json!({ "from": "06:00", "most_an_hour": 2, "for_s": 5.0, "days": ["sun"] });
        assert!(plain.waits_for_the_same(&full(quiet)));
        for other in [
            json!({ "id": "b" }),
            json!({ "above": 21.0 }),
            json!({ "tell": ["ntfy"] }),
            json!({ "when": "zone", "zone": "a" }),
        ] {
            assert!(!plain.waits_for_the_same(&full(other.clone())), "{other}");
        }
    }

    #[test]
    fn what_makes_sense_is_taken_and_written_as_it_was_read() {
        for fields in [
            json!({ "id": "in", "when": "line_crossed" }),
            json!({ "id": "fast", "when": "line_crossed", "line": "gate", "direction": "inbound",
                    "class": "car", "faster_kmh": 50.0, "tell": ["telegram", "webhook"] }),
            json!({ "id": "full", "when": "people", "above": 20.0, "for_s": 10.0, "most_an_hour": 4 }),
            json!({ "id": "queue", "when": "zone", "zone": "queue", "above": 5.0 }),
            json!({ "id": "dog", "when": "seen", "class": "dog", "from": "22:00", "until": "06:30",
                    "days": ["sat", "sun"] }),
            json!({ "id": "risk", "when": "risk", "risk": "high" }),
            json!({ "id": "lost", "when": "source_lost", "for_s": 30.0 }),
        ] {
            assert_eq!(checked(fields.clone()), Ok(()), "{fields}");
            assert_eq!(serde_json::to_value(rule(fields.clone()).expect("valid")).expect("JSON"), fields);
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_what_is_wrong() {
        for (fields, word) in [
            (json!({ "id": "", "when": "risk", "risk": "high" }), "id"),
            (json!({ "id": "a", "when": "rain" }), "rain"),
            (json!({ "id": "a", "when": "risk" }), "risk is missing"),
            (json!({ "id": "a", "when": "source_lost", "tell": ["sheets"] }), "sheets gets rows"),
            (json!({ "id": "a", "when": "zone", "above": 3 }), "zone is missing"),
            (json!({ "id": "a", "when": "people", "above": 3, "line": "gate" }), "line says nothing"),
            (json!({ "id": "a", "when": "line_crossed", "line": "door" }), "no line \"door\""),
            (json!({ "id": "a", "when": "storage_trouble" }), "rules of all"),
            (json!({ "id": "a", "when": "people", "above": -1 }), "above must be"),
            (json!({ "id": "a", "when": "people", "above": 1, "for_s": 1e9 }), "for_s must be"),
            (json!({ "id": "a", "when": "line_crossed", "most_an_hour": 0 }), "1 to 60"),
            (json!({ "id": "a", "when": "line_crossed", "class": " " }), "class is empty"),
            (json!({ "id": "a", "when": "line_crossed", "from": "24:00" }), "22:00"),
            (json!({ "id": "a", "when": "line_crossed", "from": "9:00" }), "22:00"),
            (json!({ "id": "a", "when": "line_crossed", "days": ["monday"] }), "monday"),
            (json!({ "id": "a", "when": "line_crossed", "tell": ["pigeon"] }), "pigeon"),
            (json!({ "id": "a", "when": "line_crossed", "colour": 1 }), "colour"),
        ] {
            let why = checked(fields).expect_err(word);
            assert!(why.contains(word), "{why}");
        }
    }
}
