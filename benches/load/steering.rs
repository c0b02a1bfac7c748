//! Who chooses a viewer's rung: nobody, the server, or the viewer itself. Pure: frames and seconds in, rungs to ask for out.
//!
//! A viewer that decides for itself is one more [`Steering`]; the client tells it of each frame and each second, and sends what it
//! asks for. Not here: sockets, messages, clocks.

use std::str::FromStr;
use std::time::{Duration, Instant};

use super::record::Arrived;
use super::wire::Rung;

/// Time between two questions to a viewer that decides by time.
pub const TICK: Duration = Duration::from_secs(1);

/// Who chooses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Steering {
    /// Nobody: one level to the end.
    Fixed(u8),
    /// The server, by what it sees of the link.
    Auto,
    /// The viewer, by the clock alone: another of these levels each second, over and over. It begins with the first.
    InTurn(Vec<u8>),
}

impl Steering {
    /// Where the viewer connects.
    pub fn path(&self) -> String {
        match self {
            Steering::Fixed(level) => format!("/websocket/{level}"),
            Steering::Auto => "/websocket/auto".to_owned(),
            Steering::InTurn(levels) => format!("/websocket/{}", levels.first().copied().unwrap_or_default()),
        }
    }

    /// Whether [`Steering::tick`] is to be called each [`TICK`].
    pub fn ticks(&self) -> bool {
        match self {
            Steering::Fixed(_) | Steering::Auto => false,
            Steering::InTurn(_) => true,
        }
    }

    /// A frame arrived; what to ask for.
    pub fn arrived(&mut self, _frame: &Arrived) -> Option<Rung> {
        match self {
            Steering::Fixed(_) | Steering::Auto | Steering::InTurn(_) => None,
        }
    }

    /// A second is over; what to ask for.
    pub fn tick(&mut self, _now: Instant) -> Option<Rung> {
        match self {
            Steering::Fixed(_) | Steering::Auto => None,
            Steering::InTurn(levels) => {
                let others = 1.min(levels.len());
                levels.rotate_left(others);
                levels.first().map(|&level| Rung { level, scale: 1 })
            }
        }
    }
}

/// As a flag says it: `50`, `auto`, or `30-50-80` for levels in turn.
impl FromStr for Steering {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "auto" {
            return Ok(Steering::Auto);
        }
        let levels: Result<Vec<u8>, _> = text.split('-').map(str::parse).collect();
        match levels.map_err(|error| format!("{text}: {error}; expected a level, auto, or levels such as 30-50-80"))?[..] {
            [level] => Ok(Steering::Fixed(level)),
            ref levels => Ok(Steering::InTurn(levels.to_vec())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(steering: &mut Steering, seconds: u32) -> Vec<Option<u8>> {
        let start = Instant::now();
        (1..=seconds).map(|n| Some(steering.tick(start + TICK * n)?.level)).collect()
    }

    #[test]
    fn levels_in_turn_come_round_again() {
        let mut steering: Steering = "30-50-80".parse().expect("levels");
        assert_eq!((steering.path(), steering.ticks()), ("/websocket/30".to_owned(), true));
        assert_eq!(asked(&mut steering, 4), [50, 80, 30, 50].map(Some));
    }

    #[test]
    fn nobody_and_the_server_ask_for_nothing() {
        for (text, path) in [("50", "/websocket/50"), ("auto", "/websocket/auto")] {
            let mut steering: Steering = text.parse().expect("a way to steer");
            assert_eq!((steering.path(), steering.ticks()), (path.to_owned(), false));
            assert_eq!(asked(&mut steering, 2), [None, None]);
        }
    }

    #[test]
    fn anything_else_is_refused_with_what_is_expected() {
        for text in ["", "full", "30-", "300"] {
            assert!(text.parse::<Steering>().is_err_and(|told| told.contains("expected")), "{text}");
        }
    }
}
