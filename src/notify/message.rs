//! What is told: a message, the same to every service. Pure.

use std::sync::Arc;

use bytes::Bytes;
use serde_json::{Value, json};

use crate::nouns::rule::Occasion;

/// Most messages that are shown of those that could not be told.
const SHOWN: usize = 5;

/// What kind of message it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageKind {
    /// Something happened, or began.
    Happened,
    /// More happened since the last message of the rule.
    More,
    /// What had begun is over.
    Over,
    /// Messages that a service could not tell are told in one.
    Missed,
    /// Somebody wants to know whether messages arrive.
    Test,
}

impl MessageKind {
    /// Returns the kind as webhooks name it.
    pub fn name(self) -> &'static str {
        match self {
            MessageKind::Happened => "happened",
            MessageKind::More => "more",
            MessageKind::Over => "over",
            MessageKind::Missed => "missed",
            MessageKind::Test => "test",
        }
    }
}

/// What a message is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// Name of the camera; `None` where it is about the server itself.
    pub camera: Option<Arc<str>>,
    /// Name of the rule.
    pub rule: String,
    /// What the rule waits for.
    pub when: Occasion,
    /// Number of the event that it tells of; `None` where it is no single event.
    pub event: Option<u64>,
}

/// What somebody is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What kind of message it is.
    pub kind: MessageKind,
    /// What it is about; `None` where it is about no rule.
    pub about: Option<About>,
    /// What happened, in one line of plain words, without the camera.
    pub text: String,
    /// When that was, microseconds since the Unix epoch.
    pub at_us: u64,
    /// Day and time of that, as the server's clock shows them: `2026-11-28 21:03:10`.
    pub time: String,
    /// What the camera saw, a JPEG with what was found painted into it; `None` where there is no picture.
    pub picture: Option<Bytes>,
    /// Address at which the camera can be watched; `None` where nobody has said where that is.
    pub link: Option<String>,
}

impl Message {
    /// Returns a message by which somebody finds out whether messages and pictures arrive.
    pub fn test(at_us: u64, time: String, picture: Option<Bytes>, link: Option<String>) -> Self {
        let text = "this is a test; messages arrive".to_owned();
        Message { kind: MessageKind::Test, about: None, text, at_us, time, picture, link }
    }

    /// Returns one message in the place of several that could not be told, oldest first; `lost` more of them
    /// are not there any more. `None` where there are none.
    pub fn missed(missed: &[Message], lost: u64) -> Option<Message> {
        let (first, last) = (missed.first()?, missed.last()?);
        let count = missed.len() as u64 + lost;
        let texts: Vec<String> = missed.iter().rev().take(SHOWN).rev().map(Message::line).collect();
        let from = if lost > 0 { format!("before {}", first.time) } else { format!("from {}", first.time) };
        let of_all = if count > texts.len() as u64 { ", the last of them" } else { "" };
        let text = format!(
            "{count} messages were not told in time, {from} to {}{of_all}:\n{}",
            last.time,
            texts.join("\n")
        );
        let picture = missed.iter().rev().find_map(|message| message.picture.clone());
        let Message { at_us, time, link, .. } = last.clone();
        Some(Message { kind: MessageKind::Missed, about: None, text, at_us, time, picture, link })
    }

    /// Returns the name of the camera that it is about; `None` where it is about none.
    pub fn camera(&self) -> Option<&Arc<str>> {
        self.about.as_ref()?.camera.as_ref()
    }

    /// Returns a title: the camera's name, or the program's.
    pub fn title(&self) -> &str {
        self.camera().map_or("Steadycast", |camera| camera)
    }

    /// Returns the message in one line: camera, text and time.
    pub fn line(&self) -> String {
        match &self.about {
            Some(About { camera: Some(camera), .. }) => format!("{camera}: {} ({})", self.text, self.time),
            Some(About { camera: None, .. }) => format!("the server: {} ({})", self.text, self.time),
            // Its lines have their times.
            None if self.kind == MessageKind::Missed => self.text.clone(),
            None => format!("{} ({})", self.text, self.time),
        }
    }

    /// Returns what programs read, without the picture.
    pub fn json(&self) -> Value {
        let about = self.about.as_ref();
        json!({
            "kind": self.kind.name(),
            "camera": about.and_then(|about| about.camera.as_deref()),
            "rule": about.map(|about| &about.rule),
            "when": about.map(|about| about.when.name()),
            "event": about.and_then(|about| about.event),
            "at_us": self.at_us,
            "text": self.text,
            "link": self.link,
        })
    }

    /// Returns what people read: the line, and where to look.
    pub fn words(&self) -> String {
        match &self.link {
            Some(link) => format!("{}\n{link}", self.line()),
            None => self.line(),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A message of the camera `yard` that is told at so many seconds.
    pub(in crate::notify) fn message(second: u64) -> Message {
        Message {
            kind: MessageKind::Happened,
            about: Some(About {
                camera: Some(Arc::from("yard")),
                rule: "gate".to_owned(),
                when: Occasion::LineCrossed,
                event: Some(second),
            }),
            text: format!("person {second} crossed line gate inbound"),
            at_us: second * 1_000_000,
            time: format!("21:00:{second:02}"),
            picture: None,
            link: None,
        }
    }

    #[test]
    fn what_could_not_be_told_becomes_one_message_with_the_last_of_it() {
        assert_eq!(Message::missed(&[], 0), None);
        let few = Message::missed(&[message(1), message(2)], 0).expect("some are missed");
        assert!(
            few.text.starts_with("2 messages were not told in time, from 21:00:01 to 21:00:02:\n"),
            "{few:?}"
        );
        let mut many: Vec<Message> = (1..=9).map(message).collect();
        many[6].picture = Some(Bytes::from_static(b"jpeg"));
        let all = Message::missed(&many, 31).expect("some are missed");
        assert!(all.text.starts_with("40 messages") && all.text.contains("the last of them"), "{all:?}");
        let lines: Vec<&str> = all.text.lines().collect();
        assert_eq!((lines.len(), lines[5]), (6, "yard: person 9 crossed line gate inbound (21:00:09)"));
        assert_eq!((all.at_us, &all.picture, all.line()), (9_000_000, &many[6].picture, all.text.clone()));
    }
}
