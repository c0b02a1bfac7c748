//! Entries of the audit: what somebody did, as a row and as a line. Pure.

use std::{net::IpAddr, ops::RangeInclusive};

/// Longest text of an entry, characters.
const LONGEST: usize = 500;

/// Characters that show a text in another order than it has, or on other lines (Unicode, "Bidirectional
/// Algorithm", section 2).
const HIDE: [RangeInclusive<char>; 3] =
    ['\u{200e}'..='\u{200f}', '\u{2028}'..='\u{202e}', '\u{2066}'..='\u{2069}'];

/// What is done by logging in.
pub const LOGGED_IN: &str = "logged in";

/// What is done by logging out.
pub const LOGGED_OUT: &str = "logged out";

/// Logins and logouts that were not written down one by one.
const CAME_AND_WENT: &str = "logged in or out";

/// Actions that change nothing, and are open to whoever has a credential.
pub const HARMLESS: [&str; 3] = [LOGGED_IN, LOGGED_OUT, CAME_AND_WENT];

/// Entries of which anybody, or anybody with a credential, can cause as many as they like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeated {
    /// Somebody was refused.
    Refusal,
    /// Somebody logged in or out.
    Login,
}

/// What somebody did, or wanted to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Who it was, as [`crate::access::Who`] is written.
    pub who: String,
    /// From which address.
    pub address: String,
    /// What was done, as the verb of a sentence: `changed`, `logged in`.
    pub action: &'static str,
    /// To which camera.
    pub camera: Option<String>,
    /// What of it, such as names of fields, never their values where these are secret; may be empty.
    pub detail: String,
    /// How it ended.
    pub outcome: Outcome,
}

/// How something ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// What was wanted was done.
    Done,
    /// Refused, by the code of an error.
    Refused(&'static str),
}

impl Outcome {
    /// Returns the word of the database: `done`, or the code.
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Done => "done",
            Outcome::Refused(code) => code,
        }
    }
}

impl Entry {
    /// Tells whether this is an entry that may be repeated at will; `None` of a change that was made.
    pub fn repeated(&self) -> Option<Repeated> {
        match self.outcome {
            Outcome::Refused(_) => Some(Repeated::Refusal),
            Outcome::Done => HARMLESS.contains(&self.action).then_some(Repeated::Login),
        }
    }

    /// Returns the entry that stands for those of an address that were not written down one by one.
    pub fn left_out(what: Repeated, from: IpAddr, times: u32) -> Entry {
        let (action, outcome) = match what {
            Repeated::Refusal => ("was refused", Outcome::Refused("too_many")),
            Repeated::Login => (CAME_AND_WENT, Outcome::Done),
        };
        Entry {
            who: "somebody".to_owned(),
            address: from.to_string(),
            action,
            camera: None,
            detail: format!("{times} more times within a minute"),
            outcome,
        }
    }

    /// Returns the entry without anything that would begin another line, or hide what follows.
    pub fn plain(self) -> Entry {
        Entry {
            who: plain(&self.who),
            address: plain(&self.address),
            camera: self.camera.as_deref().map(plain),
            detail: plain(&self.detail),
            ..self
        }
    }

    /// Returns the line for the log.
    pub fn line(&self) -> String {
        let Entry { who, address, action, camera, detail, outcome } = self;
        let camera = camera.as_ref().map_or(String::new(), |camera| format!(" camera {camera}"));
        let detail = if detail.is_empty() { String::new() } else { format!(": {detail}") };
        let refused = match outcome {
            Outcome::Done => String::new(),
            Outcome::Refused(code) => format!(" (refused: {code})"),
        };
        format!("{who} from {address} {action}{camera}{detail}{refused}")
    }
}

/// Returns a text of bounded length whose controlling characters are written out.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    for letter in text.chars().take(LONGEST) {
        if letter.is_control() || HIDE.iter().any(|marks| marks.contains(&letter)) {
            plain.extend(letter.escape_default());
        } else {
            plain.push(letter);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        Entry {
            who: "user anna".to_owned(),
            address: "10.0.0.5".to_owned(),
            action: "changed",
            camera: Some("yard".to_owned()),
            detail: "enabled, source".to_owned(),
            outcome: Outcome::Done,
        }
    }

    #[test]
    fn an_entry_is_one_line_that_reads_as_a_sentence() {
        assert_eq!(entry().line(), "user anna from 10.0.0.5 changed camera yard: enabled, source");
        let refused = Outcome::Refused("wrong_credential");
        let login =
            Entry { action: "logged in", camera: None, detail: String::new(), outcome: refused, ..entry() };
        assert_eq!(login.line(), "user anna from 10.0.0.5 logged in (refused: wrong_credential)");
    }

    #[test]
    fn what_was_left_out_is_told_by_how_often() {
        let line = |what| Entry::left_out(what, [10, 0, 0, 5].into(), 37).line();
        assert_eq!(
            line(Repeated::Refusal),
            "somebody from 10.0.0.5 was refused: 37 more times within a minute (refused: too_many)"
        );
        assert_eq!(
            line(Repeated::Login),
            "somebody from 10.0.0.5 logged in or out: 37 more times within a minute"
        );
    }

    #[test]
    fn everything_but_a_change_may_be_repeated() {
        let repeated = |action, outcome| Entry { action, outcome, ..entry() }.repeated();
        assert_eq!(repeated("changed", Outcome::Done), None);
        assert_eq!(repeated("changed", Outcome::Refused("bad_camera")), Some(Repeated::Refusal));
        assert_eq!(repeated(LOGGED_IN, Outcome::Done), Some(Repeated::Login));
        assert_eq!(repeated(LOGGED_OUT, Outcome::Done), Some(Repeated::Login));
        let told = Entry::left_out(Repeated::Login, [10, 0, 0, 5].into(), 1);
        assert_eq!(told.repeated(), Some(Repeated::Login));
    }

    #[test]
    fn nothing_in_an_entry_begins_another_line_or_hides_one() {
        let odd = "a\r\nINFO audit: user boss\u{1b}[2K\u{202e}b\u{2028}c".to_owned();
        let plain = Entry { who: odd.clone(), detail: odd.clone(), camera: Some(odd), ..entry() }.plain();
        let line = plain.line();
        assert!(!line.chars().any(char::is_control) && !line.contains(['\u{202e}', '\u{2028}']), "{line}");
        assert!(line.contains(r"a\r\nINFO"), "{line}");
        let long = Entry { detail: "ü".repeat(100_000), ..entry() }.plain();
        assert_eq!(long.detail.chars().count(), LONGEST);
    }
}
