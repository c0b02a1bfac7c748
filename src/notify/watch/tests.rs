//! Rules, and what becomes of what happens.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::*;
use crate::{
    fixtures::{found_nothing, somebody},
    nouns::{
        count::ZoneCount,
        place::Direction,
        result::{Crowd, FrameRef, Grid, RiskLevel},
    },
};

const S: u64 = 1_000_000;

fn watch(fields: Value) -> Watch {
    Watch::new(serde_json::from_value(fields).expect("a rule"))
}

fn crossing(second: u64, direction: Direction, speed_kmh: Option<f32>) -> Event {
    Event::LineCrossed {
        at_us: second * S,
        line: "gate".to_owned(),
        direction,
        track_id: second,
        class: "car".to_owned(),
        place: None,
        speed_kmh,
    }
}

fn is_person(class: &str) -> bool {
    class == "person"
}

/// A result with `people` boxes of persons at a second.
fn boxes(second: u64, people: usize) -> AnalyticsResult {
    let objects = somebody().objects.map(|objects| vec![objects[0].clone(); people]);
    AnalyticsResult { captured_us: second * S, objects, ..found_nothing() }
}

fn crowd(second: u64, total: f32) -> AnalyticsResult {
    let grid = Grid { cols: 1, people: vec![total] };
    let crowd = Some(Crowd { total, grid, risk: RiskLevel::Low });
    AnalyticsResult { captured_us: second * S, crowd, objects: None, ..found_nothing() }
}

/// A second in the hours of the rule, and one outside of them.
fn at(second: u64) -> When {
    When { at_us: second * S, in_hours: true }
}

fn quiet(second: u64) -> When {
    When { at_us: second * S, in_hours: false }
}

fn words(outcome: Outcome) -> Option<String> {
    match outcome.told {
        Some(Told::Happened(words) | Told::Over(words)) => Some(words),
        Some(Told::More { gathered, now }) => Some(format!(
            "{} more{}",
            gathered.count,
            now.map_or_else(String::new, |now| format!(", now {now}"))
        )),
        None => None,
    }
}

#[test]
fn a_crossing_is_told_where_line_way_class_and_speed_are_those_of_the_rule() {
    let all = json!({ "id": "a", "when": "line_crossed" });
    let told = |changes: Value, event: &Event| {
        let mut fields = all.clone();
        changes.as_object().expect("an object").iter().for_each(|(name, value)| fields[name] = value.clone());
        words(watch(fields).hear(event, at(1)))
    };
    let car = crossing(1, Direction::Inbound, Some(61.6));
    assert_eq!(told(json!({}), &car).as_deref(), Some("car crossed line gate inbound at 62 km/h"));
    let slow = crossing(1, Direction::Outbound, None);
    assert_eq!(told(json!({}), &slow).as_deref(), Some("car crossed line gate outbound"));
    for (changes, is_told) in [
        (json!({ "line": "gate" }), true),
        (json!({ "line": "door" }), false),
        (json!({ "direction": "inbound" }), true),
        (json!({ "direction": "outbound" }), false),
        (json!({ "class": "Car" }), true),
        (json!({ "class": "person" }), false),
        (json!({ "faster_kmh": 50 }), true),
        (json!({ "faster_kmh": 62 }), false),
    ] {
        assert_eq!(told(changes.clone(), &car).is_some(), is_told, "{changes}");
    }
    assert_eq!(told(json!({ "faster_kmh": 0 }), &slow), None, "a speed that is not known is above none");
    assert_eq!(told(json!({}), &Event::SourceBack { at_us: S }), None);
}

#[test]
fn a_thousand_crossings_in_a_second_are_two_messages_in_whatever_order_they_are_found() {
    let mut watch = watch(json!({ "id": "a", "when": "line_crossed" }));
    let (mut told, mut gathered) = (0, 0);
    for n in 0..1000 {
        // A crossing is found some frames later, those of one frame in no order.
        let outcome = watch.hear(&crossing(1000 - n, Direction::Inbound, None), at(1));
        told += u64::from(outcome.told.is_some());
        gathered += u64::from(outcome.gathered);
    }
    assert_eq!((told, gathered, watch.untold()), (1, 999, 999));
    assert_eq!(watch.tick(&Standing::Delivers, at(60)), Outcome::default());
    assert_eq!(words(watch.tick(&Standing::Delivers, at(61))).as_deref(), Some("999 more"));
}

