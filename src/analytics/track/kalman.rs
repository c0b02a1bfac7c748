//! A box that moves: four Kalman filters of constant velocity, for its middle and its size. Pure.
//!
//! Noises are in heights of the box: what is twice as near is twice as large, and moves and trembles twice as
//! much.

use crate::{
    analytics::kind::Kind,
    nouns::place::{BBox, Velocity},
};

/// Standard deviation of a detector's box, as a share of its height: limbs swing, and what is hidden is
/// guessed.
const TREMBLE: f32 = 0.08;

/// Standard deviations of middle x, middle y, width and height, as shares of the height; the middle's are
/// less, which limbs move to both sides.
const TREMBLES: [f32; 4] = [0.05, 0.06, TREMBLE, TREMBLE];

/// How much the doubt about a box's growth weighs against the growth itself.
const DOUBT: f32 = 2.0;

/// Least and most scale of a box after a step that is believed: what comes nearer than that leaves the
/// picture.
const SCALES: [f32; 2] = [0.4, 1.0];

/// One measured figure and its velocity.
#[derive(Clone, Copy, Debug)]
struct Axis {
    value: f32,
    velocity: f32,
    /// Covariance: of the value, of both, of the velocity.
    covariance: [f32; 3],
}

impl Axis {
    fn new(value: f32, tremble: f32, velocity: f32) -> Self {
        Axis { value, velocity: 0.0, covariance: [tremble * tremble, 0.0, velocity * velocity] }
    }

    /// Moves on by `dt` seconds under white acceleration of deviation `acceleration`, where what is far
    /// shrinks by `scale` in that time.
    fn predict(&mut self, dt: f32, acceleration: f32, scale: f32) {
        let [p, c, v] = self.covariance;
        let q = acceleration * acceleration;
        self.value += self.velocity * dt * scale;
        self.velocity *= scale * scale;
        self.covariance = [
            p + dt * (2.0 * c + dt * v) + q * dt.powi(4) / 4.0,
            c + dt * v + q * dt.powi(3) / 2.0,
            v + q * dt * dt,
        ];
    }

    /// Takes in a value measured with deviation `tremble`.
    fn update(&mut self, measured: f32, tremble: f32) {
        let [p, c, v] = self.covariance;
        let total = p + tremble * tremble;
        let (gain, velocity_gain) = (p / total, c / total);
        let off = measured - self.value;
        self.value += gain * off;
        self.velocity += velocity_gain * off;
        self.covariance = [(1.0 - gain) * p, (1.0 - gain) * c, v - velocity_gain * c];
    }
}

/// A box and how it moves.
#[derive(Clone, Debug)]
pub struct BoxFilter {
    /// Middle x, middle y, width, height.
    axes: [Axis; 4],
    kind: Kind,
}

impl BoxFilter {
    /// A box of a thing of that kind that was just found, standing still as far as is known.
    pub fn new(bbox: &BBox, kind: Kind) -> Self {
        let (height, measured) = (bbox.height().max(1.0), measured(bbox));
        let (velocity, growth) = (kind.first_velocity(), kind.growth());
        let velocities = [velocity, velocity, growth, growth];
        BoxFilter {
            axes: std::array::from_fn(|n| {
                Axis::new(measured[n], TREMBLES[n] * height, velocities[n] * height)
            }),
            kind,
        }
    }

    /// Moves on by `dt` seconds.
    pub fn predict(&mut self, dt: f32) {
        let (height, acceleration, growth) = (self.height(), self.kind.acceleration(), self.kind.growth());
        let scale = self.scale(dt);
        for (axis, change) in self.axes.iter_mut().zip([acceleration, acceleration, growth, growth]) {
            axis.predict(dt, change * height, scale);
        }
    }

