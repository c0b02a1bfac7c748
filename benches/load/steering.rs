//! Who chooses a viewer's rung: nobody, the server, or the viewer itself. Pure: frames, messages and time in,
//! what to ask for out.
//!
//! A way to steer is a [`Steering`]; under way it is a [`Helm`], which the client tells of everything and
//! asks each tick. Not here: sockets, clocks, and how a page decides (`page.rs`).

use std::str::FromStr;
use std::time::{Duration, Instant};

use super::page::{self, Page};
use super::record::{Arrival, Arrived};
use super::wire::Rung;

/// Time between two levels of a viewer that decides by the clock.
const TURN: Duration = Duration::from_secs(1);

/// Who chooses a viewer's rung.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Steering {
    /// Nobody: one level to the end.
    Fixed(u8),
    /// The server, by what it sees of the link.
    Auto,
    /// The viewer, by what it sees of the link, as the page does.
    Viewer,
    /// The viewer, by the clock alone: another of these levels each second, over and over. It begins with the
    /// first.
    InTurn(Vec<u8>),
}

impl Steering {
    /// Returns the path that the viewer connects to.
    pub fn path(&self) -> String {
        match self {
            Steering::Fixed(level) => format!("/websocket/{level}"),
            Steering::Auto => "/websocket/auto".to_owned(),
            Steering::Viewer => format!("/websocket/{}", page::START.level),
            Steering::InTurn(levels) => format!("/websocket/{}", levels.first().copied().unwrap_or_default()),
        }
    }

    /// Returns what steers a viewer that is connected since `now`.
    pub fn begin(&self, now: Instant) -> Helm {
        match self {
            Steering::Fixed(_) | Steering::Auto => Helm::Nobody,
            Steering::Viewer => Helm::Page(Box::new(Page::new(fastrand::f64(), now))),
            Steering::InTurn(levels) => Helm::InTurn(levels.clone()),
        }
    }
}

/// One viewer's steering under way.
#[derive(Debug)]
pub enum Helm {
    /// Asks for nothing.
    Nobody,
    /// Levels still to come, the present one first.
    InTurn(Vec<u8>),
    /// Decides by what it sees.
    Page(Box<Page>),
}

/// What a viewer wants to say.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// Rung to ask for, where another one is wanted.
    pub rung: Option<Rung>,
    /// Whether to ask how far away the server is.
    pub ping: bool,
}

impl Helm {
    /// Time between two calls of [`Helm::tick`]; `None` if it need not be called.
    pub fn every(&self) -> Option<Duration> {
        match self {
            Helm::Nobody => None,
            Helm::InTurn(_) => Some(TURN),
            Helm::Page(_) => Some(page::TICK),
        }
    }

    /// Takes a frame that arrived.
    pub fn arrived(&mut self, frame: &Arrived) {
        if let Helm::Page(page) = self {
            page.arrived(frame);
        }
    }

    /// Takes the beginning of a text message that arrived.
    pub fn heard(&mut self, text: &[u8], arrival: Arrival) {
        if let Helm::Page(page) = self {
            page.heard(text, arrival);
        }
    }

    /// Returns what the viewer wants to say when a tick is over.
    pub fn tick(&mut self, now: Instant) -> Wish {
        match self {
            Helm::Nobody => Wish::default(),
            Helm::InTurn(levels) => {
                let others = 1.min(levels.len());
                levels.rotate_left(others);
                Wish { rung: levels.first().map(|&level| Rung { level, scale: 1 }), ping: false }
            }
            Helm::Page(page) => {
                let (rung, ping) = page.tick(now);
                Wish { rung, ping }
            }
        }
    }
}

/// Reads what a flag says: `50`, `auto`, `viewer`, or `30-50-80` for levels in turn.
impl FromStr for Steering {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "auto" => return Ok(Steering::Auto),
            "viewer" => return Ok(Steering::Viewer),
            _ => {}
        }
        let levels: Result<Vec<u8>, _> = text.split('-').map(str::parse).collect();
        let wrong =
            |error| format!("{text}: {error}; expected a level, auto, viewer, or levels such as 30-50-80");
        match levels.map_err(wrong)?[..] {
            [level] => Ok(Steering::Fixed(level)),
            ref levels => Ok(Steering::InTurn(levels.to_vec())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(helm: &mut Helm, seconds: u32) -> Vec<Option<u8>> {
        let start = Instant::now();
        (1..=seconds).map(|n| Some(helm.tick(start + TURN * n).rung?.level)).collect()
    }

    #[test]
    fn levels_in_turn_come_round_again() {
        let steering: Steering = "30-50-80".parse().expect("levels");
        let mut helm = steering.begin(Instant::now());
        assert_eq!((steering.path(), helm.every()), ("/websocket/30".to_owned(), Some(TURN)));
        assert_eq!(asked(&mut helm, 4), [50, 80, 30, 50].map(Some));
    }

    #[test]
    fn nobody_and_the_server_ask_for_nothing() {
        for (text, path) in [("50", "/websocket/50"), ("auto", "/websocket/auto")] {
            let steering: Steering = text.parse().expect("a way to steer");
            let mut helm = steering.begin(Instant::now());
            assert_eq!((steering.path(), helm.every()), (path.to_owned(), None));
            assert_eq!(asked(&mut helm, 2), [None, None]);
        }
    }

    #[test]
    fn a_viewer_begins_and_decides_where_and_when_the_page_does() {
        let steering: Steering = "viewer".parse().expect("a way to steer");
        let mut helm = steering.begin(Instant::now());
        assert_eq!((steering.path(), helm.every()), ("/websocket/60".to_owned(), Some(page::TICK)));
        assert!(helm.tick(Instant::now()).ping, "it does not know the way yet");
    }

    #[test]
    fn anything_else_is_refused_with_what_is_expected() {
        for text in ["", "full", "30-", "300"] {
            assert!(text.parse::<Steering>().is_err_and(|told| told.contains("expected")), "{text}");
        }
    }
}
