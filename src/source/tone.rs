//! How bright a stream's values are: HDR made fit for screens that have no more than JPEG's range. Pure.
//!
//! HLG (ARIB STD-B67) was made to be shown as it is. PQ (SMPTE ST 2084) says absolute light, most of it
//! brighter than such a screen, so that its pictures look dark and pale; they get a curve.

use crate::nouns::picture::Planes;

/// How values stand for light.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Tone {
    /// The brightness that any screen shows.
    Plain,
    /// The brightness of the perceptual quantiser.
    Pq,
}

/// Light of paper white in PQ pictures, cd/m² (ITU-R BT.2408).
const WHITE: f64 = 203.0;

/// Light at which highlights are all the same, in paper whites; 1,000 cd/m², what most PQ material is
/// mastered for.
const PEAK: f64 = 1000.0 / WHITE;

/// Gamma of an ordinary screen (ITU-R BT.1886).
const GAMMA: f64 = 2.4;

/// A curve over luma, and how much colour goes with it.
pub(super) struct Curve {
    luma: [u8; 256],
    /// Chroma by the luma that it goes with, with 8 fractional bits.
    chroma: [u16; 256],
}

impl Tone {
    /// The curve that makes values plain; `None` where they are.
    pub(super) fn curve(self) -> Option<Curve> {
        match self {
            Tone::Plain => None,
            Tone::Pq => Some(Curve::pq()),
        }
    }
}

impl Curve {
    fn pq() -> Curve {
        let mut curve = Curve { luma: [0; 256], chroma: [256; 256] };
        for (value, (luma, chroma)) in curve.luma.iter_mut().zip(curve.chroma.iter_mut()).enumerate() {
            let signal = value as f64 / 255.0;
            let shown = compressed(light(signal) / WHITE).powf(1.0 / GAMMA);
            *luma = (shown * 255.0).round() as u8;
            let gain = if signal > 0.0 { (shown / signal).min(4.0) } else { 1.0 };
            *chroma = (gain * 256.0).round() as u16;
        }
        curve
    }

    /// Puts the curve onto the chroma row `y` and the luma rows above it, the last ones of `planes`, which
    /// are `width` wide.
    pub(super) fn apply(&self, planes: &mut Planes, y: usize, width: usize) {
        let half = width.div_ceil(2);
        let (above, first) = (2 * y * width, y * half);
        for (x, (u, v)) in planes.u[first..].iter_mut().zip(&mut planes.v[first..]).enumerate() {
            let gain = i32::from(self.chroma[usize::from(planes.y[above + (2 * x).min(width - 1)])]);
            for chroma in [u, v] {
                *chroma = (128 + (((i32::from(*chroma) - 128) * gain) >> 8)).clamp(0, 255) as u8;
            }
        }
        for luma in &mut planes.y[above..] {
            *luma = self.luma[usize::from(*luma)];
        }
    }
}

/// Light of a PQ signal from 0 to 1, in cd/m² (SMPTE ST 2084, equation 4.1).
fn light(signal: f64) -> f64 {
    const M1: f64 = 2610.0 / 16384.0;
    const M2: f64 = 2523.0 / 32.0;
    const C1: f64 = 3424.0 / 4096.0;
    const C2: f64 = 2413.0 / 128.0;
    const C3: f64 = 2392.0 / 128.0;
    let root = signal.powf(1.0 / M2);
    10_000.0 * ((root - C1).max(0.0) / (C2 - C3 * root)).powf(1.0 / M1)
}

/// Light in paper whites pressed into 0 to 1: nearly as it is while dark, all above [`PEAK`] white
/// (Reinhard's extended curve).
fn compressed(light: f64) -> f64 {
    (light * (1.0 + light / (PEAK * PEAK)) / (1.0 + light)).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pq_signals_are_the_light_that_the_standard_lists() {
        // ITU-R BT.2408, table of reference levels: 38 % is 26 cd/m², 58 % is 203, 75 % is 983.
        for (signal, listed) in [(0.38, 26.0), (0.58, 203.0), (0.75, 983.0)] {
            assert!((light(signal) / listed - 1.0).abs() < 0.05, "{signal}: {}", light(signal));
        }
    }

    #[test]
    fn the_curve_rises_from_black_to_white() {
        let curve = Curve::pq();
        assert!(curve.luma.windows(2).all(|pair| pair[0] <= pair[1]));
        assert_eq!((curve.luma[0], curve.luma[255]), (0, 255));
        assert!((150..230).contains(&curve.luma[148]), "paper white is light: {}", curve.luma[148]);
    }

    #[test]
    fn luma_follows_the_curve_and_colour_goes_with_it() {
        let curve = Curve::pq();
        let mut planes =
            Planes { width: 5, height: 1, y: vec![148; 5], u: vec![128, 160, 96], v: vec![128, 128, 255] };
        curve.apply(&mut planes, 0, 5);
        assert!(planes.y.iter().all(|luma| *luma == curve.luma[148]));
        assert_eq!((planes.u[0], planes.v[0]), (128, 128), "grey stays grey");
        let gain = f64::from(curve.luma[148]) / 148.0;
        assert!(
            (f64::from(planes.u[1]) - 128.0 - 32.0 * gain).abs() < 2.0 && planes.u[2] < 96,
            "{:?} by {gain}",
            planes.u
        );
    }
}
