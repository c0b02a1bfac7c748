//! Figures in words for people. Pure.

use std::time::Duration;

/// Returns a time of work as people say it: `43 ms`, `3.2 s`.
pub fn time(time: Duration) -> String {
    match time.as_secs_f64() {
        seconds if seconds < 1.0 => format!("{:.0} ms", seconds * 1e3),
        seconds => format!("{seconds:.1} s"),
    }
}

/// Longest reason that is told of what another server says, letters.
const LONGEST: usize = 200;

/// Returns what another server says as one short line: nothing of it moves a terminal's cursor.
pub fn one_line(said: &str) -> String {
    said.chars().filter(|c| !c.is_control()).take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_the_unit_that_suits_them() {
        let said = |ms: u64| time(Duration::from_millis(ms));
        assert_eq!([said(43), said(3_210), said(75_000)], ["43 ms", "3.2 s", "75.0 s"]);
    }

    #[test]
    fn what_others_say_is_one_short_line() {
        assert_eq!(one_line("a\r\n\u{1b}[31mb"), "a[31mb");
        assert_eq!(one_line(&"ü".repeat(5000)).chars().count(), LONGEST);
    }
}
