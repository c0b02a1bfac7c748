//! Sensor noise: a pool of precomputed grain, laid over every row from a place that the frame number chooses.
//!
//! Texture that stays in place belongs to `background`.

use crate::nouns::picture::Planes;

/// Grain is stored with this much added, so that one saturating add and one saturating subtract apply it;
/// both vectorise.
const MIDDLE: u8 = 32;
/// Samples of grain beyond one row: rows start anywhere in it, which hides repetition and stays inside the
/// second-level cache.
const POOL: usize = 1 << 16;
/// Standard deviation of the luma grain: a small sensor in good daylight, after the camera's own noise
/// reduction.
const LUMA_DEVIATION: f32 = 0.9;
/// Standard deviation of the chroma grain.
const CHROMA_DEVIATION: f32 = 0.4;

/// Grain for pictures of one width.
pub struct Noise {
    luma: Vec<u8>,
    chroma: Vec<u8>,
}

impl Noise {
    /// Draws the grain for rows of `width` samples.
    pub fn new(seed: u64, width: usize) -> Noise {
        let mut rng = fastrand::Rng::with_seed(seed ^ 0x6e6f_6973);
        Noise {
            luma: grain(&mut rng, width, LUMA_DEVIATION),
            chroma: grain(&mut rng, width, CHROMA_DEVIATION),
        }
    }

    /// Lays the grain of frame `number` over the picture.
    pub fn apply(&self, planes: &mut Planes, number: u64) {
        let mut rng = fastrand::Rng::with_seed(number);
        let chroma_width = planes.chroma_width();
        lay(&mut planes.y, planes.width, &self.luma, &mut rng);
        lay(&mut planes.u, chroma_width, &self.chroma, &mut rng);
        lay(&mut planes.v, chroma_width, &self.chroma, &mut rng);
    }
}

/// A pool of grain: sums of four even draws, which is close to a normal distribution.
fn grain(rng: &mut fastrand::Rng, width: usize, deviation: f32) -> Vec<u8> {
    // Four draws of variance 1/12 each have a deviation of sqrt(1/3).
    let scale = deviation * 3.0f32.sqrt();
    let mut draw = || {
        let sum: f32 = (0..4).map(|_| rng.f32() - 0.5).sum();
        (f32::from(MIDDLE) + sum * scale).round().clamp(0.0, 255.0) as u8
    };
    (0..POOL + width).map(|_| draw()).collect()
}

/// Adds grain to each row of a plane.
fn lay(plane: &mut [u8], width: usize, pool: &[u8], rng: &mut fastrand::Rng) {
    for row in plane.chunks_exact_mut(width.max(1)) {
        let start = rng.usize(0..POOL);
        for (sample, grain) in row.iter_mut().zip(&pool[start..start + width]) {
            *sample = sample.saturating_add(*grain).saturating_sub(MIDDLE);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grain_keeps_the_mean_and_has_its_deviation() {
        let mut planes = Planes::grey(640, 360, 120);
        Noise::new(1, 640).apply(&mut planes, 7);
        let count = planes.y.len() as f64;
        let mean = planes.y.iter().map(|&luma| f64::from(luma)).sum::<f64>() / count;
        let variance = planes.y.iter().map(|&luma| (f64::from(luma) - mean).powi(2)).sum::<f64>() / count;
        assert!((mean - 120.0).abs() < 0.1, "{mean}");
        assert!((variance.sqrt() - f64::from(LUMA_DEVIATION)).abs() < 0.2, "{variance}");
    }

    #[test]
    fn the_number_decides_the_grain() {
        let noise = Noise::new(1, 64);
        let noisy = |number| {
            let mut planes = Planes::grey(64, 48, 120);
            noise.apply(&mut planes, number);
            planes
        };
        assert_eq!(noisy(3), noisy(3));
        assert_ne!(noisy(3), noisy(4));
    }
}
