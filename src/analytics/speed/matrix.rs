//! Vectors of two and matrices of two by two: just what motion over the ground needs. Pure.

use std::ops::{Add, Mul, Sub};

/// Two figures, such as metres along both axes of the ground.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Vector(pub [f64; 2]);

impl Vector {
    /// Sum of the products of their figures.
    pub fn dot(self, other: Vector) -> f64 {
        self.0[0] * other.0[0] + self.0[1] * other.0[1]
    }

    /// The length.
    pub fn length(self) -> f64 {
        self.0[0].hypot(self.0[1])
    }
}

impl Add for Vector {
    type Output = Vector;

    fn add(self, other: Vector) -> Vector {
        Vector([self.0[0] + other.0[0], self.0[1] + other.0[1]])
    }
}

impl Sub for Vector {
    type Output = Vector;

    fn sub(self, other: Vector) -> Vector {
        self + other * -1.0
    }
}

impl Mul<f64> for Vector {
    type Output = Vector;

    fn mul(self, factor: f64) -> Vector {
        Vector(self.0.map(|value| value * factor))
    }
}

/// A matrix of two rows, row by row.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Matrix(pub [f64; 4]);

impl Matrix {
    /// A covariance that is the same in all directions.
    pub fn round(variance: f64) -> Matrix {
        Matrix([variance, 0.0, 0.0, variance])
    }

    /// The covariance of two independent errors, each given by where its standard deviation leads.
    pub fn of_errors(a: Vector, b: Vector) -> Matrix {
        let [[ax, ay], [bx, by]] = [a.0, b.0];
        let both = ax * ay + bx * by;
        Matrix([ax * ax + bx * bx, both, both, ay * ay + by * by])
    }

    /// The matrix with rows and columns exchanged.
    pub fn turned(self) -> Matrix {
        let [a, b, c, d] = self.0;
        Matrix([a, c, b, d])
    }

    /// The inverse; of a matrix that has none, one of no effect.
    pub fn inverse(self) -> Matrix {
        let [a, b, c, d] = self.0;
        let determinant = a * d - b * c;
        if determinant.abs() < f64::MIN_POSITIVE {
            return Matrix::default();
        }
        Matrix([d, -b, -c, a].map(|value| value / determinant))
    }
}

impl Add for Matrix {
    type Output = Matrix;

    fn add(self, other: Matrix) -> Matrix {
        Matrix(std::array::from_fn(|n| self.0[n] + other.0[n]))
    }
}

impl Sub for Matrix {
    type Output = Matrix;

    fn sub(self, other: Matrix) -> Matrix {
        self + other * -1.0
    }
}

impl Mul<f64> for Matrix {
    type Output = Matrix;

    fn mul(self, factor: f64) -> Matrix {
        Matrix(self.0.map(|value| value * factor))
    }
}

impl Mul for Matrix {
    type Output = Matrix;

    fn mul(self, other: Matrix) -> Matrix {
        let ([a, b, c, d], [e, f, g, h]) = (self.0, other.0);
        Matrix([a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h])
    }
}

impl Mul<Vector> for Matrix {
    type Output = Vector;

    fn mul(self, vector: Vector) -> Vector {
        let ([a, b, c, d], [x, y]) = (self.0, vector.0);
        Vector([a * x + b * y, c * x + d * y])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matrix_times_its_inverse_changes_nothing() {
        let matrix = Matrix([2.0, 1.0, 0.5, 3.0]);
        let [a, b, c, d] = (matrix * matrix.inverse()).0;
        assert!((a - 1.0).abs() + b.abs() + c.abs() + (d - 1.0).abs() < 1e-12);
        assert_eq!(Matrix([1.0, 2.0, 2.0, 4.0]).inverse(), Matrix::default());
    }

    #[test]
    fn errors_along_two_ways_make_a_covariance() {
        let covariance = Matrix::of_errors(Vector([3.0, 0.0]), Vector([0.0, 2.0]));
        assert_eq!(covariance, Matrix([9.0, 0.0, 0.0, 4.0]));
        assert_eq!(Matrix::of_errors(Vector([1.0, 1.0]), Vector([0.0, 0.0])), Matrix([1.0; 4]));
    }
}
