use super::*;
use crate::delta::{changes::Changes, estimate::Estimate, held::Below};

/// A picture of eight by five blocks of 100 values each, of life 1, at frame 3: about 3.9 KB.
fn state(changes: &Changes) -> State<'_> {
    State {
        changes,
        weights: &[100; 40],
        estimate: Estimate::default(),
        whole: Estimate::default(),
        life: 1,
        number: 3,
    }
}

/// A link that takes `most` bytes of a key frame and 1 KB of a sweep's message.
fn thin(most: usize) -> Room {
    Room { most: Some(most), cut: Some(1200) }
}

#[test]
fn who_has_the_frame_before_gets_what_changed_and_who_has_nothing_a_key_frame() {
    let mut changes = Changes::new(8, 5, 1);
    changes.set(9, 3);
    let cut = |held| cut(&state(&changes), held, Room::default());
    let after = Held::whole(1, 3, 5);
    assert_eq!(cut(Some(Held::whole(1, 2, 5))), Cut::Blocks { which: vec![9], after, sweep: false });
    let after = Held { refined: 7, ..after };
    let refined = Held { refined: 7, ..Held::whole(1, 2, 5) };
    assert_eq!(cut(Some(refined)), Cut::Blocks { which: vec![9], after, sweep: false });
    for held in [None, Some(Held::whole(0, 2, 5)), Some(Held::whole(1, 0, 5))] {
        assert_eq!(cut(held), Cut::Key, "{held:?}");
    }
}

#[test]
fn a_picture_that_the_link_does_not_take_at_once_is_swept() {
    let changes = Changes::new(8, 5, 3);
    let state = state(&changes);
    let whole = state.whole_bytes();
    let rows = |held, most| match cut(&state, held, thin(most)) {
        Cut::Key => 0,
        Cut::Blocks { which, after, sweep } => {
            assert!(sweep && which.len() == 8 * usize::from(after.row), "{after:?}");
            after.row
        }
    };
    for held in [Held::whole(1, 2, 5), Held::whole(0, 2, 5)] {
        assert_eq!(rows(Some(held), whole), 0, "fits");
        assert_eq!(rows(Some(held), whole - 1), 1, "one row of 1.2 KB");
    }
    // Who has no picture cannot be given a part of one.
    assert_eq!(rows(None, 1), 0);
    // Of a link whose frames nobody has measured nothing can be said.
    let unknown = Room { most: Some(1), cut: None };
    assert_eq!(cut(&state, Some(Held::whole(0, 2, 5)), unknown), Cut::Key);
}

#[test]
fn a_sweep_that_may_be_ended_at_once_is_ended_by_a_key_frame() {
    let changes = Changes::new(8, 5, 3);
    let state = state(&changes);
    let held = Held { life: 1, number: 2, row: 2, below: Below::Foreign, refined: 0 };
    assert_eq!(cut(&state, Some(held), Room::default()), Cut::Key);
    assert!(matches!(cut(&state, Some(held), thin(100)), Cut::Blocks { sweep: true, .. }));
}

#[test]
fn links_that_are_alike_are_given_the_same() {
    let step = |cut| Room { most: None, cut: Some(cut) }.step();
    assert_eq!([step(1), step(1023), step(1024)], [Some(512), Some(512), Some(1024)]);
    assert_eq!(Room::default().step(), None);
}

#[test]
fn blocks_that_are_sent_besides_count_and_take_what_was_sharper() {
    // 10,000 blocks, of which every second one of some has changed: more runs than a frame has.
    let (mut changes, weights) = (Changes::new(100, 100, 1), vec![100; 10_000]);
    (0..4_200).step_by(2).for_each(|block| changes.set(block, 3));
    let state = State { weights: &weights, ..state(&changes) };
    let held = Held { refined: 7, ..Held::whole(1, 2, 100) };
    let Cut::Blocks { which, after, sweep: false } = cut(&state, Some(held), Room::default()) else {
        panic!("a part of the picture")
    };
    assert_eq!((which, after), ((0..4_199).collect::<Vec<_>>(), Held::whole(1, 3, 100)));
    // Every fourth one is joined to all: what is taken for a quarter would be the whole picture.
    let mut changes = Changes::new(100, 100, 1);
    (0..10_000).step_by(4).for_each(|block| changes.set(block, 3));
    let state = State { changes: &changes, ..state };
    assert_eq!(cut(&state, Some(held), Room::default()), Cut::Key);
}

#[test]
fn a_run_takes_two_bytes() {
    let changes = Changes::new(8, 5, 3);
    let bytes = |blocks: &[u32]| state(&changes).bytes(blocks);
    assert_eq!(bytes(&[1, 3, 5, 7]), bytes(&[1, 2, 3, 4]) + 6);
}
