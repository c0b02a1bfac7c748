//! What the scene promises as a whole: the same pictures at any calling rate, exact truth, steady flows.

use super::world::World;
use super::*;
use std::collections::{HashMap, HashSet};

/// A small 16:9 picture keeps these tests fast.
const SIZE: (usize, usize) = (320, 180);

fn scene(text: &str) -> Scene {
    Scene::new(&SceneParams::parse(text).expect("the test's parameters are right"), SIZE.0, SIZE.1)
}

fn millis(time: u64) -> Duration {
    Duration::from_millis(time)
}

#[test]
fn same_time_gives_the_same_picture_at_any_calling_rate() {
    let (mut often, mut seldom) = (scene("seed=7"), scene("seed=7"));
    for step in 0..100 {
        often.draw(millis(step * 29), step, "on the way");
    }
    let time = millis(3_013);
    assert_eq!(often.draw(time, 5, "12:00"), seldom.draw(time, 5, "12:00"));
    assert_eq!(often.truth(), seldom.truth());
}

#[test]
fn seeds_and_numbers_change_the_picture() {
    let picture = |seed: u64, number| scene(&format!("seed={seed}")).draw(millis(500), number, "");
    let first = picture(1, 1);
    assert_ne!(first, picture(2, 1));
    assert_ne!(first, picture(1, 2));
}

#[test]
fn time_never_goes_back() {
    let mut scene = scene("");
    scene.draw(millis(4_000), 1, "");
    let before = scene.truth();
    scene.draw(millis(1_000), 2, "");
    for (old, new) in before.iter().zip(scene.truth()) {
        assert!((old.position[0] - new.position[0]).abs() < 1.0);
    }
}

#[test]
fn boxes_are_inside_the_picture_and_heads_at_their_tops() {
    let mut scene = scene("people=80,vehicles=8");
    for step in 0..20 {
        scene.draw(millis(step * 700), step, "");
        for fact in scene.truth() {
            let [left, top, right, bottom] = fact.bounds;
            assert!(0.0 <= left && left < right && right <= SIZE.0 as f32, "{fact:?}");
            assert!(0.0 <= top && top < bottom && bottom <= SIZE.1 as f32, "{fact:?}");
            assert!((0.0..=1.0).contains(&fact.visible), "{fact:?}");
            let [x, y] = fact.head;
            if fact.class == Class::Person && x > 0.0 && y > 2.0 && x < SIZE.0 as f32 && y < SIZE.1 as f32 {
                assert!(
                    (left..=right).contains(&x) && y >= top && y < top + (bottom - top) * 0.6 + 2.0,
                    "{fact:?}"
                );
            }
        }
    }
}

#[test]
fn speed_is_the_distance_between_frames_and_human() {
    let mut scene = scene("");
    for start in [0, 9_000, 21_000] {
        scene.draw(millis(start + 40), 1, "");
        let before: HashMap<u64, Truth> = scene.truth().into_iter().map(|fact| (fact.id, fact)).collect();
        scene.draw(millis(start + 80), 2, "");
        for fact in scene.truth() {
            let Some(old) = before.get(&fact.id) else { continue };
            let moved = vec2(fact.position[0] - old.position[0], fact.position[1] - old.position[1]).length();
            assert!((moved / 0.04 - fact.speed).abs() < 0.01, "{fact:?} moved {moved}");
            let top = if fact.class == Class::Person { 1.85 } else { 14.0 };
            assert!(fact.speed < top, "{fact:?}");
        }
    }
}

#[test]
fn numbers_are_unique_and_never_used_again() {
    let mut scene = scene("people=60,vehicles=12");
    let (mut gone, mut last) = (HashSet::new(), HashSet::new());
    for step in 0..60 {
        scene.draw(millis(step * 1_000), step, "");
        let all: Vec<u64> = scene.actors.iter().map(|actor| actor.id).collect();
        let now: HashSet<u64> = all.iter().copied().collect();
        assert_eq!(all.len(), now.len());
        gone.extend(last.difference(&now));
        assert!(gone.is_disjoint(&now));
        last = now;
    }
}

