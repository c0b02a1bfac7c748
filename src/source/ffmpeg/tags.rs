//! Colour tags by the code points of ITU-T H.273, which every codec and container uses: numbers in, matrices
//! and names out. Pure.

use crate::source::colour::Matrix;

/// FFmpeg's number for a range in which all sample values are used.
pub(super) const FULL: i32 = 2;

/// Transfer characteristics of SMPTE ST 2084 (PQ).
pub(super) const PQ: i32 = 16;

/// The matrix of a code point; where the stream says nothing, or what nobody knows, BT.709 for `hd` pictures
/// and BT.601 for others.
pub(super) fn matrix(code: i32, hd: bool) -> Matrix {
    match code {
        1 => Matrix::BT709,
        4 => Matrix::FCC,
        5 | 6 => Matrix::BT601,
        7 => Matrix::SMPTE240M,
        9 | 10 => Matrix::BT2020,
        _ if hd => Matrix::BT709,
        _ => Matrix::BT601,
    }
}

/// Name of a matrix, in FFmpeg's words; `None` of what no standard lists.
pub(super) fn matrix_name(code: i32) -> Option<&'static str> {
    Some(match code {
        0 => "gbr",
        1 => "bt709",
        4 => "fcc",
        5 => "bt470bg",
        6 => "smpte170m",
        7 => "smpte240m",
        8 => "ycgco",
        9 => "bt2020nc",
        10 => "bt2020c",
        _ => return None,
    })
}

/// Name of transfer characteristics, in FFmpeg's words; `None` of what no standard lists.
pub(super) fn transfer_name(code: i32) -> Option<&'static str> {
    Some(match code {
        1 => "bt709",
        4 => "bt470m",
        5 => "bt470bg",
        6 => "smpte170m",
        7 => "smpte240m",
        8 => "linear",
        13 => "iec61966-2-1",
        14 => "bt2020-10",
        15 => "bt2020-12",
        PQ => "smpte2084",
        18 => "arib-std-b67",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_depends_on_the_size_and_what_is_said_does_not() {
        assert_eq!(
            (matrix(2, true), matrix(2, false), matrix(200, false)),
            (Matrix::BT709, Matrix::BT601, Matrix::BT601)
        );
        assert_eq!((matrix(6, true), matrix(1, false)), (Matrix::BT601, Matrix::BT709));
        assert_eq!(
            (matrix_name(9), matrix_name(2), transfer_name(18), transfer_name(-1)),
            (Some("bt2020nc"), None, Some("arib-std-b67"), None)
        );
    }
}
