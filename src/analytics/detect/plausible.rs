//! Whether a detector's results look like something that was seen: a warning with the reason where not. Pure.
//!
//! Results go in as they come, and are judged twenty at a time. What is wrong with the layout of the outputs,
//! `trial` finds out before.

use std::time::Duration;

/// Results that are judged together.
const RESULTS: usize = 20;

/// Least results with boxes in them until something is said.
const TELLING_RESULTS: usize = 5;

/// Least boxes until something is said of where they lie.
const TELLING_BOXES: usize = 20;

/// Boxes that lie wrong, as a part of all, from which on something is said.
const MOST_WRONG: f32 = 0.5;

/// Part of the picture's width and height within which everything lies at one place.
const ONE_PLACE: f32 = 0.04;

/// Least boxes in each result from which on they cannot all be at one place.
const MANY: f32 = 4.0;

/// Boxes in each result from which on it finds things everywhere.
const EVERYWHERE: f32 = 150.0;

/// Longest time between two results in which things cannot all be elsewhere.
const NEAR: Duration = Duration::from_millis(400);

/// Most way of a thing in a second, in lengths of the longer edge of its box: a car of 4.5 m at 80 km/h, seen
/// from its side.
const LENGTHS_A_SECOND: f32 = 5.0;

/// Boxes that lie near one of the result before, as a part of all, up to which they jump about.
const LEAST_STAYING: f32 = 0.05;

/// Rounding of confidences.
const ROUNDING: f32 = 0.01;

/// A box of a result.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seen {
    /// Number of its class.
    pub class: usize,
    /// How sure the model is.
    pub confidence: f32,
    /// Left, upper, right and lower edge, as parts of the picture; may lie outside.
    pub place: [f32; 4],
}

impl Seen {
    fn middle(&self) -> [f32; 2] {
        let [left, top, right, bottom] = self.place;
        [(left + right) / 2.0, (top + bottom) / 2.0]
    }

    fn is_outside(&self) -> bool {
        self.middle().iter().any(|at| !(0.0..=1.0).contains(at))
    }

    fn is_all(&self) -> bool {
        let [left, top, right, bottom] = self.place;
        right - left > 0.95 && bottom - top > 0.95
    }

    /// Whether the two may be one thing, so long one after the other.
    fn stays(&self, other: &Seen, after: Duration) -> bool {
        let [left, top, right, bottom] = self.place;
        let [l, t, r, b] = other.place;
        let room = LENGTHS_A_SECOND * after.as_secs_f32() * (r - l).max(b - t);
        left < r + room && l - room < right && top < b + room && t - room < bottom
    }
}

/// What a detector's results look like.
#[derive(Clone, Debug, Default)]
pub struct Plausible {
    /// Classes that have a name, where that is known.
    named: Option<usize>,
    window: Window,
    before: Vec<Seen>,
    warning: Option<String>,
    /// What was said last in a log.
    logged: Option<String>,
}

/// What is counted in the results that are judged together.
#[derive(Clone, Debug, Default)]
struct Window {
    results: usize,
    /// Results with a box.
    telling: usize,
    boxes: usize,
    /// Boxes whose middle lies outside the picture.
    outside: usize,
    /// Boxes that span the picture.
    all: usize,
    /// Results of many boxes, and those of them in which all are at one place.
    many: usize,
    one_place: usize,
    /// Boxes that may lie near one of the result before, and those that do.
    followed: usize,
    staying: usize,
    /// The oddest confidence, and the highest class that has no name.
    confidence: Option<f32>,
    class: Option<usize>,
}

impl Plausible {
    /// Results of a model that names so many classes, where that is known.
    pub fn new(named: Option<usize>) -> Plausible {
        Plausible { named, ..Plausible::default() }
    }

