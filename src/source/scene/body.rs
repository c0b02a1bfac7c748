//! A vehicle as flat faces: a model and its place in, marks from back to front out.
//!
//! The measures are in `model`, the projection in `view`.

use super::colour::{Colour, rgb};
use super::geometry::{Vec2, Vec3};
use super::model::{Loft, Model, Ring, Skin};
use super::paint::Mark;
use super::shape::Shape;
use super::view::{View, face_normal};
use std::f32::consts::TAU;

const GLASS: Colour = rgb(46, 54, 62);
const TYRE: Colour = rgb(26, 26, 28);
const RIM: Colour = rgb(142, 144, 148);
const HEADLAMP: Colour = rgb(240, 240, 232);
const TAILLAMP: Colour = rgb(176, 28, 26);
const PLATE: Colour = rgb(232, 230, 220);

/// Faces of a ring's octagon by their side of the car; the other four are the cut corners.
const LEFT: usize = 1;
const REAR: usize = 3;
const RIGHT: usize = 5;
const FRONT: usize = 7;

/// A vehicle where it stands.
pub struct Body<'a> {
    view: &'a View,
    model: &'a Model,
    at: Vec2,
    ahead: Vec2,
    marks: Vec<Mark>,
}

impl<'a> Body<'a> {
    /// The vehicle with its middle at `at` (ground metres), driving along `ahead` (length 1).
    pub fn new(view: &'a View, model: &'a Model, at: Vec2, ahead: Vec2) -> Body<'a> {
        Body { view, model, at, ahead, marks: Vec::with_capacity(64) }
    }

    /// Everything that is drawn, from back to front.
    pub fn marks(mut self) -> Vec<Mark> {
        let lofts = self.drawing_order();
        let wheels_after = lofts.len().div_ceil(2);
        for (index, loft) in lofts.into_iter().enumerate() {
            for (skin, rings) in loft.skins.iter().zip(loft.rings.windows(2)) {
                self.add_band(*skin, &rings[0], &rings[1]);
            }
            self.add_roof(loft);
            if index + 1 == wheels_after {
                self.add_wheels();
            }
        }
        self.marks
    }

    /// The shadow of each part on the ground.
    pub fn shadows(&self) -> Vec<Shape> {
        let solids = self
            .model
            .lofts
            .iter()
            .map(|loft| -> Vec<Vec3> { loft.rings.iter().flat_map(|ring| self.octagon(ring)).collect() });
        solids.filter_map(|corners| self.view.solid_shadow(&corners)).collect()
    }

    /// The model's parts as they cover each other: of two that stand on each other the lower first, which is
    /// the model's order; of two behind each other the farther first.
    fn drawing_order(&self) -> Vec<&'a Loft> {
        let mut lofts: Vec<&'a Loft> = self.model.lofts.iter().collect();
        if let [cab, cargo] = lofts[..]
            && cargo.rings[0].front <= cab.rings[0].rear
        {
            let distance =
                |ring: &Ring| self.place((ring.front + ring.rear) * 0.5, 0.0, 0.0).ground().length();
            if distance(&cargo.rings[0]) > distance(&cab.rings[0]) {
                lofts.swap(0, 1);
            }
        }
        lofts
    }

    /// A point given along the car's own axes.
    fn place(&self, x: f32, y: f32, z: f32) -> Vec3 {
        (self.at + self.ahead * x + self.ahead.left() * y).up(z)
    }

    /// The corners of a ring, anticlockwise from above, starting left of the front.
    fn octagon(&self, ring: &Ring) -> [Vec3; 8] {
        let Ring { z, front, rear, half, corner } = *ring;
        [
            (front, half - corner),
            (front - corner, half),
            (rear + corner, half),
            (rear, half - corner),
            (rear, corner - half),
            (rear + corner, -half),
            (front - corner, -half),
            (front, corner - half),
        ]
        .map(|(x, y)| self.place(x, y, z))
    }

    /// A face in the light that falls on it.
    fn add_face(&mut self, corners: &[Vec3], colour: Colour) {
        let light = self.view.light_on(face_normal(corners));
        self.marks.extend(self.view.face(corners, colour.lit(light)));
    }

    /// Part of a quad: `u` along its lower edge and `v` upwards, both from 0 to 1.
    fn add_inset(&mut self, quad: &[Vec3; 4], u: [f32; 2], v: [f32; 2], colour: Colour) {
        let at = |u: f32, v: f32| {
            let low = quad[0] + (quad[1] - quad[0]) * u;
            let high = quad[3] + (quad[2] - quad[3]) * u;
            low + (high - low) * v
        };
        self.add_face(&[at(u[0], v[0]), at(u[1], v[0]), at(u[1], v[1]), at(u[0], v[1])], colour);
    }

    /// Glass mirrors the sky the more, the flatter it lies.
    fn add_pane(&mut self, quad: &[Vec3; 4], u: [f32; 2], v: [f32; 2]) {
        let tilt = face_normal(quad).z.max(0.0);
        self.add_inset(quad, u, v, GLASS.mix(rgb(150, 172, 190), tilt * 0.55));
        let high = v[0] + (v[1] - v[0]) * 0.55;
        self.add_inset(quad, u, [high, v[1]], GLASS.mix(rgb(160, 180, 196), 0.18 + tilt * 0.6));
    }

    /// The faces between two rings, with what is on them.
    fn add_band(&mut self, skin: Skin, low: &Ring, high: &Ring) {
        let (low, high) = (self.octagon(low), self.octagon(high));
        for side in 0..8 {
            let next = (side + 1) % 8;
            let quad = [low[side], low[next], high[next], high[side]];
            let lens = self.view.camera.lens();
            if face_normal(&quad).dot(lens - quad[0]) <= 0.0 {
                continue;
            }
            let colour = if skin == Skin::Box { self.model.cargo } else { self.model.paint };
            self.add_face(&quad, colour);
            match skin {
                Skin::Glass(windows) => self.add_cabin_glass(&quad, side, windows),
                Skin::Cab => self.add_cab_glass(&quad, side),
                Skin::Lamps => self.add_lamps(&quad, side),
                Skin::Box => self.add_ribs(&quad, side),
                Skin::Metal => {}
            }
        }
    }

    fn add_cabin_glass(&mut self, quad: &[Vec3; 4], side: usize, windows: u8) {
        match side {
            LEFT | RIGHT => {
                let step = 1.0 / f32::from(windows.max(1));
                for window in 0..windows {
                    let start = f32::from(window) * step;
                    // A car's pillars are wide against its windows, a bus's are not.
                    let pillar = if windows > 3 { 0.035 } else { 0.09 };
                    self.add_pane(quad, [start + pillar * step, start + (1.0 - pillar) * step], [0.1, 0.9]);
                }
            }
            FRONT | REAR => self.add_pane(quad, [0.04, 0.96], [0.08, 0.94]),
            _ => self.add_pane(quad, [0.3, 0.8], [0.12, 0.88]),
        }
    }

    fn add_cab_glass(&mut self, quad: &[Vec3; 4], side: usize) {
        match side {
            LEFT => self.add_pane(quad, [0.04, 0.24], [0.1, 0.85]),
            RIGHT => self.add_pane(quad, [0.76, 0.96], [0.1, 0.85]),
            FRONT => self.add_pane(quad, [0.05, 0.95], [0.08, 0.92]),
            _ => {}
        }
    }

    fn add_lamps(&mut self, quad: &[Vec3; 4], side: usize) {
        let (colour, v) = match side {
            0 | 6 | FRONT => (HEADLAMP, [0.45, 0.85]),
            2 | 4 | REAR => (TAILLAMP, [0.4, 0.9]),
            _ => return,
        };
        match side {
            FRONT | REAR => {
                self.add_inset(quad, [0.0, 0.2], v, colour);
                self.add_inset(quad, [0.8, 1.0], v, colour);
                self.add_inset(quad, [0.36, 0.64], [0.1, 0.4], PLATE);
                if side == FRONT {
                    self.add_inset(quad, [0.26, 0.74], [0.5, 0.85], rgb(30, 31, 34));
                }
            }
            _ => self.add_inset(quad, [0.15, 0.85], v, colour),
        }
    }

    fn add_ribs(&mut self, quad: &[Vec3; 4], side: usize) {
        let shade = self.model.cargo.lit(0.84);
        let count = if matches!(side, LEFT | RIGHT) { 9 } else { 2 };
        for rib in 1..count {
            let middle = rib as f32 / count as f32;
            self.add_inset(quad, [middle - 0.006, middle + 0.006], [0.03, 0.97], shade);
        }
        self.add_inset(quad, [0.0, 1.0], [0.0, 0.05], rgb(60, 60, 64));
    }

    fn add_roof(&mut self, loft: &Loft) {
        let Some(top) = loft.rings.last() else { return };
        let colour = if loft.skins.last() == Some(&Skin::Box) { self.model.cargo } else { self.model.paint };
        let corners = self.octagon(top);
        let light = self.view.light_on(face_normal(&corners));
        if let Some(mut roof) = self.view.face(&corners, colour.lit(light)) {
            // The sky is brighter towards the horizon, so roofs and bonnets shade off towards the camera.
            roof.slope = Vec2 {
                x: 0.0,
                y: -0.12 * roof.colour.y / (roof.shape.bounds().bottom - roof.shape.bounds().top).max(1.0),
            };
            self.marks.push(roof);
        }
    }

    /// The wheels of the side that the camera sees, with their arches.
    fn add_wheels(&mut self) {
        let model = self.model;
        let side = if self.ahead.left().dot(self.at) < 0.0 { 1.0 } else { -1.0 };
        for &axle in &model.axles {
            for (radius, out, colour) in
                [(1.2, 0.0, rgb(16, 16, 18)), (1.0, 0.02, TYRE), (0.62, 0.03, RIM), (0.2, 0.04, TYRE)]
            {
                let disc: Vec<Vec3> = (0..12)
                    .map(|step| Vec2::at_angle(step as f32 * TAU / 12.0 * side) * (radius * model.wheel))
                    .map(|rim| {
                        self.place(
                            axle - rim.x,
                            side * (model.track - 0.03 + out),
                            (model.wheel + rim.y).max(0.03),
                        )
                    })
                    .collect();
                let light = if radius < 1.1 { 0.9 } else { 0.6 };
                self.marks.extend(self.view.face(&disc, colour.lit(light)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::scene::geometry::vec2;

    #[test]
    fn every_model_has_a_body_with_two_wheels_and_a_shadow() {
        let view = View::new(640, 360);
        for seed in 0..40 {
            let model = Model::new(seed);
            for ahead in [vec2(1.0, 0.0), vec2(-1.0, 0.0)] {
                let body = Body::new(&view, &model, vec2(6.0, 26.0), ahead);
                assert!(!body.shadows().is_empty());
                let marks = body.marks();
                let wheels = marks.iter().filter(|mark| mark.colour.y < 40.0).count();
                assert!(marks.len() > 20 && wheels >= 4, "{} marks, {wheels} dark ones", marks.len());
            }
        }
    }
}