#[test]
fn outside_of_its_hours_a_rule_tells_nothing_and_gathers_nothing() {
    let mut watch = watch(json!({ "id": "a", "when": "line_crossed" }));
    let outcome = watch.hear(&crossing(1, Direction::Inbound, None), quiet(1));
    assert_eq!(outcome, Outcome { quiet: true, ..Outcome::default() });
    assert!(watch.hear(&crossing(2, Direction::Inbound, None), at(2)).told.is_some());
    assert!(watch.hear(&crossing(3, Direction::Inbound, None), at(3)).gathered);
    let waits = watch.tick(&Standing::Delivers, quiet(100));
    assert_eq!(waits, Outcome::default(), "what was gathered waits for the hours");
    assert_eq!(words(watch.tick(&Standing::Delivers, at(101))).as_deref(), Some("1 more"));
}

#[test]
fn what_has_begun_before_the_hours_is_told_in_them_if_it_still_holds() {
    for (holds_then, expected) in [(9.0, Some("9 people, above 2")), (0.0, None)] {
        let mut watch = watch(json!({ "id": "a", "when": "people", "above": 2 }));
        assert!(watch.look(&crowd(1, 9.0), is_person, quiet(1)).quiet);
        watch.look(&crowd(20, holds_then), is_person, quiet(20));
        assert_eq!(words(watch.tick(&Standing::Delivers, at(21))).as_deref(), expected);
    }
}

#[test]
fn what_nobody_has_looked_at_since_is_not_told_when_the_hours_begin() {
    let mut watch = watch(json!({ "id": "a", "when": "people", "above": 2 }));
    assert!(watch.look(&crowd(1, 9.0), is_person, quiet(1)).quiet);
    assert_eq!(watch.tick(&Standing::Delivers, at(60)), Outcome::default());
}

#[test]
fn the_end_of_what_began_anew_without_a_word_is_not_told() {
    let mut watch = watch(json!({ "id": "a", "when": "people", "above": 2 }));
    assert!(watch.look(&crowd(1, 9.0), is_person, at(1)).told.is_some());
    assert!(watch.look(&crowd(100, 9.0), is_person, quiet(100)).quiet, "the first time was forgotten");
    assert_eq!(watch.look(&crowd(101, 0.0), is_person, at(101)), Outcome::default());
}

#[test]
fn a_crowd_is_told_once_it_has_lasted_and_again_when_it_is_over() {
    let mut watch = watch(json!({ "id": "a", "when": "people", "above": 20, "for_s": 5 }));
    let mut said = Vec::new();
    for (second, people) in [(0, 30.0), (3, 18.0), (4, 34.4), (9, 25.0), (15, 19.0), (20, 16.0), (25, 15.0)] {
        let outcome = watch.look(&crowd(second, people), is_person, at(second));
        said.extend(words(outcome).map(|words| (second, words)));
    }
    let [(9, began), (25, over)] = &said[..] else { panic!("{said:?}") };
    assert_eq!(began, "25 people, above 20");
    assert!(over.contains("at most 34 people"), "{over}");
}

#[test]
fn people_are_those_of_the_crowd_model_and_without_one_those_with_boxes() {
    let rule = json!({ "id": "a", "when": "people", "above": 2 });
    let mut alone = watch(rule.clone());
    assert_eq!(words(alone.look(&boxes(1, 3), is_person, at(1))).as_deref(), Some("3 people, above 2"));
    let mut both = watch(rule.clone());
    both.look(&crowd(1, 1.0), is_person, at(1));
    assert_eq!(both.look(&boxes(2, 9), is_person, at(2)), Outcome::default(), "the crowd model says one");
    assert!(both.look(&boxes(62, 9), is_person, at(62)).told.is_some(), "it says nothing any more");
    assert_eq!(watch(rule).look(&boxes(1, 3), |_| false, at(1)), Outcome::default(), "nobody of them");
}

