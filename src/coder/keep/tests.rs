use super::*;
use crate::{
    coder::{Huffman, Motion, Moved, Packing, shape},
    nouns::picture::Planes,
};

const SIZE: (usize, usize) = (70, 41);

/// A picture that says something in every coefficient.
fn picture(seed: usize) -> Coefficients {
    let mut planes = Planes::grey(SIZE.0, SIZE.1, 0);
    let fill = |plane: &mut Vec<u8>, by: usize| {
        plane.iter_mut().enumerate().for_each(|(n, sample)| *sample = (n * n / by + n * seed) as u8);
    };
    fill(&mut planes.y, 31);
    fill(&mut planes.u, 57);
    fill(&mut planes.v, 91);
    let mut picture = Coefficients::new();
    picture.load_planes(&planes).expect("a picture");
    picture
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
            let by = Look { kept: &kept, table: &table, moved: &moved };
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
fn no_block_makes_no_jpeg_and_rows_are_filled_evenly() {
    let mut kept = Kept::new();
    kept.fit(&picture(1));
    let packing = Packing { blocks: &[], columns: 5, quality: 60, huffman: Huffman::Standard };
    assert!(kept.append_packed(&packing, &mut Vec::new()).is_err());
    assert_eq!([shape(1, 80), shape(80, 80), shape(81, 80)], [(1, 1), (80, 1), (41, 2)]);
}
