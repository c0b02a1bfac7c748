//! Pictures that do not change.

use std::time::Duration;

use super::fixtures::Story;
use crate::{capture::life::Traits, nouns::state::CameraState, source::ReasonCode};

#[test]
fn a_picture_that_does_not_change_for_a_minute_is_frozen_until_it_does() {
    let mut story = Story::of(Traits { frozen_after: Some(Duration::from_secs(60)), ..Traits::default() });
    let start = story.now;
    let (frozen_from, frozen_to) = (start + Duration::from_secs(5), start + Duration::from_secs(100));
    story.while_running(120.0, |life, now| {
        life.picture(now);
        life.unchanged((frozen_from..frozen_to).contains(&now).then_some(frozen_from));
        let state = life.state(now);
        if state == CameraState::Frozen {
            let (why, after) = (life.why(now), now - frozen_from);
            assert!(after >= Duration::from_secs(60));
            let says = format!("has not changed for {} s", after.as_secs());
            assert!(why.code == ReasonCode::Frozen && why.text.contains(&says), "{why}");
        }
    });
    assert_eq!(
        story.states,
        [CameraState::Connecting, CameraState::Streaming, CameraState::Frozen, CameraState::Streaming]
    );
    assert_eq!((story.opened.len(), story.slates.len()), (1, 0), "nothing else is done about it");
}

#[test]
fn another_time_after_which_a_picture_counts_as_frozen_holds_at_once() {
    let after = |seconds| Traits { frozen_after: Some(Duration::from_secs(seconds)), ..Traits::default() };
    let mut story = Story::of(after(60));
    let since = story.now;
    story.while_running(10.0, |life, now| {
        life.picture(now);
        life.unchanged(Some(since));
    });
    let state = |traits: Traits| {
        story.life.adjust(traits);
        story.life.state(story.now)
    };
    let states = [after(60), after(5), Traits::default()].map(state);
    assert_eq!(states, [CameraState::Streaming, CameraState::Frozen, CameraState::Streaming]);
}

#[test]
fn a_frozen_picture_that_ends_is_a_lost_one() {
    let mut story = Story::of(Traits { frozen_after: Some(Duration::from_secs(1)), ..Traits::default() });
    story.run(5.0, Some(40));
    story.life.unchanged(Some(story.start));
    assert_eq!(story.state(), CameraState::Frozen);
    story.run(3.0, None);
    assert_eq!(story.state(), CameraState::Reconnecting);
    assert!(!story.why().contains("changed"), "{}", story.why());
}

#[test]
fn where_freezing_is_no_matter_nothing_is_said() {
    let mut story = Story::new();
    story.life.unchanged(Some(story.start));
    story.run(100.0, Some(40));
    assert_eq!(story.state(), CameraState::Streaming);
}
