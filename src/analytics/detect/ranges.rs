//! Whether a detector wants to see other values than models of its kind usually do. Pure.
//!
//! Where neither file nor setting says, and the usual values show it nothing, others are tried now and then.

use super::super::picture::Range;

/// Results with something in them, after which the usual values are the right ones.
const USUAL_AFTER: u32 = 3;

/// Results without anything between two tries of others, each of which runs the model once more: an empty
/// street costs a twentieth.
const EVERY: u32 = 20;

/// Tries in a row that must find something where the usual values do not: one that does may see things.
const OTHERS_AFTER: u32 = 5;

/// Confidence from which on a detector shows that it sees something.
pub const DIM: f32 = 0.25;

/// Confidence from which on a try has found something.
const SURE: f32 = 0.5;

/// The search for the values that a detector wants to see.
#[derive(Clone, Debug)]
pub struct Ranges {
    usual: Range,
    /// Whether the search is over.
    is_over: bool,
    /// Results in which the usual values showed something.
    seen: u32,
    /// Results in which they showed nothing.
    unseen: u32,
    /// Tries in a row in which ImageNet's values showed something.
    other: u32,
    /// Whether these are shown for that.
    has_changed: bool,
}

impl Ranges {
    /// A search where `given` does not say what the values are.
    pub fn new(given: Option<Range>, usual: Range) -> Ranges {
        let (usual, is_over) = (given.unwrap_or(usual), given.is_some());
        Ranges { usual, is_over, seen: 0, unseen: 0, other: 0, has_changed: false }
    }

    /// The values to be shown.
    pub fn range(&self) -> Range {
        self.usual
    }

    /// Whether the search is over.
    pub fn is_over(&self) -> bool {
        self.is_over
    }

    /// What is said of values that were found, in a sentence; `None` where they are the usual or given ones.
    pub fn warning(&self) -> Option<String> {
        let words = format!(
            "it found nothing with the usual values and something with {}, which it is shown now; \
             --detect-input says otherwise",
            self.usual
        );
        self.has_changed.then_some(words)
    }

    /// Takes other values for the usual ones, as long as nothing was found with those.
    pub fn set_usual(&mut self, usual: Range) {
        if !self.is_over {
            *self = Ranges::new(None, usual);
        }
    }

    /// Takes in how sure the surest box of a result is, of any class; gives the values to try on the same
    /// picture, if any.
    pub fn note(&mut self, surest: f32) -> Option<Range> {
        if self.is_over {
            return None;
        }
        if surest >= DIM {
            self.seen += 1;
            self.is_over = self.seen >= USUAL_AFTER;
            return None;
        }
        self.unseen += 1;
        self.unseen.is_multiple_of(EVERY).then_some(Range::ImageNet).filter(|other| *other != self.usual)
    }

    /// Takes in how sure the surest box of a try is; says whether these values are the right ones, which ends
    /// the search.
    pub fn tried(&mut self, other: Range, surest: f32) -> bool {
        self.other = if surest >= SURE { self.other + 1 } else { 0 };
        // What shows something now and then with its usual values is only shown little.
        let is_right = self.other >= OTHERS_AFTER && self.seen == 0;
        if is_right {
            (self.usual, self.is_over, self.has_changed) = (other, true, true);
        }
        is_right
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The values in the end, for a detector that is as sure as `usual` and, with ImageNet's, `other`.
    fn found(usual: f32, other: f32) -> Range {
        let mut ranges = Ranges::new(None, Range::Rgb01);
        for _ in 0..100 {
            if let Some(range) = ranges.note(usual) {
                ranges.tried(range, other);
            }
        }
        ranges.range()
    }

    #[test]
    fn imagenets_values_are_taken_only_where_the_usual_ones_show_nothing() {
        assert_eq!(found(0.0, 0.9), Range::ImageNet);
        assert_eq!(found(0.8, 0.9), Range::Rgb01);
        assert_eq!(found(0.3, 0.9), Range::Rgb01, "it sees something");
        assert_eq!(found(0.0, 0.3), Range::Rgb01, "nothing is there");
    }

    #[test]
    fn things_seen_now_and_then_change_nothing() {
        let mut ranges = Ranges::new(None, Range::Rgb01);
        let mut tries = 0;
        for _ in 0..100_000 {
            if let Some(range) = ranges.note(0.0) {
                tries += 1;
                // Of five tries one finds nothing.
                ranges.tried(range, if tries % 5 == 0 { 0.2 } else { 0.7 });
            }
        }
        assert_eq!((ranges.range(), ranges.warning()), (Range::Rgb01, None));
    }

    #[test]
    fn a_change_is_told() {
        let mut ranges = Ranges::new(None, Range::Rgb01);
        while !ranges.is_over() {
            if let Some(range) = ranges.note(0.0) {
                ranges.tried(range, 0.9);
            }
        }
        assert!(ranges.warning().is_some_and(|warning| warning.contains("imagenet")));
    }

    #[test]
    fn what_is_given_is_not_searched() {
        let mut ranges = Ranges::new(Some(Range::Rgb255), Range::Rgb01);
        assert_eq!((0..100).find_map(|_| ranges.note(0.0)), None);
        ranges.set_usual(Range::Bgr255);
        assert_eq!(ranges.range(), Range::Rgb255);
    }
}