    /// Takes in a result, which came so long after the one before.
    pub fn note(&mut self, seen: Vec<Seen>, after: Option<Duration>) {
        let window = &mut self.window;
        window.results += 1;
        window.telling += usize::from(!seen.is_empty());
        window.boxes += seen.len();
        window.outside += seen.iter().filter(|one| one.is_outside()).count();
        window.all += seen.iter().filter(|one| one.is_all()).count();
        if seen.len() as f32 >= MANY {
            window.many += 1;
            window.one_place += usize::from(are_at_one_place(&seen));
        }
        if let Some(after) = after.filter(|after| *after <= NEAR && !self.before.is_empty()) {
            window.followed += seen.len();
            let stays = |one: &&Seen| self.before.iter().any(|other| one.stays(other, after));
            window.staying += seen.iter().filter(stays).count();
        }
        for one in &seen {
            if !(-ROUNDING..=1.0 + ROUNDING).contains(&one.confidence) {
                window.confidence = Some(one.confidence);
            }
            if self.named.is_some_and(|named| one.class >= named) {
                window.class = window.class.max(Some(one.class));
            }
        }
        self.before = seen;
        self.judge();
    }

    /// Judges what was seen, and begins anew after so many results.
    fn judge(&mut self) {
        let told = self.window.warning(self.named);
        // What was said stays until twenty results speak for the contrary.
        let is_over = self.window.results >= RESULTS;
        if told.is_some() || is_over && self.window.telling >= TELLING_RESULTS {
            self.warning = told;
        }
        if is_over {
            self.window = Window::default();
        }
    }

    /// What is newly wrong with the results, once.
    pub fn news(&mut self) -> Option<&str> {
        if self.warning == self.logged {
            return None;
        }
        self.logged.clone_from(&self.warning);
        self.logged.as_deref()
    }

    /// What is wrong with the results, in a sentence; `None` where nothing is.
    pub fn warning(&self) -> Option<&str> {
        self.warning.as_deref()
    }
}

impl Window {
    fn warning(&self, named: Option<usize>) -> Option<String> {
        self.values(named).or_else(|| self.places()).map(|what| {
            format!("the detector's results look wrong: {what}; its layout or --detect-input may be misread")
        })
    }

    /// What is wrong with confidences and classes.
    fn values(&self, named: Option<usize>) -> Option<String> {
        if let Some(confidence) = self.confidence {
            return Some(format!("a confidence of {confidence:.1}, where 1 is the most"));
        }
        let class = self.class.filter(|_| self.telling >= TELLING_RESULTS)?;
        Some(format!("a class {class}, where {} have a name", named.unwrap_or(0)))
    }

    /// What is wrong with where boxes lie.
    fn places(&self) -> Option<String> {
        let Window { telling, boxes, .. } = *self;
        if telling < TELLING_RESULTS {
            return None;
        }
        let part = |some: usize, all: usize| some as f32 / all.max(1) as f32;
        let mean = part(boxes, telling);
        let told = boxes >= TELLING_BOXES;
        if told && part(self.outside, boxes) > MOST_WRONG {
            Some("most boxes lie outside the picture".to_owned())
        } else if told && part(self.all, boxes) > MOST_WRONG && mean > MANY / 2.0 {
            Some("most boxes span the whole picture".to_owned())
        } else if self.many >= TELLING_RESULTS && part(self.one_place, self.many) > MOST_WRONG {
            Some("all boxes lie at one place".to_owned())
        } else if mean > EVERYWHERE {
            Some(format!("{mean:.0} things in each picture"))
        } else if self.followed >= TELLING_BOXES && part(self.staying, self.followed) < LEAST_STAYING {
            Some("nothing stays where it is from one result to the next".to_owned())
        } else {
            None
        }
    }
}

