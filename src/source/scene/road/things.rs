//! What people have on wheels, as thick lines: bicycles, prams, suitcases.
//!
//! Who has them is in `riders` and `walkers`.

use std::f32::consts::TAU;

use crate::source::scene::{
    colour::{Colour, rgb},
    geometry::{Vec2, Vec3},
    view::Limb,
};

const TYRE: Colour = rgb(28, 28, 30);
const METAL: Colour = rgb(120, 122, 126);
const CLOTHS: [Colour; 5] =
    [rgb(42, 48, 66), rgb(120, 122, 126), rgb(132, 44, 52), rgb(62, 88, 74), rgb(34, 34, 38)];
/// Radius of a bicycle's wheels, and half the distance between their axles, metres.
const BICYCLE: [f32; 2] = [0.33, 0.53];
/// Pieces of a wheel's rim.
const PIECES: usize = 12;

/// A place on the ground and a direction from which things are built.
pub struct Base {
    /// Middle of the thing on the ground, metres.
    pub at: Vec2,
    /// Unit vector ahead.
    pub ahead: Vec2,
}

impl Base {
    /// A point ahead, to the left and above.
    fn point(&self, x: f32, y: f32, z: f32) -> Vec3 {
        (self.at + self.ahead * x + self.ahead.left() * y).up(z)
    }

    fn bar(&self, from: [f32; 3], to: [f32; 3], radius: f32, colour: Colour) -> Limb {
        let [from, to] = [from, to].map(|[x, y, z]| self.point(x, y, z));
        Limb::new([from, to], [radius; 2], colour)
    }

    /// A wheel's rim around an axle.
    fn wheel(&self, [x, y]: [f32; 2], radius: f32) -> impl Iterator<Item = Limb> {
        let on_rim = move |piece: usize| {
            let turn = Vec2::at_angle(piece as f32 / PIECES as f32 * TAU) * radius;
            [x + turn.x, y, (radius + turn.y).max(0.02)]
        };
        (0..PIECES).map(move |piece| self.bar(on_rim(piece), on_rim(piece + 1), 0.025, TYRE))
    }
}

/// A bicycle with a frame of that paint.
pub fn bicycle(base: &Base, paint: Colour) -> Vec<Limb> {
    let [radius, half] = BICYCLE;
    let (rear, front) = ([-half, 0.0, radius], [half, 0.0, radius]);
    let (saddle, crank, head) = ([-0.15, 0.0, 0.9], [0.02, 0.0, 0.29], [0.42, 0.0, 0.86]);
    let frame =
        [(rear, crank), (rear, saddle), (crank, saddle), (crank, head), (saddle, head), (head, front)];
    let frame = frame.map(|(from, to)| base.bar(from, to, 0.022, paint));
    let bars = [
        base.bar([-0.26, 0.0, 0.93], [-0.04, 0.0, 0.93], 0.05, TYRE),
        base.bar([0.44, -0.25, 1.02], [0.44, 0.25, 1.02], 0.02, METAL),
        base.bar([0.42, 0.0, 0.86], [0.44, 0.0, 1.02], 0.02, METAL),
    ];
    base.wheel([-half, 0.0], radius).chain(base.wheel([half, 0.0], radius)).chain(frame).chain(bars).collect()
}

/// A pram: a basket under a hood on four wheels, with a handle behind. `number` picks the cloth.
pub fn pram(base: &Base, number: u64) -> Vec<Limb> {
    let cloth = CLOTHS[number as usize % CLOTHS.len()];
    let mut limbs: Vec<Limb> = Vec::new();
    for y in [-0.24, 0.24] {
        limbs.extend(base.wheel([-0.28, y], 0.14));
        limbs.extend(base.wheel([0.3, y], 0.11));
        limbs.push(base.bar([-0.28, y, 0.16], [0.2, y, 0.55], 0.02, METAL));
        limbs.push(base.bar([0.3, y, 0.12], [-0.45, y, 0.98], 0.02, METAL));
    }
    limbs.push(base.bar([-0.45, -0.24, 0.98], [-0.45, 0.24, 0.98], 0.025, TYRE));
    limbs.push(base.bar([-0.22, 0.0, 0.55], [0.3, 0.0, 0.55], 0.21, cloth));
    limbs.push(base.bar([-0.02, -0.12, 0.78], [-0.02, 0.12, 0.78], 0.22, cloth.lit(0.85)));
    limbs
}

/// A suitcase on wheels, tilted towards whoever pulls it. `number` picks the cloth.
pub fn suitcase(base: &Base, number: u64) -> Vec<Limb> {
    let cloth = CLOTHS[(number as usize + 2) % CLOTHS.len()];
    let side = |y: f32| base.bar([-0.18, y, 0.16], [0.02, y, 0.58], 0.11, cloth);
    let rod = |y: f32| base.bar([0.02, y, 0.6], [0.26, y, 0.86], 0.015, METAL);
    let wheel = |y: f32| base.bar([-0.2, y, 0.05], [-0.2, y, 0.05], 0.05, TYRE);
    vec![
        wheel(-0.15),
        wheel(0.15),
        side(-0.11),
        side(0.0),
        side(0.11),
        rod(-0.1),
        rod(0.1),
        base.bar([0.26, -0.1, 0.86], [0.26, 0.1, 0.86], 0.02, TYRE),
    ]
}
