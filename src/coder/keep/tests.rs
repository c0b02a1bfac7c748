use super::*;
use crate::{
    coder::{Enough, Huffman, Motion, Moved, Packing, fixtures, shape},
    nouns::picture::Planes,
};

const SIZE: (usize, usize) = (70, 41);

/// A picture of that size.
fn picture(seed: usize) -> Coefficients {
    fixtures::picture(SIZE, seed)
}

fn all(kept: &Kept) -> Vec<u32> {
    (0..kept.blocks() as u32).collect()
}

fn kept(picture: &Coefficients, table: &Table) -> Kept {
    let mut kept = Kept::new();
    assert!(kept.fit(picture) && !kept.fit(picture));
    let (blocks, mut weights) = (all(&kept), vec![0; kept.blocks()]);
    kept.keep(picture, table, &blocks, &mut weights);
    kept
}

#[test]
fn what_was_kept_of_one_picture_is_its_jpeg_to_the_byte() {
    for (quality, huffman) in [(30, Huffman::Standard), (60, Huffman::Fitted), (95, Huffman::Standard)] {
        let picture = picture(3);
        let (mut whole, mut expected) = (Vec::new(), Vec::new());
        kept(&picture, &Table::new(quality)).append_whole(quality, huffman, &mut whole).expect("is kept");
        picture.append_after_soi(quality, huffman, &mut expected).expect("a picture");
        assert!(whole == expected, "quality {quality}");
    }
}

#[test]
fn either_way_of_looking_finds_the_same_and_of_what_is_kept_nothing_but_its_own() {
    let (before, now) = (picture(3), picture(5));
    for quality in [30, 60, 95] {
        let table = Table::new(quality);
        let kept = kept(&before, &table);
        let (blocks, mut moved) = (all(&kept), Moved::default());
        for picture in [&before, &now] {
            Motion::new().measure(picture, 1, &mut moved);
            let mut errors = vec![Errors::default(); blocks.len()];
            let by = Look { kept: &kept, table: &table, moved: &moved, enough: None };
            picture.look(&by, &blocks, &mut errors);
            let mut slowly = vec![Errors::default(); blocks.len()];
            look::look(picture.mcus(), &by, &blocks, &mut slowly);
            assert_eq!(errors, slowly, "quality {quality}");
            let unchanged = errors.iter().all(|errors| errors.held == errors.own);
            assert_eq!(unchanged, std::ptr::eq(picture, &before), "quality {quality}");
        }
    }
}

#[test]
fn a_look_ends_early_only_where_the_whole_look_finds_as_much() {
    let (before, now) = (picture(3), picture(5));
    for quality in [30, 60, 95] {
        let table = Table::new(quality);
        let kept = kept(&before, &table);
        let (blocks, mut moved) = (all(&kept), Moved::default());
        Motion::new().measure(&now, 1, &mut moved);
        let whole = Look { kept: &kept, table: &table, moved: &moved, enough: None };
        let mut errors = vec![Errors::default(); blocks.len()];
        now.look(&whole, &blocks, &mut errors);
        // Of the first two some end early, of the last none.
        for floor in [0, 1 << 22, u64::MAX / 2] {
            let enough = Enough { factor: 96, floor };
            let by = Look { enough: Some(enough), ..whole };
            let [mut early, mut slowly] = [(); 2].map(|()| vec![Errors::default(); blocks.len()]);
            now.look(&by, &blocks, &mut early);
            look::look(now.mcus(), &by, &blocks, &mut slowly);
            assert_eq!(early, slowly, "quality {quality}");
            for (early, whole) in early.iter().zip(&errors) {
                if !early.is_partial {
                    assert_eq!(early, whole, "quality {quality}");
                    continue;
                }
                assert!(early.held[0] > enough.bound(early.own[0]), "quality {quality}");
                assert!(early.held[0] <= whole.held[0] && early.own[0] >= whole.own[0], "quality {quality}");
            }
            let ended = early.iter().filter(|errors| errors.is_partial).count();
            assert_eq!(ended > 0, floor < u64::MAX / 2, "quality {quality}: {ended}");
        }
    }
}

