//! How the middles of a model's boxes lie over its input. Pure.

/// Least correlation of middles with their cells at which they follow them: decoded boxes have 0.95 and more,
/// anything else is near 0.
const FOLLOWS: f32 = 0.7;

/// Parts of the input that nine in ten middles of a grid reach at least, and at most.
const REACH: std::ops::RangeInclusive<f32> = 0.4..=1.5;

/// What middles follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Follows {
    /// Cells, in pixels.
    Pixels,
    /// Cells, in parts of the input.
    Fractions,
    /// No cells.
    Nothing,
}

/// How middles lie over an input.
#[derive(Clone, Debug, PartialEq)]
pub struct Spread {
    /// What they follow.
    pub follows: Follows,
    /// Part of the width and of the height that nine in ten lie within.
    reach: [f32; 2],
}

impl Spread {
    /// The spread of `middles`, in pixels of an input of that width and height, which belong to `cells`
    /// (none: to no grid). `are_fractions` says that they were parts of the input as they came.
    pub fn new(middles: &[[f32; 2]], cells: &[[f32; 2]], (input, are_fractions): (Size, bool)) -> Spread {
        let length = [input.0 as f32, input.1 as f32];
        let axis = |n: usize| middles.iter().map(move |middle| middle[n]);
        let reach = [0, 1].map(|n| upper(axis(n).map(f32::abs).collect()) / length[n]);
        let along = |n: usize| slope(cells.iter().map(|cell| cell[n]).zip(axis(n)));
        // Slopes on both axes, as the values came.
        let unit = |n: usize| if are_fractions { length[n] } else { 1.0 };
        let slopes = [0, 1].map(|n| along(n).map(|slope| slope / unit(n)));
        let near = |per: fn(f32) -> f32| {
            (0..2).all(|n| slopes[n].is_some_and(|slope| (0.5..=1.5).contains(&(slope * per(length[n])))))
        };
        let follows = match (near(|_| 1.0), near(|length| length)) {
            (true, _) => Follows::Pixels,
            (_, true) => Follows::Fractions,
            _ => Follows::Nothing,
        };
        Spread { follows, reach }
    }

    /// Whether middles are all over the input, as those of a grid are whatever there is to see.
    pub fn are_all_over(&self) -> Result<(), String> {
        if self.reach.iter().all(|reach| REACH.contains(reach)) {
            return Ok(());
        }
        let [x, y] = self.reach.map(|reach| reach * 100.0);
        Err(format!("the middles of its boxes reach over {x:.0} % of the width and {y:.0} % of the height"))
    }
}

/// Width and height of an input in pixels.
type Size = (usize, usize);

/// The value that nine in ten do not exceed.
fn upper(mut values: Vec<f32>) -> f32 {
    values.sort_by(f32::total_cmp);
    values.get(values.len() * 9 / 10).copied().unwrap_or(0.0)
}

/// How much the second of two values grows with the first, by least squares; `None` where it does not follow.
fn slope(pairs: impl Iterator<Item = (f32, f32)> + Clone) -> Option<f32> {
    let count = pairs.clone().count() as f64;
    let mean = |of: fn((f32, f32)) -> f32| pairs.clone().map(|pair| f64::from(of(pair))).sum::<f64>() / count;
    let (a, b) = (mean(|pair| pair.0), mean(|pair| pair.1));
    let (mut aa, mut ab, mut bb) = (0.0, 0.0, 0.0);
    for (x, y) in pairs {
        let (x, y) = (f64::from(x) - a, f64::from(y) - b);
        (aa, ab, bb) = (aa + x * x, ab + x * y, bb + y * y);
    }
    let follows = ab > f64::from(FOLLOWS) * (aa * bb).sqrt() && ab > 0.0;
    follows.then_some((ab / aa) as f32)
}

/// Values that are so, as a part of all; 0 of none.
pub fn share(values: impl Iterator<Item = f32>, is: impl Fn(f32) -> bool) -> f32 {
    let (mut so, mut all) = (0, 0);
    for value in values {
        all += 1;
        so += usize::from(is(value));
    }
    if all == 0 { 0.0 } else { so as f32 / all as f32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INPUT: Size = (640, 320);

    /// Corners of cells of 32 pixels.
    fn cells() -> Vec<[f32; 2]> {
        (0..200).map(|n| [(n % 20 * 32) as f32, (n / 20 * 32) as f32]).collect()
    }

    #[test]
    fn middles_follow_cells_in_pixels_or_fractions_or_not_at_all() {
        let near: Vec<[f32; 2]> =
            cells().iter().enumerate().map(|(n, cell)| cell.map(|at| at + (n * 7 % 60) as f32)).collect();
        assert_eq!(Spread::new(&near, &cells(), (INPUT, false)).follows, Follows::Pixels);
        let parts: Vec<[f32; 2]> = near.iter().map(|[x, y]| [x / 640.0, y / 320.0]).collect();
        assert_eq!(Spread::new(&parts, &cells(), (INPUT, false)).follows, Follows::Fractions);
        assert_eq!(Spread::new(&near, &cells(), (INPUT, true)).follows, Follows::Fractions);
        let offsets: Vec<[f32; 2]> = (0..200).map(|n| [(n * 13 % 7) as f32, (n * 5 % 3) as f32]).collect();
        let spread = Spread::new(&offsets, &cells(), (INPUT, false));
        assert_eq!(spread.follows, Follows::Nothing);
        assert!(spread.are_all_over().is_err(), "{spread:?}");
    }
}
