//! What a thing looks like, in a few colours: a picture and a box in, a look that can be compared out. Pure.
//!
//! Clothes and paint tell people and cars apart where boxes overlap. Six bands from top to bottom, each a mean colour, are enough for
//! that and cost next to nothing; who is who is decided by `track`.

use crate::{
    frame::{Bgr, Picture, Planes},
    protocol::BBox,
};

/// Bands from the top of a box to its bottom.
const BANDS: usize = 6;

/// Share of a box's width, in its middle, that is looked at: beside it is mostly ground.
const MIDDLE: f32 = 0.5;

/// Most samples of a band across and down.
const SAMPLES: usize = 8;

/// Shadows change brightness more than colour.
const BRIGHTNESS: f32 = 0.5;

/// How much of the new look a track takes over each time.
const RENEWAL: f32 = 0.1;

/// Mean colours of a box's bands: brightness, blue difference, red difference, 0 to 255.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Look([[f32; 3]; BANDS]);

impl Look {
    /// The look of what is inside a box of the picture.
    pub fn of(picture: &Picture, bbox: &BBox) -> Look {
        let (middle, half) = ((bbox.x1 + bbox.x2) / 2.0, bbox.width() * MIDDLE / 2.0);
        let mut bands = [[0.0; 3]; BANDS];
        for (n, band) in bands.iter_mut().enumerate() {
            let top = bbox.y1 + bbox.height() * n as f32 / BANDS as f32;
            let places = (0..SAMPLES * SAMPLES).map(|at| {
                let [across, down] = [at % SAMPLES, at / SAMPLES].map(|step| (step as f32 + 0.5) / SAMPLES as f32);
                [middle - half + 2.0 * half * across, top + bbox.height() / BANDS as f32 * down]
            });
            for place in places {
                let colour = colour_at(picture, place);
                band.iter_mut().zip(colour).for_each(|(sum, value)| *sum += value / (SAMPLES * SAMPLES) as f32);
            }
        }
        Look(bands)
    }

    /// How different two looks are: the difference that half of their bands do not exceed, so that what hides a part of somebody
    /// does not make somebody else of them. Other clothes are at 15 and more, the same ones mostly below 8.
    pub fn difference(&self, other: &Look) -> f32 {
        let mut bands: [f32; BANDS] = std::array::from_fn(|n| {
            let [y, u, v] = std::array::from_fn(|channel| self.0[n][channel] - other.0[n][channel]);
            (y * BRIGHTNESS).hypot(u).hypot(v)
        });
        bands.sort_by(f32::total_cmp);
        (bands[BANDS / 2 - 1] + bands[BANDS / 2]) / 2.0
    }

    /// Takes over a little of a newer look: light and pose change.
    pub fn renew(&mut self, newer: &Look) {
        for (band, newer) in self.0.iter_mut().zip(newer.0) {
            band.iter_mut().zip(newer).for_each(|(old, new)| *old += (new - *old) * RENEWAL);
        }
    }
}

/// The colour at a place of the picture, or at the nearest one inside.
fn colour_at(picture: &Picture, [x, y]: [f32; 2]) -> [f32; 3] {
    let (width, height) = picture.size();
    let (x, y) = ((x.max(0.0) as usize).min(width - 1), (y.max(0.0) as usize).min(height - 1));
    match picture {
        Picture::Planes(planes) => of_planes(planes, x, y),
        Picture::Bgr(bgr) => of_bgr(bgr, x, y),
    }
}

fn of_planes(planes: &Planes, x: usize, y: usize) -> [f32; 3] {
    let chroma = y / 2 * planes.chroma_width() + x / 2;
    [planes.y[y * planes.width + x], planes.u[chroma], planes.v[chroma]].map(f32::from)
}

/// JPEG's colour conversion (ITU-T T.871, section 7).
fn of_bgr(bgr: &Bgr, x: usize, y: usize) -> [f32; 3] {
    let at = (y * bgr.width + x) * 3;
    let [b, g, r] = [bgr.data[at], bgr.data[at + 1], bgr.data[at + 2]].map(f32::from);
    let luma = 0.299 * r + 0.587 * g + 0.114 * b;
    [luma, 128.0 + 0.564 * (b - luma), 128.0 + 0.713 * (r - luma)]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two people side by side: red over blue, and green all over.
    fn picture() -> Picture {
        let pixel = |n: usize| match (n % 80 < 40, n / 80 < 50) {
            (true, true) => [20, 20, 200],
            (true, false) => [200, 20, 20],
            (false, _) => [20, 160, 20],
        };
        Picture::Bgr(Bgr { width: 80, height: 100, data: (0..80 * 100).flat_map(pixel).collect() })
    }

    const LEFT: BBox = BBox { x1: 5.0, y1: 5.0, x2: 35.0, y2: 95.0 };
    const RIGHT: BBox = BBox { x1: 45.0, y1: 5.0, x2: 75.0, y2: 95.0 };

    #[test]
    fn different_clothes_look_different_and_the_same_alike() {
        let picture = picture();
        let left = Look::of(&picture, &LEFT);
        let moved = Look::of(&picture, &BBox { x1: 8.0, y1: 2.0, x2: 36.0, y2: 97.0 });
        assert!(left.difference(&moved) < 5.0, "{}", left.difference(&moved));
        assert!(left.difference(&Look::of(&picture, &RIGHT)) > 30.0);
    }

    #[test]
    fn planes_and_bgr_look_alike() {
        let Picture::Bgr(bgr) = picture() else { unreachable!("made so") };
        let planes = Picture::Planes(crate::encode::planes_of(&bgr));
        let difference = Look::of(&planes, &LEFT).difference(&Look::of(&Picture::Bgr(bgr), &LEFT));
        assert!(difference < 3.0, "{difference}");
    }

    #[test]
    fn boxes_beyond_the_picture_do_no_harm() {
        let look = Look::of(&picture(), &BBox { x1: -50.0, y1: 90.0, x2: 500.0, y2: 400.0 });
        assert!(look.difference(&look) < f32::EPSILON);
    }

    #[test]
    fn a_look_is_renewed_slowly() {
        let picture = picture();
        let (mut look, other) = (Look::of(&picture, &LEFT), Look::of(&picture, &RIGHT));
        let before = look.difference(&other);
        look.renew(&other);
        let after = look.difference(&other);
        assert!(after < before && after > before * 0.8);
    }
}
