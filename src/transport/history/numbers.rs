//! Numbers as rows have them: with three decimals at most. Pure.
//!
//! To find the fewest digits that tell a float from any other is most of the work of writing a month of
//! minutes, and nobody looks at the ten-thousandth part of a person.

use serde::Serialize;

/// Bits of a double's fraction, behind a leading one that is not stored (IEEE 754, binary64).
const FRACTION_BITS: u32 = 52;

/// What is added to the exponent of a double before it is stored.
const BIAS: i32 = 1023;

/// Appends a value as serde writes it.
pub fn plain(text: &mut Vec<u8>, value: impl Serialize) {
    // Writing into memory cannot fail, and numbers that are no numbers become null.
    let _ = serde_json::to_writer(text, &value);
}

/// Appends a number with three decimals at most, or with `no_decimals` behind its digits where none is left.
pub fn three(text: &mut Vec<u8>, value: f64, no_decimals: &[u8]) {
    let Some(thousandths) = thousandths(value.abs()) else { return plain(text, value) };
    if value < 0.0 && thousandths > 0 {
        text.push(b'-');
    }
    plain(text, thousandths / 1000);
    let (mut rest, mut digit) = (thousandths % 1000, 100);
    if rest == 0 {
        return text.extend_from_slice(no_decimals);
    }
    text.push(b'.');
    while rest > 0 {
        text.push(b'0' + (rest / digit) as u8);
        (rest, digit) = (rest % digit, digit / 10);
    }
}

/// Thousandths of a positive number: the nearest, and of two that are as near the larger. `None` from 2^53
/// on, where a double has no fraction, and of what is no number. In whole numbers, which rounds once: a
/// product with 1000 would have been rounded already.
fn thousandths(value: f64) -> Option<u64> {
    let bits = value.to_bits();
    let exponent = (bits >> FRACTION_BITS) as i32;
    let mantissa = (bits & ((1 << FRACTION_BITS) - 1)) | (1 << FRACTION_BITS);
    // The value is the mantissa, of 53 bits, divided by two to the power of this.
    let halvings = BIAS + FRACTION_BITS as i32 - exponent;
    match halvings {
        ..0 => None,
        0 => Some(mantissa * 1000),
        1..64 => Some((mantissa * 1000 + (1 << (halvings - 1))) >> halvings),
        _ => Some(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(value: f64, no_decimals: &[u8]) -> String {
        let mut text = Vec::new();
        three(&mut text, value, no_decimals);
        String::from_utf8(text).expect("is text")
    }

    #[test]
    fn numbers_have_three_decimals_at_most() {
        for (value, digits) in [
            (0.0, "0.0"),
            (-0.0, "0.0"),
            (7.0, "7.0"),
            (0.5, "0.5"),
            (-0.25, "-0.25"),
            (13.6875, "13.688"),
            (0.0625, "0.063"),
            (1.0 / 3.0, "0.333"),
            (-2.0 / 3.0, "-0.667"),
            (0.001, "0.001"),
            (0.0004, "0.0"),
            (-0.0004, "0.0"),
            (0.9996, "1.0"),
            (1234.06, "1234.06"),
            (f64::from(304.1_f32), "304.1"),
            (f64::MIN_POSITIVE / 2.0, "0.0"),
            (2_251_799_813_685_248.5, "2251799813685248.5"),
            (9_007_199_254_740_991.0, "9007199254740991.0"),
        ] {
            assert_eq!(written(value, b".0"), digits, "{value:e}");
        }
        assert_eq!([7.0, -0.5, 0.0].map(|value| written(value, b"")), ["7", "-0.5", "0"]);
        for value in [9_007_199_254_740_992.0, -1e300, f64::NAN, f64::NEG_INFINITY] {
            assert_eq!(written(value, b".0"), serde_json::to_string(&value).expect("is told"));
        }
    }

    #[test]
    fn numbers_are_rounded_once() {
        // Just below the half, of which a product with 1000 makes the half.
        assert_eq!(1.0005_f64 * 1000.0, 1000.5);
        assert_eq!(written(1.0005, b""), "1");
        let mut random = fastrand::Rng::with_seed(1);
        for power in -14..53 {
            for _ in 0..200 {
                let value = (random.f64() * 2.0 - 1.0) * 2_f64.powi(power);
                // Halves, which go to the even digit there, are sixteenths.
                if (value * 16.0).fract() == 0.0 {
                    continue;
                }
                let (digits, exact) = (written(value, b""), format!("{value:.3}"));
                assert_eq!(digits.parse::<f64>(), exact.parse::<f64>(), "{value:e}");
                assert!(digits.split_once('.').is_none_or(|(_, decimals)| decimals.len() <= 3), "{digits}");
            }
        }
    }
}
