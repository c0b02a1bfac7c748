//! One stream of deltas: pictures in, what viewers of it have and lack is known then. What they are sent is
//! made in `live/serve.rs`; which thread does what when belongs to `advance`.

mod serve;

use std::{
    mem,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use super::{
    changes::Changes,
    decide::{Rotation, Tolerance, Turn, is_worse},
    estimate::Estimate,
    held::Held,
    made::Made,
    purse::Purse,
    sharp::{MOST_BLOCKS, Sharp},
    sight::Sight,
    state::State,
};
use crate::{
    coder::{CoderError, Coefficients, Errors, Kept, Look, Moved, Table},
    frame::Facts,
    nouns::quality::{Level, Rung},
};

/// Bytes that a stream keeps of a block: 816 of values and masks, and what is known of them. What is refined
/// takes as much again.
const BLOCK_BYTES: usize = 912;

/// Time between two messages of refinements, microseconds: a message of some blocks more costs next to
/// nothing, and one more for each viewer as much as a frame. All viewers have theirs of the same frame.
const REFINED_EVERY_US: u64 = 500_000;

/// Longest time between two frames at which blocks are left out of the look, microseconds: what was
/// overlooked is seen within eight frames, half a second.
const OVERLOOKS_US: u64 = 62_500;

/// Number of the next life of any stream.
static LIVES: AtomicU64 = AtomicU64::new(1);

/// A stream as its viewers hold it.
pub struct Live {
    camera: Arc<str>,
    rung: Rung,
    /// The ladder's highest level, to which what stands still is refined.
    top: Level,
    life: u64,
    table: Table,
    tolerance: Tolerance,
    facts: Facts,
    /// Number of the frame before.
    before: u64,
    kept: Kept,
    changes: Changes,
    /// When each block changed last, by the frames' time.
    changed_us: Vec<u64>,
    /// Values of each block that are not zero.
    weights: Vec<u16>,
    rotation: Rotation,
    sight: Sight,
    sharp: Sharp,
    /// Whether viewers are given refinements behind the newest frame.
    refines: bool,
    estimate: Estimate,
    /// As the last key frame had it.
    whole: Estimate,
    /// What was made of the newest frame.
    made: Made,
    /// What may still be made for single viewers.
    purse: Purse,
    /// Buffer of the look.
    errors: Vec<Errors>,
}

/// What a look at a frame found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Looked {
    /// Blocks that changed.
    pub changed: u32,
    /// All blocks.
    pub blocks: u32,
}

impl Live {
    /// A stream that nobody has anything of, of a ladder that goes up to `top`.
    pub fn new(camera: &Arc<str>, rung: Rung, top: Level) -> Self {
        let quality = rung.level.quality();
        Live {
            camera: Arc::clone(camera),
            rung,
            top,
            life: 0,
            table: Table::new(quality),
            tolerance: Tolerance::at(quality),
            facts: Facts::default(),
            before: 0,
            kept: Kept::new(),
            changes: Changes::new(0, 0, 0),
            changed_us: Vec::new(),
            weights: Vec::new(),
            rotation: Rotation::default(),
            sight: Sight::default(),
            sharp: Sharp::new(top, 0),
            refines: false,
            estimate: Estimate::default(),
            whole: Estimate::default(),
            made: Made::default(),
            purse: Purse::default(),
            errors: Vec::new(),
        }
    }

    /// Most bytes that a stream keeps of pictures of so many blocks, without what was made of the newest one.
    pub fn most_bytes(blocks: usize) -> usize {
        let kept = if blocks <= MOST_BLOCKS { 2 } else { 1 };
        blocks * BLOCK_BYTES * kept
    }

    /// Takes the stream's next frame: looks, keeps what changed, and forgets what was made of the one before.
    /// `moved` is what was measured of this picture. `inherited` tells which frames changed the scene before
    /// this life began; without it, this one did.
    ///
    /// # Errors
    /// Where there is no picture.
    pub fn advance(
        &mut self,
        picture: &Coefficients,
        moved: &Moved,
        facts: Facts,
        inherited: Option<&Changes>,
    ) -> Result<Looked, CoderError> {
        if picture.size() == (0, 0) {
            return Err(CoderError::Empty);
        }
        let passed_us = self.go_on(facts);
        let begins = self.kept.fit(picture);
        let turn = self.rotation.next(self.kept.blocks() as u32, passed_us);
        let mut sent = if begins {
            self.begin(inherited);
            (0..self.kept.blocks() as u32).collect()
        } else {
            let blocks = if passed_us > OVERLOOKS_US {
                (0..self.kept.blocks() as u32).collect()
            } else {
                self.sight.suspects(moved, &turn)
            };
            self.look(picture, moved, &turn, blocks)
        };
        if sent.is_empty() {
            // No JPEG is empty.
            sent.push(self.filler());
        }
        self.kept.keep(picture, &self.table, &sent, &mut self.weights);
        sent.iter().for_each(|block| self.sharp.forget(*block));
        if !begins {
            sent.iter().for_each(|block| self.changes.set(*block, facts.number));
        }
        if self.can_be_refined() {
            self.sharp.refine(picture, facts.captured_us, &self.changed_us);
        }
        Ok(Looked { changed: sent.len() as u32, blocks: self.kept.blocks() as u32 })
    }