    /// By how much the box of something that drives will have grown in `dt` seconds.
    ///
    /// What goes straight on over flat ground at an even speed has a height that is one by its distance, and
    /// a place that lies as far from where it vanishes as it is high. So one by its height changes evenly, by
    /// `r dt` of itself where the height grows by a share `r` a second: it is `1 / (1 - r dt)` times as high
    /// then, has gone `v dt / (1 - r dt)` in the picture, and goes on at `v / (1 - r dt)^2`.
    fn scale(&self, dt: f32) -> f32 {
        if !self.kind.drives() {
            return 1.0;
        }
        let [least, most] = SCALES;
        let Axis { velocity, covariance: [_, _, doubt], .. } = self.axes[3];
        // A growth that may be none is believed in part.
        let rate =
            velocity / self.height() * velocity * velocity / (velocity * velocity + DOUBT * doubt).max(1e-6);
        let shrinking = 1.0 - rate * dt;
        (1.0 / shrinking.max(1.0 / most)).max(least)
    }

    /// Takes in a detected box.
    pub fn update(&mut self, bbox: &BBox) {
        let height = bbox.height().max(1.0);
        for ((axis, value), tremble) in self.axes.iter_mut().zip(measured(bbox)).zip(TREMBLES) {
            axis.update(value, tremble * height);
        }
    }

    /// How far a detected box is from what is expected, in standard deviations (Mahalanobis distance). Every
    /// side is given as much room here: beside others a box is pulled to them.
    pub fn surprise(&self, bbox: &BBox) -> f32 {
        let tremble = TREMBLE * bbox.height().max(1.0);
        let squares = self.axes.iter().zip(measured(bbox)).map(|(axis, value)| {
            let off = value - axis.value;
            off * off / (axis.covariance[0] + tremble * tremble)
        });
        squares.sum::<f32>().sqrt()
    }

    /// Whether the middle alone makes a box more surprising than that: a quick look.
    pub fn is_off_by(&self, bbox: &BBox, deviations: f32) -> bool {
        let (tremble, bound) = (TREMBLE * bbox.height().max(1.0), deviations * deviations);
        let mut middle = self.axes.iter().zip(measured(bbox)).take(2);
        middle.any(|(axis, value)| {
            (value - axis.value).powi(2) > bound * (axis.covariance[0] + tremble * tremble)
        })
    }

    /// The box now.
    pub fn bbox(&self) -> BBox {
        let [x, y, width, height] = self.axes.map(|axis| axis.value);
        let (half_width, half_height) = (width.max(1.0) / 2.0, height.max(1.0) / 2.0);
        BBox { x1: x - half_width, y1: y - half_height, x2: x + half_width, y2: y + half_height }
    }

    /// How its middle moves, pixels a second.
    pub fn velocity(&self) -> Velocity {
        Velocity { x: self.axes[0].velocity, y: self.axes[1].velocity }
    }

    fn height(&self) -> f32 {
        self.axes[3].value.max(1.0)
    }
}

fn measured(bbox: &BBox) -> [f32; 4] {
    [(bbox.x1 + bbox.x2) / 2.0, (bbox.y1 + bbox.y2) / 2.0, bbox.width(), bbox.height()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(x: f32) -> BBox {
        BBox { x1: x - 10.0, y1: 100.0, x2: x + 10.0, y2: 150.0 }
    }

    #[test]
    fn a_steady_walk_is_learned_and_predicted() {
        let mut filter = BoxFilter::new(&at(0.0), Kind::Person);
        let mut random = fastrand::Rng::with_seed(3);
        for n in 1..=30 {
            filter.predict(0.1);
            filter.update(&at(n as f32 * 4.0 + random.f32() * 2.0 - 1.0));
        }
        let velocity = filter.velocity();
        assert!((velocity.x - 40.0).abs() < 4.0 && velocity.y.abs() < 2.0, "{velocity:?}");
        filter.predict(0.5);
        let x = filter.bbox().foot()[0];
        assert!((x - 140.0).abs() < 5.0, "{x}");
    }

    #[test]
    fn who_stops_is_seen_to_have_stopped() {
        let mut filter = BoxFilter::new(&at(0.0), Kind::Person);
        for n in 1..=50 {
            filter.predict(0.1);
            filter.update(&at((n as f32 * 4.0).min(120.0)));
        }
        assert!(filter.velocity().x.abs() < 3.0, "{:?}", filter.velocity());
        assert!((filter.bbox().foot()[0] - 120.0).abs() < 1.0);
    }
}
