//! What viewers of a stream are sent: in go what one has and what its link takes, out comes a frame. Each is
//! made once.

use std::{sync::Arc, time::Instant};

use super::Live;
use crate::{
    coder::{CoderError, Huffman},
    delta::{
        cut::{Cut, Room, cut},
        decide::is_key,
        estimate::Estimate,
        held::Held,
        made::{Order, Served},
        parcel::Parcel,
        runs::joined,
        sharp::MOST_BLOCKS,
    },
    frame::EncodedFrame,
    nouns::quality::Tier,
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
        if let Some(found) = self.found(held, room) {
            return Ok(found);
        }
        let order = self.order(held, room);
        self.make(order, held)
    }

    /// Makes, or finds, what one of many viewers is sent, as [`Live::serve`] does; `None` where so much was
    /// made for single ones that no more is at this moment. Who holds nothing is given the key frame, which
    /// is one for all, in any case.
    ///
    /// # Errors
    /// Where no frame was taken.
    pub fn share(
        &mut self,
        held: Option<Held>,
        room: Room,
        now: Instant,
    ) -> Result<Option<Served>, CoderError> {
        if let Some(found) = self.found(held, room) {
            return Ok(Some(found));
        }
        if let Some(held) = held.filter(|_| !self.purse.has_some(now)) {
            return Ok(self.nearest(held, room));
        }
        let order = self.order(held, room);
        // Who comes takes nothing from those who watch.
        if held.is_some() {
            self.purse.spend(self.work(&order));
        }
        self.make(order, held).map(Some)
    }

    /// What was made for just that.
    fn found(&self, held: Option<Held>, room: Room) -> Option<Served> {
        let Some(held) = held else {
            return self.made.key.clone().map(|frame| Served { frame, held: self.whole() });
        };
        let delta = self.made.deltas.find(&held.number).filter(|delta| self.is_for(held, room, delta));
        let sweep = || self.made.sweeps.find(&(held.without_refinements(), room.step()));
        delta.or_else(sweep).map(|served| served.for_who_has(held.refined))
    }

    /// What was made for others and is right for a viewer too: a delta of more than it lacks, or the key
    /// frame.
    fn nearest(&self, held: Held, room: Room) -> Option<Served> {
        let delta = self.made.deltas.nearest(held.number).filter(|delta| self.is_for(held, room, delta));
        let key = || self.found(None, room).filter(|key| room.takes(key.frame.message.len()));
        // What it has sharper may be among the blocks.
        delta.map(|delta| delta.for_who_has(0)).or_else(key)
    }

    /// Whether a delta of the base of a viewer, or of one before it, is right for that viewer.
    fn is_for(&self, held: Held, room: Room, delta: &Served) -> bool {
        let is_whole = held.life == self.life && usize::from(held.row) == self.kept.rows();
        is_whole && room.takes(delta.frame.message.len())
    }

    /// Blocks that are to be packed for it.
    fn work(&self, order: &Order) -> usize {
        match order {
            Order::Key if self.made.key.is_none() => self.kept.blocks(),
            Order::Key | Order::Made(_) => 0,
            Order::Delta { which, .. } | Order::Sweep { which, .. } => which.len(),
        }
    }

    /// What a viewer is to be sent.
    fn order(&self, held: Option<Held>, room: Room) -> Order {
        // What is made is for all who hold as much, whatever they have refined of it.
        let held = held.map(|held| Held { refined: u64::MAX, ..held });
        let Some((held, Cut::Blocks { which, after, sweep })) =
            held.map(|held| (held, cut(&self.state(), Some(held), room)))
        else {
            return Order::Key;
        };
        let base = held.number;
        if sweep {
            return Order::Sweep { which, asked: (held.without_refinements(), room.step()), after };
        }
        if let Some(made) = self.made.deltas.find(&base) {
            return Order::Made(made);
        }
        if self.made.deltas.is_full() {
            return self.together(base, after, room);
        }
        Order::Delta { which, base, after }
    }

    /// What a viewer is sent where deltas were made for many others: one of theirs, or one for many more,
    /// which holds what it lacks and some that it has.
    fn together(&self, base: u64, after: Held, room: Room) -> Order {
        // What it has sharper may be among the blocks.
        let after = Held { refined: 0, ..after };
        let made = self.made.deltas.nearest(base).filter(|made| room.takes(made.frame.message.len()));
        if let Some(made) = made {
            return Order::Made(made.for_who_has(0));
        }
        let behind = |base: u64| joined(self.changes.behind(base).collect()).0;
        let rounded = base / TOGETHER * TOGETHER;
        let which = behind(rounded);
        let (bytes, whole) = (self.state().bytes(&which), self.whole_bytes());
        if is_key(bytes, whole) && room.takes(whole) {
            return Order::Key;
        }
        let (which, base) = if room.takes(bytes) { (which, rounded) } else { (behind(base), base) };
        Order::Delta { which, base, after }
    }

    /// All of the newest frame.
    fn whole(&self) -> Held {
        Held::whole(self.life, self.facts.number, self.kept.rows())
    }

    /// Makes a frame for a viewer that holds `held`, and keeps it for whoever asks for it too.
    fn make(&mut self, order: Order, held: Option<Held>) -> Result<Served, CoderError> {
        let served = match order {
            Order::Key => Served { frame: self.key()?, held: self.whole() },
            Order::Made(served) => served,
            Order::Delta { which, base, after } => {
                let served = Served { frame: self.packed(&which, base, false)?, held: after };
                self.made.deltas.add(base, &served);
                served
            }
            Order::Sweep { which, asked, after } => {
                let served = Served { frame: self.packed(&which, asked.0.number, true)?, held: after };
                self.made.sweeps.add(asked, &served);
                served
            }
        };
        Ok(served.for_who_has(held.map_or(0, |held| held.refined)))
    }

    /// The picture as viewers hold it.
    fn key(&mut self) -> Result<Arc<EncodedFrame>, CoderError> {
        if let Some(made) = &self.made.key {
            return Ok(Arc::clone(made));
        }
        let (facts, expected) = (self.facts, self.whole_bytes());
        let mut draft = EncodedFrame::begin_with(&self.camera, facts, self.rung, None, expected);
        // As complete pictures are made.
        let huffman = if self.rung.tier == Tier::Full { Huffman::Standard } else { Huffman::Fitted };
        let coded = self.kept.append_whole(self.table.quality(), huffman, draft.jpeg())?;
        let frame = Arc::new(draft.finish());
        let values = self.weights.iter().map(|weight| u64::from(*weight)).sum();
        self.estimate.learn(values, self.weights.len(), coded);
        self.whole = Estimate::of(values, self.weights.len(), coded);
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
        let whole = u32::try_from(whole).unwrap_or(u32::MAX);
        let parcel = Parcel {
            camera: &self.camera,
            rung: self.rung,
            facts: self.facts,
            kept: &self.kept,
            quality: self.table.quality(),
            huffman: self.codes(expected),
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
    /// small, where the stream is as sharp as the ladder goes, and where so much was made for single viewers
    /// that refinements have to wait.
    pub fn refine(&mut self, held: Held, most: usize, now: Instant) -> Option<Served> {
        if held.without_refinements() != self.whole() || !self.can_be_refined() {
            return None;
        }
        self.sharp.want(self.facts.captured_us);
        let asked = (held.refined, most / REFINED_STEP * REFINED_STEP);
        if let Some(served) = self.made.refined.find(&asked) {
            return Some(served);
        }
        if !self.refines || !self.purse.has_half(now) {
            return None;
        }
        let (which, reached) = self.sharp.next(asked.0, asked.1)?;
        self.purse.spend(which.len());
        let (frame, coded) = self.refined(&which)?;
        self.sharp.learn(&which, coded);
        let served = Served { frame, held: Held { refined: reached, ..held } };
        self.made.refined.add(asked, &served);
        Some(served)
    }

    fn refined(&self, which: &[u32]) -> Option<(Arc<EncodedFrame>, usize)> {
        let ((kept, quality), expected) = (self.sharp.kept()?, self.sharp.bytes(which));
        let (base, whole) = (self.facts.number, u32::try_from(self.whole_bytes()).unwrap_or(u32::MAX));
        let parcel = Parcel {
            camera: &self.camera,
            rung: self.rung,
            facts: self.facts,
            kept,
            quality,
            huffman: self.codes(expected),
            which,
            delta: Delta { base, whole, refined: true, ..Delta::default() },
            expected,
        };
        parcel.make().ok()
    }

    /// Codes for a JPEG of so many bytes.
    fn codes(&self, bytes: usize) -> Huffman {
        let is_small = self.rung.tier != Tier::Full || bytes < SMALL;
        if is_small { Huffman::Fitted } else { Huffman::Standard }
    }

    /// Whether somebody wanted refinements within the last second.
    pub fn wanted_refinements(&self) -> bool {
        self.sharp.is_wanted(self.facts.captured_us)
    }

    /// Whether the ladder has a sharper level than the stream's, for a picture that is not too large.
    pub(super) fn can_be_refined(&self) -> bool {
        self.rung.level < self.top && self.kept.blocks() <= MOST_BLOCKS
    }
}