    /// Goes on to another frame; the time since the one before, microseconds.
    fn go_on(&mut self, facts: Facts) -> u64 {
        let before = mem::replace(&mut self.facts, facts);
        (self.before, self.made) = (before.number, Made::default());
        let period = |facts: &Facts| facts.captured_us / REFINED_EVERY_US;
        self.refines = period(&facts) != period(&before);
        if facts.captured_us < before.captured_us {
            // A clock that was set back: what changed in an hour that is still to come would stay unrefined.
            self.changed_us.iter_mut().for_each(|at_us| *at_us = facts.captured_us.min(*at_us));
        }
        facts.captured_us.saturating_sub(before.captured_us)
    }

    /// The block that is sent where none has to be: always the one that shows least, which is never refined.
    /// If each frame sent another one, a picture that stands still would lose what was refined, block by
    /// block.
    fn filler(&mut self) -> u32 {
        let least = (0..).zip(&self.weights).min_by_key(|(_, weight)| **weight);
        let block = least.map_or(0, |(block, _)| block);
        self.changed_us[block as usize] = self.facts.captured_us;
        self.sight.forget(block);
        block
    }

    /// Begins another life.
    fn begin(&mut self, inherited: Option<&Changes>) {
        self.life = LIVES.fetch_add(1, Ordering::Relaxed);
        let (columns, rows, blocks) = (self.kept.columns(), self.kept.rows(), self.kept.blocks());
        let anew = || Changes::new(columns, rows, self.facts.number);
        self.changes = inherited.map_or_else(anew, |changes| changes.scaled(columns, rows));
        (self.weights, self.changed_us) = (vec![0; blocks], vec![self.facts.captured_us; blocks]);
        (self.sight, self.sharp) = (Sight::new(blocks), Sharp::new(self.top, blocks));
    }

    /// The ones to send of some blocks, in order: those that are further from what is kept than the level may
    /// be, those whose refinement is, and those that at their turn are further than the level would
    /// be. Refinements that are worse at their turn than the top would be are forgotten: they are made anew,
    /// or sent at the level where nobody wants any.
    fn look(&mut self, picture: &Coefficients, moved: &Moved, turn: &Turn, blocks: Vec<u32>) -> Vec<u32> {
        let (captured_us, tolerance) = (self.facts.captured_us, self.tolerance);
        let Live { kept, table, sight, sharp, errors, changed_us, .. } = self;
        errors.clear();
        errors.resize(blocks.len(), Errors::default());
        picture.look(&Look { kept, table, moved, enough: Some(tolerance.enough(0)) }, &blocks, errors);
        let is_asked =
            |block: &u32| sharp.has(*block) && (turn.has(*block) || sharp.is_due(*block, captured_us));
        let refined: Vec<u32> = blocks.iter().copied().filter(is_asked).collect();
        let refinements = sharp.look(picture, moved, &refined, captured_us);
        let mut refinements = refined.iter().zip(refinements).peekable();
        let mut sent = Vec::new();
        for (block, errors) in blocks.into_iter().zip(&*errors) {
            let refinement = refinements.next_if(|(refined, _)| **refined == block).map(|(_, errors)| errors);
            let is_worn = refinement.is_some_and(|refinement| tolerance.is_worn(&refinement, errors));
            let is_changed = tolerance.is_changed(errors) || is_worn;
            let is_dull = turn.has(block) && refinement.is_some_and(|refinement| is_worse(&refinement));
            // Where nobody is given it anew, viewers would go on showing the one that they have.
            let is_left = is_dull && !sharp.is_wanted(captured_us);
            let is_sent = is_changed || is_left || turn.has(block) && is_worse(errors);
            if is_changed {
                // What is only healed stands still, and is refined in the same frame.
                changed_us[block as usize] = captured_us;
            }
            if is_dull {
                sharp.forget(block);
            }
            if errors.is_partial {
                // It moves, and is looked at again.
                sight.forget(block);
            } else {
                sight.saw(moved, block, room(moved, tolerance, errors, is_sent), is_sent);
            }
            if is_sent {
                sent.push(block);
            }
        }
        sent
    }

    /// Number of the newest frame.
    pub fn number(&self) -> u64 {
        self.facts.number
    }

    /// What nearly all viewers have: the frame before the newest, with whatever was refined.
    pub fn usual(&self) -> Held {
        Held { refined: u64::MAX, ..Held::whole(self.life, self.before, self.kept.rows()) }
    }

    /// Which frame changed each block last.
    pub fn changes(&self) -> &Changes {
        &self.changes
    }

    /// Bytes that a key frame takes, reckoned.
    pub fn whole_bytes(&self) -> usize {
        self.state().whole_bytes()
    }

    fn state(&self) -> State<'_> {
        State {
            changes: &self.changes,
            weights: &self.weights,
            estimate: self.estimate,
            whole: self.whole,
            life: self.life,
            number: self.facts.number,
        }
    }
}

/// Squared error for which there is room in a block up to the tolerance, luma, then chroma, once it was sent
/// or left as it was.
fn room(moved: &Moved, tolerance: Tolerance, errors: &Errors, is_sent: bool) -> [u64; 2] {
    let left = if is_sent { errors.own } else { errors.held };
    [0, 1].map(|class| {
        let own = errors.own[class];
        let room = tolerance.bound(class, own).saturating_sub(left[class]);
        room + Sight::room_for_noise(moved, class, own)
    })
}

#[cfg(test)]
mod tests;
