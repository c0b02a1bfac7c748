//! A thing that moves over the ground: places with how sure each is in, its velocity and how sure that is
//! out. Pure.
//!
//! A Kalman filter of constant velocity under white acceleration (Bar-Shalom, Li and Kirubarajan, Estimation
//! with Applications to Tracking and Navigation, 2001, section 6.2), in two dimensions at once: a place is
//! surer across the camera's sight than along it.

use std::time::Duration;

use super::matrix::{Matrix, Vector};

/// Standard deviation of the velocity that something has of which only one place is known, metres a second.
const FIRST_VELOCITY: f64 = 15.0;

/// A place on the ground.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// When the thing was there.
    pub at: Duration,
    /// Metres.
    pub metres: Vector,
    /// Covariance of the place, metres squared.
    pub doubt: Matrix,
}

/// What is known of a thing's motion.
#[derive(Clone, Debug)]
pub struct Motion {
    at: Duration,
    place: Vector,
    velocity: Vector,
    /// Covariances: of the place, of place and velocity, of the velocity.
    covariance: [Matrix; 3],
}

impl Motion {
    /// A thing that was seen once.
    pub fn new(place: &Place) -> Self {
        Motion {
            at: place.at,
            place: place.metres,
            velocity: Vector::default(),
            covariance: [place.doubt, Matrix::default(), Matrix::round(FIRST_VELOCITY * FIRST_VELOCITY)],
        }
    }

    /// When it was seen last.
    pub fn at(&self) -> Duration {
        self.at
    }

    /// Moves on to a later time under acceleration of that standard deviation, metres per second squared.
    pub fn predict(&mut self, at: Duration, acceleration: f64) {
        let dt = at.saturating_sub(self.at).as_secs_f64();
        let [p, c, v] = self.covariance;
        let q = acceleration * acceleration;
        self.place = self.place + self.velocity * dt;
        self.covariance = [
            p + (c + c.turned()) * dt + v * (dt * dt) + Matrix::round(q * dt.powi(4) / 4.0),
            c + v * dt + Matrix::round(q * dt.powi(3) / 2.0),
            v + Matrix::round(q * dt * dt),
        ];
        self.at = at;
    }

    /// How far a place is from the expected one, in standard deviations (Mahalanobis distance).
    pub fn surprise(&self, place: &Place) -> f64 {
        let off = place.metres - self.place;
        let sureness = (self.covariance[0] + place.doubt).inverse();
        off.dot(sureness * off).max(0.0).sqrt()
    }

    /// Takes in a place of the time that was moved on to.
    pub fn update(&mut self, place: &Place) {
        let [p, c, v] = self.covariance;
        let sureness = (p + place.doubt).inverse();
        let (gain, velocity_gain) = (p * sureness, c.turned() * sureness);
        let off = place.metres - self.place;
        self.place = self.place + gain * off;
        self.velocity = self.velocity + velocity_gain * off;
        self.covariance = [p - gain * p, c - gain * c, v - velocity_gain * c];
    }

    /// Metres a second.
    pub fn speed(&self) -> f64 {
        self.velocity.length()
    }

    /// Standard deviation of the speed, metres a second: of the velocity, along it.
    pub fn doubt(&self) -> f64 {
        let doubt = self.covariance[2];
        let speed = self.speed();
        // Of what stands, the surest direction says nothing; the least sure one does.
        let along = if speed > f64::EPSILON { self.velocity * (1.0 / speed) } else { Vector([1.0, 0.0]) };
        along.dot(doubt * along).max(0.0).sqrt()
    }
}