/// A picture of one grey.
fn grey(luma: u8) -> Coefficients {
    let mut picture = Coefficients::new();
    picture.load_planes(&Planes::grey(SIZE.0, SIZE.1, luma)).expect("a picture");
    picture
}

#[test]
fn either_way_of_keeping_leaves_nothing_of_what_was_kept_before() {
    for quality in [30, 75, 95] {
        let table = Table::new(quality);
        let pictures = [picture(3), grey(77), picture(8), grey(0), grey(255), picture(3)];
        let (mut fast, mut slow) = (kept(&pictures[0], &table), kept(&pictures[0], &table));
        let blocks = all(&fast);
        let mut weights = [vec![0; blocks.len()], vec![0; blocks.len()]];
        for picture in &pictures {
            fast.keep(picture, &table, &blocks, &mut weights[0]);
            let storing = &mut Storing { table: &table, kept: &mut slow, weights: &mut weights[1] };
            store::store(picture.mcus(), &blocks, storing);
            assert_eq!(fast.heads, slow.heads, "quality {quality}");
            assert_eq!(fast.tails, slow.tails, "quality {quality}");
            assert_eq!((&fast.masks, &weights[0]), (&slow.masks, &weights[1]), "quality {quality}");
        }
        assert!(weights[0].iter().any(|weight| *weight > 6), "quality {quality}");
    }
}

#[test]
fn a_cut_from_black_to_white_fits_into_the_sums() {
    let table = Table::new(30);
    let (black, white) = (kept(&grey(0), &table), grey(255));
    let (blocks, mut moved) = (all(&black), Moved::default());
    Motion::new().measure(&white, 1, &mut moved);
    let mut errors = vec![Errors::default(); blocks.len()];
    white.look(&Look { kept: &black, table: &table, moved: &moved, enough: None }, &blocks, &mut errors);
    // All of 255 squared over 256 samples, within what rounding to a step of level 30 makes of it.
    let whole = 64 * 256 * 255 * 255;
    assert!(errors.iter().all(|errors| errors.held[0].abs_diff(whole) < whole / 20), "{errors:?}");
}

#[test]
fn only_chosen_blocks_are_kept_and_a_copy_is_the_block() {
    let (table, before, now) = (Table::new(60), picture(3), picture(8));
    let (mut some, all_of_now) = (kept(&before, &table), kept(&now, &table));
    let mut weights = vec![0; some.blocks()];
    some.keep(&now, &table, &[2, 9], &mut weights);
    let mut copied = kept(&before, &table);
    [2, 9].into_iter().for_each(|block| copied.copy_block(&all_of_now, block));
    assert_eq!((&some.heads, &some.tails, &some.masks), (&copied.heads, &copied.tails, &copied.masks));
    assert_eq!(weights.iter().filter(|weight| **weight > 0).count(), 2);
}

#[test]
fn filler_costs_four_bytes_at_most() {
    let picture = picture(3);
    let kept = kept(&picture, &Table::new(60));
    let bytes = |blocks: &[u32], columns: usize| {
        let mut jpeg = Vec::new();
        let packing = Packing { blocks, columns, quality: 60, huffman: Huffman::Standard };
        kept.append_packed(&packing, &mut jpeg).expect("has blocks");
        jpeg.len()
    };
    // Seven in one row, and in two rows of four, of which the last place is filler.
    assert!(bytes(&[0, 1, 2, 3, 4, 5, 6], 4) <= bytes(&[0, 1, 2, 3, 4, 5, 6], 7) + 4);
}

#[test]
fn no_block_makes_no_jpeg_and_rows_are_filled_evenly() {
    let mut kept = Kept::new();
    kept.fit(&picture(1));
    let packing = Packing { blocks: &[], columns: 5, quality: 60, huffman: Huffman::Standard };
    assert!(kept.append_packed(&packing, &mut Vec::new()).is_err());
    assert_eq!([shape(1, 80), shape(80, 80), shape(81, 80)], [(1, 1), (80, 1), (41, 2)]);
}
