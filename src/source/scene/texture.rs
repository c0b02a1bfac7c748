//! Repeatable randomness over the plane: hashes, smooth noise, filtered stripes.
//!
//! All are blurred to the footprint of a sample, so that far surfaces do not flicker or alias. What they are
//! used for is in `ground` and `fronts`.

use super::geometry::Vec2;

/// A number from 0 to 1 that depends on the cell only.
pub fn hash(x: i32, y: i32, salt: u32) -> f32 {
    let mut bits = (x as u32).wrapping_mul(0x9e37_79b1)
        ^ (y as u32).wrapping_mul(0x85eb_ca6b)
        ^ salt.wrapping_mul(0xc2b2_ae35);
    // The finisher of MurmurHash3 spreads every input bit over all output bits.
    bits = (bits ^ (bits >> 16)).wrapping_mul(0x85eb_ca6b);
    bits = (bits ^ (bits >> 13)).wrapping_mul(0xc2b2_ae35);
    ((bits ^ (bits >> 16)) >> 8) as f32 / (1 << 24) as f32
}

/// Smooth noise from -1 to 1 with features of `cell` metres; fades out where they are smaller than
/// `footprint` metres.
pub fn noise(at: Vec2, cell: f32, footprint: f32, salt: u32) -> f32 {
    let fade = (cell / footprint.max(1e-6) - 0.6).clamp(0.0, 1.0);
    if fade == 0.0 {
        return 0.0;
    }
    let (x, y) = (at.x / cell, at.y / cell);
    let (column, row) = (x.floor(), y.floor());
    let (fx, fy) = (ease(x - column), ease(y - row));
    let (column, row) = (column as i32, row as i32);
    let corner = |dx, dy| hash(column + dx, row + dy, salt);
    let low = corner(0, 0) + (corner(1, 0) - corner(0, 0)) * fx;
    let high = corner(0, 1) + (corner(1, 1) - corner(0, 1)) * fx;
    ((low + (high - low) * fy) * 2.0 - 1.0) * fade
}

/// How much of the interval of width `footprint` around `x` lies between `from` and `to`: 0 to 1.
pub fn between(x: f32, from: f32, to: f32, footprint: f32) -> f32 {
    let half = footprint.max(1e-4) * 0.5;
    (((x + half).min(to) - (x - half).max(from)) / (2.0 * half)).clamp(0.0, 1.0)
}

/// How much of the interval around `x` is covered by lines of width `line` that repeat every `pitch`: 0 to 1.
pub fn lines(x: f32, pitch: f32, line: f32, footprint: f32) -> f32 {
    if footprint > pitch {
        return line / pitch;
    }
    let offset = x - (x / pitch).round() * pitch;
    between(offset, -line * 0.5, line * 0.5, footprint)
}

/// A smooth step from 0 to 1.
fn ease(t: f32) -> f32 {
    t * t * (3.0 - 2.0 * t)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::scene::geometry::vec2;

    #[test]
    fn noise_is_smooth_bounded_and_fades() {
        for step in 0..500 {
            let at = vec2(step as f32 * 0.01, 3.3);
            let here = noise(at, 1.0, 0.01, 1);
            assert!(here.abs() <= 1.0);
            assert!((here - noise(at + vec2(0.001, 0.0), 1.0, 0.01, 1)).abs() < 0.02);
        }
        assert_eq!(noise(vec2(0.3, 0.3), 0.1, 1.0, 1), 0.0);
    }

    #[test]
    fn lines_keep_their_share_of_the_area() {
        for footprint in [0.01, 0.1, 0.7, 3.0] {
            let mean: f32 =
                (0..1000).map(|step| lines(step as f32 * 0.01, 1.0, 0.1, footprint)).sum::<f32>() / 1000.0;
            assert!((mean - 0.1).abs() < 0.02, "{mean} at {footprint}");
        }
    }
}