#[test]
fn what_is_no_longer_looked_at_has_not_held() {
    let mut watch = watch(json!({ "id": "a", "when": "people", "above": 2, "for_s": 5 }));
    watch.look(&crowd(1, 9.0), is_person, at(1));
    assert_eq!(
        watch.tick(&Standing::Delivers, at(60)),
        Outcome::default(),
        "the model has said nothing since"
    );
    assert_eq!(watch.look(&crowd(60, 9.0), is_person, at(60)), Outcome::default(), "it begins anew");
    assert!(watch.look(&crowd(65, 9.0), is_person, at(65)).told.is_some());
}

#[test]
fn a_zone_is_told_while_more_are_in_it() {
    let mut watch = watch(json!({ "id": "a", "when": "zone", "zone": "queue", "above": 2 }));
    let inside = |second: u64, occupancy: usize| {
        let zone = |id: &str, occupancy| ZoneCount {
            id: id.to_owned(),
            occupancy,
            classes: BTreeMap::new(),
            standing: 0,
            mean_dwell_s: None,
            longest_dwell_s: None,
        };
        let counted = Some(FrameRef { frame: second, captured_us: second * S });
        let zones = vec![zone("hall", 99), zone("queue", occupancy)];
        AnalyticsResult { captured_us: second * S, counted, zones, ..found_nothing() }
    };
    assert_eq!(watch.look(&inside(1, 2), is_person, at(1)), Outcome::default());
    let told = words(watch.look(&inside(2, 3), is_person, at(2)));
    assert_eq!(told.as_deref(), Some("3 in zone queue, above 2"));
    let told = words(watch.look(&inside(22, 1), is_person, at(22)));
    assert_eq!(told.as_deref(), Some("zone queue is free again after 20 s; at most 3"));
}

#[test]
fn what_is_hidden_for_a_moment_is_not_seen_anew() {
    let mut watch = watch(json!({ "id": "a", "when": "seen", "class": "person" }));
    assert_eq!(words(watch.look(&boxes(0, 1), is_person, at(0))).as_deref(), Some("person seen"));
    for second in 1..100 {
        let people = usize::from(second % 5 > 0);
        assert_eq!(
            watch.look(&boxes(second, people), is_person, at(second)),
            Outcome::default(),
            "{second} s"
        );
    }
    for second in 100..115 {
        let outcome = watch.look(&boxes(second, 0), is_person, at(second));
        assert_eq!(outcome, Outcome::default(), "its end is no news");
    }
    assert!(watch.look(&boxes(115, 1), is_person, at(115)).told.is_some());
}

/// Ticks once a second from one to another, and tells what was said.
fn ticks(watch: &mut Watch, seconds: std::ops::Range<u64>, standing: &Standing) -> Vec<(u64, String)> {
    seconds
        .filter_map(|second| words(watch.tick(standing, at(second))).map(|words| (second, words)))
        .collect()
}

#[test]
fn a_lost_source_is_told_once_it_has_been_lost_for_long_enough_and_when_it_is_back() {
    let mut watch = watch(json!({ "id": "a", "when": "source_lost", "for_s": 30 }));
    let lost = Standing::Lost("nothing listens there".to_owned());
    // From the start on: it never gave a picture.
    let said = ticks(&mut watch, 1..100, &lost);
    assert_eq!(said, [(31, "no pictures: nothing listens there".to_owned())]);
    let said = ticks(&mut watch, 100..150, &Standing::Delivers);
    assert_eq!(said, [(130, "pictures are back after 99 s".to_owned())]);
    assert!(ticks(&mut watch, 150..170, &lost).is_empty());
    assert!(ticks(&mut watch, 170..300, &Standing::Delivers).is_empty(), "it was back in time");
}

#[test]
fn a_source_that_is_being_opened_is_not_lost() {
    let mut watch = watch(json!({ "id": "a", "when": "source_lost" }));
    let lost = Standing::Lost("the source is being opened".to_owned());
    assert!(ticks(&mut watch, 1..11, &lost).is_empty());
    assert!(ticks(&mut watch, 11..12, &Standing::Delivers).is_empty());
    assert!(ticks(&mut watch, 12..22, &lost).is_empty());
    assert_eq!(ticks(&mut watch, 22..23, &lost).len(), 1);
}

