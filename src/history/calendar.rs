//! Calendars: where days begin in a time zone, and how moments are written in it.

use jiff::{Timestamp, ToSpan, Zoned, civil::DateTime, tz::TimeZone};
use thiserror::Error;

use crate::nouns::rule::{Clock, Day};

/// A name that no time zone has.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("there is no time zone {0:?}; names are such as Europe/Berlin or UTC")]
pub struct UnknownZone(String);

/// The days of a time zone.
#[derive(Clone, Debug)]
pub struct Calendar(TimeZone);

impl Calendar {
    /// The server's own days.
    pub fn system() -> Self {
        Calendar(TimeZone::system())
    }

    /// The days of the zone of that name, such as `Europe/Berlin`.
    ///
    /// # Errors
    /// A name that no zone has.
    pub fn named(name: &str) -> Result<Self, UnknownZone> {
        TimeZone::get(name).map(Calendar).map_err(|_| UnknownZone(name.to_owned()))
    }

    /// Returns the moment as RFC 3339 has it, with the zone's offset then; `at_s` in seconds since the Unix
    /// epoch.
    pub fn rfc3339(&self, at_s: i64) -> String {
        self.zoned(at_s).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
    }

    /// Returns the day of the week and the time of the day of a moment, which is given in seconds since the
    /// Unix epoch.
    pub fn time_of_day(&self, at_s: i64) -> (Day, Clock) {
        let zoned = self.zoned(at_s);
        // Zero for Monday, as `Day::ALL` has them.
        let day = Day::ALL[zoned.weekday().to_monday_zero_offset() as usize % Day::ALL.len()];
        (day, Clock(zoned.hour() as u16 * 60 + zoned.minute() as u16))
    }

    /// Returns a moment as people write it, `2026-11-28 21:03:10`; `at_s` in seconds since the Unix epoch.
    pub fn written(&self, at_s: i64) -> String {
        self.zoned(at_s).strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// Returns the moment until which the zone's offset stays what it is at `at_s`, both in seconds since the
    /// Unix epoch.
    pub(super) fn same_until(&self, at_s: i64) -> i64 {
        let next = self.0.following(timestamp(at_s)).next();
        next.map_or(i64::MAX, |change| change.timestamp().as_second())
    }

    /// Returns the moment that a text means, seconds since the Unix epoch: RFC 3339, a time of these days, a
    /// day for its midnight, or such seconds.
    ///
    /// # Errors
    /// What is no time, with what is one.
    pub fn moment(&self, text: &str) -> Result<i64, String> {
        let text = text.trim();
        if let Some(time) = text.parse().ok().and_then(|seconds| Timestamp::from_second(seconds).ok()) {
            return Ok(time.as_second());
        }
        // A plus sign in a query is a blank where nobody has encoded it.
        let spelled = text.replacen(' ', "+", usize::from(text.contains('T')));
        if let Ok(time) = spelled.parse::<Timestamp>() {
            return Ok(time.as_second());
        }
        let day = text.parse::<DateTime>().ok().and_then(|day| day.to_zoned(self.0.clone()).ok());
        day.map(|midnight| midnight.timestamp().as_second()).ok_or_else(|| {
            format!("{text:?} is no time: give 2026-11-27T08:00:00Z, 2026-11-27, or seconds since 1970")
        })
    }

    /// Returns when the day of a moment began, both in seconds since the Unix epoch.
    pub fn day_of(&self, at_s: i64) -> i64 {
        let zoned = self.zoned(at_s);
        zoned.start_of_day().map_or(at_s, |day| day.timestamp().as_second())
    }

    /// Returns when the day after that of a moment begins, both in seconds since the Unix epoch.
    pub fn day_after(&self, at_s: i64) -> i64 {
        // By the date, so that days of 23 and 25 hours are days.
        let day = self.zoned(at_s).date().checked_add(1.day());
        let day = day.ok().and_then(|date| date.to_zoned(self.0.clone()).ok());
        let start = day.and_then(|day| day.start_of_day().ok());
        start.map_or(i64::MAX, |day| day.timestamp().as_second())
    }

    fn zoned(&self, at_s: i64) -> Zoned {
        timestamp(at_s).to_zoned(self.0.clone())
    }
}

/// The moment, or the nearest that there is.
fn timestamp(at_s: i64) -> Timestamp {
    let last = if at_s < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_second(at_s).unwrap_or(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_has_a_day_and_a_time_in_its_zone() {
        let berlin = Calendar::named("Europe/Berlin").expect("a zone");
        // Sunday, 25 October 2026, 00:59:30 and 01:59:30 UTC: both are 02:59:30 there.
        for at_s in [1_792_889_970, 1_792_893_570] {
            assert_eq!(berlin.time_of_day(at_s), (Day::Sun, Clock(2 * 60 + 59)));
            assert_eq!(berlin.written(at_s), "2026-10-25 02:59:30");
        }
        assert_eq!(berlin.time_of_day(1_792_893_570 + 3600), (Day::Sun, Clock(3 * 60 + 59)));
        assert_eq!(berlin.time_of_day(1_792_893_570 + 86_400), (Day::Mon, Clock(2 * 60 + 59)));
    }

    #[test]
    fn moments_are_read_in_three_ways() {
        let calendar = Calendar::named("Etc/GMT-1").expect("a zone an hour ahead");
        for (text, wanted) in [
            ("0", 0),
            ("1970-01-02T00:00:00Z", 86_400),
            ("1970-01-02T01:00:00+01:00", 86_400),
            ("1970-01-02T01:00:00 01:00", 86_400),
            ("1970-01-02", 82_800),
            ("1970-01-02T01:00:00", 86_400),
        ] {
            assert_eq!(calendar.moment(text), Ok(wanted), "{text}");
        }
        for odd in ["", "yesterday", "1970-01-02 later", "1970-13-01", "9223372036854775807"] {
            assert!(calendar.moment(odd).is_err_and(|why| why.contains("2026")), "{odd}");
        }
    }

    fn second(text: &str) -> i64 {
        text.parse::<Timestamp>().expect("a time").as_second()
    }

    #[test]
    fn days_have_23_24_or_25_hours() {
        let berlin = Calendar::named("Europe/Berlin").expect("is known");
        let days = [("2026-03-28T12:00:00Z", 24), ("2026-03-29T12:00:00Z", 23), ("2026-10-25T12:00:00Z", 25)];
        for (noon, hours) in days {
            let (begins, ends) = (berlin.day_of(second(noon)), berlin.day_after(second(noon)));
            assert_eq!(ends - begins, hours * 3600, "{noon}");
            assert!(berlin.rfc3339(begins).contains("T00:00:00+0"), "{}", berlin.rfc3339(begins));
        }
    }

    #[test]
    fn moments_are_written_with_their_offset() {
        let kathmandu = Calendar::named("Asia/Kathmandu").expect("is known");
        assert_eq!(kathmandu.rfc3339(second("2026-01-01T00:00:00Z")), "2026-01-01T05:45:00+05:45");
        let utc = Calendar::named("UTC").expect("is known");
        assert_eq!(utc.rfc3339(0), "1970-01-01T00:00:00+00:00");
        assert!(utc.rfc3339(i64::MAX).starts_with("9999") && utc.day_after(i64::MAX) == i64::MAX);
        assert!(Calendar::named("Mars/Olympus").is_err() && Calendar::named("../../etc/passwd").is_err());
    }
}
