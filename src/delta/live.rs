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
    sharp::Sharp,
    sight::Sight,
    state::State,
};
use crate::{
    coder::{CoderError, Coefficients, Errors, Kept, Look, Moved, Table},
    frame::Facts,
    nouns::quality::Rung,
};

/// Number of the next life of any stream.
static LIVES: AtomicU64 = AtomicU64::new(1);

/// A stream as its viewers hold it.
pub struct Live {
    camera: Arc<str>,
    rung: Rung,
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
    estimate: Estimate,
    /// What was made of the newest frame.
    made: Made,
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
    /// A stream that nobody has anything of.
    pub fn new(camera: &Arc<str>, rung: Rung) -> Self {
        let quality = rung.level.quality();
        Live {
            camera: Arc::clone(camera),
            rung,
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
            sharp: Sharp::new(0),
            estimate: Estimate::default(),
            made: Made::default(),
            errors: Vec::new(),
        }
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
        let passed_us = facts.captured_us.saturating_sub(self.facts.captured_us);
        self.before = mem::replace(&mut self.facts, facts).number;
        self.made = Made::default();
        let begins = self.kept.fit(picture);
        let turn = self.rotation.next(self.kept.blocks() as u32, passed_us);
        let mut changed = if begins {
            self.begin(inherited);
            (0..self.kept.blocks() as u32).collect()
        } else {
            self.look(picture, moved, &turn)
        };
        changed.iter().for_each(|block| self.changed_us[*block as usize] = facts.captured_us);
        if changed.is_empty() {
            // No JPEG is empty.
            changed.push(turn.first());
            self.sight.forget(turn.first());
        }
        self.kept.keep(picture, &self.table, &changed, &mut self.weights);
        changed.iter().for_each(|block| self.sharp.forget(*block));
        if !begins {
            changed.iter().for_each(|block| self.changes.set(*block, facts.number));
        }
        if self.can_be_refined() {
            self.sharp.refine(picture, facts.captured_us, &self.changed_us);
        }
        Ok(Looked { changed: changed.len() as u32, blocks: self.kept.blocks() as u32 })
    }

    /// Begins another life.
    fn begin(&mut self, inherited: Option<&Changes>) {
        self.life = LIVES.fetch_add(1, Ordering::Relaxed);
        let (columns, rows, blocks) = (self.kept.columns(), self.kept.rows(), self.kept.blocks());
        let anew = || Changes::new(columns, rows, self.facts.number);
        self.changes = inherited.map_or_else(anew, |changes| changes.scaled(columns, rows));
        (self.weights, self.changed_us) = (vec![0; blocks], vec![0; blocks]);
        (self.sight, self.sharp) = (Sight::new(blocks), Sharp::new(blocks));
    }

    /// The blocks that changed, in order: those that are further from what is kept than the level may be, or
    /// at their turn than it would be; and those whose refinement is.
    fn look(&mut self, picture: &Coefficients, moved: &Moved, turn: &Turn) -> Vec<u32> {
        let (number, tolerance) = (self.facts.number, self.tolerance);
        let Live { kept, table, sight, sharp, errors, .. } = self;
        let blocks = sight.suspects(moved, turn);
        errors.clear();
        errors.resize(blocks.len(), Errors::default());
        picture.look(&Look { kept, table, moved }, &blocks, errors);
        let looked = || blocks.iter().copied().zip(&*errors);
        // Refined blocks are looked at as often as all others must be.
        let is_renewed = |block: u32| moved.since(block as usize).is_some_and(|(since, _)| since == number);
        let refined =
            looked().filter(|(block, _)| sharp.has(*block) && (turn.has(*block) || is_renewed(*block)));
        let refined: Vec<(u32, [u64; 2])> = refined.map(|(block, errors)| (block, errors.own)).collect();
        let worn = sharp.worn((picture, moved), &refined, tolerance);
        let mut changed = Vec::new();
        for (block, errors) in looked() {
            // Who has a block sharper would see it fall back to the level at each of its turns.
            let is_strict = turn.has(block) && !sharp.has(block);
            let is_changed = tolerance.is_changed(errors)
                || is_strict && is_worse(errors)
                || worn.binary_search(&block).is_ok();
            let left = if is_changed { errors.own } else { errors.held };
            let room = |class: usize| tolerance.bound(class, errors.own[class]).saturating_sub(left[class]);
            sight.saw(moved, block, [room(0), room(1)], is_changed);
            if is_changed {
                changed.push(block);
            }
        }
        changed
    }

    /// Number of the newest frame.
    pub fn number(&self) -> u64 {
        self.facts.number
    }

    /// What nearly all viewers have: the frame before the newest.
    pub fn usual(&self) -> Held {
        Held::whole(self.life, self.before, self.kept.rows())
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
            life: self.life,
            number: self.facts.number,
        }
    }
}

#[cfg(test)]
mod tests;
