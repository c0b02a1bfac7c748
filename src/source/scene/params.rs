//! What the caller may choose about the scene: text such as `people=40,vehicles=6,seed=1` in, checked numbers
//! out.
//!
//! Fixed facts about the place (road, camera, sun) do not belong here; they are in `site` and `camera`.

use super::kind::{Kind, UnknownKind};
use std::ops::RangeInclusive;

/// Allowed number of people.
pub const PEOPLE: RangeInclusive<u64> = 0..=300;
/// Allowed number of vehicles: twelve still flow on two lanes of the site's length.
pub const VEHICLES: RangeInclusive<u64> = 0..=12;
/// Allowed time between two cuts, seconds.
pub const CUTS: RangeInclusive<u64> = 0..=3600;
/// Any seed will do.
const SEED: RangeInclusive<u64> = 0..=u64::MAX;

/// Which place the scene shows, how busy it is, and which of the endless variations is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SceneParams {
    /// The place.
    pub kind: Kind,
    /// People on the site at any time, 0 to 300; a few of them may stand just outside the picture.
    pub people: u32,
    /// Vehicles on the road at any time, 0 to 12; about half of them are inside the picture.
    pub vehicles: u32,
    /// Seed of everything random: looks, routes, texture, noise.
    pub seed: u64,
    /// Time after which the road cuts to another moment, again and again, whole seconds; 0 for never. The
    /// plaza never does.
    pub cut_s: u32,
}

impl Default for SceneParams {
    fn default() -> Self {
        SceneParams::of(Kind::Plaza)
    }
}

/// Why a text is not a set of scene parameters.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SceneParamError {
    /// The part is not `key=value`.
    #[error("`{part}` is not of the form key=value (keys: kind, people, vehicles, seed, cut)")]
    NotAPair {
        /// The part between two commas.
        part: String,
    },
    /// Nothing is called that.
    #[error("unknown scene parameter `{key}` (known: kind, people, vehicles, seed, cut)")]
    UnknownKey {
        /// The key as given.
        key: String,
    },
    /// No place has that name.
    #[error(transparent)]
    Kind(#[from] UnknownKind),
    /// Not a whole number, or outside the bounds.
    #[error("scene parameter `{key}` is `{value}`; allowed is a whole number from {least} to {most}")]
    OutOfBounds {
        /// The key as given.
        key: String,
        /// The value as given.
        value: String,
        /// Smallest allowed value.
        least: u64,
        /// Largest allowed value.
        most: u64,
    },
}

impl SceneParams {
    /// The usual parameters of a place.
    pub fn of(kind: Kind) -> SceneParams {
        let people = match kind {
            Kind::Plaza => 40,
            Kind::Road => 14,
        };
        SceneParams { kind, people, vehicles: 6, seed: 1, cut_s: 0 }
    }

    /// Reads `key=value` pairs separated by commas; what is not named keeps its default, and an empty text is
    /// the default scene.
    ///
    /// # Errors
    /// What of it is no pair, has no such key, or is out of bounds.
    pub fn parse(text: &str) -> Result<SceneParams, SceneParamError> {
        let pairs = pairs(text)?;
        // The place has to be known before the rest: it brings defaults of its own.
        let kind = pairs.iter().rev().find(|(key, _)| *key == "kind");
        let mut params = SceneParams::of(kind.map_or(Ok(Kind::default()), |(_, value)| value.parse())?);
        for (key, value) in pairs {
            match key {
                "kind" => {}
                "cut" => params.cut_s = bounded(key, value, CUTS)? as u32,
                "people" => params.people = bounded(key, value, PEOPLE)? as u32,
                "vehicles" => params.vehicles = bounded(key, value, VEHICLES)? as u32,
                "seed" => params.seed = bounded(key, value, SEED)?,
                _ => return Err(SceneParamError::UnknownKey { key: key.to_owned() }),
            }
        }
        Ok(params)
    }
}

/// The pairs of keys and values in a text.
fn pairs(text: &str) -> Result<Vec<(&str, &str)>, SceneParamError> {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    let pair = |part: &'_ str| SceneParamError::NotAPair { part: part.to_owned() };
    parts
        .map(|part| {
            part.split_once('=').map(|(key, value)| (key.trim(), value.trim())).ok_or_else(|| pair(part))
        })
        .collect()
}

/// `value` as a whole number inside `allowed`.
fn bounded(key: &str, value: &str, allowed: RangeInclusive<u64>) -> Result<u64, SceneParamError> {
    value.parse().ok().filter(|number| allowed.contains(number)).ok_or_else(|| SceneParamError::OutOfBounds {
        key: key.to_owned(),
        value: value.to_owned(),
        least: *allowed.start(),
        most: *allowed.end(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_text_is_the_default() {
        assert_eq!(SceneParams::parse(""), Ok(SceneParams::of(Kind::Plaza)));
    }

    #[test]
    fn any_subset_may_be_given() {
        let params =
            SceneParams::parse(" vehicles=0, seed=18446744073709551615 ").expect("both are in bounds");
        assert_eq!(params, SceneParams { vehicles: 0, seed: u64::MAX, ..SceneParams::of(Kind::Plaza) });
    }

    #[test]
    fn the_place_brings_its_own_defaults_wherever_it_stands() {
        let params = SceneParams::parse("seed=4,cut=60,kind=road").expect("all are in bounds");
        assert_eq!(params, SceneParams { seed: 4, cut_s: 60, ..SceneParams::of(Kind::Road) });
        let unknown = SceneParams::parse("kind=beach").expect_err("there is no such place").to_string();
        assert!(unknown.contains("beach") && unknown.contains("plaza, road"), "{unknown}");
    }

    #[test]
    fn errors_name_the_key_and_what_is_allowed() {
        let unknown = SceneParams::parse("dogs=3").expect_err("there is no such key").to_string();
        assert!(unknown.contains("dogs") && unknown.contains("vehicles"), "{unknown}");
        for text in ["people=301", "people=-1", "people=many", "people="] {
            let message = SceneParams::parse(text).expect_err("out of bounds").to_string();
            assert!(message.contains("people") && message.contains("300"), "{message}");
        }
        assert!(SceneParams::parse("people").expect_err("no value").to_string().contains("key=value"));
    }
}
