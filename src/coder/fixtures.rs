//! A picture for tests of what goes by coefficients: a size and a seed go in. What becomes of it is not here.

use super::coefficients::Coefficients;
use crate::nouns::picture::Planes;

/// A picture that says something in every coefficient.
pub(super) fn picture((width, height): (usize, usize), seed: usize) -> Coefficients {
    let mut planes = Planes::grey(width, height, 0);
    let fill = |plane: &mut Vec<u8>, by: usize| {
        plane.iter_mut().enumerate().for_each(|(n, sample)| *sample = (n * n / by + n * seed) as u8);
    };
    fill(&mut planes.y, 31);
    fill(&mut planes.u, 57);
    fill(&mut planes.v, 91);
    let mut picture = Coefficients::new();
    picture.load_planes(&planes).expect("a picture");
    picture
}
