//! What a surveyor would have written down about the plaza: its counting line, its zone, its calibration.
//!
//! The same file that an operator writes for a real camera, made from the camera's position alone. Who walks
//! there does not belong here.

use super::{
    camera::GroundCamera,
    geometry::{Vec2, vec2},
    site::{COUNTING_LINE, KERB_MARGIN, NEAR_KERB},
};
use crate::{
    cameras::{Calibration, Ground, Measured, Survey},
    nouns::place::{Fraction, Line, Zone},
};

/// Places of the frame whose ground is measured: a quadrangle that holds plaza and road.
const MEASURED: [Fraction; 4] = [[0.1, 0.97], [0.9, 0.97], [0.85, 0.2], [0.15, 0.2]];

/// Corners of the plaza, ground metres, as far as they are in the picture.
const PLAZA: [Vec2; 4] = [
    vec2(-1.6, 8.2),
    vec2(6.4, 8.2),
    vec2(12.5, NEAR_KERB - KERB_MARGIN),
    vec2(-6.0, NEAR_KERB - KERB_MARGIN),
];

/// The survey of a picture of that size.
pub fn survey((width, height): (usize, usize)) -> Survey {
    let camera = GroundCamera::new(width, height);
    let seen = |ground: Vec2| -> Fraction {
        let at = camera.ground_to_pixel(ground).unwrap_or_default();
        [f64::from(at.x) / width as f64, f64::from(at.y) / height as f64].map(|value| value.clamp(0.0, 1.0))
    };
    let measured = MEASURED.map(|at| {
        let pixel = vec2((at[0] * width as f64) as f32, (at[1] * height as f64) as f32);
        let ground = camera.pixel_to_ground(pixel).unwrap_or_default();
        Measured { at, metres: [f64::from(ground.x), f64::from(ground.y)] }
    });
    Survey {
        lines: vec![Line::new("promenade", seen(COUNTING_LINE[0]), seen(COUNTING_LINE[1]))],
        zones: vec![Zone::new("plaza", PLAZA.map(seen).to_vec())],
        calibration: Ground::through(&measured).map(Calibration::Points),
        ..Survey::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_survey_lies_inside_the_picture() {
        let survey = survey((1280, 720));
        assert!(survey.calibration.is_some());
        let line = &survey.lines[0];
        let places = [line.from, line.to].into_iter().chain(survey.zones[0].points.clone());
        for place in places {
            assert!(place.iter().all(|value| (0.0..=1.0).contains(value)), "{place:?}");
        }
        assert!((line.from[1] - line.to[1]).abs() > 0.3, "{line:?}");
    }
}