#[test]
fn a_camera_that_is_switched_off_ends_what_was_told_and_is_not_lost() {
    let mut watch = watch(json!({ "id": "a", "when": "source_lost" }));
    let lost = Standing::Lost("it hung up".to_owned());
    assert_eq!(ticks(&mut watch, 1..20, &lost).len(), 1);
    let said = ticks(&mut watch, 20..100, &Standing::Off);
    assert_eq!(said, [(20, "the camera was switched off".to_owned())]);
    assert!(ticks(&mut watch, 100..200, &Standing::Delivers).is_empty(), "nobody waits for its end");
}

#[test]
fn what_was_seen_of_a_camera_that_is_switched_off_has_no_end_that_is_news() {
    let mut watch = watch(json!({ "id": "a", "when": "seen", "class": "person" }));
    assert!(watch.look(&boxes(1, 1), is_person, at(1)).told.is_some());
    assert!(ticks(&mut watch, 2..5, &Standing::Off).is_empty());
}

#[test]
fn an_end_is_told_also_where_its_beginning_was_one_of_several() {
    let mut watch = watch(json!({ "id": "a", "when": "source_lost" }));
    let lost = Standing::Lost("it hung up".to_owned());
    assert_eq!(ticks(&mut watch, 1..15, &lost).len(), 1);
    assert_eq!(ticks(&mut watch, 15..16, &Standing::Delivers).len(), 1);
    let said = ticks(&mut watch, 16..100, &lost);
    let more = "1 more, now no pictures: it hung up".to_owned();
    assert_eq!(said, [(71, more)], "the second time falls into the minute of the first");
    assert_eq!(ticks(&mut watch, 100..101, &Standing::Delivers).len(), 1);
}

#[test]
fn what_was_gathered_is_told_with_what_holds_at_that_time() {
    let mut watch = watch(json!({ "id": "a", "when": "people", "above": 5.0 }));
    let mut look = |second: u64, total: f32| words(watch.look(&crowd(second, total), is_person, at(second)));
    assert_eq!(look(1, 6.0).as_deref(), Some("6 people, above 5"));
    assert!(look(2, 1.0).is_some_and(|words| words.starts_with("no longer crowded")));
    assert_eq!((look(3, 7.0), look(31, 8.0), look(59, 80.0)), (None, None, None), "no minute has passed");
    let more = ticks(&mut watch, 61..63, &Standing::Delivers);
    assert_eq!(more, [(61, "1 more, now 80 people, above 5".to_owned())]);
}

#[test]
fn a_risk_is_told_from_its_level_on_until_it_is_lower() {
    let mut watch = watch(json!({ "id": "a", "when": "risk", "risk": "high" }));
    let mut found = |second: u64, risk| {
        let mut result = crowd(second, 9.0);
        result.crowd.iter_mut().for_each(|crowd| crowd.risk = risk);
        words(watch.look(&result, is_person, at(second)))
    };
    assert_eq!(found(1, RiskLevel::Moderate), None);
    assert_eq!(found(2, RiskLevel::High).as_deref(), Some("the risk is high"));
    assert_eq!(found(3, RiskLevel::Critical), None, "it is as high still");
    assert_eq!(found(23, RiskLevel::Low).as_deref(), Some("the risk is lower again after 21 s"));
}

#[test]
fn an_end_is_told_to_whoever_was_told_of_the_beginning_alone() {
    let mut watch = watch(json!({ "id": "a", "when": "people", "above": 1 }));
    assert!(watch.look(&crowd(1, 5.0), is_person, quiet(1)).quiet);
    assert_eq!(watch.look(&crowd(2, 0.0), is_person, at(2)), Outcome::default());
    assert!(watch.look(&crowd(3, 5.0), is_person, at(3)).told.is_some());
    assert!(watch.look(&crowd(4, 0.0), is_person, quiet(4)).told.is_some(), "whenever that is");
}
