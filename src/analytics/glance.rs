//! What a picture shows at a glance: pictures in, whether the view has jumped between two of them out. Pure.
//!
//! The brightness of a few hundred places tells one view from another whatever moves in it and however light
//! changes: it goes up and down together as long as the camera looks at the same place.

use super::appearance::colour_at;
use crate::frame::Picture;

/// Places across.
const ACROSS: usize = 32;

/// Places down.
const DOWN: usize = 18;

/// Samples of a place on each axis: between them is what moves.
const SAMPLES: usize = 2;

/// Correlation of two pictures' brightness below which they show different views. A busy street correlates
/// with itself at more than 0.7 after seconds, two streets at less than 0.4.
const ANOTHER_VIEW: f32 = 0.45;

/// Least share of the places that change with the view: a lorry right before the camera hides a good part of
/// it.
const CHANGED: f32 = 0.7;

/// Least change of a place's brightness, sample values, that noise does not make.
const CHANGE: f32 = 10.0;

/// Least standard deviation of a picture's brightness, sample values, at which it shows a view at all: a dark
/// one, or a covered lens, says nothing.
const LEAST_CONTRAST: f32 = 6.0;

/// Brightness of some places of a picture.
#[derive(Clone, Debug)]
pub(super) struct Glance {
    /// Off the mean brightness, sample values.
    places: Vec<f32>,
    mean: f32,
    /// Standard deviation.
    contrast: f32,
}

impl Glance {
    /// A glance at a picture.
    pub fn of(picture: &Picture) -> Glance {
        let (width, height) = picture.size();
        let place = |n: usize| {
            let samples = (0..SAMPLES * SAMPLES).map(|sample| {
                let across = (n % ACROSS * SAMPLES + sample % SAMPLES) as f32 + 0.5;
                let down = (n / ACROSS * SAMPLES + sample / SAMPLES) as f32 + 0.5;
                let x = across / (ACROSS * SAMPLES) as f32 * width as f32;
                let y = down / (DOWN * SAMPLES) as f32 * height as f32;
                colour_at(picture, [x, y])[0]
            });
            samples.sum::<f32>() / (SAMPLES * SAMPLES) as f32
        };
        let mut places: Vec<f32> = (0..ACROSS * DOWN).map(place).collect();
        let count = places.len() as f32;
        let mean = places.iter().sum::<f32>() / count;
        places.iter_mut().for_each(|value| *value -= mean);
        let contrast = (places.iter().map(|value| value * value).sum::<f32>() / count).sqrt();
        Glance { places, mean, contrast }
    }

    /// Whether the other picture shows another view.
    pub fn jumps_to(&self, other: &Glance) -> bool {
        if self.contrast.min(other.contrast) < LEAST_CONTRAST {
            return false;
        }
        let shared: f32 = self.places.iter().zip(&other.places).map(|(one, other)| one * other).sum();
        let count = self.places.len() as f32;
        let pairs = self.places.iter().zip(&other.places);
        let lighter = self.mean - other.mean;
        let changed = pairs.filter(|(one, other)| (*one - *other + lighter).abs() >= CHANGE).count() as f32;
        shared / count / (self.contrast * other.contrast) < ANOTHER_VIEW && changed / count >= CHANGED
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{
        nouns::picture::Planes,
        source::scene::{Kind, Scene, SceneParams},
    };

    fn drawn(kind: Kind, seconds: u64) -> Planes {
        let mut scene = Scene::new(&SceneParams { seed: 7, ..SceneParams::of(kind) }, 320, 180);
        scene.draw(Duration::from_secs(seconds), seconds, "")
    }

    fn glance(planes: &Planes) -> Glance {
        Glance::of(&Picture::Planes(planes.clone()))
    }

    #[test]
    fn a_busy_place_is_itself_after_a_minute_and_in_other_light() {
        let (now, later) = (drawn(Kind::Road, 5), drawn(Kind::Road, 65));
        assert!(!glance(&now).jumps_to(&glance(&later)));
        let mut dusk = later;
        dusk.y.iter_mut().for_each(|luma| *luma = *luma / 2 + 10);
        assert!(!glance(&now).jumps_to(&glance(&dusk)));
    }

    #[test]
    fn another_place_is_a_jump() {
        let [road, plaza] = [Kind::Road, Kind::Plaza].map(|kind| glance(&drawn(kind, 5)));
        assert!(road.jumps_to(&plaza) && plaza.jumps_to(&road));
    }

    #[test]
    fn a_lorry_right_before_the_camera_is_no_other_view() {
        let now = drawn(Kind::Road, 5);
        for luma in [30, 225] {
            let mut covered = now.clone();
            covered.y.chunks_mut(320).for_each(|row| row[..192].fill(luma));
            assert!(!glance(&now).jumps_to(&glance(&covered)), "{luma}");
        }
    }

    #[test]
    fn a_dark_picture_is_no_view() {
        let road = glance(&drawn(Kind::Road, 5));
        let dark = glance(&Planes::grey(320, 180, 16));
        assert!(!road.jumps_to(&dark) && !dark.jumps_to(&road));
    }
}
