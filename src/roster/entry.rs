//! A camera as the cameras file and the API describe it: everything may be left out. Pure.
//!
//! Text in the forms of TOML and JSON in, the same out. What is left out is `defaults`' matter.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::wrong::Wrong;
use crate::{
    cameras::Measured,
    nouns::{
        place::{Fraction, Line, Zone},
        rule::Rule,
    },
    source::Address,
};

/// Fields that may hold a model's file.
const MODELS: [&str; 2] = ["crowd_model", "detect_model"];

/// Field that says, where a camera is shown, that its source holds a password, which is not shown. No field
/// of a camera: it is passed over where a client sends it back.
const PASSWORD_SET: &str = "password_set";

/// A camera as it is described; what is left out is as the settings say.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Entry {
    /// Where pictures come from; may hold a password.
    pub source: Option<String>,
    /// False for a camera that is switched off.
    pub enabled: Option<bool>,
    /// Frames a second at most.
    pub fps: Option<f64>,
    /// Width of the picture that is asked for, pixels.
    pub width: Option<i64>,
    /// Height of the picture that is asked for, pixels.
    pub height: Option<i64>,
    /// Frames a second at which a file is played, instead of by its timestamps.
    pub file_fps: Option<f64>,
    /// Pictures a second that are asked of a page that gives one each time.
    pub snapshot_fps: Option<f64>,
    /// Seconds after which an unchanged picture counts as frozen; 0: never.
    pub frozen_after: Option<i64>,
    /// Whether pictures are analysed.
    pub analytics: Option<bool>,
    /// The crowd model: a name, a file, `none`, or empty for the one inside the program.
    pub crowd_model: Option<String>,
    /// What one person adds up to in the crowd model's map.
    pub crowd_scale: Option<f64>,
    /// The detector: a name, a file, `none`, or empty for the one inside the program.
    pub detect_model: Option<String>,
    /// Detections a second at most.
    pub detect_fps: Option<f64>,
    /// Least confidence of a detection.
    pub detect_confidence: Option<f64>,
    /// Boxes of one class that overlap more than this are one thing.
    pub detect_nms_iou: Option<f64>,
    /// Classes that count; empty: all that the detector knows.
    pub detect_classes: Option<Vec<String>>,
    /// What the detector wants to see.
    pub detect_input: Option<String>,
    /// Borders of the risk by people on a square metre.
    pub risk_thresholds: Option<[f64; 3]>,
    /// Borders of the risk by people in the picture.
    pub risk_totals: Option<[f64; 3]>,
    /// Counting lines.
    pub lines: Option<Vec<Line>>,
    /// Zones.
    pub zones: Option<Vec<Zone>>,
    /// Least height of what is followed, as a share of the frame's.
    pub min_height: Option<f64>,
    /// Areas in which nothing is followed.
    pub ignored: Option<Vec<Vec<Fraction>>>,
    /// Four places of the frame, measured on the ground.
    pub calibration: Option<Vec<Measured>>,
    /// Metres across the frame of a camera that looks straight down.
    pub metres_across: Option<f64>,
    /// What somebody is told of the camera.
    pub rules: Option<Vec<Rule>>,
}

/// Everything but the source, which may hold a password.
impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rest = Entry { source: None, ..self.clone() };
        write!(f, "Entry({})", Value::Object(rest.fields()))
    }
}

impl Entry {
    /// The entry that these fields describe.
    ///
    /// # Errors
    /// A field that there is not, or a value of another kind.
    pub fn of(fields: &Map<String, Value>) -> Result<Self, Wrong> {
        let mut fields = fields.clone();
        fields.remove(PASSWORD_SET);
        serde_path_to_error::deserialize(Value::Object(fields)).map_err(|error| {
            let (place, why) = (error.path().to_string(), without_values(&error.inner().to_string()));
            // One that is not known is named by the reader.
            let is_named = place == "." || why.contains(&format!("`{place}`"));
            Wrong::whole(if is_named { why } else { format!("{place}: {why}") })
        })
    }

