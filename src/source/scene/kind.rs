//! Which place the scene shows, by name.
//!
//! What is there is each place's own: `site`, `world` and the files beside them are the plaza's, `road` is
//! the road's.

use std::{fmt, str::FromStr};

/// A place that the scene can show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// A paved square with a road behind it, from a mast of ten metres.
    #[default]
    Plaza,
    /// A road along which vehicles pass close to the camera, from a mast beside it.
    Road,
}

impl Kind {
    /// All places.
    pub const ALL: [Kind; 2] = [Kind::Plaza, Kind::Road];

    /// Name of the place in settings.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Plaza => "plaza",
            Kind::Road => "road",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// No place has that name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no place that the scene shows (known: plaza, road)")]
pub struct UnknownKind(pub String);

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Kind, UnknownKind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == text).ok_or_else(|| UnknownKind(text.to_owned()))
    }
}
