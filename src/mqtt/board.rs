//! What a broker is to know: topics with what they hold, and which of it the broker has not got yet. Pure.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use bytes::Bytes;

/// Most events that wait for the connection: more than a crowd makes in a second.
const MOST_EVENTS: usize = 1024;

/// How urgent topics are, most urgent first: who reads a figure must know before what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// Whether somebody is there, and what there is.
    Description,
    /// A figure or a state.
    Figure,
    /// A picture.
    Picture,
}

/// Something that goes to the broker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Topic of the note.
    pub topic: String,
    /// What the topic holds; empty where it is to hold nothing any more.
    pub payload: Bytes,
    /// Whether the broker is to keep it for those who come later.
    pub is_kept: bool,
}

/// What a broker is to know.
#[derive(Debug, Default)]
pub struct Board {
    held: BTreeMap<String, (Rank, Bytes)>,
    /// Topics whose newest payload the broker has not got.
    due: BTreeSet<(Rank, String)>,
    /// Topics that are to hold nothing any more.
    gone: BTreeSet<String>,
    /// Events, oldest first.
    events: VecDeque<Note>,
}

impl Board {
    /// Puts something on a topic; what the broker has already is not told again.
    pub fn put(&mut self, rank: Rank, topic: String, payload: Bytes) {
        if self.held.get(&topic).is_some_and(|(_, held)| *held == payload) {
            return;
        }
        self.gone.remove(&topic);
        self.due.insert((rank, topic.clone()));
        self.held.insert(topic, (rank, payload));
    }

    /// Tells whether something is on a topic.
    pub fn holds(&self, topic: &str) -> bool {
        self.held.contains_key(topic)
    }

    /// Empties a topic.
    pub fn clear(&mut self, topic: &str) {
        if let Some((rank, _)) = self.held.remove(topic) {
            self.due.remove(&(rank, topic.to_owned()));
        }
        self.gone.insert(topic.to_owned());
    }

    /// Adds an event; returns whether an older one is lost to make room.
    pub fn event(&mut self, topic: String, payload: Bytes) -> bool {
        let is_full = self.events.len() >= MOST_EVENTS;
        if is_full {
            self.events.pop_front();
        }
        self.events.push_back(Note { topic, payload, is_kept: false });
        is_full
    }

    /// Notes that the broker has got nothing: behind a new connection, all of it is due.
    pub fn begin(&mut self) {
        self.due = self.held.iter().map(|(topic, (rank, _))| (*rank, topic.clone())).collect();
    }

    /// Lets go of the events that wait; returns how many those are.
    pub fn forget_events(&mut self) -> usize {
        let waiting = self.events.len();
        self.events.clear();
        waiting
    }

    /// Returns what goes to the broker next: events before figures, which can wait for the next ones.
    pub fn next(&self) -> Option<Note> {
        if let Some(topic) = self.gone.first() {
            return Some(Note { topic: topic.clone(), payload: Bytes::new(), is_kept: true });
        }
        let due = self.due.first();
        let is_described = due.is_none_or(|(rank, _)| *rank != Rank::Description);
        if let Some(event) = self.events.front().filter(|_| is_described) {
            return Some(event.clone());
        }
        let (_, topic) = due?;
        let (_, payload) = self.held.get(topic)?;
        Some(Note { topic: topic.clone(), payload: payload.clone(), is_kept: true })
    }

    /// Notes that the broker has got what was next.
    pub fn got(&mut self, note: &Note) {
        if !note.is_kept {
            self.events.pop_front();
        } else if note.payload.is_empty() {
            self.gone.remove(&note.topic);
        } else if let Some((rank, _)) = self.held.get(&note.topic) {
            self.due.remove(&(*rank, note.topic.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(board: &mut Board) -> Vec<(String, String)> {
        let mut all = Vec::new();
        while let Some(note) = board.next() {
            board.got(&note);
            all.push((note.topic, String::from_utf8_lossy(&note.payload).into_owned()));
        }
        all
    }

    fn told(board: &mut Board) -> Vec<String> {
        all(board).into_iter().map(|(topic, payload)| format!("{topic}={payload}")).collect()
    }

    fn put(board: &mut Board, rank: Rank, topic: &str, payload: &str) {
        board.put(rank, topic.to_owned(), Bytes::copy_from_slice(payload.as_bytes()));
    }

    #[test]
    fn what_changes_is_told_once_and_descriptions_first() {
        let mut board = Board::default();
        put(&mut board, Rank::Picture, "a/picture", "jpeg");
        put(&mut board, Rank::Figure, "a/people", "3");
        board.event("a/event".to_owned(), Bytes::from_static(b"crossed"));
        put(&mut board, Rank::Description, "z/config", "{}");
        assert_eq!(told(&mut board), ["z/config={}", "a/event=crossed", "a/people=3", "a/picture=jpeg"]);
        put(&mut board, Rank::Figure, "a/people", "3");
        assert!(told(&mut board).is_empty());
        put(&mut board, Rank::Figure, "a/people", "4");
        put(&mut board, Rank::Figure, "a/people", "5");
        assert_eq!(told(&mut board), ["a/people=5"]);
    }

    #[test]
    fn everything_is_told_again_behind_a_new_connection() {
        let mut board = Board::default();
        put(&mut board, Rank::Figure, "a/people", "3");
        put(&mut board, Rank::Description, "z/config", "{}");
        told(&mut board);
        board.begin();
        assert_eq!(told(&mut board), ["z/config={}", "a/people=3"]);
    }

    #[test]
    fn a_topic_that_is_no_more_is_emptied() {
        let mut board = Board::default();
        put(&mut board, Rank::Figure, "a/people", "3");
        put(&mut board, Rank::Figure, "b/people", "4");
        board.clear("a/people");
        // Only the broker knows of it.
        board.clear("c/config");
        assert_eq!(told(&mut board), ["a/people=", "c/config=", "b/people=4"]);
        put(&mut board, Rank::Figure, "a/people", "3");
        board.clear("a/people");
        put(&mut board, Rank::Figure, "a/people", "6");
        assert_eq!(told(&mut board), ["a/people=6"], "a camera that came back");
    }

    #[test]
    fn a_crowd_of_events_loses_the_oldest_which_is_said() {
        let mut board = Board::default();
        let event = |n: usize| ("event".to_owned(), Bytes::from(n.to_string()));
        let lost = (0..MOST_EVENTS + 5).filter(|n| {
            let (topic, payload) = event(*n);
            board.event(topic, payload)
        });
        assert_eq!(lost.count(), 5);
        assert_eq!(all(&mut board).first(), Some(&("event".to_owned(), "5".to_owned())));
        board.event("event".to_owned(), Bytes::new());
        assert_eq!(board.forget_events(), 1);
        assert_eq!(board.next(), None);
    }
}
