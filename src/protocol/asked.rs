//! What a client asks for: a level and a scale, whether as text or as JSON, and layers.
//!
//! Parsing and checking only. What is given is decided in `transport`.

use serde_json::Value;

use super::refusal::Refusal;
use crate::nouns::{
    layers::Layers,
    quality::{Asked, AskedLevel, Level, Tier},
};

/// The word that asks for every layer.
const EVERY_LAYER: &str = "1";

/// The word that asks for no layer.
const NO_LAYER: &str = "0";

/// The word that leaves the level to the server.
const AUTO: &str = "auto";

/// Returns what a path and a query ask for, as text; `scale` is full size where it is missing.
///
/// # Errors
/// What to close the socket with, or to answer a request with: a level or scale that is not offered.
pub fn asked(level: &str, scale: Option<&str>) -> Result<Asked, Refusal> {
    let level = level_of(level, level.parse().ok()).ok_or_else(|| Refusal::level(level))?;
    let tier = match scale {
        None => Tier::Full,
        Some(scale) => scale.parse().ok().and_then(Tier::from_scale).ok_or_else(|| Refusal::scale(scale))?,
    };
    Ok(Asked { level, tier })
}

/// Returns the layers that a query asks for: all by `1`, none by `0`, or some by their names.
///
/// # Errors
/// A layer that there is not.
pub fn layers(word: &str) -> Result<Layers, Refusal> {
    match word {
        EVERY_LAYER => Ok(Layers::ALL),
        NO_LAYER => Ok(Layers::NONE),
        names => names.split(',').try_fold(Layers::NONE, |layers, name| {
            layers.with(name.trim()).ok_or_else(|| Refusal::layer(name))
        }),
    }
}

/// Returns the level that a message's field asks for.
///
/// # Errors
/// A level that is not on the ladder.
pub(super) fn level_in(field: &Value) -> Result<AskedLevel, Refusal> {
    let word = field.as_str().unwrap_or_default();
    level_of(word, number_in(field)).ok_or_else(|| Refusal::level(&field.to_string()))
}

/// Returns the tier that a message's field asks for; `None` where there is no such field.
///
/// # Errors
/// A scale that is not offered.
pub(super) fn tier_in(field: &Value) -> Result<Option<Tier>, Refusal> {
    if field.is_null() {
        return Ok(None);
    }
    let tier = number_in(field).and_then(Tier::from_scale);
    tier.map(Some).ok_or_else(|| Refusal::scale(&field.to_string()))
}

/// Returns the level that a word or a JPEG quality stands for; `None` where neither does.
fn level_of(word: &str, quality: Option<u32>) -> Option<AskedLevel> {
    if word == AUTO {
        return Some(AskedLevel::Auto);
    }
    quality.and_then(Level::at_or_below).map(AskedLevel::Level)
}

fn number_in(field: &Value) -> Option<u32> {
    field.as_u64().and_then(|number| u32::try_from(number).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_level_says_the_range() {
        let refusal = asked("20", None).expect_err("below the ladder");
        assert_eq!(refusal.reason, "level must be 30 to 95 or auto, not 20");
        assert!(asked("Auto", None).is_err());
        let refusal = asked("80", Some("3")).expect_err("between two tiers");
        assert_eq!(refusal.reason, "scale must be 1, 2, 4 or 8, not 3");
        let level = AskedLevel::Level(Level::at_or_below(85).expect("on the ladder"));
        assert_eq!(asked("87", Some("4")), Ok(Asked { level, tier: Tier::Quarter }));
        assert_eq!(asked("auto", None), Ok(Asked { level: AskedLevel::Auto, tier: Tier::Full }));
    }

    #[test]
    fn a_level_in_a_message_is_a_number_or_the_word() {
        assert_eq!(level_in(&Value::from("auto")), Ok(AskedLevel::Auto));
        assert_eq!(level_in(&Value::from(87)), asked("87", None).map(|asked| asked.level));
        assert_eq!(level_in(&Value::from("87")), Err(Refusal::level("\"87\"")));
        assert_eq!((tier_in(&Value::Null), tier_in(&Value::from(8))), (Ok(None), Ok(Some(Tier::Eighth))));
    }

    #[test]
    fn layers_are_all_none_or_some_by_name_and_others_are_refused() {
        let some = Layers { boxes: true, heat: true, ..Layers::NONE };
        assert_eq!(
            [layers("1"), layers("0"), layers("heat, boxes,heat")],
            [Layers::ALL, Layers::NONE, some].map(Ok)
        );
        assert_eq!(layers("boxes,labels,heat,lines"), Ok(Layers::ALL));
        for word in ["", "2", "all", "boxes,", "boxes;heat", "Boxes"] {
            let why = layers(word).expect_err("is refused").reason;
            assert!(why.contains("1, 0 or some of boxes, labels, heat, lines"), "{word}: {why}");
        }
    }
}
