//! Zones: who stands in which. Pure geometry on fractions of the frame.

use crate::nouns::{
    count::ZoneCount,
    place::{Fraction, Zone},
};

/// The number of `feet` in each zone.
pub fn occupancy(zones: &[Zone], feet: &[Fraction]) -> Vec<ZoneCount> {
    let count = |zone: &Zone| feet.iter().filter(|foot| contains(&zone.points, **foot)).count();
    zones
        .iter()
        .map(|zone| ZoneCount { id: zone.id.clone(), occupancy: count(zone), ..ZoneCount::default() })
        .collect()
}

/// Whether a place lies inside a polygon: a ray to the right crosses its border an odd number of times.
pub fn contains(corners: &[Fraction], [x, y]: Fraction) -> bool {
    let edges = corners.iter().zip(corners.iter().cycle().skip(1));
    let crossed = edges.filter(|(a, b)| {
        let spans = (a[1] > y) != (b[1] > y);
        spans && x < a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0])
    });
    crossed.count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn feet_are_counted_in_the_zones_they_stand_in() {
        let zone = |id: &str, points: &[Fraction]| Zone::new(id, points.to_vec());
        // The second one has a dent.
        let zones = [
            zone("square", &[[0.0, 0.0], [0.5, 0.0], [0.5, 0.5], [0.0, 0.5]]),
            zone("dented", &[[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.5, 0.2], [0.0, 1.0]]),
        ];
        let counts = occupancy(&zones, &[[0.25, 0.25], [0.5, 0.6], [0.9, 0.5]]);
        assert_eq!(counts.iter().map(|count| count.occupancy).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(counts[0].id, "square");
    }
}
