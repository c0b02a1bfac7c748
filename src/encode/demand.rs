//! How many viewers want each stream, and in which form: in go those who come and go, out come the streams of
//! a camera that are worth encoding.

use std::collections::HashMap;

use dashmap::{DashMap, Entry};

use super::stream::Stream;
use crate::nouns::form::{Form, Forms};

/// Viewers of each stream. A stream that nobody wants has no entry.
#[derive(Default)]
pub(super) struct Demand {
    viewers: DashMap<Stream, Viewers>,
}

/// Viewers of one stream, by form.
#[derive(Clone, Copy, Default)]
struct Viewers {
    whole: usize,
    delta: usize,
}

impl Viewers {
    fn of(&mut self, form: Form) -> &mut usize {
        match form {
            Form::Whole => &mut self.whole,
            Form::Delta => &mut self.delta,
        }
    }

    fn all(self) -> usize {
        self.whole + self.delta
    }

    fn forms(self) -> Forms {
        Forms { whole: self.whole > 0, delta: self.delta > 0 }
    }
}

impl Demand {
    /// Counts one viewer more; true if it is the first who wants the stream in that form.
    pub fn add(&self, stream: &Stream, form: Form) -> bool {
        let mut viewers = self.viewers.entry(stream.clone()).or_default();
        let count = viewers.of(form);
        *count += 1;
        *count == 1
    }

    /// Counts one viewer less; true if it was the stream's last, whatever the form.
    pub fn remove(&self, stream: &Stream, form: Form) -> bool {
        let Entry::Occupied(mut entry) = self.viewers.entry(stream.clone()) else { return false };
        *entry.get_mut().of(form) -= 1;
        let is_last = entry.get().all() == 0;
        if is_last {
            entry.remove();
        }
        is_last
    }

    /// Whether anybody wants the stream now.
    pub fn is_wanted(&self, stream: &Stream) -> bool {
        self.viewers.contains_key(stream)
    }

    /// Forms in which the stream is wanted now.
    pub fn forms(&self, stream: &Stream) -> Forms {
        self.viewers.get(stream).map(|viewers| viewers.forms()).unwrap_or_default()
    }

    /// Lists the camera's streams that somebody wants now, in no order.
    pub fn streams(&self, camera: &str) -> Vec<Stream> {
        let entries = self.viewers.iter().filter(|entry| &*entry.key().camera == camera);
        entries.map(|entry| entry.key().clone()).collect()
    }

    /// Viewers of each stream now, in whatever form.
    pub fn counts(&self) -> HashMap<Stream, usize> {
        self.viewers.iter().map(|entry| (entry.key().clone(), entry.value().all())).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::nouns::quality::{Level, Rung, Tier};

    #[test]
    fn a_stream_is_wanted_in_the_forms_of_those_who_are_there() {
        let (demand, camera) = (Demand::default(), Arc::from("main"));
        let stream = Stream::plain(&camera, Rung { tier: Tier::Full, level: Level::MAX });
        let added = [Form::Whole, Form::Delta, Form::Delta].map(|form| demand.add(&stream, form));
        assert_eq!(added, [true, true, false], "the first of each form");
        assert_eq!(demand.counts(), HashMap::from([(stream.clone(), 3)]));
        assert!(!demand.remove(&stream, Form::Whole));
        assert_eq!(demand.forms(&stream), Forms::of(Form::Delta));
        let removed = [Form::Delta, Form::Delta].map(|form| demand.remove(&stream, form));
        assert_eq!((removed, demand.forms(&stream)), ([false, true], Forms::default()));
        assert!(!demand.is_wanted(&stream) && demand.streams("main").is_empty());
    }
}
