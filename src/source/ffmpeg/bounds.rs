//! How large pictures may be: width and height in, a reason out where they are not shown. Pure.

use crate::nouns::reason::{Reason, ReasonCode};

/// Most pixels of a picture, more than any camera's; a broken header cannot make us allocate more.
pub(super) const MOST_PIXELS: usize = 64_000_000;

/// Most pixels of a picture's width, and of its height: what JPEG and every decoder of browsers take.
const LONGEST_SIDE: u32 = 16_384;

/// Why pictures of this width and height are not shown; `None` where they are.
pub(super) fn too_large((width, height): (u32, u32)) -> Option<Reason> {
    if is_sensible((width, height)) || width == 0 || height == 0 {
        return None;
    }
    let most = MOST_PIXELS / 1_000_000;
    let text = format!(
        "its pictures are {width}x{height}; at most {most} million pixels are shown, and {LONGEST_SIDE} on a \
         side"
    );
    Some(Reason::new(ReasonCode::CodecUnknown, text))
}

/// Whether a picture may have this width and height.
pub(super) fn is_sensible((width, height): (u32, u32)) -> bool {
    (1..=LONGEST_SIDE).contains(&width)
        && (1..=LONGEST_SIDE).contains(&height)
        && width as usize * height as usize <= MOST_PIXELS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_large_to_be_shown_is_told_with_its_size() {
        for shown in [(0, 0), (1, 1), (16_384, 3_900), (8_000, 8_000)] {
            assert_eq!(too_large(shown), None, "{shown:?}");
        }
        let text = |size| too_large(size).map(|reason| reason.text).unwrap_or_default();
        assert!(
            text((12_000, 9_000)).contains("12000x9000; at most 64 million"),
            "{}",
            text((12_000, 9_000))
        );
        assert!(text((20_000, 1_000)).contains("20000x1000") && !text((1_000, 20_000)).is_empty());
    }
}
