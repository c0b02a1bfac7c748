//! An event as all readers of events get it: once, with room for the text that is told of it.

use std::sync::OnceLock;

use bytes::Bytes;

use super::item::News;

/// An event that its readers share.
#[derive(Debug)]
pub struct Notice {
    /// The event.
    pub news: News,
    /// What is told of it, once somebody has told it.
    text: OnceLock<Bytes>,
}

impl Notice {
    /// A notice of which nothing was told yet.
    pub fn new(news: News) -> Self {
        Notice { news, text: OnceLock::new() }
    }

    /// Returns what is told of the event, which `write` makes for the first who tells it and for all behind.
    pub fn text(&self, write: impl FnOnce(&News) -> Bytes) -> Bytes {
        self.text.get_or_init(|| write(&self.news)).clone()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{news::item::Item, nouns::event::Event};

    #[test]
    fn a_text_is_made_once_for_all() {
        let item = Item::Event(Event::SourceBack { at_us: 7 });
        let notice = Notice::new(News { number: 9, camera: Arc::from("main"), item });
        let first = notice.text(|news| news.number.to_string().into());
        let second = notice.text(|_| unreachable!("there is a text"));
        assert_eq!((&*first, first.as_ptr()), (&b"9"[..], second.as_ptr()));
    }
}
