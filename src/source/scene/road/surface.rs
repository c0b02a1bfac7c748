//! The empty road: the colours of asphalt, paint, kerbs, pavements and grass, as a function of the place.
//!
//! The loop over the picture's samples is in `background`.

use super::site::{KERBS, PAVEMENTS};
use crate::source::scene::{
    colour::{Colour, rgb},
    geometry::{Vec2, vec2},
    texture::{between, hash, lines, noise},
    view::View,
};

const ASPHALT: Colour = rgb(92, 92, 95);
const PAINT: Colour = rgb(212, 210, 202);
const KERB: Colour = rgb(186, 184, 178);
const SLABS: Colour = rgb(168, 165, 158);
const JOINTS: Colour = rgb(124, 119, 111);
const GRASS: Colour = rgb(88, 108, 60);

/// Width of a kerb stone, metres.
const KERB_WIDTH: f32 = 0.2;
/// Side of a pavement's slab, metres.
const SLAB: f32 = 0.6;

/// The colour of the ground that is seen at a place in the picture, in full light.
pub fn surface_colour(view: &View, at: Vec2, seed: u32) -> Colour {
    let hit = |pixel: Vec2| {
        let (lens, ray) = (view.camera.lens(), view.camera.ray(pixel));
        lens.ground() + ray.ground() * (lens.z / (-ray.z).max(1e-3))
    };
    let (ground, right, down) = (hit(at), hit(at + vec2(1.0, 0.0)), hit(at + vec2(0.0, 1.0)));
    let (right, down) = (right - ground, down - ground);
    let span = vec2(right.x.abs() + down.x.abs(), right.y.abs() + down.y.abs());
    let inside = |from: f32, to: f32| between(ground.x, from, to, span.x);
    let mut colour = grass(ground, span, seed);
    colour = colour.mix(pavement(ground, span, seed), inside(PAVEMENTS[0], PAVEMENTS[1]));
    let stone = KERB.lit(1.0 - 0.25 * lines(ground.y, 1.0, 0.02, span.y));
    colour = colour.mix(stone, inside(KERBS[0] - KERB_WIDTH, KERBS[1] + KERB_WIDTH));
    colour.mix(road(ground, span, seed), inside(KERBS[0], KERBS[1]))
}

fn grass(at: Vec2, span: Vec2, seed: u32) -> Colour {
    let foot = (span.x * span.y).sqrt();
    let tone = 0.08 * noise(at, 3.1, foot, seed ^ 1) + 0.09 * noise(at, 0.35, foot, seed ^ 2);
    GRASS.lit(1.0 + tone + 0.07 * noise(at, 0.07, foot, seed ^ 3))
}

fn pavement(at: Vec2, span: Vec2, seed: u32) -> Colour {
    let foot = (span.x * span.y).sqrt();
    let slab = hash((at.x / SLAB).round() as i32, (at.y / SLAB).round() as i32, seed ^ 4) - 0.5;
    let joint =
        lines(at.x - SLAB * 0.5, SLAB, 0.012, span.x).max(lines(at.y - SLAB * 0.5, SLAB, 0.012, span.y));
    let grain = 0.03 * noise(at, 0.1, foot, seed ^ 5) + 0.06 * noise(at, 1.9, foot, seed ^ 6);
    SLABS.lit(1.0 + 0.09 * slab + grain).mix(JOINTS, 0.4 * joint)
}

/// Asphalt with wheel tracks, a broken line in its middle and lines at its edges.
fn road(at: Vec2, span: Vec2, seed: u32) -> Colour {
    let foot = (span.x * span.y).sqrt();
    let middle = (KERBS[0] + KERBS[1]) * 0.5;
    let off = (at.x - middle).abs() - 1.85;
    let track = 1.0 - ((off.abs() - 0.75).abs() / 0.45).min(1.0);
    let long = vec2(at.x, at.y * 0.25);
    let tone = 0.05 * noise(long, 0.8, foot, seed ^ 7) + 0.05 * noise(at, 4.0, foot, seed ^ 8) + 0.06 * track;
    let grain = 0.03 * noise(at, 0.06, foot, seed ^ 9) + 0.03 * noise(at, 0.18, foot, seed ^ 10);
    let broken = between(at.x, middle - 0.07, middle + 0.07, span.x) * lines(at.y, 6.0, 3.0, span.y);
    let edge = |kerb: f32, side: f32| {
        let at_edge = kerb + side * 0.3;
        between(at.x, at_edge - 0.06, at_edge + 0.06, span.x)
    };
    let paint = broken.max(edge(KERBS[0], 1.0)).max(edge(KERBS[1], -1.0));
    let worn = (0.85 + 0.2 * noise(at, 0.22, foot, seed ^ 11)).clamp(0.0, 1.0);
    ASPHALT.lit(1.0 + tone + grain).mix(PAINT, paint * worn)
}
