//! What a surveyor would have written down about a place: its counting line, its zone, its calibration.
//!
//! Made from the camera's position alone, and in the form in which an operator writes it for a real camera.
//! Who walks there does not belong here.

use super::{
    camera::GroundCamera,
    geometry::{Vec2, vec2},
    kind::Kind,
    road,
    site::{COUNTING_LINE, KERB_MARGIN, NEAR_KERB},
};
use crate::{
    cameras::{Calibration, Ground, Measured, Survey},
    nouns::place::{Fraction, Line, Zone},
};

/// Places of the frame whose ground is measured: a quadrangle that holds most of it.
const MEASURED: [Fraction; 4] = [[0.1, 0.97], [0.9, 0.97], [0.85, 0.2], [0.15, 0.2]];

/// Corners of the plaza, ground metres, as far as they are in the picture.
const PLAZA: [Vec2; 4] = [
    vec2(-1.6, 8.2),
    vec2(6.4, 8.2),
    vec2(12.5, NEAR_KERB - KERB_MARGIN),
    vec2(-6.0, NEAR_KERB - KERB_MARGIN),
];

/// The calibrated camera of a place, for a picture of that size.
pub fn camera(kind: Kind, (width, height): (usize, usize)) -> GroundCamera {
    match kind {
        Kind::Plaza => GroundCamera::new(width, height),
        Kind::Road => GroundCamera::on(road::MAST, width, height),
    }
}

/// The plaza's survey in a picture of that size.
pub fn survey(size: (usize, usize)) -> Survey {
    survey_of(Kind::Plaza, size)
}

/// A place's survey in a picture of that size.
pub fn survey_of(kind: Kind, (width, height): (usize, usize)) -> Survey {
    let camera = camera(kind, (width, height));
    let seen = |ground: Vec2| -> Fraction {
        let at = camera.ground_to_pixel(ground).unwrap_or_default();
        [f64::from(at.x) / width as f64, f64::from(at.y) / height as f64].map(|value| value.clamp(0.0, 1.0))
    };
    let measured = MEASURED.map(|at| {
        let pixel = vec2((at[0] * width as f64) as f32, (at[1] * height as f64) as f32);
        let ground = camera.pixel_to_ground(pixel).unwrap_or_default();
        Measured { at, metres: [f64::from(ground.x), f64::from(ground.y)] }
    });
    let (id, [from, to]) = match kind {
        Kind::Plaza => ("promenade", COUNTING_LINE),
        Kind::Road => ("road", road::LINE),
    };
    let zones = match kind {
        Kind::Plaza => vec![Zone::new("plaza", PLAZA.map(seen).to_vec())],
        Kind::Road => Vec::new(),
    };
    Survey {
        lines: vec![Line::new(id, seen(from), seen(to))],
        zones,
        calibration: Ground::through(&measured).map(Calibration::Points),
        ..Survey::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_survey_lies_inside_the_picture() {
        for kind in Kind::ALL {
            let survey = survey_of(kind, (1280, 720));
            assert!(survey.calibration.is_some());
            let line = &survey.lines[0];
            let corners = survey.zones.iter().flat_map(|zone| zone.points.clone());
            for place in [line.from, line.to].into_iter().chain(corners) {
                assert!(place.iter().all(|value| (0.0..=1.0).contains(value)), "{place:?}");
            }
            assert!((line.from[0] - line.to[0]).abs() + (line.from[1] - line.to[1]).abs() > 0.3, "{line:?}");
        }
    }
}
