//! What a viewer who gets deltas takes next: what it lacks, a key frame where it asked for one, refinements
//! of the frame it has.

use std::sync::Arc;

use super::{Taken, Viewer};
use crate::{
    delta::{Advance, Room, Served, Take},
    frame::EncodedFrame,
    nouns::form::Form,
};

impl Viewer {
    /// The newest frame in this viewer's form, if the viewer has not had it: of a complete picture all, of
    /// deltas what it lacks, as far as `room` allows. Frames in between are counted as skipped.
    pub fn take(&mut self, room: Room) -> Taken {
        match self.seat.form {
            Form::Whole => self.take_frame().map_or(Taken::Nothing, Taken::Frame),
            Form::Delta => self.take_delta(room),
        }
    }

    fn take_delta(&mut self, room: Room) -> Taken {
        let newer = |advance: &Arc<Advance>| self.last.is_none_or(|last| advance.number > last);
        let Some(advance) = self.seat.audience.advanced().filter(newer) else { return Taken::Nothing };
        match advance.take(self.held, room) {
            Take::Frame(Served { frame, held }) => {
                self.held = Some(held);
                self.note(&frame);
                Taken::Frame(frame)
            }
            Take::Later => Taken::Later,
            Take::Next => Taken::Nothing,
        }
    }

    /// Sharper blocks of the frame that this viewer had last, of up to `most` bytes, while there is no newer
    /// frame; `None` where there are none.
    pub fn take_refined(&mut self, most: usize) -> Option<Arc<EncodedFrame>> {
        let held = self.held?;
        let advance = self.seat.audience.advanced().filter(|advance| Some(advance.number) == self.last)?;
        let Served { frame, held } = advance.refine(held, most)?;
        self.held = Some(held);
        self.seat.counters.sent(&frame);
        Some(frame)
    }

    /// Has the next frame be a key frame: the viewer cannot apply deltas to what it has. To who gets complete
    /// pictures this is nothing.
    pub fn need_key(&mut self) {
        if self.seat.form == Form::Delta {
            self.held = None;
            self.seat.counters.key_asked();
        }
    }
}