    /// The fields that are described, as JSON has them.
    pub fn fields(&self) -> Map<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(fields)) => fields.into_iter().filter(|(_, value)| !value.is_null()).collect(),
            // Every field can be said in JSON.
            _ => Map::new(),
        }
    }

    /// Whether the source holds a password, or what is called like one.
    pub fn holds_secret(&self) -> bool {
        let address = self.source.as_ref().and_then(|source| source.parse::<Address>().ok());
        address.is_some_and(|address| address.holds_secret())
    }

    /// The fields that are described, as they may be shown to who may change them: the source without its
    /// password, and `password_set` where it has one.
    pub fn shown(&self) -> Map<String, Value> {
        let mut fields = self.fields();
        if let Some(source) = &self.source {
            fields.insert("source".to_owned(), shown(source).into());
            if self.holds_secret() {
                fields.insert(PASSWORD_SET.to_owned(), true.into());
            }
        }
        fields
    }

    /// The fields that are described, as every viewer may see them: files by their names alone, streams by
    /// where they are, and no rules.
    pub fn public(&self) -> Map<String, Value> {
        let mut fields = self.shown();
        if let Some(address) = self.source.as_ref().and_then(|source| source.parse::<Address>().ok()) {
            fields.insert("source".to_owned(), address.public().into());
        }
        // They say when nobody is told of anything.
        fields.remove("rules");
        for field in MODELS {
            if let Some(Value::String(model)) = fields.get_mut(field) {
                *model = model.rsplit('/').next().unwrap_or_default().to_owned();
            }
        }
        fields
    }

    /// The entry with `changes` (JSON Merge Patch, RFC 7396): a field that is null is left out from now on.
    ///
    /// # Errors
    /// A field that there is not, or a value of another kind.
    pub fn changed(&self, changes: &Map<String, Value>) -> Result<Self, Wrong> {
        let mut fields = self.fields();
        for (name, value) in changes {
            // A name that is no field must be refused, also where it is to be left out.
            Entry::of(&Map::from_iter([(name.clone(), value.clone())]))?;
            match value {
                Value::Null => drop(fields.remove(name)),
                value => drop(fields.insert(name.clone(), value.clone())),
            }
        }
        Entry::of(&fields)
    }
}

/// A source as it may be shown.
pub(super) fn shown(source: &str) -> String {
    source.parse().map_or_else(|_| "?".to_owned(), |address: Address| address.to_string())
}

/// What readers of TOML and JSON expect, in the words of whoever writes these.
const EXPECTED: [(&str, &str); 6] = [
    ("expected f64", "expected a number"),
    ("expected i64", "expected a whole number"),
    ("expected usize", "expected a whole number"),
    ("expected a sequence", "expected a list"),
    ("expected a boolean", "expected true or false"),
    ("unknown variant", "unknown word"),
];

