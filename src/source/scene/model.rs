//! Kinds of vehicles as outlines: a seed in, measures, colour and the rings a body is lofted from out.
//!
//! Turning them into faces is in `body`; how they drive is in `convoy`.

use super::class::Class;
use super::colour::{Colour, rgb};

/// A level cross-section of a body: an octagon with the car's axes (x ahead, y to the left), metres.
#[derive(Clone, Copy, Debug)]
pub struct Ring {
    /// Height above the ground.
    pub z: f32,
    /// Front end.
    pub front: f32,
    /// Rear end (negative).
    pub rear: f32,
    /// Half the width.
    pub half: f32,
    /// How much the corners are cut.
    pub corner: f32,
}

/// What covers the band between two rings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Skin {
    /// Painted metal.
    Metal,
    /// Metal with lamps and number plates at the ends.
    Lamps,
    /// A car's cabin: windscreen, rear window, and this many windows on each side.
    Glass(u8),
    /// A windscreen only, and a cab's door window.
    Cab,
    /// The side of a box or tank: another colour, with ribs.
    Box,
}

/// A stack of rings with a roof on top.
#[derive(Clone, Debug)]
pub struct Loft {
    /// From the lowest up.
    pub rings: Vec<Ring>,
    /// One for each band between two rings.
    pub skins: Vec<Skin>,
}

/// A vehicle's looks and measures.
#[derive(Clone, Debug)]
pub struct Model {
    /// What a detector should call it.
    pub class: Class,
    /// Bumper to bumper, metres.
    pub length: f32,
    /// Height of the roof, metres.
    pub height: f32,
    /// Paint.
    pub paint: Colour,
    /// Paint of a lorry's box.
    pub cargo: Colour,
    /// Parts of the body.
    pub lofts: Vec<Loft>,
    /// Places of the axles along the car, metres.
    pub axles: Vec<f32>,
    /// Half the track, at the outside of the wheels, metres.
    pub track: f32,
    /// Radius of the tyres, metres.
    pub wheel: f32,
}

/// Usual paints; greys are the most common.
const PAINTS: [Colour; 14] = [
    rgb(225, 226, 228),
    rgb(236, 236, 234),
    rgb(168, 172, 176),
    rgb(120, 124, 130),
    rgb(66, 69, 74),
    rgb(34, 35, 38),
    rgb(40, 42, 50),
    rgb(146, 30, 32),
    rgb(176, 44, 40),
    rgb(34, 60, 112),
    rgb(70, 110, 158),
    rgb(58, 82, 66),
    rgb(150, 134, 108),
    rgb(196, 152, 52),
];

impl Model {
    /// The vehicle that belongs to `seed`.
    pub fn new(seed: u64) -> Model {
        let mut rng = fastrand::Rng::with_seed(seed);
        let kind = rng.u32(0..100);
        let mut colour = || rng.choice(&PAINTS).copied().unwrap_or(PAINTS[0]);
        let (paint, cargo) = (colour(), colour());
        let stretch = 0.96 + 0.1 * rng.f32();
        let mut model = match kind {
            0..34 => hatchback(),
            34..58 => saloon(),
            58..72 => tall_car(),
            72..84 => van(),
            84..92 => lorry(),
            _ => bus(),
        };
        model.paint = paint;
        model.cargo = if kind.is_multiple_of(3) { cargo } else { rgb(222, 222, 218) };
        model.height *= 0.5 + 0.5 * stretch;
        model.length *= stretch;
        for ring in model.lofts.iter_mut().flat_map(|loft| &mut loft.rings) {
            ring.z *= 0.5 + 0.5 * stretch;
            ring.front *= stretch;
            ring.rear *= stretch;
        }
        model.axles.iter_mut().for_each(|axle| *axle *= stretch);
        model
    }
}

const fn ring(z: f32, front: f32, rear: f32, half: f32, corner: f32) -> Ring {
    Ring { z, front, rear, half, corner }
}

/// The parts that all models share.
fn model(class: Class, lofts: Vec<Loft>, axles: &[f32], wheel: f32) -> Model {
    let rings = || lofts.iter().flat_map(|loft| &loft.rings);
    let front = rings().map(|ring| ring.front).fold(0.0, f32::max);
    let height = rings().map(|ring| ring.z).fold(0.0, f32::max);
    let track = rings().map(|ring| ring.half).fold(0.0, f32::max);
    let paint = PAINTS[0];
    Model {
        class,
        length: 2.0 * front,
        height,
        paint,
        cargo: paint,
        lofts,
        axles: axles.to_vec(),
        track,
        wheel,
    }
}

