//! What single settings may hold: text in, checked values or what is allowed out.
//!
//! Which settings there are, and their defaults, is `config`'s.

use std::{ops::RangeInclusive, path::PathBuf, str::FromStr};

use crate::{
    access::Network,
    analytics::Range,
    nouns::quality::{LEVEL_STEP, Level},
    roster::bounds,
    source::{Address, address::AddressError},
};

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Switch {
    /// Yes.
    On,
    /// No.
    Off,
}

/// What a detector wants to see, or none: an empty line in `.env` means not set.
#[derive(Clone, Copy, Debug)]
pub struct DetectInput(pub Option<Range>);

impl FromStr for DetectInput {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() {
            Ok(DetectInput(None))
        } else {
            text.parse().map(|range| DetectInput(Some(range)))
        }
    }
}

/// What one person adds up to in a map, or none: an empty line in `.env` means not set.
#[derive(Clone, Copy, Debug)]
pub struct CrowdScale(pub Option<f32>);

impl FromStr for CrowdScale {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() {
            Ok(CrowdScale(None))
        } else {
            number_in(text, bounds::CROWD_SCALE).map(|scale| CrowdScale(Some(scale as f32)))
        }
    }
}

/// A rate for files, or none: an empty line in `.env` means not set.
#[derive(Clone, Copy, Debug)]
pub struct FileFps(pub Option<f64>);

impl FromStr for FileFps {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() {
            Ok(FileFps(None))
        } else {
            number_in(text, bounds::FILE_FPS).map(|fps| FileFps(Some(fps)))
        }
    }
}

/// The source as it was given. Whoever takes the address out checks it, rather than clap, whose errors would
/// repeat a password in it.
#[derive(Clone, Debug)]
pub struct SourceSetting(Result<Address, String>);

impl SourceSetting {
    /// Returns the address.
    ///
    /// # Errors
    /// What is wrong with what was given.
    pub(crate) fn address(&self) -> Result<Address, String> {
        self.0.clone()
    }
}

impl From<&str> for SourceSetting {
    fn from(text: &str) -> Self {
        // What was given is not repeated: it may hold a password anywhere.
        SourceSetting(text.parse().map_err(|error: AddressError| error.to_string()))
    }
}

/// A number within a range.
pub(crate) fn number_in(text: &str, range: RangeInclusive<f64>) -> Result<f64, String> {
    let number: f64 = text.trim().parse().map_err(|_| "is not a number".to_owned())?;
    if range.contains(&number) {
        Ok(number)
    } else {
        Err(format!("is not in {} to {}", range.start(), range.end()))
    }
}

/// A whole number within a range of numbers that 32 bits hold.
pub(crate) fn whole_in(text: &str, range: RangeInclusive<i64>) -> Result<u32, String> {
    let number = text.trim().parse::<i64>().ok().filter(|number| range.contains(number));
    let number = number.and_then(|number| u32::try_from(number).ok());
    number.ok_or_else(|| format!("is not a whole number from {} to {}", range.start(), range.end()))
}

/// A port of TCP.
pub(super) fn port(text: &str) -> Result<u16, String> {
    text.trim().parse().map_err(|_| format!("is no port, which is a whole number from 0 to {}", u16::MAX))
}

/// Any path; an empty one means not set, which clap's own parser would refuse.
#[expect(clippy::unnecessary_wraps, reason = "a parser of clap's")]
pub(crate) fn path(text: &str) -> Result<PathBuf, String> {
    Ok(PathBuf::from(text))
}

/// Whether a text is an address of a web server.
pub(super) fn is_web(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// Networks of addresses; a type of its own, since clap takes a bare list for values given one by one.
#[derive(Clone, Debug, Default)]
pub struct Networks(pub Vec<Network>);

/// Networks with commas between them; nothing is none.
pub(crate) fn networks(text: &str) -> Result<Networks, String> {
    let given = text.split(',').map(str::trim).filter(|text| !text.is_empty());
    let networks = given.map(|text| text.parse::<Network>().map_err(str::to_owned));
    networks.collect::<Result<_, _>>().map(Networks)
}

/// A level of the ladder.
pub(crate) fn level(text: &str) -> Result<Level, String> {
    let level = text.trim().parse().ok().and_then(Level::exactly);
    level.ok_or_else(|| format!("is not a multiple of {LEVEL_STEP} from {} to {}", Level::MIN, Level::MAX))
}

/// A page's origin as browsers write it: scheme, host, and port where it is not the scheme's own.
pub(super) fn origin(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(String::new());
    }
    let url = url::Url::parse(text).map_err(|error| format!("is no address: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") || !matches!(url.path(), "" | "/") || url.query().is_some() {
        return Err("must be a site such as https://cams.example, without a path".to_owned());
    }
    Ok(url.origin().ascii_serialization())
}
