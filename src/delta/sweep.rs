//! One message of a sweep: a picture that a link cannot take at once is sent from top to bottom in several,
//! and what moves goes on moving meanwhile. Pure.
//!
//! A viewer has the rows above `row` as of one frame, and what it had before below it. Each message holds, as
//! far as its bytes allow, what moves anywhere, and further rows. Where what moves takes more than that, it
//! is left out below; where what moves in the rows above alone does, as in a pan, only further rows are sent
//! and the frame that the viewer has stays the one it was, so that the picture is renewed in turn.

use super::{
    held::{Below, Held},
    runs::joined,
    state::{Cost, State},
};

/// Where blocks that move are sent, besides the rows whose turn it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    Anywhere,
    Above,
    Nowhere,
}

/// What blocks cost, row by row.
struct Costs {
    /// Of blocks that move.
    moving: Vec<Cost>,
    /// Of blocks that the viewer lacks.
    lacking: Vec<Cost>,
    /// Rows that the viewer has.
    row: usize,
}

impl Costs {
    /// What a message costs with the rows up to `until`.
    fn of(&self, reach: Reach, until: usize) -> Cost {
        let above: &[Cost] = if reach == Reach::Nowhere { &[] } else { &self.moving[..self.row] };
        let below: &[Cost] = if reach == Reach::Anywhere { &self.moving[until..] } else { &[] };
        Cost::sum(above).and(Cost::sum(&self.lacking[self.row..until])).and(Cost::sum(below))
    }

    /// How far a message reaches that may be made, and up to which row it goes: at least one on.
    fn farthest(&self, may_be_made: impl Fn(Cost) -> bool) -> (Reach, usize) {
        // What a further row takes is at least what moves in it, so bytes rise with the rows.
        let rows = |reach: Reach| {
            let next = self.row + 1..=self.lacking.len();
            next.take_while(|until| may_be_made(self.of(reach, *until))).last()
        };
        let reaches = [Reach::Anywhere, Reach::Above, Reach::Nowhere];
        let found = reaches.into_iter().find_map(|reach| Some((reach, rows(reach)?)));
        found.unwrap_or((Reach::Nowhere, self.row + 1))
    }
}

/// Blocks of the next message, of up to `most` bytes or one row, for a viewer that holds `held`, and what it
/// has then. At least one block.
pub fn sweep(state: &State, held: Held, most: usize) -> (Vec<u32>, Held) {
    let from = start(state, held);
    let (columns, rows, row) = (state.changes.columns(), state.changes.rows(), usize::from(from.row));
    let moves = |block: u32| state.changes.newest(block) > from.number;
    let lacks = |block: u32| match from.below {
        Below::Foreign => true,
        Below::Number(number) => state.changes.newest(block) > number,
    };
    let costs = Costs { moving: costs(state, moves), lacking: costs(state, lacks), row };
    let (reach, until) = costs.farthest(|cost| state.bytes_of(cost) <= most);
    let is_sent = |block: u32| match block as usize / columns {
        at if at < row => reach != Reach::Nowhere && moves(block),
        at if at < until => lacks(block),
        _ => reach == Reach::Anywhere && moves(block),
    };
    let (mut which, mut has_more) =
        joined((0..(columns * rows) as u32).filter(|block| is_sent(*block)).collect());
    if which.is_empty() {
        // No JPEG is empty.
        which.push((row * columns) as u32);
        has_more = true;
    }
    // What is sent besides may be sharper where the viewer has it.
    let refined = if has_more { 0 } else { from.refined };
    // Rows above that were not given what moved there are still those of the frame before.
    let number = if reach == Reach::Nowhere && row > 0 { from.number } else { state.number };
    let whole = Held { refined, ..Held::whole(from.life, number, rows) };
    (which, if until == rows { whole } else { Held { number, row: until as u16, refined, ..from } })
}

/// From what a sweep goes on, or begins.
fn start(state: &State, held: Held) -> Held {
    let rows = state.changes.rows();
    if held.life != state.life {
        return Held { life: state.life, row: 0, below: Below::Foreign, refined: 0, ..held };
    }
    let is_whole = usize::from(held.row) >= rows;
    if is_whole { Held { row: 0, below: Below::Number(held.number), ..held } } else { held }
}

/// What the blocks of each row cost that are chosen.
fn costs(state: &State, is_chosen: impl Fn(u32) -> bool) -> Vec<Cost> {
    let (columns, rows) = (state.changes.columns() as u32, state.changes.rows() as u32);
    let cost = |row: u32| state.cost((row * columns..(row + 1) * columns).filter(|block| is_chosen(*block)));
    (0..rows).map(cost).collect()
}

#[cfg(test)]
mod tests;