/// The lower body of a car, up to the bonnet.
fn car_base(end: f32, bonnet: f32) -> Loft {
    Loft {
        rings: vec![
            ring(0.2, end - 0.12, -end + 0.12, 0.82, 0.3),
            ring(0.46, end, -end, 0.89, 0.28),
            ring(bonnet - 0.16, end - 0.06, -end + 0.04, 0.9, 0.34),
            ring(bonnet, end - 0.3, -end + 0.14, 0.84, 0.36),
        ],
        skins: vec![Skin::Metal, Skin::Lamps, Skin::Metal],
    }
}

fn hatchback() -> Model {
    let cabin = Loft {
        rings: vec![
            ring(0.9, 0.95, -1.92, 0.8, 0.2),
            ring(1.4, 0.22, -1.55, 0.64, 0.16),
            ring(1.48, -0.05, -1.4, 0.54, 0.2),
        ],
        skins: vec![Skin::Glass(2), Skin::Metal],
    };
    model(Class::Car, vec![car_base(2.05, 0.9), cabin], &[1.27, -1.28], 0.31)
}

fn saloon() -> Model {
    let cabin = Loft {
        rings: vec![
            ring(0.88, 0.95, -1.75, 0.8, 0.2),
            ring(1.36, 0.15, -1.05, 0.63, 0.16),
            ring(1.43, -0.1, -0.85, 0.53, 0.2),
        ],
        skins: vec![Skin::Glass(2), Skin::Metal],
    };
    model(Class::Car, vec![car_base(2.32, 0.88), cabin], &[1.4, -1.4], 0.32)
}

fn tall_car() -> Model {
    let cabin = Loft {
        rings: vec![
            ring(1.02, 1.0, -2.15, 0.84, 0.2),
            ring(1.58, 0.3, -1.95, 0.68, 0.18),
            ring(1.68, 0.05, -1.8, 0.58, 0.2),
        ],
        skins: vec![Skin::Glass(3), Skin::Metal],
    };
    model(Class::Car, vec![car_base(2.3, 1.02), cabin], &[1.38, -1.38], 0.36)
}

fn van() -> Model {
    let body = Loft {
        rings: vec![
            ring(0.25, 2.5, -2.55, 0.92, 0.25),
            ring(0.6, 2.6, -2.6, 0.98, 0.25),
            ring(1.15, 2.5, -2.6, 0.98, 0.22),
            ring(1.95, 1.65, -2.58, 0.92, 0.16),
            ring(2.2, 1.4, -2.52, 0.84, 0.2),
        ],
        skins: vec![Skin::Metal, Skin::Lamps, Skin::Cab, Skin::Metal],
    };
    model(Class::Truck, vec![body], &[1.7, -1.65], 0.34)
}

fn lorry() -> Model {
    let cab = Loft {
        rings: vec![
            ring(0.35, 3.55, 1.75, 1.08, 0.18),
            ring(0.8, 3.65, 1.75, 1.12, 0.18),
            ring(1.3, 3.62, 1.75, 1.12, 0.16),
            ring(2.15, 3.35, 1.75, 1.06, 0.14),
            ring(2.4, 3.05, 1.8, 0.98, 0.16),
        ],
        skins: vec![Skin::Metal, Skin::Lamps, Skin::Cab, Skin::Metal],
    };
    let cargo = Loft {
        rings: vec![ring(0.75, 1.55, -3.65, 1.2, 0.02), ring(3.0, 1.55, -3.65, 1.2, 0.02)],
        skins: vec![Skin::Box],
    };
    model(Class::Truck, vec![cab, cargo], &[2.7, -2.2], 0.44)
}

fn bus() -> Model {
    let body = Loft {
        rings: vec![
            ring(0.3, 5.35, -5.35, 1.2, 0.2),
            ring(1.0, 5.4, -5.4, 1.25, 0.2),
            ring(1.15, 5.4, -5.4, 1.25, 0.18),
            ring(2.35, 5.3, -5.38, 1.24, 0.16),
            ring(2.85, 5.2, -5.3, 1.2, 0.2),
            ring(2.98, 4.9, -5.1, 1.05, 0.2),
        ],
        skins: vec![Skin::Lamps, Skin::Metal, Skin::Glass(7), Skin::Metal, Skin::Metal],
    };
    model(Class::Bus, vec![body], &[3.1, -2.9], 0.48)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_loft_has_one_skin_for_each_band() {
        for seed in 0..200 {
            for loft in Model::new(seed).lofts {
                assert_eq!(loft.skins.len() + 1, loft.rings.len());
                assert!(loft.rings.windows(2).all(|pair| pair[0].z < pair[1].z));
            }
        }
    }

    #[test]
    fn all_classes_occur_and_measures_are_plausible() {
        let models: Vec<Model> = (0..200).map(Model::new).collect();
        for class in [Class::Car, Class::Truck, Class::Bus] {
            assert!(models.iter().any(|model| model.class == class));
        }
        assert!(
            models
                .iter()
                .all(|model| (3.5..12.0).contains(&model.length) && (1.3..3.3).contains(&model.height))
        );
    }
}
