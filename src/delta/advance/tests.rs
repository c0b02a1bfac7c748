use super::*;
use crate::{
    delta::fixtures::{BLOCKS, Bench, Screen, error, rung},
    nouns::quality::Level,
};

/// A stream as encoding has it, its bench, and its newest frame as viewers get it.
struct Stage {
    bench: Bench,
    live: Arc<Mutex<Live>>,
    advance: Advance,
}

/// A viewer's picture without anything known of its link.
const ANY: Room = Room { most: None, cut: None };

impl Stage {
    fn new(level: u32) -> Self {
        Stage::up_to(Level::MAX, level)
    }

    /// A stream of a ladder that goes up to `top`.
    fn up_to(top: Level, level: u32) -> Self {
        let mut bench = Bench::new(rung(level));
        bench.live = Live::new(&Arc::from("main"), rung(level), top);
        bench.advance();
        // The bench feeds what the lock guards: the two are exchanged for each frame.
        let live = Arc::new(Mutex::new(Live::new(&Arc::from("main"), rung(level), top)));
        let advance = advanced(&mut bench, &live);
        Stage { bench, live, advance }
    }

    fn advance(&mut self) {
        std::mem::swap(&mut self.bench.live, &mut *self.live.lock());
        self.bench.advance();
        self.advance = advanced(&mut self.bench, &self.live);
    }

    /// What a viewer is sent that holds what this one does; false where that is nothing.
    fn follow(&self, screen: &mut Screen, room: Room) -> bool {
        let Take::Frame(served) = self.advance.take(screen.held, room) else { return false };
        screen.take(&served);
        true
    }

    /// All refinements that there are of this frame; how many blocks.
    fn refine(&self, screen: &mut Screen) -> u32 {
        let mut blocks = 0;
        while let Some(served) = screen.held.and_then(|held| self.advance.refine(held, 1 << 20)) {
            blocks += served.frame.blocks;
            screen.take(&served);
        }
        blocks
    }

    /// So many frames, of which a viewer takes each, and all refinements of it; how many blocks these were.
    fn sharpen(&mut self, screen: &mut Screen, frames: u32) -> u32 {
        let mut blocks = 0;
        for _ in 0..frames {
            self.advance();
            assert!(self.follow(screen, ANY));
            blocks += self.refine(screen);
        }
        blocks
    }
}

/// Hands a frame out that the bench has taken.
fn advanced(bench: &mut Bench, live: &Arc<Mutex<Live>>) -> Advance {
    let from = bench.live.usual();
    let usual = bench.live.serve(Some(from), ANY).expect("has a frame");
    std::mem::swap(&mut bench.live, &mut *live.lock());
    Advance::of(usual, from, live)
}

#[test]
fn what_nearly_all_need_is_had_while_the_encoder_is_at_the_next_frame() {
    let mut stage = Stage::new(60);
    let (mut screen, mut late) = (Screen::new(), Screen::new());
    let live = Arc::clone(&stage.live);
    let encoding = live.lock();
    assert!(stage.follow(&mut screen, ANY) && stage.follow(&mut late, ANY), "a key frame is there");
    drop(encoding);
    stage.advance();
    assert!(stage.follow(&mut screen, ANY));
    stage.advance();
    let encoding = live.lock();
    assert!(stage.follow(&mut screen, ANY), "the delta is there");
    assert!(!stage.follow(&mut late, ANY), "what it lacks is not");
    assert!(!stage.follow(&mut Screen::new(), ANY), "nor is a key frame");
    drop(encoding);
    assert!(stage.follow(&mut late, ANY));
    assert!(late.planes == screen.planes);
}

#[test]
fn an_old_frame_is_not_taken_from_a_stream_that_is_further() {
    let mut stage = Stage::new(60);
    let (mut screen, mut late) = (Screen::new(), Screen::new());
    assert!(stage.follow(&mut screen, ANY) && stage.follow(&mut late, ANY));
    stage.advance();
    stage.advance();
    let live = &stage.live;
    std::mem::swap(&mut stage.bench.live, &mut *live.lock());
    stage.bench.advance();
    std::mem::swap(&mut stage.bench.live, &mut *live.lock());
    assert!(!stage.follow(&mut late, ANY), "its frame is one behind the stream");
}

#[test]
fn what_all_others_get_is_not_for_a_link_that_does_not_take_it() {
    let mut stage = Stage::new(60);
    let (mut wide, mut thin) = (Screen::new(), Screen::new());
    assert!(stage.follow(&mut wide, ANY) && stage.follow(&mut thin, ANY));
    stage.bench.planes.y.iter_mut().for_each(|sample| *sample = 255 - *sample);
    stage.advance();
    assert!(stage.follow(&mut wide, ANY) && wide.is_whole());
    assert!(stage.follow(&mut thin, Room { most: Some(2000), cut: Some(1024) }) && !thin.is_whole());
}

