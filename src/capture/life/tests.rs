//! Lives of sources in simulated time.

use super::*;
use crate::source::{READ_TIMEOUT, ffmpeg, http};

/// A life in simulated time that notes what it was told to do, and when.
struct Story {
    life: Life,
    start: Instant,
    now: Instant,
    opened: Vec<f64>,
    slates: Vec<(f64, String)>,
    states: Vec<CameraState>,
}

impl Story {
    fn new() -> Self {
        Story::of(Traits::default())
    }

    fn of(traits: Traits) -> Self {
        let start = Instant::now();
        let life = Life::new(start, 1, traits);
        let mut story = Story { life, start, now: start, opened: vec![], slates: vec![], states: vec![] };
        // It is opened before its first picture.
        story.run(0.01, None);
        story
    }

    /// Runs for `seconds` in steps of 10 ms; a picture arrives every `interval_ms`, if at all, the first at
    /// once.
    fn run(&mut self, seconds: f64, interval_ms: Option<u64>) -> &mut Self {
        let mut tick = 0;
        self.while_running(seconds, |life, now| {
            if interval_ms.is_some_and(|interval| (tick * 10) % interval == 0) {
                life.picture(now);
            }
            tick += 1;
        })
    }

    /// Runs for `seconds` in steps of 10 ms, each beginning with what `happens`.
    fn while_running(&mut self, seconds: f64, mut happens: impl FnMut(&mut Life, Instant)) -> &mut Self {
        let end = self.now + Duration::from_secs_f64(seconds);
        while self.now < end {
            happens(&mut self.life, self.now);
            while let Some(step) = self.life.step(self.now) {
                let at = (self.now - self.start).as_secs_f64();
                match step {
                    Step::Open => self.opened.push(at),
                    Step::Slate(why) => {
                        assert_eq!(why, self.life.why(self.now), "a slate says what the status says");
                        self.slates.push((at, why.text));
                    }
                }
            }
            let state = self.state();
            if self.states.last() != Some(&state) {
                self.states.push(state);
            }
            self.now += Duration::from_millis(10);
        }
        self
    }

    fn fail(&mut self, why: &str) -> &mut Self {
        self.fail_as(ReasonCode::HungUp, why)
    }

    fn fail_as(&mut self, code: ReasonCode, why: &str) -> &mut Self {
        self.life.failed(self.now, Reason::new(code, why));
        self
    }

    fn state(&self) -> CameraState {
        self.life.state(self.now)
    }

    fn why(&self) -> String {
        self.life.why(self.now).text
    }
}

#[test]
fn a_healthy_source_is_opened_once_and_shows_no_slate() {
    let mut story = Story::new();
    story.run(60.0, Some(40));
    assert_eq!((story.opened.len(), story.slates.len(), story.state()), (1, 0, CameraState::Streaming));
}

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
