//! When a certificate ends: its bytes in, a time and a sentence out. Pure.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{civil::DateTime, tz::TimeZone};

/// Seconds of a day.
const DAY_S: i64 = 86_400;

/// Seconds before a certificate's end from which on people are told.
const TOLD_S: i64 = 14 * DAY_S;

/// Stands for an end that is not known.
const UNKNOWN: i64 = i64::MAX;

/// Tags of DER (ITU-T X.690, section 8): what a certificate is made of on the way to its times.
const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xA0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// When the certificate that is shown ends; changes when it is exchanged.
#[derive(Debug)]
pub struct Expiry(AtomicI64);

impl Expiry {
    pub(super) fn at(ends_s: Option<i64>) -> Self {
        Expiry(AtomicI64::new(ends_s.unwrap_or(UNKNOWN)))
    }

    pub(super) fn set(&self, ends_s: Option<i64>) {
        self.0.store(ends_s.unwrap_or(UNKNOWN), Ordering::Relaxed);
    }

    /// Returns the second since 1970 at which the certificate ends; `None` where it does not say so.
    pub fn ends_s(&self) -> Option<i64> {
        Some(self.0.load(Ordering::Relaxed)).filter(|ends_s| *ends_s != UNKNOWN)
    }

    /// Returns the sentence that people are told at the second `now_s` since 1970; `None` while there are 14
    /// days left, or more.
    pub fn notice(&self, now_s: u64) -> Option<String> {
        let left_s = self.ends_s()?.saturating_sub(i64::try_from(now_s).unwrap_or(i64::MAX));
        match (left_s, left_s / DAY_S) {
            (..=0, _) => Some("the certificate has ended; browsers refuse to connect".to_owned()),
            (TOLD_S.., _) => None,
            (_, 0) => Some("the certificate ends within a day".to_owned()),
            (_, 1) => Some("the certificate ends in a day".to_owned()),
            (_, days) => Some(format!("the certificate ends in {days} days")),
        }
    }
}

/// Whether a certificate that ends at `ends_s` is in its last days at `now_s`, seconds since 1970.
pub(super) fn ends_soon(ends_s: Option<i64>, now_s: i64) -> bool {
    ends_s.is_some_and(|ends_s| ends_s.saturating_sub(now_s) < TOLD_S)
}

/// Returns the second since 1970 at which a certificate ends (RFC 5280, section 4.1); `None` of what is none.
pub fn not_after_s(der: &[u8]) -> Option<i64> {
    let (certificate, _) = of(der, SEQUENCE)?;
    let (signed, _) = of(certificate, SEQUENCE)?;
    // A version, unless it is the first; then number, algorithm and issuer.
    let mut rest = of(signed, VERSION).map_or(signed, |(_, rest)| rest);
    for _ in 0..3 {
        (_, _, rest) = element(rest)?;
    }
    let (validity, _) = of(rest, SEQUENCE)?;
    let (_, _, rest) = element(validity)?;
    let (tag, time, _) = element(rest)?;
    second(tag, time)
}

/// The content of the element of that tag with which `der` begins, and what follows it.
fn of(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (found, content, rest) = element(der)?;
    (found == tag).then_some((content, rest))
}

/// Tag and content of the element with which `der` begins, and what follows it.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&[tag, first], rest) = der.split_first_chunk::<2>()?;
    let (length, rest) = match first {
        0..=0x7F => (usize::from(first), rest),
        // So many bytes of a length follow; no certificate needs more than three.
        0x81..=0x83 => {
            let (length, rest) = rest.split_at_checked(usize::from(first & 0x7F))?;
            (length.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)), rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

/// The second since 1970 of a time in digits, which ends with a Z.
fn second(tag: u8, time: &[u8]) -> Option<i64> {
    let digits = time.strip_suffix(b"Z")?;
    let (year, rest) = match tag {
        UTC_TIME if digits.len() == 12 => {
            let (year, rest) = digits.split_at(2);
            let year = number(year)?;
            // Two digits are of 1950 to 2049.
            (if year < 50 { 2000 + year } else { 1900 + year }, rest)
        }
        GENERALIZED_TIME if digits.len() == 14 => {
            let (year, rest) = digits.split_at(4);
            (number(year)?, rest)
        }
        _ => return None,
    };
    let mut parts = [0_i8; 5];
    for (part, two) in parts.iter_mut().zip(rest.chunks(2)) {
        *part = i8::try_from(number(two)?).ok()?;
    }
    let [month, day, hour, minute, second] = parts;
    let time = DateTime::new(year, month, day, hour, minute, second, 0).ok()?;
    Some(time.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second())
}

/// A number of at most four digits.
fn number(digits: &[u8]) -> Option<i16> {
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_both_kinds_are_read() {
        for (tag, time, expected) in [
            (UTC_TIME, "700101000000Z", 0),
            (UTC_TIME, "491231235959Z", 2_524_607_999),
            (UTC_TIME, "500101000000Z", -631_152_000),
            (GENERALIZED_TIME, "20500101000000Z", 2_524_608_000),
            (GENERALIZED_TIME, "20240229120000Z", 1_709_208_000),
        ] {
            assert_eq!(second(tag, time.as_bytes()), Some(expected), "{time}");
        }
        for odd in [
            "",
            "Z",
            "20230229120000Z",
            "20241301000000Z",
            "20240101240000Z",
            "2024010100000Z",
            "20240101000000",
            "-0240101000000Z",
            "2024 101000000Z",
        ] {
            assert_eq!(second(GENERALIZED_TIME, odd.as_bytes()), None, "{odd}");
        }
    }

    #[test]
    fn what_is_cut_off_or_says_that_it_is_longer_is_no_certificate() {
        assert_eq!(element(&[SEQUENCE, 2, 1, 2, 3]), Some((SEQUENCE, &[1, 2][..], &[3][..])));
        assert_eq!(element(&[SEQUENCE, 0x82, 0, 1, 7]), Some((SEQUENCE, &[7][..], &[][..])));
        for odd in [
            &[][..],
            &[SEQUENCE],
            &[SEQUENCE, 3, 1, 2],
            &[SEQUENCE, 0x80],
            &[SEQUENCE, 0x84, 0, 0, 0, 1, 7],
            &[SEQUENCE, 0x82, 1],
            &[SEQUENCE, 0x83, 0xFF, 0xFF, 0xFF, 0],
        ] {
            assert_eq!(element(odd), None, "{odd:?}");
            assert_eq!(not_after_s(odd), None);
        }
    }

    #[test]
    fn people_are_told_in_the_last_fourteen_days() {
        let expiry = Expiry::at(None);
        assert_eq!((expiry.ends_s(), expiry.notice(0)), (None, None));
        expiry.set(Some(100 * DAY_S));
        let told = |days: u64| expiry.notice(days * DAY_S as u64);
        assert_eq!(told(86), None, "fourteen whole days are left");
        assert_eq!(told(87).as_deref(), Some("the certificate ends in 13 days"));
        assert_eq!(told(99).as_deref(), Some("the certificate ends in a day"));
        assert!(expiry.notice(100 * DAY_S as u64 - 1).is_some_and(|told| told.contains("within a day")));
        assert!(told(100).is_some_and(|told| told.contains("has ended")));
    }
}