/// What a reader of TOML or JSON says, in plain words, and without the values that it repeats: they may hold
/// a password.
pub(super) fn without_values(error: &str) -> String {
    let plain = |text: String| EXPECTED.iter().fold(text, |text, (said, meant)| text.replace(said, meant));
    if let Some((before, rest)) = error.split_once("unknown variant `")
        && let Some((word, behind)) = rest.split_once('`')
        && !word.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
    {
        // An address, perhaps, in the place of a name.
        return plain(format!("{before}unknown variant{behind}"));
    }
    plain(match error.split_once("string \"") {
        Some((before, rest)) => {
            let behind = rest.rsplit_once('"').map_or("", |(_, behind)| behind);
            format!("{before}text{behind}")
        }
        None => error.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fields(value: Value) -> Map<String, Value> {
        value.as_object().expect("an object").clone()
    }

    #[test]
    fn changes_replace_add_and_leave_out() {
        let entry =
            Entry::of(&fields(json!({ "source": "0", "fps": 10, "analytics": true }))).expect("valid");
        let changed = entry.changed(&fields(json!({ "fps": null, "width": 640, "analytics": false })));
        assert_eq!(
            changed.expect("valid").fields(),
            fields(json!({ "source": "0", "width": 640, "analytics": false }))
        );
    }

    #[test]
    fn what_is_no_field_or_of_another_kind_is_refused_without_its_value() {
        for (odd, word) in [
            (json!({ "speed": 3 }), "speed"),
            (json!({ "speed": null }), "speed"),
            (json!({ "fps": "rtsp://me:hunter2@cam/" }), "text, expected a number"),
            (json!({ "width": "wide" }), "expected a whole number"),
            (json!({ "enabled": "yes" }), "expected true or false"),
            (json!({ "lines": 7 }), "expected a list"),
            (json!({ "zones": [{ "id": "a", "points": [], "above": "many" }] }), "expected a whole number"),
            (json!({ "lines": [{ "id": "a", "from": [0, 0] }] }), "to"),
            (json!({ "rules": [{ "id": "a", "when": "rain" }] }), "rain"),
        ] {
            let why = Entry::default().changed(&fields(odd)).expect_err(word).to_string();
            assert!(why.contains(word) && !why.contains("hunter2"), "{why}");
        }
        let entry = Entry { source: Some("rtsp://me:hunter2@cam/".to_owned()), ..Entry::default() };
        assert!(!format!("{entry:?}").contains("hunter2"));
    }

    #[test]
    fn viewers_see_files_by_their_names_and_streams_by_where_they_are() {
        let entry = Entry::of(&fields(json!({
            "source": "/srv/clips/yard.mp4", "crowd_model": "none", "detect_model": "/srv/models/a.onnx",
            "rules": [{ "id": "night", "when": "seen", "class": "person", "from": "22:00" }],
        })));
        let entry = entry.expect("valid");
        assert_eq!(
            entry.public(),
            fields(json!({ "source": "yard.mp4", "crowd_model": "none", "detect_model": "a.onnx" }))
        );
        assert_eq!(entry.shown(), entry.fields(), "who may change them sees where they are");
        let entry = Entry { source: Some("rtsp://me:hunter2@cam/live".to_owned()), ..Entry::default() };
        let seen = |source| fields(json!({ "source": source, "password_set": true }));
        assert_eq!((entry.public(), entry.shown()), (seen("rtsp://cam/…"), seen("rtsp://cam/live")));
    }

    #[test]
    fn a_password_is_told_to_be_there_and_never_shown() {
        for (source, is_set) in [
            ("rtsp://me:hunter2@cam/live", true),
            ("rtsp://me@cam/live", true),
            ("http://cam/video?user=me&pwd=hunter2", true),
            ("http://cam/video?Token=hunter2", true),
            ("snapshot:https://cam/a.jpg?password=hunter2", true),
            ("rtsp://cam/user=me&password=hunter2&channel=1", true),
            ("srt://cam:9000?passphrase=hunter2hunter2", true),
            ("http://cam/video?password=", false),
            ("http://cam/video?channel=1", false),
            ("rtsp://cam/live", false),
            ("0", false),
        ] {
            let entry = Entry { source: Some(source.to_owned()), ..Entry::default() };
            let shown = Value::Object(entry.shown());
            assert_eq!(shown.get("password_set").is_some(), is_set, "{source}");
            assert!(!shown.to_string().contains("hunter2"), "{shown}");
        }
    }

    #[test]
    fn what_was_shown_may_be_sent_back() {
        let entry = Entry { source: Some("rtsp://me:hunter2@cam/live".to_owned()), ..Entry::default() };
        for said in [json!(true), json!(false), json!("x"), Value::Null] {
            let changed = entry.changed(&fields(json!({ "password_set": said, "fps": 10 }))).expect("valid");
            assert_eq!(changed, Entry { fps: Some(10.0), ..entry.clone() });
        }
    }
}