/// Whether the middles of boxes are all at one place.
fn are_at_one_place(seen: &[Seen]) -> bool {
    [0, 1].into_iter().all(|axis| {
        let at = || seen.iter().map(|one| one.middle()[axis]);
        at().fold(f32::MIN, f32::max) - at().fold(f32::MAX, f32::min) <= ONE_PLACE
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(class: usize, confidence: f32, [x, y]: [f32; 2], size: f32) -> Seen {
        let half = size / 2.0;
        Seen { class, confidence, place: [x - half, y - half, x + half, y + half] }
    }

    /// What is said after results, a tenth of a second apart, of a model that names 80 classes.
    fn said(results: usize, of: impl Fn(usize) -> Vec<Seen>) -> Option<String> {
        let mut plausible = Plausible::new(Some(80));
        (0..results).for_each(|n| plausible.note(of(n), Some(Duration::from_millis(100))));
        plausible.warning().map(str::to_owned)
    }

    /// Five people who walk.
    fn street(n: usize) -> Vec<Seen> {
        (0..5).map(|one| seen(0, 0.7, [0.1 + 0.15 * one as f32 + 0.005 * n as f32, 0.5], 0.1)).collect()
    }

    /// A number that jumps about, from 0 to 1.
    fn any(n: usize) -> f32 {
        (n as f32 * 12.9898).sin().abs() * 43.7 % 1.0
    }

    #[test]
    fn what_cameras_show_is_plausible() {
        assert_eq!(said(60, street), None);
        assert_eq!(said(60, |_| Vec::new()), None, "an empty street");
        assert_eq!(said(60, |_| vec![seen(2, 0.9, [0.3, 0.7], 0.2)]), None, "one parked car");
        assert_eq!(said(60, |n| vec![seen(2, 0.9, [n as f32 / 60.0, 0.7], 0.1)]), None, "one fast car");
        assert_eq!(said(60, |_| vec![seen(0, 0.9, [0.5, 0.5], 0.99)]), None, "somebody before the camera");
        let crowd =
            |n: usize| (0..80).map(|one| seen(0, 0.5, [any(one), 0.6 + any(n) * 0.01], 0.05)).collect();
        assert_eq!(said(60, crowd), None, "a crowd");
        let mut road = Plausible::new(None);
        for n in 0..60 {
            // Each goes by its own length and a half from one result to the next.
            let at = |one: usize| [(0.3 * one as f32 + 0.25 * n as f32) % 1.2, 0.2 + 0.3 * one as f32];
            road.note(
                (0..2).map(|one| seen(2, 0.8, at(one), 0.16)).collect(),
                Some(Duration::from_millis(333)),
            );
        }
        assert_eq!(road.warning(), None, "fast cars at three results a second");
        let mut slow = Plausible::new(None);
        for n in 0..60 {
            let cars = (0..5).map(|one| seen(2, 0.8, [any(n * 5 + one), any(n * 7 + one)], 0.02)).collect();
            slow.note(cars, Some(Duration::from_secs(3)));
        }
        assert_eq!(slow.warning(), None, "results far apart may show other things");
    }

    /// What is said, and the results of which it is said, by their number.
    type Row<'a> = (&'a str, &'a dyn Fn(usize) -> Vec<Seen>);

    #[test]
    fn what_no_camera_shows_is_said_with_the_reason() {
        let rows: [Row; 7] = [
            ("confidence of 10.5", &|_| vec![seen(0, 10.5, [0.5, 0.5], 0.1)]),
            ("class 93, where 80", &|_| vec![seen(93, 0.6, [0.5, 0.5], 0.1)]),
            ("outside", &|_| (0..4).map(|one| seen(0, 0.6, [1.5 + one as f32, 0.5], 0.1)).collect()),
            ("one place", &|_| (0..6).map(|one| seen(one, 0.6, [0.001 * one as f32, 0.0], 0.01)).collect()),
            ("span the whole", &|_| {
                (0..6).map(|one| seen(one, 0.6, [0.5, 0.5 + any(one) * 0.1], 1.2)).collect()
            }),
            ("300 things", &|_| (0..300).map(|one| seen(0, 0.6, [any(one), any(one + 7)], 0.05)).collect()),
            ("stays", &|n| {
                (0..3).map(|one| seen(0, 0.6, [any(n * 3 + one), any(n * 5 + one)], 0.004)).collect()
            }),
        ];
        for (reason, of) in rows {
            let said = said(20, of).unwrap_or_default();
            assert!(said.contains(reason), "{reason}: {said:?}");
        }
    }

    #[test]
    fn what_was_said_is_taken_back_by_twenty_good_results() {
        let mut plausible = Plausible::new(Some(80));
        let after = Some(Duration::from_millis(100));
        plausible.note(vec![seen(0, 7.0, [0.5, 0.5], 0.1)], after);
        assert!(plausible.warning().is_some());
        (0..30).for_each(|n| plausible.note(street(n), after));
        assert!(plausible.warning().is_some(), "its own twenty are over, the next are not");
        (0..10).for_each(|n| plausible.note(street(n), after));
        assert_eq!(plausible.warning(), None);
    }
}
