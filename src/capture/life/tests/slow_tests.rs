//! Sources whose pictures are far apart, and those that only give signs of life.

use std::time::{Duration, Instant};

use super::fixtures::Story;
use crate::{
    capture::life::{Life, Sign, Traits},
    nouns::state::CameraState,
    source::{Reason, ReasonCode},
};

#[test]
fn slow_cameras_and_files_show_their_pictures_without_slates_between() {
    for seconds in [1, 3, 5, 7, 10] {
        let mut story = Story::new();
        story.run(120.0, Some(seconds * 1000));
        assert_eq!((story.opened.len(), &story.slates), (1, &vec![]), "a picture in {seconds} s");
        assert_eq!(
            story.states,
            [CameraState::Connecting, CameraState::Streaming],
            "a picture in {seconds} s"
        );
    }
}

#[test]
fn a_recording_is_waited_for_until_its_next_picture_is_due_however_long_that_is() {
    for seconds in [20, 100] {
        let mut story = Story::new();
        let (apart, mut next) = (Duration::from_secs(seconds), story.now);
        story.while_running(seconds as f64 * 3.5, |life, now| {
            if now >= next {
                life.picture(now);
                next = now + apart;
                life.expect(next);
            }
        });
        assert_eq!((story.opened.len(), &story.slates), (1, &vec![]), "a picture in {seconds} s");
        assert_eq!(story.state(), CameraState::Streaming);
    }
}

#[test]
fn a_picture_that_does_not_come_when_it_is_due_is_missed_from_then_on() {
    let mut story = Story::new();
    story.run(0.01, Some(40));
    story.life.expect(story.now + Duration::from_secs(20));
    story.run(60.0, None);
    let first = story.slates.first().expect("a slate").0;
    assert!((32.0..32.5).contains(&first), "{first}");
    assert!((36.0..37.0).contains(&story.opened[1]), "{:?}", story.opened);
    let failed = story.opened.len();
    story.run(30.0, None);
    assert!(story.opened.len() > failed, "another attempt owes nothing to the time that was told before");
}

#[test]
fn snapshots_that_are_asked_for_rarely_show_no_slates() {
    let mut story = Story::of(Traits { asked: Duration::from_secs(20), ..Traits::default() });
    story.run(120.0, Some(20_000));
    assert_eq!((story.opened.len(), story.slates.len(), story.state()), (1, 0, CameraState::Streaming));
}

#[test]
fn a_slow_camera_that_vanishes_is_noticed() {
    let mut story = Story::new();
    story.run(50.0, Some(5_000)).run(40.0, None);
    // The last picture came at 45 s.
    let first = story.slates.first().expect("a slate");
    assert!((57.0..58.5).contains(&first.0), "{first:?}");
    assert!((61.0..62.0).contains(&story.opened[1]), "{:?}", story.opened);
}

#[test]
fn a_camera_that_slows_down_in_the_dark_is_given_up_once_and_then_waited_for() {
    let mut story = Story::new();
    story.run(20.0, Some(40)).while_running(20.0, |_, _| {}).run(100.0, Some(10_000));
    let (opened, slates) = (story.opened.len(), story.slates.len());
    story.run(100.0, Some(10_000));
    assert_eq!(
        (story.opened.len(), story.slates.len(), story.state()),
        (opened, slates, CameraState::Streaming)
    );
}

#[test]
fn a_camera_that_slows_down_and_whose_reader_gives_up_by_itself_is_waited_for_too() {
    for code in [ReasonCode::Silent, ReasonCode::TimedOut] {
        let mut story = Story::new();
        story
            .run(20.0, Some(40))
            .run(5.0, None)
            .fail_as(code, "sends nothing any more")
            .run(100.0, Some(10_000));
        assert_eq!((story.opened.len(), story.state()), (2, CameraState::Streaming), "{:?}", story.opened);
    }
}

#[test]
fn a_stall_that_the_source_itself_waits_for_is_not_given_up() {
    let mut story = Story::new();
    story.life.allow(Duration::from_secs(10));
    story.run(20.0, Some(40)).run(7.0, None).run(5.0, Some(40));
    assert_eq!((story.opened.len(), story.state()), (1, CameraState::Streaming), "{:?}", story.opened);
    story.run(12.0, None);
    assert_eq!(story.opened.len(), 2, "but not for ever");
}

/// Each second a sign that a key frame is waited for.
fn signs() -> impl FnMut(&mut Life, Instant) {
    let mut tick = 0;
    move |life, at| {
        if tick % 100 == 0 {
            life.alive(Sign { at, why: Reason::new(ReasonCode::NoKeyFrame, "waiting for a key frame") });
        }
        tick += 1;
    }
}

#[test]
fn a_camera_whose_key_frame_is_waited_for_is_not_abandoned_and_says_so() {
    let mut story = Story::new();
    story.while_running(30.0, signs());
    assert_eq!((story.opened.len(), story.state()), (1, CameraState::Connecting));
    assert!(story.slates.iter().all(|(_, why)| why == "waiting for a key frame"), "{:?}", story.slates);
    story.run(1.0, Some(40));
    assert_eq!((story.opened.len(), story.state()), (1, CameraState::Streaming));
    story.while_running(30.0, signs()).run(1.0, Some(40));
    assert_eq!((story.opened.len(), story.state()), (1, CameraState::Streaming), "in the middle as well");
}

#[test]
fn signs_of_life_do_not_stand_in_for_pictures_for_ever() {
    let mut story = Story::new();
    story.while_running(70.0, signs());
    assert!((60.0..61.0).contains(&story.opened[1]), "{:?}", story.opened);
    assert!(story.why().starts_with("waiting for a key frame"), "{}", story.why());
}