#[test]
fn what_stands_still_becomes_as_sharp_as_the_ladder_goes() {
    let mut stage = Stage::new(50);
    let (mut screen, mut other) = (Screen::new(), Screen::new());
    assert!(stage.follow(&mut screen, ANY) && stage.follow(&mut other, ANY));
    let mut blocks = 0;
    for _ in 0..3 * 34 {
        stage.advance();
        assert!(stage.follow(&mut screen, ANY) && stage.follow(&mut other, ANY));
        blocks += stage.refine(&mut screen);
    }
    assert_eq!(blocks, BLOCKS as u32 - 1, "all but the one that comes with each frame");
    let picture = &stage.bench.planes;
    let [sharp, plain] = [&screen, &other].map(|screen| error(&screen.planes, picture));
    let wanted = error(&stage.bench.whole(85), picture);
    assert!(sharp <= wanted && wanted < plain, "{sharp}, {wanted}, {plain}");
    // Who asks later gets what others were given.
    let later = stage.sharpen(&mut other, 34);
    assert!(later >= BLOCKS as u32 * 9 / 10);
    assert!(error(&other.planes, &stage.bench.planes) <= wanted);
}

#[test]
fn a_refined_block_that_changes_is_as_the_level_shows_it() {
    let mut stage = Stage::new(50);
    let mut screen = Screen::new();
    assert!(stage.follow(&mut screen, ANY));
    stage.sharpen(&mut screen, 2 * 34);
    stage.bench.planes.y.iter_mut().for_each(|sample| *sample = 255 - *sample);
    stage.advance();
    assert!(stage.follow(&mut screen, ANY));
    assert_eq!(screen.held.map(|held| held.refined), Some(0), "a key frame has nothing refined");
    assert_eq!(stage.refine(&mut screen), 0);
    assert!(stage.live.lock().wanted_refinements());
}

#[test]
fn only_the_newest_frame_is_refined_and_never_beyond_the_ladder() {
    let mut stage = Stage::new(50);
    let mut screen = Screen::new();
    assert!(stage.follow(&mut screen, ANY));
    let before = screen.clone();
    stage.sharpen(&mut screen, 2 * 34);
    assert_eq!(stage.refine(&mut before.clone()), 0);
    let mut stage = Stage::up_to(rung(60).level, 60);
    let mut screen = Screen::new();
    assert!(stage.follow(&mut screen, ANY));
    for _ in 0..2 * 34 {
        stage.advance();
        assert!(stage.follow(&mut screen, ANY));
        assert_eq!(stage.refine(&mut screen), 0);
    }
}

#[test]
fn what_stands_still_is_no_sharper_than_the_ladder_of_this_server_goes() {
    let mut stage = Stage::up_to(rung(60).level, 30);
    let mut screen = Screen::new();
    assert!(stage.follow(&mut screen, ANY));
    stage.sharpen(&mut screen, 3 * 34);
    let picture = &stage.bench.planes;
    let [least, most] = [55, 65].map(|quality| error(&stage.bench.whole(quality), picture));
    let sharp = error(&screen.planes, picture);
    assert!(most < sharp && sharp < least, "{most}, {sharp}, {least}");
}

#[test]
fn a_slate_is_of_no_stream_and_for_everybody() {
    let stage = Stage::new(60);
    let key = stage.live.lock().serve(None, ANY).expect("has a frame").frame;
    let lone = Advance::lone(&key);
    let mut screen = Screen::new();
    assert!(stage.follow(&mut screen, ANY));
    for held in [None, screen.held] {
        let Take::Frame(served) = lone.take(held, Room { most: Some(1), cut: Some(1) }) else {
            panic!("is there")
        };
        assert!(Arc::ptr_eq(&served.frame, &key) && !matches!(served.held.below, Below::Number(_)));
        assert!(lone.refine(served.held, 4000).is_none());
    }
}

#[test]
fn what_is_sharp_stays_so_while_nothing_moves_though_nothing_more_is_sent() {
    let mut stage = Stage::new(50);
    let mut screen = Screen::new();
    assert!(stage.follow(&mut screen, ANY));
    stage.sharpen(&mut screen, 3 * 34);
    let sharp = screen.clone();
    // Until all blocks have had their turn.
    for _ in 0..11 * 34 {
        stage.advance();
        assert!(stage.follow(&mut screen, ANY));
        assert_eq!(stage.refine(&mut screen), 0);
    }
    assert!(screen.planes == sharp.planes);
}

#[test]
fn light_that_drifts_within_the_tolerance_is_healed_for_who_has_blocks_sharper_and_for_who_has_not() {
    let mut stage = Stage::new(50);
    let (mut screen, mut other) = (Screen::new(), Screen::new());
    assert!(stage.follow(&mut screen, ANY) && stage.follow(&mut other, ANY));
    for n in 0..14 * 34 {
        if n == 3 * 34 {
            stage.bench.planes.y.iter_mut().for_each(|sample| *sample += 1);
        }
        stage.advance();
        assert!(stage.follow(&mut screen, ANY) && stage.follow(&mut other, ANY));
        stage.refine(&mut screen);
    }
    let picture = &stage.bench.planes;
    let [sharp, plain] = [&screen, &other].map(|screen| error(&screen.planes, picture));
    let [level, wanted] = [50, 85].map(|quality| error(&stage.bench.whole(quality), picture));
    assert!(sharp <= wanted, "{sharp}, {wanted} at level 85");
    assert!(plain <= level + 0.35, "{plain}, {level} at level 50");
}

