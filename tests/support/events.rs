//! The least client of server-sent events that shows everything: fields as they come, by the event.

use std::net::SocketAddr;

use serde_json::Value;

use super::http::{self, Stream};

/// A stream of events.
pub struct Events {
    /// Status code.
    pub status: u16,
    /// Number that the server gave for when nothing was seen yet.
    pub since: Option<u64>,
    stream: Stream,
}

/// One event of the stream.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// Number of the event, where it has one.
    pub id: Option<u64>,
    /// Name of the event.
    pub event: String,
    /// What it carries.
    pub data: Value,
}

impl Events {
    /// Opens the stream with that query.
    pub fn open(address: SocketAddr, query: &str) -> Events {
        Events::of(http::open(address, &format!("/api/events/stream?{query}"), &[]))
    }

    /// Opens the stream without results behind an event that was seen.
    pub fn open_behind(address: SocketAddr, last: u64) -> Events {
        let header = ("Last-Event-ID", &*last.to_string());
        Events::of(http::open(address, "/api/events/stream?results=0", &[header]))
    }

    /// Opens the stream without results, with a receive buffer so small that it fills at once.
    pub fn open_narrow(address: SocketAddr) -> Events {
        Events::of(http::open_narrow(address, "/api/events/stream?results=0"))
    }

    fn of(mut stream: Stream) -> Events {
        let (status, mut since) = (stream.status, None);
        if status == 200 {
            assert_eq!(stream.header("content-type"), Some("text/event-stream"));
            assert!(stream.header("cache-control").is_some_and(|value| value.contains("no-store")));
            assert_eq!(stream.header("x-accel-buffering"), Some("no"));
            assert_eq!(stream.line().as_deref(), Some("retry: 2000"));
            while let Some(line) = stream.line().filter(|line| !line.is_empty()) {
                since = line.strip_prefix("id: ").and_then(|number| number.parse().ok());
            }
        }
        Events { status, since, stream }
    }

    /// Returns the next event of any name; `None` at the end of the stream.
    pub fn next(&mut self) -> Option<Told> {
        let (mut id, mut event, mut data) = (None, None, None);
        loop {
            let line = self.stream.line()?;
            match line.split_once(": ") {
                Some(("id", number)) => id = number.parse().ok(),
                Some(("event", name)) => event = Some(name.to_owned()),
                Some(("data", json)) => data = serde_json::from_str(json).ok(),
                _ if line.is_empty() => match (event.take(), data.take()) {
                    (Some(event), Some(data)) => return Some(Told { id, event, data }),
                    _ => id = None,
                },
                _ => assert!(line.starts_with(':'), "{line:?} is neither a field nor a comment"),
            }
        }
    }

    /// Returns the next thing that happened, as the stream tells it.
    pub fn happened(&mut self) -> Value {
        loop {
            let told = self.next().expect("the stream goes on");
            if told.event == "event" {
                assert_eq!(told.id, told.data["id"].as_u64(), "{}", told.data);
                return told.data;
            }
            assert_ne!(told.event, "lost", "nothing is lost");
        }
    }

    /// Returns the numbers of what happened, up to the event of that number.
    pub fn numbers_to(&mut self, last: u64) -> Vec<u64> {
        let mut numbers = Vec::new();
        while numbers.last() != Some(&last) {
            numbers.extend(self.happened()["id"].as_u64());
            assert!(numbers.last() <= Some(&last), "{numbers:?} goes beyond {last}");
        }
        numbers
    }
}
