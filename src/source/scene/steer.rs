//! Stepping aside: where others and furniture are in, the acceleration that keeps clear of them out.
//!
//! A light social-force model (after Helbing and Molnar 1995). Where people want to go does not belong here.

use super::geometry::Vec2;
use super::site::obstacles;

/// People closer than this push apart, metres.
const ELBOW_ROOM: f32 = 0.7;
/// People step aside for somebody ahead within this distance, metres.
const LOOK_AHEAD: f32 = 2.2;
/// The acceleration that others and things in the way cause, metres a second squared.
pub fn pushes(index: usize, seen: &[(Vec2, Vec2)], wanted: Vec2) -> Vec2 {
    let (at, velocity) = seen[index];
    let (ahead, moving) = (wanted.unit(), wanted.length() > 0.3);
    let mut push = Vec2::default();
    for (other, (place, speed)) in seen.iter().enumerate() {
        let away = at - *place;
        let distance = away.length();
        if other == index || distance > LOOK_AHEAD {
            continue;
        }
        if distance < ELBOW_ROOM {
            push = push + away.unit() * ((ELBOW_ROOM - distance) * if moving { 7.0 } else { 1.5 });
        }
        let closing = (velocity - *speed).dot(away) < -0.1;
        if moving && closing && ahead.dot(away) < -0.5 * distance {
            let side = if ahead.cross(away) > 0.25 * distance { 1.0 } else { -1.0 };
            push = push + ahead.left() * (side * (LOOK_AHEAD - distance) * 1.3);
        }
    }
    if moving { push + around_things(at, ahead) } else { push }
}

/// Steers around furniture.
fn around_things(at: Vec2, ahead: Vec2) -> Vec2 {
    let mut push = Vec2::default();
    for (centre, radius) in obstacles() {
        let away = at - centre;
        let clear = away.length() - radius;
        if clear < 0.35 {
            push = push + away.unit() * ((0.35 - clear) * 12.0);
        }
        if clear < 1.8 && ahead.dot(away) < 0.0 && ahead.cross(away).abs() < radius + 0.45 {
            let side = if ahead.cross(away) > 0.0 { 1.0 } else { -1.0 };
            push = push + ahead.left() * (side * (1.8 - clear) * 2.2);
        }
    }
    push
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::scene::geometry::vec2;

    #[test]
    fn people_who_meet_step_to_different_sides() {
        // Both walk along the plaza's middle, where no furniture is near.
        let seen = [(vec2(4.0, 17.0), vec2(1.3, 0.0)), (vec2(5.6, 17.0), vec2(-1.3, 0.0))];
        let (one, other) = (pushes(0, &seen, seen[0].1), pushes(1, &seen, seen[1].1));
        assert!(one.y * other.y < 0.0, "{one:?} {other:?}");
    }

    #[test]
    fn nobody_is_pushed_by_those_far_away_or_behind() {
        let seen = [
            (vec2(4.0, 17.0), vec2(1.3, 0.0)),
            (vec2(2.6, 17.0), vec2(1.3, 0.0)),
            (vec2(9.0, 17.0), vec2(0.0, 0.0)),
        ];
        assert_eq!(pushes(0, &seen, seen[0].1), Vec2::default());
    }
}
