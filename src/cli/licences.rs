//! The licences that come with the program: what it prints where nobody has the repository at hand.
//!
//! Texts only. Whoever hands a font on hands its licence on with it, and the font is inside the program.

/// The program's own licence, then that of the font.
pub const LICENCES: &str =
    concat!(include_str!("../../LICENSE"), "\n", include_str!("../../LICENSES/OFL-1.1.txt"));
