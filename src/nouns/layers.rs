//! Layers: what may be painted over a picture, and with a rung what a viewer is shown.
//!
//! Only what they are and what they are called. Painting is `overlay`'s, how requests name them `protocol`'s.

use std::fmt;

use super::quality::Rung;

/// What is painted over a picture before it is compressed; nothing by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Layers {
    /// Boxes around things.
    pub boxes: bool,
    /// Number, class and speed beside each box.
    pub labels: bool,
    /// Where people crowd.
    pub heat: bool,
    /// Lines and zones, with what was counted.
    pub lines: bool,
}

impl Layers {
    /// No layer: the picture as it is.
    pub const NONE: Layers = Layers { boxes: false, labels: false, heat: false, lines: false };

    /// Every layer.
    pub const ALL: Layers = Layers { boxes: true, labels: true, heat: true, lines: true };

    /// The name of each layer.
    pub const NAMES: [&str; 4] = ["boxes", "labels", "heat", "lines"];

    /// Tells whether the picture stays as it is.
    pub fn is_empty(self) -> bool {
        self == Layers::NONE
    }

    /// Returns these layers and the one of that name; `None` where no layer has it.
    pub fn with(self, name: &str) -> Option<Layers> {
        match name {
            "boxes" => Some(Layers { boxes: true, ..self }),
            "labels" => Some(Layers { labels: true, ..self }),
            "heat" => Some(Layers { heat: true, ..self }),
            "lines" => Some(Layers { lines: true, ..self }),
            _ => None,
        }
    }

    /// Returns the names of these layers.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        let shown = [self.boxes, self.labels, self.heat, self.lines];
        Self::NAMES.into_iter().zip(shown).filter(|(_, shown)| *shown).map(|(name, _)| name)
    }
}

/// What a viewer is shown of a camera: a rung, and what is painted over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct View {
    /// Level and tier.
    pub rung: Rung,
    /// What is painted over the picture.
    pub layers: Layers,
}

impl View {
    /// Returns the view of the picture as it is.
    pub fn plain(rung: Rung) -> View {
        View { rung, layers: Layers::NONE }
    }
}

impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rung.fmt(f)?;
        self.layers.names().try_for_each(|name| write!(f, "+{name}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nouns::quality::{Level, Tier};

    #[test]
    fn every_layer_has_its_name_and_all_of_them_are_all() {
        let mut layers = Layers::NONE;
        for name in Layers::NAMES {
            assert!(layers.names().all(|other| other != name));
            layers = layers.with(name).expect("is a layer");
        }
        assert_eq!(layers, Layers::ALL);
        assert!(layers.names().eq(Layers::NAMES) && Layers::default().is_empty());
        assert_eq!(layers.with("boxen"), None);
    }

    #[test]
    fn a_view_is_called_by_its_rung_and_its_layers() {
        let rung = Rung { tier: Tier::Half, level: Level::MAX };
        assert_eq!(View::plain(rung).to_string(), "95/2");
        let layers = Layers { boxes: true, lines: true, ..Layers::NONE };
        assert_eq!(View { rung, layers }.to_string(), "95/2+boxes+lines");
    }
}
