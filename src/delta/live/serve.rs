//! What viewers of a stream are sent: in go what one has and what its link takes, out comes a frame. Each is
//! made once.

use std::sync::Arc;

use super::Live;
use crate::{
    coder::{CoderError, Huffman},
    delta::{
        cut::{Cut, Room, cut},
        decide::is_key,
        held::Held,
        made::{Order, Served},
        parcel::Parcel,
        runs::joined,
        sharp::MOST_BLOCKS,
    },
    frame::EncodedFrame,
    nouns::quality::{Level, Tier},
    protocol::Delta,
};

/// Bytes below which codes are made for the frame: what the second pass takes is little then, and the codes
/// of annex K alone would be a tenth and more of it.
const SMALL: usize = 12 * 1024;
/// Bases that are served by one delta where there are too many of them to make each its own.
const TOGETHER: u64 = 64;
/// Steps in which the bytes of refinements are told apart, so that viewers of like links share them.
const REFINED_STEP: usize = 256;

impl Live {
    /// Makes, or finds, what a viewer is sent that holds `held`; `None` for one that has just come or cannot
    /// apply deltas.
    ///
    /// # Errors
    /// Where no frame was taken.
    pub fn serve(&mut self, held: Option<Held>, room: Room) -> Result<Served, CoderError> {
        let (order, held) = self.order(held, room);
        let frame = match self.made.find(&order) {
            Some(frame) => frame,
            None => self.make(order)?,
        };
        Ok(Served { frame, held })
    }

    /// Makes, or finds, what one of many viewers is sent, as [`Live::serve`] does; `None` where so much was
    /// made of this frame for single ones that no more is. The key frame is one for all, and always made.
    ///
    /// # Errors
    /// Where no frame was taken.
    pub fn share(&mut self, held: Option<Held>, room: Room) -> Result<Option<Served>, CoderError> {
        let (order, held) = self.order(held, room);
        let frame = match self.made.find(&order) {
            Some(frame) => frame,
            None if matches!(order, Order::Key) || self.made.may_spend() => self.make(order)?,
            None => return Ok(None),
        };
        Ok(Some(Served { frame, held }))
    }

    /// What a viewer is to be sent, and what it has then.
    fn order(&self, held: Option<Held>, room: Room) -> (Order, Held) {
        let base = held.map_or(0, |held| held.number);
        match cut(&self.state(), held, room) {
            Cut::Key => (Order::Key, self.whole()),
            Cut::Blocks { which, after, sweep: true } => {
                let asked = (held.map(Held::without_refinements), room.step());
                (Order::Sweep { which, base, asked }, after)
            }
            Cut::Blocks { which, after, sweep: false } => {
                let is_alone = !self.made.deltas.is_full() || self.made.deltas.find(&base).is_some();
                if is_alone {
                    (Order::Delta { which, base }, after)
                } else {
                    self.together(base, after, room)
                }
            }
        }
    }

    /// What a viewer is sent where deltas were made for many others: one of theirs, or one for many more,
    /// which holds what it lacks and some that it has.
    fn together(&self, base: u64, after: Held, room: Room) -> (Order, Held) {
        // What it has sharper may be among the blocks.
        let held = Held { refined: 0, ..after };
        let found = self.made.deltas.nearest(base).filter(|frame| room.takes(frame.message.len()));
        if let Some(frame) = found {
            return (Order::Made(frame), held);
        }
        let behind = |base: u64| joined(self.changes.behind(base).collect()).0;
        let rounded = base / TOGETHER * TOGETHER;
        let which = behind(rounded);
        let (bytes, whole) = (self.state().bytes(&which), self.whole_bytes());
        if is_key(bytes, whole) && room.takes(whole) {
            return (Order::Key, self.whole());
        }
        if room.takes(bytes) {
            return (Order::Delta { which, base: rounded }, held);
        }
        (Order::Delta { which: behind(base), base }, held)
    }

    /// All of the newest frame.
    fn whole(&self) -> Held {
        Held::whole(self.life, self.facts.number, self.kept.rows())
    }