#[test]
fn covered_people_are_less_visible() {
    let mut scene = scene("people=250,vehicles=12");
    let mut shares = Vec::new();
    for step in 0..4 {
        scene.draw(millis(step * 3_000), step, "");
        shares
            .extend(scene.truth().iter().filter(|fact| fact.class == Class::Person).map(|fact| fact.visible));
    }
    let whole = shares.iter().filter(|share| **share > 0.99).count();
    let partly = shares.iter().filter(|share| **share < 0.7).count();
    assert!(whole > 100 && partly > 50, "{whole} whole, {partly} partly of {}", shares.len());
}

#[test]
fn any_size_can_be_drawn() {
    for (width, height) in [(160, 90), (161, 91), (333, 777), (1001, 99), (1, 1), (2, 3), (17, 400)] {
        let mut scene = Scene::new(&SceneParams::default(), width, height);
        let planes = scene.draw(millis(100), 1, "2026-01-01 00:00:00");
        assert_eq!(
            (planes.y.len(), planes.u.len()),
            (width * height, width.div_ceil(2) * height.div_ceil(2))
        );
        scene.truth();
    }
}

#[test]
fn an_empty_plaza_has_no_truth() {
    let mut scene = scene("people=0,vehicles=0");
    scene.draw(millis(100), 1, "");
    assert_eq!(scene.truth(), []);
}

/// Runs five minutes of motion without drawing; `check` sees every tick.
fn five_minutes(text: &str, mut check: impl FnMut(&World)) {
    let mut world = World::new(&SceneParams::parse(text).expect("the test's parameters are right"));
    for tick in 0..7_500 {
        world.advance(millis(tick * 40));
        check(&world);
    }
}

#[test]
fn population_stays_about_constant() {
    for (text, people, vehicles) in [("", 40, 6), ("people=90,vehicles=12,seed=3", 90, 12)] {
        let mut sum = 0;
        five_minutes(text, |world| {
            let count = world.people().len();
            assert!((people..=people + 2).contains(&count), "{count}");
            sum += world.vehicles().count();
        });
        assert!(sum as f32 / 7_500.0 > vehicles as f32 * 0.7, "{} vehicles on average", sum as f32 / 7_500.0);
    }
}

#[test]
fn most_people_are_inside_the_picture() {
    let view = View::new(SIZE.0, SIZE.1);
    let mut inside = 0;
    five_minutes("", |world| {
        let feet =
            world.people().iter().filter_map(|person| view.camera.ground_to_pixel(person.pose(1.0).at));
        inside += feet
            .filter(|at| at.x > 0.0 && at.y > 0.0 && at.x < SIZE.0 as f32 && at.y < SIZE.1 as f32)
            .count();
    });
    assert!(inside > 7_500 * 30, "{} of 40 on average", inside as f32 / 7_500.0);
}

#[test]
fn the_counting_line_is_crossed_often_both_ways() {
    let [from, to] = COUNTING_LINE;
    let side = |at: Vec2| (to - from).cross(at - from) > 0.0;
    let mut last: HashMap<u64, bool> = HashMap::new();
    let mut crossings = [0, 0];
    five_minutes("", |world| {
        for person in world.people() {
            let at = person.pose(1.0).at;
            let share = (at - from).dot(to - from) / (to - from).dot(to - from);
            if !(0.0..=1.0).contains(&share) {
                last.remove(&person.id);
            } else if last.insert(person.id, side(at)).is_some_and(|before| before != side(at)) {
                crossings[usize::from(side(at))] += 1;
            }
        }
    });
    assert!(crossings.iter().all(|&count| count >= 60), "{crossings:?}");
}

#[test]
fn nobody_walks_through_vehicles() {
    five_minutes("people=80,vehicles=10,seed=4", |world| {
        for vehicle in world.vehicles() {
            let (middle, half) = (vehicle.at(1.0), vehicle.model.length * 0.5 + 0.1);
            for person in world.people() {
                let away = person.pose(1.0).at - middle;
                assert!(away.x.abs() > half || away.y.abs() > 1.2, "{} and {}", person.id, vehicle.id);
            }
        }
    });
}

