//! Everything that never moves and that nobody walks behind: ground, walls, trees, cast once into planes.
//!
//! Done at construction; a frame starts as a copy of it. The materials are in `ground` and `fronts`.

use super::colour::{Colour, rgb};
use super::fronts::front_colour;
use super::furniture;
use super::geometry::{Vec2, vec2};
use super::ground::{Patch, ground_colour};
use super::kind::Kind;
use super::paint::Painter;
use super::road;
use super::shadow::ShadowMask;
use super::site::FRONTS;
use super::view::View;
use crate::nouns::picture::Planes;

/// Light on the shop fronts against light on the ground: they face the camera, the sun stands at the side.
const FRONT_LIGHT: f32 = 0.82;

/// How often the ground is softened: twice gives the sharpness of a usual wide lens, 2.4 samples at half
/// height.
const SOFTENED: usize = 2;

/// Draws the empty place.
pub fn draw_background(view: &View, kind: Kind, [width, height]: [usize; 2], seed: u32) -> Planes {
    let surface_colour = match kind {
        Kind::Plaza => surface_colour,
        Kind::Road => road::surface_colour,
    };
    let mut planes = Planes::grey(width, height, 128);
    let chroma_width = planes.chroma_width();
    let mut tint = vec![[0.0f32; 3]; chroma_width];
    for row in 0..height {
        if row % 2 == 0 {
            tint.fill([0.0; 3]);
        }
        for column in 0..width {
            let at = vec2(column as f32 + 0.5, row as f32 + 0.5);
            let colour = surface_colour(view, at, seed).lit(view.vignette(at));
            planes.y[row * width + column] = (colour.y + 0.5) as u8;
            let sum = &mut tint[column / 2];
            *sum = [sum[0] + colour.u, sum[1] + colour.v, sum[2] + 1.0];
        }
        for (column, [u, v, count]) in tint.iter().enumerate() {
            planes.u[row / 2 * chroma_width + column] = (u / count + 0.5) as u8;
            planes.v[row / 2 * chroma_width + column] = (v / count + 0.5) as u8;
        }
    }
    for _ in 0..SOFTENED {
        soften(&mut planes.y, width);
    }
    let mut mask = ShadowMask::new(width, height);
    for (shape, softness, strength) in furniture::shadows(view, kind) {
        mask.cast(&shape, softness, strength);
    }
    mask.darken(&mut planes);
    let mut painter = Painter::new(width);
    for mark in furniture::trees(view, kind) {
        painter.fill(&mut planes, &mark);
    }
    planes
}

/// Blurs a plane by what a lens leaves of a point: weights 1, 2, 1 both ways.
fn soften(plane: &mut [u8], width: usize) {
    let weigh = |a: u8, b: u8, c: u8| ((u16::from(a) + 2 * u16::from(b) + u16::from(c) + 2) / 4) as u8;
    for row in plane.chunks_exact_mut(width) {
        let mut before = row[0];
        for column in 0..width {
            let after = row[(column + 1).min(width - 1)];
            let own = row[column];
            row[column] = weigh(before, own, after);
            before = own;
        }
    }
    let rows = plane.len() / width;
    let mut above = plane[..width].to_vec();
    for row in 0..rows {
        for (column, above) in above.iter_mut().enumerate() {
            let at = row * width + column;
            let below = plane[if row + 1 < rows { at + width } else { at }];
            let own = plane[at];
            plane[at] = weigh(*above, own, below);
            *above = own;
        }
    }
}

/// The colour of the wall or the ground that is seen at a place in the picture.
fn surface_colour(view: &View, at: Vec2, seed: u32) -> Colour {
    let camera = &view.camera;
    let hit = |pixel: Vec2| {
        let (lens, ray) = (camera.lens(), camera.ray(pixel));
        let reach = FRONTS / ray.y.max(1e-3);
        (lens + ray * reach, lens.ground() + ray.ground() * (lens.z / (-ray.z).max(1e-3)))
    };
    let ((wall, ground), (wall_right, ground_right), (wall_down, ground_down)) =
        (hit(at), hit(at + vec2(1.0, 0.0)), hit(at + vec2(0.0, 1.0)));
    let wall_span = vec2((wall_right.x - wall.x).abs(), (wall_down.z - wall.z).abs());
    // How much of the sample is above the foot of the wall.
    let share = (wall.z / wall_span.y.max(1e-4) + 0.5).clamp(0.0, 1.0);
    let front = if share > 0.0 {
        front_colour(vec2(wall.x, wall.z), wall_span, seed).lit(FRONT_LIGHT)
    } else {
        rgb(0, 0, 0)
    };
    if share >= 1.0 {
        return front;
    }
    let (right, down) = (ground_right - ground, ground_down - ground);
    let span = vec2(right.x.abs() + down.x.abs(), right.y.abs() + down.y.abs());
    let foot = 1.0 - 0.3 * (1.0 - (FRONTS - ground.y) / 0.8).clamp(0.0, 1.0);
    ground_colour(&Patch { at: ground, span }, seed).lit(foot).mix(front, share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn softening_keeps_flat_areas_and_the_mean() {
        let mut flat = vec![90u8; 12 * 7];
        soften(&mut flat, 12);
        assert!(flat.iter().all(|&luma| luma == 90));
        let mut dot = vec![0u8; 9 * 9];
        dot[4 * 9 + 4] = 160;
        soften(&mut dot, 9);
        assert_eq!((dot[4 * 9 + 4], dot[4 * 9 + 3], dot[3 * 9 + 3]), (40, 20, 10));
    }

    #[test]
    fn the_road_is_darker_than_the_plaza() {
        let view = View::new(320, 180);
        let planes = draw_background(&view, Kind::Plaza, [320, 180], 1);
        let luma = |x: f32, y: f32| {
            let at = view.camera.ground_to_pixel(vec2(x, y)).unwrap_or_default();
            planes.y[at.y as usize * 320 + at.x as usize]
        };
        assert!(luma(9.5, 26.0) + 40 < luma(5.0, 16.0));
    }
}
