//! The colours of the ground: paving, kerbs, asphalt, road marks, as functions of the place in metres.
//!
//! Walls are in `fronts`; the loop over the picture's samples is in `background`.

use super::colour::{Colour, rgb};
use super::geometry::Vec2;
use super::site::{FAR_KERB, LANE_WIDTH, NEAR_KERB, PLANTERS, STOP_BEFORE_ZEBRA, ZEBRA_HALF, ZEBRA_X};
use super::texture::{between, hash, lines, noise};

/// Length and width of a paving slab, metres.
const SLAB: [f32; 2] = [1.8, 1.2];
/// Width of a joint between slabs, metres.
const JOINT: f32 = 0.012;
/// Distance between the dark bands of the plaza, and their width, metres.
const BAND: [f32; 2] = [7.2, 0.4];
/// Width of a kerb stone, metres.
const KERB: f32 = 0.22;
/// Depth of the strip of knobbed slabs before a crossing, metres.
const TACTILE: f32 = 0.6;

const PAVING: Colour = rgb(194, 189, 179);
const PAVING_DARK: Colour = rgb(143, 136, 129);
const PAVEMENT: Colour = rgb(170, 167, 161);
const GRANITE: Colour = rgb(190, 188, 184);
const ASPHALT: Colour = rgb(88, 88, 91);
const ROAD_PAINT: Colour = rgb(214, 212, 204);
const GROUT: Colour = rgb(124, 119, 111);
const TACTILE_SLAB: Colour = rgb(196, 178, 120);

/// A ground point and how much ground one sample spans there, metres.
#[derive(Clone, Copy, Debug)]
pub struct Patch {
    /// Where.
    pub at: Vec2,
    /// Extent along and across the road.
    pub span: Vec2,
}

impl Patch {
    fn footprint(&self) -> f32 {
        (self.span.x * self.span.y).sqrt()
    }

    fn noise(&self, cell: f32, salt: u32) -> f32 {
        noise(self.at, cell, self.footprint(), salt)
    }
}

/// The colour of the ground there, in full light.
pub fn ground_colour(patch: &Patch, seed: u32) -> Colour {
    let y = patch.at.y;
    let road = between(y, NEAR_KERB, FAR_KERB, patch.span.y);
    if road >= 1.0 {
        return road_colour(patch, seed);
    }
    let walk = if y < (NEAR_KERB + FAR_KERB) * 0.5 {
        plaza_colour(patch, seed)
    } else {
        pavement_colour(patch, seed)
    };
    let stone = between(y, NEAR_KERB - KERB, NEAR_KERB, patch.span.y).max(between(
        y,
        FAR_KERB,
        FAR_KERB + KERB,
        patch.span.y,
    ));
    let block = lines(patch.at.x, 1.0, 0.015, patch.span.x) * 0.3;
    let walk = walk.mix(GRANITE.lit(1.0 - block + 0.05 * patch.noise(0.4, seed ^ 31)), stone);
    if road > 0.0 { walk.mix(road_colour(patch, seed), road) } else { walk }
}

/// Slabs in a running bond, dark bands, wear, stains.
fn plaza_colour(patch: &Patch, seed: u32) -> Colour {
    let Vec2 { x, y } = patch.at;
    let row = (y / SLAB[1]).round() as i32;
    let shifted = x + if row % 2 == 0 { 0.0 } else { SLAB[0] * 0.5 };
    let column = (shifted / SLAB[0]).round() as i32;
    let small = (1.5 - patch.footprint() / SLAB[1]).clamp(0.0, 1.0);
    let band = lines(x, BAND[0], BAND[1], patch.span.x).max(lines(y, BAND[0], BAND[1], patch.span.y));
    let tone = (hash(column, row, seed) - 0.5) * 0.065 * small
        + patch.noise(3.7, seed ^ 1) * 0.045
        + patch.noise(0.9, seed ^ 2) * 0.02;
    let grain = patch.noise(0.05, seed ^ 3) * 0.008 + patch.noise(0.16, seed ^ 4) * 0.01;
    let warm = Colour { v: PAVING.v + (hash(column, row, seed ^ 9) - 0.5) * 1.5, ..PAVING };
    let slab = warm.mix(PAVING_DARK, band * 0.85).lit(1.0 + tone + grain);
    let joint = lines(shifted - SLAB[0] * 0.5, SLAB[0], JOINT, patch.span.x).max(lines(
        y - SLAB[1] * 0.5,
        SLAB[1],
        JOINT,
        patch.span.y,
    ));
    let mut colour = slab.mix(GROUT, joint * 0.55).lit(1.0 - gum(patch, seed) - stain(patch, seed));
    if (x - ZEBRA_X).abs() < ZEBRA_HALF + 0.2 && y > NEAR_KERB - KERB - TACTILE {
        let knobs = lines(x, 0.1, 0.05, patch.span.x) * lines(y, 0.1, 0.05, patch.span.y);
        let inside = between(y, NEAR_KERB - KERB - TACTILE, NEAR_KERB - KERB, patch.span.y);
        colour = colour.mix(TACTILE_SLAB.lit(0.95 + 0.2 * knobs + grain), inside);
    }
    colour
}