#[test]
fn walkers_keep_a_human_pace() {
    let (mut walking, mut slow) = (0, 0);
    five_minutes("", |world| {
        for person in world.people() {
            let speed = person.velocity().length();
            assert!(speed < 1.85, "{speed}");
            walking += u32::from(speed > 0.8);
            slow += u32::from((0.3..0.8).contains(&speed));
        }
    });
    assert!(slow * 8 < walking, "{slow} slow, {walking} at a walking pace");
}

fn road(text: &str) -> Scene {
    scene(&format!("kind=road,{text}"))
}

#[test]
fn the_road_is_the_same_at_any_calling_rate_drawn_or_not() {
    let (mut often, mut seldom) = (road("seed=7,cut=2"), road("seed=7,cut=2"));
    for step in 0..100 {
        often.move_to(millis(step * 29));
    }
    let time = millis(3_013);
    assert_eq!(often.draw(time, 5, "12:00"), seldom.draw(time, 5, "12:00"));
    assert_eq!(often.truth(), seldom.truth());
    assert_eq!(often.cuts(), 1);
}

#[test]
fn vehicles_at_the_road_fill_a_third_of_the_picture_both_ways_and_are_cut_by_its_border() {
    let mut scene = road("people=0,seed=3");
    let (mut large, mut cut, mut standing) = ([0; 2], 0, 0);
    for step in 0..1_500 {
        scene.move_to(millis(step * 200));
        for fact in scene.truth() {
            let [_, top, _, bottom] = fact.bounds;
            assert!(fact.speed < 16.8 && top < bottom && bottom <= SIZE.1 as f32, "{fact:?}");
            large[usize::from(fact.velocity[1] > 0.0)] += i32::from(bottom - top > SIZE.1 as f32 / 3.0);
            cut += i32::from(bottom >= SIZE.1 as f32 && fact.visible < 0.8);
            standing += i32::from(fact.speed < 0.1);
        }
    }
    assert!(large[0] > 50 && large[1] > 50 && cut > 50 && standing > 50, "{large:?} {cut} {standing}");
}

#[test]
fn things_beside_people_at_the_road_have_truths_of_their_own() {
    let mut scene = road("people=40,vehicles=0");
    let mut seen: HashMap<&str, HashSet<u64>> = HashMap::new();
    let mut near = 0;
    for step in 0..600 {
        scene.move_to(millis(step * 500));
        let facts = scene.truth();
        let riders = facts.iter().filter(|fact| fact.class == Class::Bicycle && fact.visible > 0.3);
        for bicycle in riders {
            let on_it = facts.iter().any(|fact| {
                fact.class == Class::Person
                    && fact.position == bicycle.position
                    && fact.speed == bicycle.speed
            });
            assert!(
                on_it || bicycle.bounds[1] < 1.0 || bicycle.bounds[3] > SIZE.1 as f32 - 1.0,
                "{bicycle:?}"
            );
        }
        for fact in facts {
            near += usize::from(
                fact.class == Class::Person && fact.bounds[3] - fact.bounds[1] > 0.2 * SIZE.1 as f32,
            );
            seen.entry(fact.class.name()).or_default().insert(fact.id);
        }
    }
    let count = |class| seen.get(class).map_or(0, HashSet::len);
    assert!(count("person") > 50 && near > 50, "{near} near of {seen:?}");
    assert!(["bicycle", "pram", "suitcase"].iter().all(|class| count(class) >= 5), "{seen:?}");
}

#[test]
fn a_cut_replaces_everybody_and_uses_no_number_again() {
    let mut scene = road("cut=5");
    let ids = |scene: &Scene| scene.actors.iter().map(|actor| actor.id).collect::<HashSet<_>>();
    scene.move_to(millis(4_990));
    let (before, cuts) = (ids(&scene), scene.cuts());
    scene.move_to(millis(5_030));
    assert_eq!((cuts, scene.cuts()), (0, 1));
    assert!(ids(&scene).is_disjoint(&before));
}

#[test]
fn the_road_can_be_drawn_at_any_size() {
    for (width, height) in [(161, 91), (333, 777), (1, 1), (17, 400)] {
        let mut scene = Scene::new(&SceneParams::of(Kind::Road), width, height);
        for step in 0..20 {
            scene.draw(millis(step * 150), step, "");
            scene.truth();
        }
    }
}
