//! The shop fronts behind the far pavement: the colour of the wall at a place along the road and a height.
//!
//! Only their lower part is in the picture. The ground is in `ground`.

use super::colour::{Colour, rgb};
use super::geometry::Vec2;
use super::texture::{between, hash, lines, noise};

/// Width of one shop, metres.
const SHOP: f32 = 6.4;
/// Height of the base course, the glass and the sign board, metres.
const BASE: f32 = 0.45;
const GLASS_TOP: f32 = 2.75;
const SIGN_TOP: f32 = 3.45;

const STONE: Colour = rgb(168, 156, 140);
const PLINTH: Colour = rgb(104, 98, 92);
const FRAME: Colour = rgb(58, 56, 54);
const GLASS: Colour = rgb(52, 60, 64);
const WARM_LIGHT: Colour = rgb(226, 186, 122);
/// Sign boards.
const SIGNS: [Colour; 6] = [
    rgb(126, 38, 36),
    rgb(34, 66, 84),
    rgb(46, 78, 56),
    rgb(196, 172, 116),
    rgb(70, 60, 74),
    rgb(170, 96, 52),
];

/// The colour of the wall at `at` (x along the road, y the height, metres), where a sample spans `span`
/// metres.
pub fn front_colour(at: Vec2, span: Vec2, seed: u32) -> Colour {
    let shop = (at.x / SHOP).floor();
    let inside = at.x - shop * SHOP;
    let shop = shop as i32;
    let footprint = (span.x * span.y).sqrt();
    let rough = noise(at, 0.12, footprint, seed ^ 70) * 0.02 + noise(at, 1.6, footprint, seed ^ 71) * 0.06;
    let courses = lines(at.y, 0.6, 0.02, span.y).max(lines(at.x, 0.9, 0.02, span.x) * 0.6);
    let wall = STONE.lit(0.9 + rough - 0.2 * courses);
    let glass = shop_window(at, inside, span, shop, seed);
    let opening = between(inside, 0.5, SHOP - 0.5, span.x);
    let sign = SIGNS[(hash(shop, 1, seed) * 5.99) as usize];
    let letters = letters(at, inside, span, shop, seed);
    let board = sign.lit(0.95).mix(rgb(232, 226, 210), letters);
    let mut colour = wall.mix(PLINTH.lit(1.0 + rough), between(at.y, 0.0, BASE, span.y));
    colour = colour.mix(glass, opening * between(at.y, BASE, GLASS_TOP, span.y));
    colour = colour
        .mix(board, between(inside, 0.3, SHOP - 0.3, span.x) * between(at.y, GLASS_TOP, SIGN_TOP, span.y));
    // The shade of the cornice, and dirt along the foot of the wall.
    colour.lit(
        1.0 - 0.4 * between(at.y, SIGN_TOP, SIGN_TOP + 0.25, span.y)
            - 0.25 * between(at.y, 0.0, 0.12, span.y),
    )
}

/// Glass with frames, something on display and a little of the street mirrored in it; one part is the door.
fn shop_window(at: Vec2, inside: f32, span: Vec2, shop: i32, seed: u32) -> Colour {
    let pane = (SHOP - 1.0) / 4.0;
    let part = ((inside - 0.5) / pane).floor() as i32;
    let bars =
        lines(inside - 0.5, pane, 0.09, span.x).max(between(at.y, GLASS_TOP - 0.5, GLASS_TOP - 0.42, span.y));
    let footprint = (span.x * span.y).sqrt();
    let goods = hash(shop * 4 + part, (at.y / 0.5) as i32, seed ^ 80) * between(at.y, BASE, 1.7, span.y);
    let mirror = 0.5 + 0.5 * noise(Vec2 { x: at.x * 0.6, y: at.y * 1.7 }, 0.9, footprint, seed ^ 81);
    let lamp = (hash(shop, 3, seed) * (1.0 - (at.y - 2.0).abs())).clamp(0.0, 1.0);
    let glass = GLASS.lit(0.7 + 0.5 * mirror + 0.45 * goods).mix(WARM_LIGHT, 0.35 * lamp);
    glass.mix(FRAME, bars)
}

/// Strokes on the sign board that read as lettering from afar.
fn letters(at: Vec2, inside: f32, span: Vec2, shop: i32, seed: u32) -> f32 {
    let length = 1.4 + 2.0 * hash(shop, 7, seed);
    let from = SHOP * 0.5 - length * 0.5;
    let letter = ((inside - from) / 0.3).floor() as i32;
    let stroke = lines(inside - from - 0.07, 0.3, 0.07, span.x);
    let bar = hash(letter, shop, seed ^ 90);
    let cross = between(inside - from - letter as f32 * 0.3, 0.05, 0.25, span.x)
        * between(at.y, GLASS_TOP + 0.15 + 0.3 * bar, GLASS_TOP + 0.24 + 0.3 * bar, span.y);
    let line = between(at.y, GLASS_TOP + 0.17, GLASS_TOP + 0.52, span.y)
        * between(inside, from, from + length, span.x);
    stroke.max(cross) * line * 0.9
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::scene::geometry::vec2;

    #[test]
    fn signs_differ_from_glass_and_all_values_are_colours() {
        for step in 0..2000 {
            let at = vec2(step as f32 * 0.05 - 50.0, (step % 90) as f32 * 0.05);
            let colour = front_colour(at, vec2(0.03, 0.04), 1);
            assert!((0.0..=255.0).contains(&colour.y) && (0.0..=255.0).contains(&colour.u), "{colour:?}");
        }
    }
}
