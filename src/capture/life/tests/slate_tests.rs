//! Slates and states: what viewers are told, and when.

use std::time::{Duration, Instant};

use super::fixtures::Story;
use crate::{
    capture::life::{Life, Step, Traits},
    nouns::state::CameraState,
    source::ReasonCode,
};

#[test]
fn a_healthy_source_is_opened_once_and_shows_no_slate() {
    let mut story = Story::new();
    story.run(60.0, Some(40));
    assert_eq!((story.opened.len(), story.slates.len(), story.state()), (1, 0, CameraState::Streaming));
}

#[test]
fn after_two_seconds_without_a_picture_a_slate_a_second_says_why() {
    let mut story = Story::new();
    story.run(10.0, Some(40)).fail("cable pulled");
    assert_eq!(story.state(), CameraState::Reconnecting, "viewers know at once");
    story.run(0.2, None);
    assert!(story.slates.is_empty(), "but the last picture stays for a moment");
    story.fail("cable pulled").run(0.4, None).fail("cable pulled").run(4.4, None);
    let first = story.slates.first().expect("a slate");
    assert!((first.0 - 12.0).abs() < 0.1, "{first:?}");
    assert!((3..=4).contains(&story.slates.len()), "{:?}", story.slates);
    assert!(story.slates.iter().all(|(_, why)| why == "cable pulled"), "{:?}", story.slates);
}

#[test]
fn a_source_that_shows_one_picture_and_fails_gets_its_slate_as_soon() {
    let mut story = Story::new();
    story.run(0.1, Some(1000)).fail("gone").run(3.0, None);
    assert!((1.9..2.2).contains(&story.slates.first().expect("a slate").0), "{:?}", story.slates);
}

#[test]
fn before_the_first_picture_it_is_connecting_and_the_slate_says_why() {
    let mut story = Story::new();
    story.run(0.1, None).fail("no such file").run(2.4, None);
    assert_eq!(story.states, [CameraState::Connecting]);
    assert_eq!(Story::new().why(), "no picture for less than 1 s");
    assert!(
        !story.slates.is_empty() && story.slates.iter().all(|(_, why)| why == "no such file"),
        "{:?}",
        story.slates
    );
}

#[test]
fn what_is_wrong_is_said_while_it_is_tried_again_and_for_how_long() {
    let mut story = Story::new();
    story.run(10.0, Some(40)).fail("nothing listens there").run(5.0, None);
    assert!(story.opened.len() > 1, "it is being opened");
    assert_eq!(story.why(), "nothing listens there");
    story.run(16.0, None);
    assert_eq!(story.why(), "nothing listens there (no picture for 21 s)");
    story.run(600.0, Some(40)).fail("nothing listens there").run(200.0, None);
    assert!(story.why().ends_with("(no picture for 3 min)"), "{}", story.why());
    story.run(1.0, Some(40));
    assert_eq!((story.life.trouble(), story.state()), (None, CameraState::Streaming));
}

#[test]
fn a_source_that_is_switched_off_is_not_opened_and_says_so_each_second() {
    let start = Instant::now();
    let mut life = Life::new(start, 1, Traits::default());
    assert_eq!(life.step(start), Some(Step::Open));
    life.picture(start);
    life.switch_off(start);
    assert_eq!(life.state(start), CameraState::Stopped);
    let mut slates = 0;
    for tenth in 0..100 {
        let now = start + Duration::from_millis(100 * tenth);
        while let Some(step) = life.step(now) {
            let Step::Slate(why) = step else { panic!("opened although it is off") };
            assert_eq!(
                (why.code, why.text.as_str()),
                (ReasonCode::Stopped, "the camera was stopped by an operator")
            );
            slates += 1;
        }
    }
    assert_eq!(slates, 10);
}

#[test]
fn a_source_in_the_place_of_another_shows_a_slate_soon_that_says_so() {
    let start = Instant::now();
    let life = Life::in_place(start, 1, Traits::default());
    let mut story = Story { life, start, now: start, opened: vec![], slates: vec![], states: vec![] };
    story.run(1.1, None);
    assert_eq!(story.slates, [(0.15, "the source is being opened".to_owned())]);
    story.run(1.0, Some(30));
    assert_eq!((story.slates.len(), story.state()), (1, CameraState::Streaming));
    // From its first picture on it is a source as any other.
    story.run(1.5, None);
    assert_eq!(story.slates.len(), 1);
    let mut quick = Story { life: Life::in_place(start, 1, Traits::default()), now: start, ..story };
    quick.slates.clear();
    quick.run(0.1, None).run(1.0, Some(30));
    assert!(quick.slates.is_empty(), "who opens at once has none");
}