/// Small dark spots trodden into the paving.
fn gum(patch: &Patch, seed: u32) -> f32 {
    let cell = 0.55;
    let (column, row) = ((patch.at.x / cell).floor(), (patch.at.y / cell).floor());
    let pick = |salt| hash(column as i32, row as i32, seed ^ salt);
    if pick(40) > 0.16 {
        return 0.0;
    }
    let spot = Vec2 { x: (column + 0.2 + 0.6 * pick(41)) * cell, y: (row + 0.2 + 0.6 * pick(42)) * cell };
    let radius = 0.018 + 0.03 * pick(43);
    let inside = between((patch.at - spot).length(), -radius, radius, patch.footprint().max(0.02));
    inside * (0.12 + 0.12 * pick(44))
}

/// Large faint stains, and dirt around the planters.
fn stain(patch: &Patch, seed: u32) -> f32 {
    let blot = (patch.noise(2.3, seed ^ 50) + 0.5 * patch.noise(0.6, seed ^ 51) - 0.55).clamp(0.0, 0.5) * 0.2;
    let dirt = PLANTERS
        .iter()
        .map(|planter| 1.0 - (patch.at - planter.centre).length() + planter.radius)
        .fold(0.0, f32::max);
    blot + 0.22 * dirt.clamp(0.0, 1.0).powi(2)
}

/// Asphalt with wheel tracks, patches and the paint on it.
fn road_colour(patch: &Patch, seed: u32) -> Colour {
    let Vec2 { x, y } = patch.at;
    let lane = (y - NEAR_KERB) % LANE_WIDTH - LANE_WIDTH * 0.5;
    let track = 1.0 - ((lane.abs() - 0.75).abs() / 0.45).min(1.0);
    let grain = patch.noise(0.06, seed ^ 20) * 0.03 + patch.noise(0.18, seed ^ 21) * 0.03;
    let wide = Patch { at: Vec2 { x: x * 0.25, y }, ..*patch };
    let tone = wide.noise(0.8, seed ^ 22) * 0.04 + patch.noise(4.0, seed ^ 23) * 0.05 + track * 0.06;
    let repair =
        between(x, 12.4, 15.8, patch.span.x) * between(y, NEAR_KERB + 0.7, NEAR_KERB + 2.4, patch.span.y);
    let drip = 1.0 - (lane.abs() / 0.5).min(1.0);
    let gutter = between(y, NEAR_KERB, NEAR_KERB + 0.3, patch.span.y).max(between(
        y,
        FAR_KERB - 0.3,
        FAR_KERB,
        patch.span.y,
    ));
    let base = ASPHALT.lit(1.0 + grain + tone - 0.16 * repair - 0.07 * drip - 0.12 * gutter);
    let worn = (0.86 + 0.22 * patch.noise(0.22, seed ^ 24) - 0.1 * track).clamp(0.0, 1.0);
    base.mix(ROAD_PAINT.lit(1.0 + grain * 0.5), road_paint(patch) * worn)
}

/// How much of the patch is painted: zebra, stop lines, centre line.
fn road_paint(patch: &Patch) -> f32 {
    let (Vec2 { x, y }, span) = (patch.at, patch.span);
    let across = between(y, NEAR_KERB + 0.35, FAR_KERB - 0.35, span.y);
    let zebra = between(x, ZEBRA_X - ZEBRA_HALF, ZEBRA_X + ZEBRA_HALF, span.x)
        * lines(y - 0.5, 1.0, 0.5, span.y)
        * across;
    let middle = NEAR_KERB + LANE_WIDTH;
    let reach = ZEBRA_HALF + STOP_BEFORE_ZEBRA;
    let centre = between(y, middle - 0.06, middle + 0.06, span.y) * lines(x, 6.0, 3.0, span.x);
    let clear = if (x - ZEBRA_X).abs() > reach { 1.0 } else { 0.0 };
    let line = |x: f32, at: f32| between(x, at - 0.2, at + 0.2, span.x);
    let near_stop = line(x, ZEBRA_X - reach + 0.4) * between(y, NEAR_KERB + 0.2, middle - 0.1, span.y);
    let far_stop = line(x, ZEBRA_X + reach - 0.4) * between(y, middle + 0.1, FAR_KERB - 0.2, span.y);
    zebra.max(centre * clear).max(near_stop).max(far_stop)
}

/// Small square slabs.
fn pavement_colour(patch: &Patch, seed: u32) -> Colour {
    let Vec2 { x, y } = patch.at;
    let side = 0.5;
    let tone = (hash((x / side).round() as i32, (y / side).round() as i32, seed ^ 60) - 0.5) * 0.1;
    let joint = lines(x - side * 0.5, side, JOINT, patch.span.x).max(lines(
        y - side * 0.5,
        side,
        JOINT,
        patch.span.y,
    ));
    let grain = patch.noise(0.1, seed ^ 61) * 0.025 + patch.noise(1.7, seed ^ 62) * 0.06;
    PAVEMENT.lit(1.0 + tone + grain).mix(GROUT, joint * 0.4)
}
