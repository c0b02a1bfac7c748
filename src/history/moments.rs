//! Moments written as RFC 3339 has them, many in a row: a time zone is asked once an hour of them. Pure.
//!
//! [`Calendar::rfc3339`] takes a microsecond or two, which a month of minutes has time for once, not twice a
//! row.

use super::{calendar::Calendar, rollup::MINUTE_S, store::HOUR_S};

/// Writes moments in a calendar's zone.
#[derive(Debug)]
pub struct Moments<'a> {
    calendar: &'a Calendar,
    /// Seconds since the Unix epoch from which on, and until which, `hour` and `offset` hold.
    from_s: i64,
    until_s: i64,
    /// Second at which the hour begins, of which only a part may hold.
    hour_s: i64,
    /// Date and hour, up to the colon.
    hour: String,
    /// Offset from UTC, with its sign.
    offset: String,
}

impl<'a> Moments<'a> {
    /// Moments of that calendar.
    pub fn of(calendar: &'a Calendar) -> Self {
        let (hour, offset) = (String::new(), String::new());
        Moments { calendar, from_s: 0, until_s: 0, hour_s: 0, hour, offset }
    }

    /// Appends the moment as [`Calendar::rfc3339`] writes it; `at_s` in seconds since the Unix epoch.
    pub fn write(&mut self, at_s: i64, text: &mut Vec<u8>) {
        if !(self.from_s..self.until_s).contains(&at_s) && self.look(at_s).is_none() {
            text.extend(self.calendar.rfc3339(at_s).bytes());
            return;
        }
        let inside = at_s - self.hour_s;
        text.extend_from_slice(self.hour.as_bytes());
        two_digits(inside / MINUTE_S, text);
        text.push(b':');
        two_digits(inside % MINUTE_S, text);
        text.extend_from_slice(self.offset.as_bytes());
    }

    /// Looks up the hour of a moment; `None` where its text is none that can be taken apart.
    fn look(&mut self, at_s: i64) -> Option<()> {
        let text = self.calendar.rfc3339(at_s);
        // "…T08:15:30+01:00"
        let (hour, rest) = text.split_at_checked(text.find(':')? + 1)?;
        let (minute, second) = (rest.get(0..2)?.parse::<i64>().ok()?, rest.get(3..5)?.parse::<i64>().ok()?);
        self.hour_s = at_s - minute * MINUTE_S - second;
        self.from_s = at_s;
        self.until_s = (self.hour_s + HOUR_S).min(self.calendar.same_until(at_s));
        self.hour.clear();
        self.hour.push_str(hour);
        self.offset.clear();
        self.offset.push_str(rest.get(5..)?);
        Some(())
    }
}

fn two_digits(number: i64, text: &mut Vec<u8>) {
    let digits = (number % 100) as u8;
    text.extend([b'0' + digits / 10, b'0' + digits % 10]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_one_by_one() {
        // Clocks are changed at a full hour, by half an hour, and a minute past midnight; before 1912 Paris
        // had seconds.
        for (zone, from_s, step) in [
            ("Europe/Berlin", 1_792_800_000, 47),
            ("Australia/Lord_Howe", 1_775_300_000, 61),
            ("America/St_Johns", 1_143_900_000, 31),
            ("Europe/Paris", -1_858_000_000, 997),
            ("UTC", 1_800_000_000, 3),
        ] {
            let calendar = Calendar::named(zone).expect("is known");
            let (mut moments, mut texts, mut expected) = (Moments::of(&calendar), Vec::new(), String::new());
            for n in 0..5000 {
                // Now and then one that lies before the last.
                let at_s = from_s + n * step - (n % 7) * 1800;
                moments.write(at_s, &mut texts);
                expected.push_str(&calendar.rfc3339(at_s));
            }
            assert_eq!(String::from_utf8_lossy(&texts), expected, "{zone}");
        }
    }
}
