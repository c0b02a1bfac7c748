//! What a viewer who gets deltas takes next: what it lacks, a key frame where it asked for one, refinements
//! of the frame it has.

use std::sync::Arc;

use super::{Seat, Taken, Viewer};
use crate::{
    delta::{Advance, Room, Served, Take},
    frame::EncodedFrame,
    nouns::form::Form,
};

impl Viewer {
    /// The newest frame in this viewer's form, if the viewer has not had it: of a complete picture all, of
    /// deltas what it lacks, as far as `room` allows. Frames in between are counted as skipped. Who needs a
    /// key frame is given one also of the frame that it had.
    pub fn take(&mut self, room: Room) -> Taken {
        match self.seat.form {
            Form::Whole => self.take_frame().map_or(Taken::Nothing, Taken::Frame),
            Form::Delta => self.take_delta(room),
        }
    }

    /// Whether there is a frame that this viewer has not had.
    pub fn is_behind(&self) -> bool {
        let Seat { ref audience, form, .. } = self.seat;
        let newest = match form {
            Form::Whole => audience.newest().map(|frame| frame.number),
            Form::Delta => audience.advanced().map(|advance| advance.number),
        };
        newest.is_some_and(|number| self.last.is_none_or(|last| number > last))
    }

    fn take_delta(&mut self, room: Room) -> Taken {
        let is_wanted = |advance: &Arc<Advance>| {
            let again = |last: u64| self.needs_key && advance.number == last;
            self.last.is_none_or(|last| advance.number > last || again(last))
        };
        let Some(advance) = self.seat.audience.advanced().filter(is_wanted) else { return Taken::Nothing };
        match advance.take(self.held, room) {
            Take::Frame(Served { frame, held }) => {
                // Over a slate nobody shall see a part of a picture.
                self.held = Some(held).filter(|_| !frame.slate);
                self.needs_key = false;
                self.note(&frame);
                Taken::Frame(frame)
            }
            Take::Later => Taken::Later,
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

    /// Has a key frame come next, of the frame that the viewer had last where there is no newer one: it
    /// cannot apply deltas to what it has. To who gets complete pictures this is nothing.
    pub fn need_key(&mut self) {
        if self.seat.form == Form::Delta {
            (self.held, self.needs_key) = (None, true);
            self.seat.counters.key_asked();
        }
    }
}
