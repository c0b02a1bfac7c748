//! Hours in which a rule tells what happens: a moment of the server's day in, yes or no out. Pure.

use crate::nouns::rule::{Clock, Day, Rule};

/// A moment of the server's day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The time of the day.
    pub clock: Clock,
    /// The day of the week.
    pub day: Day,
}

/// Tells whether a moment lies in the hours of a rule.
pub fn tells_at(rule: &Rule, moment: Moment) -> bool {
    let midnight = Clock(0);
    let (from, until) = (rule.from.unwrap_or(midnight), rule.until.unwrap_or(midnight));
    // Hours that do not end behind their beginning end on the next day, and belong to the one they began on.
    let (inside, began) = match moment.clock {
        clock if from < until => ((from..until).contains(&clock), moment.day),
        clock if clock >= from => (true, moment.day),
        clock => (clock < until, moment.day.before()),
    };
    inside && (rule.days.is_empty() || rule.days.contains(&began))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(from: Option<&str>, until: Option<&str>, days: &[&str], at: (u16, Day)) -> bool {
        let mut fields = json!({ "id": "a", "when": "line_crossed", "days": days });
        for (name, value) in [("from", from), ("until", until)] {
            if let Some(value) = value {
                fields[name] = json!(value);
            }
        }
        let rule = serde_json::from_value(fields).expect("a rule");
        tells_at(&rule, Moment { clock: Clock(at.0), day: at.1 })
    }

    #[test]
    fn without_hours_a_rule_tells_always() {
        for day in Day::ALL {
            assert!(told(None, None, &[], (0, day)) && told(None, None, &[], (1439, day)));
        }
    }

    #[test]
    fn hours_of_a_day_begin_with_their_first_minute_and_end_before_their_last() {
        let office = |minute| told(Some("09:00"), Some("17:30"), &[], (minute, Day::Wed));
        assert_eq!([539, 540, 1049, 1050].map(office), [false, true, true, false]);
        let evening = |minute| told(Some("18:00"), None, &[], (minute, Day::Wed));
        assert_eq!([0, 1079, 1080, 1439].map(evening), [false, false, true, true]);
        let morning = |minute| told(None, Some("06:00"), &[], (minute, Day::Wed));
        assert_eq!([0, 359, 360].map(morning), [true, true, false]);
    }

    #[test]
    fn a_night_belongs_to_the_day_on_which_it_begins() {
        let night = |minute, day| told(Some("22:00"), Some("06:00"), &["sat"], (minute, day));
        assert!(night(1320, Day::Sat) && night(0, Day::Sun) && night(359, Day::Sun));
        assert!(!night(360, Day::Sun) && !night(0, Day::Sat) && !night(1320, Day::Sun));
        assert!(!night(1319, Day::Sat));
    }
}