#[test]
fn what_nobody_refines_any_more_is_healed_at_the_level() {
    let mut stage = Stage::new(50);
    let mut screen = Screen::new();
    assert!(stage.follow(&mut screen, ANY));
    for n in 0..17 * 34 {
        // Before anything is refined, and when nothing is any more.
        if n == 20 || n == 5 * 34 {
            let brighter = |sample: &mut u8| *sample = if n == 20 { *sample + 1 } else { *sample - 1 };
            stage.bench.planes.y.iter_mut().for_each(brighter);
        }
        stage.advance();
        assert!(stage.follow(&mut screen, ANY));
        if n < 4 * 34 {
            stage.refine(&mut screen);
        }
    }
    let believed = stage.live.lock().serve(None, ANY).expect("has a frame");
    let mut other = Screen::new();
    other.take(&believed);
    assert!(screen.planes == other.planes);
}

#[test]
fn what_stands_still_becomes_sharp_also_behind_a_clock_that_was_set_back() {
    let mut stage = Stage::new(50);
    let mut screen = Screen::new();
    stage.bench.ahead_us = 3_600_000_000;
    stage.bench.planes.y.iter_mut().for_each(|sample| *sample = 255 - *sample);
    stage.advance();
    assert!(stage.follow(&mut screen, ANY));
    stage.bench.ahead_us = 0;
    let blocks = stage.sharpen(&mut screen, 2 * 34);
    assert!(blocks >= BLOCKS as u32 * 9 / 10, "{blocks} blocks");
}

#[test]
fn so_much_is_made_for_single_viewers_and_what_is_made_is_for_all() {
    let mut stage = Stage::new(60);
    let mut screens = vec![Screen::new(); 3];
    assert!(screens.iter_mut().all(|screen| stage.follow(screen, ANY)));
    let [first, late, latest] = &mut screens[..] else { panic!("three were made") };
    stage.bench.planes.y.iter_mut().for_each(|sample| *sample = 255 - *sample);
    stage.advance();
    assert!(stage.follow(first, ANY));
    stage.advance();
    assert!(stage.follow(late, ANY), "it lacks the change");
    // Links of which each is of another width, until no more is made.
    let room = |n: usize| Room { most: Some(1_000), cut: Some(512 * n) };
    let mut many = 1..2_000;
    let refused = many.find(|n| matches!(stage.advance.take(latest.held, room(*n)), Take::Later));
    let refused = refused.expect("not all are served at once");
    assert!(refused > 30, "{refused}");
    assert!(matches!(stage.advance.take(latest.held, room(1)), Take::Frame(_)), "that was made");
    assert!(stage.follow(&mut Screen::new(), ANY), "who comes is given a key frame");
    // No frame comes, and nobody rings.
    while !matches!(stage.advance.take(latest.held, room(refused)), Take::Frame(_)) {
        std::thread::yield_now();
    }
    assert!(stage.follow(latest, ANY) && latest.planes == late.planes);
}

#[test]
fn who_is_sent_blocks_besides_may_have_lost_what_was_sharper() {
    let mut stage = Stage::new(60);
    let mut screen = Screen::new();
    assert!(stage.follow(&mut screen, ANY));
    stage.advance();
    let held = screen.held.map(|held| Held { refined: 7, ..held });
    let from = stage.live.lock().usual();
    let usual = stage.live.lock().serve(Some(from), ANY).expect("has a frame");
    let lost = Served { held: Held { refined: 0, ..usual.held }, ..usual.clone() };
    for (usual, refined) in [(usual, 7), (lost, 0)] {
        let advance = Advance::of(usual, from, &stage.live);
        let Take::Frame(served) = advance.take(held, ANY) else { panic!("is there") };
        assert_eq!(served.held.refined, refined);
    }
}

#[test]
fn for_a_link_that_does_not_take_a_cameras_jpeg_there_is_the_stream() {
    let mut stage = Stage::new(60);
    let mut screen = Screen::new();
    assert!(stage.follow(&mut screen, ANY));
    stage.bench.planes.y.iter_mut().for_each(|sample| *sample = 255 - *sample);
    stage.advance();
    let (theirs, thin) = (stage.live.lock().serve(None, ANY).expect("has a frame").frame, Arc::default());
    let room = Room { most: Some(2_000), cut: Some(1_024) };
    for live in [None, Some(Arc::clone(&stage.live))] {
        let has_stream = live.is_some();
        let advance = Advance::untouched(&theirs, &thin, live);
        let part = |room| match advance.take(screen.held, room) {
            Take::Frame(served) => served.frame.part,
            Take::Later => panic!("is there"),
        };
        assert_eq!((part(ANY), thin.is_asked(2)), (Part::Whole, has_stream));
        assert_eq!(part(room), if has_stream { Part::Sweep } else { Part::Whole });
        assert!(thin.is_asked(2));
    }
}
