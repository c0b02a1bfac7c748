//! How many runs the blocks of a frame make, and which blocks are sent besides so that they are fewer. Pure.

/// Most runs that a frame is made of: its segment takes up to 4 KB then. Fewer would be dearer, since a block
/// that is sent besides takes more than the two bytes of the run that it saves.
const MOST: usize = 2048;

/// Adds to blocks, which rise, as few of those between them as make at most [`MOST`] runs: gaps of one block
/// are filled first, then gaps of up to two, four and so on. With them comes whether any was added.
pub fn joined(blocks: Vec<u32>) -> (Vec<u32>, bool) {
    let (mut blocks, mut gap) = (blocks, 1);
    while runs(&blocks) > MOST {
        blocks = filled(&blocks, gap);
        gap *= 2;
    }
    (blocks, gap > 1)
}

fn runs(blocks: &[u32]) -> usize {
    let starts = blocks.windows(2).filter(|pair| pair[0] + 1 != pair[1]);
    starts.count() + usize::from(!blocks.is_empty())
}

/// Blocks without gaps of up to `gap` blocks.
fn filled(blocks: &[u32], gap: u32) -> Vec<u32> {
    let mut filled: Vec<u32> = Vec::with_capacity(2 * blocks.len());
    for block in blocks {
        match filled.last().copied() {
            Some(last) if block - last <= gap + 1 => filled.extend(last + 1..=*block),
            _ => filled.push(*block),
        }
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_few_gaps_are_filled_as_need_be() {
        let every = |step: usize, count: u32| (0..count).step_by(step).collect::<Vec<_>>();
        assert_eq!(joined(every(2, 4096)), (every(2, 4096), false));
        assert_eq!(joined(every(2, 4098)), (every(1, 4097), true));
        // Gaps of one block go, those of two stay.
        let mixed = [every(2, 4098), vec![4099, 4102]].concat();
        assert_eq!(joined(mixed).0, [every(1, 4097), vec![4099, 4102]].concat());
        assert_eq!(joined(every(4, 36_000)).0, every(1, 35_997));
        assert!(joined(Vec::new()).0.is_empty());
    }
}
