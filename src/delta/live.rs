//! One stream of deltas: pictures in, what viewers of it are sent out. Which thread does what when belongs to
//! `advance`.

use std::{
    mem,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use super::{
    changes::Changes,
    cut::{Cut, Room, State, cut},
    decide::{Rotation, Tolerance, is_worse},
    estimate::Estimate,
    held::Held,
};
use crate::{
    coder::{CoderError, Coefficients, Errors, Huffman, Kept, Look, Moved, Packing, Table, shape},
    frame::{Changed, EncodedFrame, Facts},
    nouns::quality::{Rung, Tier},
    protocol::{Delta, Patch},
};

/// Number of the next life of any stream.
static LIVES: AtomicU64 = AtomicU64::new(1);

/// Most frames made of one number that are kept for whoever asks again.
const MOST_MADE: usize = 8;

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
    /// Values of each block that are not zero.
    weights: Vec<u16>,
    rotation: Rotation,
    estimate: Estimate,
    /// What was made of the newest frame, by who asked for it.
    made: Vec<(Asked, Served)>,
    /// Buffer of the look.
    errors: Vec<Errors>,
}

/// By what a frame was asked for.
type Asked = (Option<Held>, Room);

/// What a look at a frame found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Looked {
    /// Blocks that changed.
    pub changed: u32,
    /// All blocks.
    pub blocks: u32,
}

/// A frame for a viewer, and what the viewer has with it.
#[derive(Clone, Debug)]
pub struct Served {
    /// The frame.
    pub frame: Arc<EncodedFrame>,
    /// What the viewer has then.
    pub held: Held,
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
            weights: Vec::new(),
            rotation: Rotation::default(),
            estimate: Estimate::default(),
            made: Vec::new(),
            errors: Vec::new(),
        }
    }

    /// Takes the stream's next frame: looks, keeps what changed, and forgets what was made of the one before.
    /// `inherited` tells which frames changed the scene before this life began; without it, this one did.
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
        self.made.clear();
        let begins = self.kept.fit(picture);
        if begins {
            self.begin(inherited);
        }
        let blocks: Vec<u32> = (0..self.kept.blocks() as u32).collect();
        self.errors.resize(blocks.len(), Errors::default());
        let look = Look { kept: &self.kept, table: &self.table, moved };
        picture.look(&look, &blocks, &mut self.errors);
        let turn = self.rotation.next(blocks.len() as u32, passed_us);
        let is_due = |block: u32, errors: &Errors| {
            begins || self.tolerance.is_changed(errors) || turn.has(block) && is_worse(errors)
        };
        let due = blocks.iter().zip(&self.errors).filter(|(block, errors)| is_due(**block, errors));
        let mut changed: Vec<u32> = due.map(|(block, _)| *block).collect();
        if changed.is_empty() {
            // No JPEG is empty.
            changed.push(turn.first());
        }
        self.kept.keep(picture, &self.table, &changed, &mut self.weights);
        if !begins {
            changed.iter().for_each(|block| self.changes.set(*block, facts.number));
        }
        Ok(Looked { changed: changed.len() as u32, blocks: blocks.len() as u32 })
    }

    /// Begins another life.
    fn begin(&mut self, inherited: Option<&Changes>) {
        self.life = LIVES.fetch_add(1, Ordering::Relaxed);
        let (columns, rows) = (self.kept.columns(), self.kept.rows());
        let anew = || Changes::new(columns, rows, self.facts.number);
        self.changes = inherited.map_or_else(anew, |changes| changes.scaled(columns, rows));
        self.weights = vec![0; self.kept.blocks()];
    }

    /// Number of the newest frame.
    pub fn number(&self) -> u64 {
        self.facts.number
    }

    /// What nearly all viewers have: the frame before the newest.
    pub fn usual(&self) -> Held {
        Held::whole(self.life, self.before, self.kept.rows())
    }

    /// Makes, or finds, what a viewer is sent that holds `held`; `None` for one that has just come.
    ///
    /// # Errors
    /// Where no frame was taken.
    pub fn serve(&mut self, held: Option<Held>, room: Room) -> Result<Served, CoderError> {
        let asked = (held.map(Held::without_refinements), room);
        if let Some((_, served)) = self.made.iter().find(|(other, _)| *other == asked) {
            return Ok(served.clone());
        }
        let next = cut(&self.state(), held, room);
        let served = match next {
            Cut::Key => self.key()?,
            Cut::Blocks { which, after, sweep } => {
                let base = held.map_or(0, |held| held.number);
                Served { frame: self.packed(&which, base, sweep)?, held: after }
            }
        };
        if self.made.len() < MOST_MADE {
            self.made.push((asked, served.clone()));
        }
        Ok(served)
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

    /// The picture as viewers hold it.
    fn key(&mut self) -> Result<Served, CoderError> {
        let (facts, expected) = (self.facts, self.whole_bytes());
        let mut draft = EncodedFrame::begin_with(&self.camera, facts, self.rung, None, expected);
        self.kept.append_whole(self.table.quality(), self.huffman(), draft.jpeg())?;
        let frame = Arc::new(draft.finish());
        let values = self.weights.iter().map(|weight| u64::from(*weight)).sum();
        self.estimate.learn(values, self.weights.len(), frame.jpeg.len());
        Ok(Served { frame, held: Held::whole(self.life, facts.number, self.kept.rows()) })
    }

    fn packed(&self, which: &[u32], base: u64, sweep: bool) -> Result<Arc<EncodedFrame>, CoderError> {
        let patch = Patch::of(which, self.kept.size());
        let whole = u32::try_from(self.whole_bytes()).unwrap_or(u32::MAX);
        let delta = Delta { base, blocks: which.len() as u32, whole, sweep, refined: false };
        let changed = Some(Changed { delta, patch: &patch });
        let expected = self.state().bytes(which);
        let mut draft = EncodedFrame::begin_with(&self.camera, self.facts, self.rung, changed, expected);
        let (columns, _) = shape(which.len(), self.kept.columns());
        let (quality, huffman) = (self.table.quality(), self.huffman());
        self.kept.append_packed(&Packing { blocks: which, columns, quality, huffman }, draft.jpeg())?;
        Ok(Arc::new(draft.finish()))
    }

    /// Codes made for the frame where it is small, as for complete pictures.
    fn huffman(&self) -> Huffman {
        if self.rung.tier == Tier::Full { Huffman::Standard } else { Huffman::Fitted }
    }
}

#[cfg(test)]
mod tests;
