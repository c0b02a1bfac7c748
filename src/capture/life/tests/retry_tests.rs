//! Sources that fail or hang: when they are opened again.

use std::time::Duration;

use super::fixtures::Story;
use crate::{
    capture::life::{FIRST_PICTURE_WITHIN, Life, Step, Traits},
    nouns::state::CameraState,
    source::{READ_TIMEOUT, Reason, ReasonCode, ffmpeg, http},
};

#[test]
fn a_picture_that_overtakes_its_threads_failure_does_not_bring_the_source_back() {
    let mut story = Story::new();
    story.run(10.0, Some(40)).fail("cable pulled");
    story.life.picture(story.now);
    for _ in 0..150 {
        story.run(0.01, None);
        assert_eq!((story.state(), story.why()), (CameraState::Reconnecting, "cable pulled".to_owned()));
    }
    assert!(story.opened.len() > 1, "opened again meanwhile");
}

#[test]
fn one_picture_and_a_long_silence_is_no_success() {
    let (mut story, mut waits) = (Story::new(), vec![]);
    for _ in 0..8 {
        story.run(0.01, Some(40)).run(3.0, None).fail("hung up");
        let failed = (story.now - story.start).as_secs_f64();
        story.run(2.0, None);
        waits.push(story.opened.last().expect("opened") - failed);
    }
    assert!(waits[0] < 0.4 && waits[7] > 0.9, "it is asked ever more seldom: {waits:?}");
}

#[test]
fn an_open_socket_without_pictures_is_abandoned() {
    let mut story = Story::new();
    story.run(10.0, Some(40)).run(8.0, None);
    assert_eq!(story.opened.len(), 2, "{:?}", story.opened);
    assert!((16.0..17.0).contains(&story.opened[1]), "{:?}", story.opened);
    assert!(story.why().contains("sends nothing any more"), "{}", story.why());
    story.run(5.0, Some(40));
    assert_eq!(story.state(), CameraState::Streaming);
}

#[test]
fn a_source_that_hangs_while_opening_is_abandoned() {
    let mut story = Story::new();
    story.run(FIRST_PICTURE_WITHIN.as_secs_f64() + 2.0, None);
    assert_eq!(story.opened.len(), 2, "{:?}", story.opened);
    assert!(story.why().contains("does not answer"), "{}", story.why());
}

#[test]
fn a_source_that_is_opened_on_the_second_try_gets_its_time() {
    let both = http::CONNECT_TIMEOUT + ffmpeg::OPEN_TIMEOUT + READ_TIMEOUT;
    let mut story = Story::new();
    story.run(both.as_secs_f64(), None).run(5.0, Some(40));
    assert_eq!((story.opened.len(), story.state()), (1, CameraState::Streaming), "{:?}", story.opened);
}

#[test]
fn a_camera_that_hangs_up_every_few_seconds_is_back_at_once_each_time() {
    let mut story = Story::new();
    for _ in 0..40 {
        story.run(3.0, Some(40)).fail("hung up");
        let failed = (story.now - story.start).as_secs_f64();
        story.run(0.4, None);
        assert!(story.opened.last().expect("opened") - failed < 0.4, "{:?}", story.opened);
    }
    assert!(story.slates.is_empty(), "{:?}", story.slates);
}

#[test]
fn a_source_that_was_there_a_minute_ago_is_back_within_two_seconds_of_being_good() {
    for away in [1.0, 5.0, 30.0, 300.0] {
        let mut story = Story::new();
        story.run(10.0, Some(40));
        // Each attempt is refused at once until the source is good.
        let end = story.now + Duration::from_secs_f64(away);
        story.fail("refused");
        while story.now < end {
            let before = story.opened.len();
            story.run(0.01, None);
            if story.opened.len() > before && story.now < end {
                story.fail("refused");
            }
        }
        let opened = story.opened.len();
        story.run(1.5, None);
        assert!(story.opened.len() > opened, "after {away} s: {:?}", story.opened.last());
    }
}

#[test]
fn a_wrong_password_is_tried_three_times_soon_and_then_once_a_minute_but_another_source_at_once() {
    let mut story = Story::new();
    story.while_running(300.0, |life, now| {
        if life.is_reading() {
            life.failed(now, Reason::new(ReasonCode::LoginWrong, "the camera refuses this password"));
        }
    });
    let soon = story.opened.iter().filter(|at| **at < 18.0).count();
    assert!(soon == 3 && (6..=9).contains(&story.opened.len()), "{:?}", story.opened);
    let mut other = Life::in_place(story.now, 2, Traits::default());
    assert_eq!(other.step(story.now), Some(Step::Open));
}
