//! What a request asks for: level, scale and layers, from path and query.
//!
//! Text in, checked values out; whether it may have them is [`super::access`]'s.

use url::form_urlencoded;

use crate::{
    nouns::{
        form::Form,
        layers::Layers,
        quality::{Asked, Level},
    },
    protocol::{Refusal, asked, layers},
};

/// The level of a picture for which none was asked: the best, since a single picture has no rate to hold.
const DEFAULT_LEVEL: Level = Level::MAX;

/// What a viewer wants.
pub(super) struct Wanted {
    /// Level and tier.
    pub asked: Asked,
    /// Whether text messages are wanted.
    pub text: bool,
    /// Whether results of analytics are wanted.
    pub analytics: bool,
    /// In which form frames are wanted.
    pub form: Form,
}

impl Wanted {
    /// Reads a WebSocket's level and query.
    ///
    /// # Errors
    /// A level or a scale that is not offered.
    pub fn parse(query: &str, level: &str) -> Result<Self, Refusal> {
        let asked = asked(level, value(query, "scale").as_deref())?;
        let is = |name, word| value(query, name).as_deref() == Some(word);
        let form = if is("delta", "1") { Form::Delta } else { Form::Whole };
        Ok(Wanted { asked, text: !is("messages", "none"), analytics: !is("analytics", "off"), form })
    }
}

/// The level and tier that a query asks for.
///
/// # Errors
/// A level or a scale that is not offered.
pub(super) fn asked_of(query: &str) -> Result<Asked, Refusal> {
    let scale = value(query, "scale");
    match value(query, "level") {
        Some(level) => asked(&level, scale.as_deref()),
        None => asked(&DEFAULT_LEVEL.to_string(), scale.as_deref()),
    }
}

/// The layers that a query asks for; none where it names none.
///
/// # Errors
/// A layer that there is not.
pub(super) fn layers_of(query: &str) -> Result<Layers, Refusal> {
    value(query, "overlay").map_or(Ok(Layers::NONE), |word| layers(&word))
}

/// The camera that a query names; `None` where it names none. An empty name is one that no camera has.
pub(super) fn camera_of(query: &str) -> Option<String> {
    value(query, "camera")
}

/// A query's first value of that name.
pub(super) fn value(query: &str, name: &str) -> Option<String> {
    form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nouns::quality::AskedLevel;

    #[test]
    fn a_query_names_level_and_scale() {
        let level = |query| asked_of(query).map(|asked| asked.level);
        let quality = |quality| Level::at_or_below(quality).map(AskedLevel::Level);
        assert_eq!(level("level=52&scale=1").ok(), quality(50));
        assert_eq!((level("").ok(), level("level=auto")), (quality(95), Ok(AskedLevel::Auto)));
        assert!(level("level=9").is_err() && level("scale=3").is_err());
    }

    #[test]
    fn a_query_names_a_camera_or_the_default_one_is_meant() {
        for (query, camera) in [
            ("camera=yard", Some("yard")),
            ("level=50&camera=ya%72d&camera=gate", Some("yard")),
            ("camera=", Some("")),
            ("cameras=yard", None),
            ("", None),
        ] {
            assert_eq!(camera_of(query).as_deref(), camera, "{query}");
        }
    }

    #[test]
    fn a_query_names_layers_or_there_are_none() {
        let lines = Layers { lines: true, ..Layers::NONE };
        for (query, wanted) in
            [("level=80", Layers::NONE), ("overlay=1", Layers::ALL), ("a=b&overlay=lines%2Clines", lines)]
        {
            assert_eq!(layers_of(query), Ok(wanted), "{query}");
        }
        assert!(layers_of("overlay").is_err() && layers_of("overlay=lines,faces").is_err());
    }

    #[test]
    fn text_is_on_unless_it_is_not_wanted() {
        let text = |query| Wanted::parse(query, "80").map(|wanted| wanted.text);
        assert_eq!(text(""), Ok(true));
        assert_eq!(text("messages=none&token=a%26b"), Ok(false));
        let analytics = |query| Wanted::parse(query, "80").map(|wanted| wanted.analytics);
        assert_eq!((analytics("analytics=on"), analytics("analytics=off")), (Ok(true), Ok(false)));
    }

    #[test]
    fn frames_are_complete_pictures_unless_deltas_are_asked_for() {
        for (query, wanted) in [
            ("", Form::Whole),
            ("delta", Form::Whole),
            ("delta=0", Form::Whole),
            ("delta=true", Form::Whole),
            ("scale=2&delta=1", Form::Delta),
        ] {
            assert_eq!(Wanted::parse(query, "80").map(|wanted| wanted.form), Ok(wanted), "{query}");
        }
    }
}
