//! Pictures turned upright: quarter turns and mirrors of planes, as a phone's clip or photo asks for. Pure.

use crate::nouns::picture::Planes;

/// What makes a picture upright: mirrored first, then turned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Turn {
    /// Whether left and right change places first.
    pub(super) mirrored: bool,
    /// Quarter turns to the right after that, 0 to 3.
    pub(super) quarters: u8,
}

/// Bytes of a display matrix: nine numbers of 32 bits in the processor's order.
const MATRIX: usize = 36;

impl Turn {
    /// The turn that a display matrix (ISO/IEC 14496-12, 6.2.2, as FFmpeg lays it out) asks for, to the
    /// nearest quarter turn; none where the matrix makes no sense.
    pub(super) fn of_matrix(bytes: &[u8]) -> Turn {
        let Some(bytes) = bytes.first_chunk::<MATRIX>() else { return Turn::default() };
        let entry = |n: usize| {
            bytes[4 * n..].first_chunk().map_or(0.0, |entry| f64::from(i32::from_ne_bytes(*entry)))
        };
        // A pixel at (x, y) goes to (a x + c y, b x + d y), y pointing down.
        let [a, b, c, d] = [0, 1, 3, 4].map(entry);
        let mirrored = a * d - b * c < 0.0;
        // Where the right-hand direction goes; a mirrored one pointed left before.
        let (x, y) = if mirrored { (-a, -b) } else { (a, b) };
        if x == 0.0 && y == 0.0 {
            return Turn::default();
        }
        let quarters = (y.atan2(x) / std::f64::consts::FRAC_PI_2).round() as i32;
        Turn { mirrored, quarters: quarters.rem_euclid(4) as u8 }
    }

    /// Degrees by which pictures are turned to the right.
    pub(super) fn degrees(self) -> u32 {
        u32::from(self.quarters) * 90
    }

    /// Whether width and height change places.
    pub(super) fn swaps(self) -> bool {
        self.quarters % 2 == 1
    }

    /// The picture upright.
    pub(super) fn apply(self, planes: Planes) -> Planes {
        if self == Turn::default() {
            return planes;
        }
        let (width, height) = (planes.width, planes.height);
        let chroma = (planes.chroma_width(), planes.chroma_height());
        let (width, height, chroma_size) =
            if self.swaps() { (height, width, (chroma.1, chroma.0)) } else { (width, height, chroma) };
        let turned = Planes {
            width,
            height,
            y: self.plane(&planes.y, (planes.width, planes.height)),
            u: self.plane(&planes.u, chroma),
            v: self.plane(&planes.v, chroma),
        };
        debug_assert_eq!(chroma_size, (turned.chroma_width(), turned.chroma_height()));
        turned
    }

    /// One plane, turned.
    fn plane(self, from: &[u8], (width, height): (usize, usize)) -> Vec<u8> {
        let mut to = vec![0; from.len()];
        if self.swaps() {
            self.across(from, (width, height), &mut to);
            return to;
        }
        // Half a turn puts the last row first; mirroring undoes what that does within a row.
        let half = self.quarters == 2;
        for (y, row) in from.chunks_exact(width).enumerate() {
            let at = if half { height - 1 - y } else { y } * width;
            let target = &mut to[at..at + width];
            target.copy_from_slice(row);
            if half != self.mirrored {
                target.reverse();
            }
        }
        to
    }

    /// Makes a quarter turn, in squares that the cache holds: rows become columns.
    fn across(self, from: &[u8], (width, height): (usize, usize), to: &mut [u8]) {
        const SQUARE: usize = 32;
        let right = self.quarters == 1;
        for (top, left) in (0..height)
            .step_by(SQUARE)
            .flat_map(|top| (0..width).step_by(SQUARE).map(move |left| (top, left)))
        {
            for y in top..height.min(top + SQUARE) {
                let column = if right { height - 1 - y } else { y };
                for x in left..width.min(left + SQUARE) {
                    let row = if right == self.mirrored { width - 1 - x } else { x };
                    to[row * height + column] = from[y * width + x];
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture of 3 columns and 2 rows: 1 2 3 above 4 5 6.
    fn picture() -> Planes {
        Planes { width: 3, height: 2, y: vec![1, 2, 3, 4, 5, 6], u: vec![10, 20], v: vec![30, 40] }
    }

    fn turned(mirrored: bool, quarters: u8) -> (usize, Vec<u8>, Vec<u8>) {
        let planes = Turn { mirrored, quarters }.apply(picture());
        (planes.width, planes.y, planes.u)
    }

    #[test]
    fn every_turn_puts_the_pixels_where_they_belong() {
        assert_eq!(turned(false, 0), (3, vec![1, 2, 3, 4, 5, 6], vec![10, 20]));
        assert_eq!(turned(false, 1), (2, vec![4, 1, 5, 2, 6, 3], vec![10, 20]));
        assert_eq!(turned(false, 2), (3, vec![6, 5, 4, 3, 2, 1], vec![20, 10]));
        assert_eq!(turned(false, 3), (2, vec![3, 6, 2, 5, 1, 4], vec![20, 10]));
        assert_eq!(turned(true, 0), (3, vec![3, 2, 1, 6, 5, 4], vec![20, 10]));
        assert_eq!(turned(true, 1), (2, vec![6, 3, 5, 2, 4, 1], vec![20, 10]));
        assert_eq!(turned(true, 2), (3, vec![4, 5, 6, 1, 2, 3], vec![10, 20]));
        assert_eq!(turned(true, 3), (2, vec![1, 4, 2, 5, 3, 6], vec![10, 20]));
    }

    #[test]
    fn larger_pictures_turn_as_small_ones_do() {
        let (width, height) = (70, 45);
        let y: Vec<u8> = (0..width * height).map(|n| (n % 251) as u8).collect();
        let planes = Planes { width, height, y: y.clone(), u: vec![0; 35 * 23], v: vec![0; 35 * 23] };
        let back =
            Turn { mirrored: false, quarters: 3 }.apply(Turn { mirrored: false, quarters: 1 }.apply(planes));
        assert_eq!(back.y, y);
    }

    #[test]
    fn a_display_matrix_says_which_way_is_up() {
        let of = |a: i32, b: i32, c: i32, d: i32| {
            let one = 1 << 16;
            let entries = [a * one, b * one, 0, c * one, d * one, 0, 0, 0, 1 << 30];
            Turn::of_matrix(&entries.iter().flat_map(|entry| entry.to_ne_bytes()).collect::<Vec<u8>>())
        };
        let turn = |mirrored, quarters| Turn { mirrored, quarters };
        assert_eq!(of(1, 0, 0, 1), turn(false, 0));
        // A clip of a phone held upright: to be turned a quarter to the right.
        assert_eq!(of(0, 1, -1, 0), turn(false, 1));
        assert_eq!(of(-1, 0, 0, -1), turn(false, 2));
        assert_eq!(of(0, -1, 1, 0), turn(false, 3));
        assert_eq!(of(-1, 0, 0, 1), turn(true, 0));
        assert_eq!(of(1, 0, 0, -1), turn(true, 2));
        assert_eq!(of(0, 0, 0, 0), turn(false, 0));
        assert_eq!(Turn::of_matrix(&[1, 2, 3]), turn(false, 0));
    }
}
