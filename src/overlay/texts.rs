//! What is written beside a thing: its number, class and speed, longer or shorter. Which of them there is
//! room for is decided in `labels`.

use crate::{analytics::Kind, nouns::result::Object};

/// Speed below which somebody stands, km/h: slower than anybody walks, a box only trembles.
const STANDING_KMH: f32 = 0.5;

/// Speed from which on its tenths are not written, km/h.
const WHOLE_FROM_KMH: f32 = 9.95;

/// What may be written beside one thing.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Texts {
    /// Everything.
    pub full: String,
    /// The shortest, for a crowd: the speed of a vehicle; the number of anybody else, since all walk alike.
    /// The colour tells the class.
    pub short: String,
    /// A longer one for a crowd, for those who move and have room around them; `None` where it would say no
    /// more.
    pub roomy: Option<String>,
}

impl Texts {
    /// The texts of a thing.
    pub fn of(object: &Object, kind: Kind) -> Self {
        let Object { track_id, class, speed_kmh, .. } = object;
        let speed = speed_kmh.map(speed);
        let full = match &speed {
            Some(speed) => format!("#{track_id} {class} {speed}"),
            None => format!("#{track_id} {class}"),
        };
        let moves = speed_kmh.is_some_and(|kmh| kmh >= STANDING_KMH);
        let roomy = speed.as_ref().filter(|_| moves).map(|speed| format!("#{track_id} {speed}"));
        let short = speed.filter(|_| kind == Kind::Vehicle).unwrap_or_else(|| format!("#{track_id}"));
        Texts { full, short, roomy }
    }

    /// One text, however much room there is.
    pub fn only(text: String) -> Self {
        Texts { full: text.clone(), short: text, roomy: None }
    }
}

fn speed(kmh: f32) -> String {
    if kmh < WHOLE_FROM_KMH { format!("{kmh:.1} km/h") } else { format!("{kmh:.0} km/h") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nouns::place::{BBox, Velocity};

    fn texts(class: &str, speed_kmh: Option<f32>) -> Texts {
        let object = Object {
            track_id: 7,
            class: class.into(),
            confidence: 0.9,
            bbox: BBox { x1: 0.0, y1: 0.0, x2: 1.0, y2: 1.0 },
            velocity: Velocity::default(),
            speed_kmh,
            trail: Vec::new(),
        };
        Texts::of(&object, Kind::of(class))
    }

    #[test]
    fn number_class_and_speed_are_written_as_on_the_page() {
        for (class, kmh, full, short, roomy) in [
            ("person", None, "#7 person", "#7", None),
            ("person", Some(4.26), "#7 person 4.3 km/h", "#7", Some("#7 4.3 km/h")),
            ("person", Some(0.3), "#7 person 0.3 km/h", "#7", None),
            ("car", Some(42.4), "#7 car 42 km/h", "42 km/h", Some("#7 42 km/h")),
            ("car", None, "#7 car", "#7", None),
        ] {
            let expected = Texts { full: full.into(), short: short.into(), roomy: roomy.map(str::to_owned) };
            assert_eq!(texts(class, kmh), expected);
        }
    }
}