    /// Makes a frame, and keeps it for whoever asks for it too.
    fn make(&mut self, order: Order) -> Result<Arc<EncodedFrame>, CoderError> {
        match order {
            Order::Key => self.key(),
            Order::Made(frame) => Ok(frame),
            Order::Delta { which, base } => {
                let frame = self.packed(&which, base, false)?;
                self.made.deltas.add(base, &frame);
                Ok(frame)
            }
            Order::Sweep { which, base, asked } => {
                let frame = self.packed(&which, base, true)?;
                self.made.sweeps.add(asked, &frame);
                Ok(frame)
            }
        }
    }

    /// The picture as viewers hold it.
    fn key(&mut self) -> Result<Arc<EncodedFrame>, CoderError> {
        let (facts, expected) = (self.facts, self.whole_bytes());
        let mut draft = EncodedFrame::begin_with(&self.camera, facts, self.rung, None, expected);
        // As complete pictures are made.
        let huffman = if self.rung.tier == Tier::Full { Huffman::Standard } else { Huffman::Fitted };
        let coded = self.kept.append_whole(self.table.quality(), huffman, draft.jpeg())?;
        let frame = Arc::new(draft.finish());
        let values = self.weights.iter().map(|weight| u64::from(*weight)).sum();
        self.estimate.learn(values, self.weights.len(), coded);
        self.made.key = Some(Arc::clone(&frame));
        Ok(frame)
    }

    /// A frame of some blocks as viewers hold them.
    pub(super) fn packed(
        &mut self,
        which: &[u32],
        base: u64,
        sweep: bool,
    ) -> Result<Arc<EncodedFrame>, CoderError> {
        let (expected, whole) = (self.state().bytes(which), self.whole_bytes());
        let is_small = self.rung.tier != Tier::Full || expected < SMALL;
        let whole = u32::try_from(whole).unwrap_or(u32::MAX);
        let parcel = Parcel {
            camera: &self.camera,
            rung: self.rung,
            facts: self.facts,
            kept: &self.kept,
            quality: self.table.quality(),
            huffman: if is_small { Huffman::Fitted } else { Huffman::Standard },
            which,
            delta: Delta { base, whole, sweep, ..Delta::default() },
            expected,
        };
        let (frame, coded) = parcel.make()?;
        let values = which.iter().map(|block| u64::from(self.weights[*block as usize])).sum();
        self.estimate.learn(values, which.len(), coded);
        Ok(frame)
    }

    /// Refinements of the newest frame for a viewer that holds all of it, of up to `most` bytes, and says so
    /// to the frames to come: some are made while somebody asks. `None` where there is none, where none is as
    /// small, where the stream is as sharp as the ladder goes, and where so much was made of the frame that
    /// no more is.
    pub fn refine(&mut self, held: Held, most: usize) -> Option<Served> {
        if held.without_refinements() != self.whole() || !self.can_be_refined() {
            return None;
        }
        self.sharp.want(self.facts.captured_us);
        let asked = (held.refined, most / REFINED_STEP * REFINED_STEP);
        if let Some(served) = self.made.refined.find(&asked) {
            return Some(served);
        }
        let (which, reached) = self.sharp.next(asked.0, asked.1).filter(|_| self.made.may_spend())?;
        let (frame, coded) = self.refined(&which)?;
        self.sharp.learn(&which, coded);
        let served = Served { frame, held: Held { refined: reached, ..held } };
        self.made.refined.add(asked, &served);
        Some(served)
    }

    fn refined(&self, which: &[u32]) -> Option<(Arc<EncodedFrame>, usize)> {
        let (kept, quality) = self.sharp.kept()?;
        let (base, whole) = (self.facts.number, u32::try_from(self.whole_bytes()).unwrap_or(u32::MAX));
        let parcel = Parcel {
            camera: &self.camera,
            rung: self.rung,
            facts: self.facts,
            kept,
            quality,
            huffman: Huffman::Fitted,
            which,
            delta: Delta { base, whole, refined: true, ..Delta::default() },
            expected: self.sharp.bytes(which),
        };
        parcel.make().ok()
    }

    /// Whether somebody wanted refinements within the last second.
    pub fn wanted_refinements(&self) -> bool {
        self.sharp.is_wanted(self.facts.captured_us)
    }

    /// Whether the ladder has a sharper level than the stream's, for a picture that is not too large.
    pub(super) fn can_be_refined(&self) -> bool {
        self.rung.level < Level::MAX && self.kept.blocks() <= MOST_BLOCKS
    }
}
