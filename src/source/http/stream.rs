//! A camera that sends one JPEG after the other in one answer: the body of that in, the newest picture out.

use std::time::{Duration, Instant};

use super::{
    body::{Body, Came},
    failure::{Failure, shown},
};
use crate::{
    jpeg::{CameraJpeg, Malformed},
    source::{
        grabbed::Unused,
        limits::MOST_BROKEN,
        multipart::{Part, PartReader},
        patience::Patience,
    },
};

/// Longest wait for the first picture once there is a connection: there are cameras that need 12 s.
pub(super) const FIRST_PICTURE_WITHIN: Duration = Duration::from_secs(15);

/// Most pictures that may be broken before the first good one.
const MOST_BROKEN_AT_FIRST: usize = 10;

/// An answer being read.
pub(super) struct Stream {
    body: Body,
    parts: PartReader,
    /// The newest picture, until it is taken.
    newest: Option<CameraJpeg>,
    patience: Patience,
    unused: Unused,
    /// Broken pictures since the last good one.
    broken_in_a_row: usize,
    /// What was wrong with the last broken picture.
    last_broken: Trouble,
}

/// What was wrong with a picture.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Trouble {
    /// No JPEG at all.
    NoJpeg,
    /// A JPEG of a kind that is not decoded here.
    Foreign,
    /// A damaged JPEG.
    Damaged,
}

/// Why an answer gives no first picture.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum NoStream {
    /// The answer is of no use to anybody.
    Failed(Failure),
    /// The answer has pictures that others may be able to decode.
    Foreign,
}

impl Stream {
    /// Reads up to the first picture that decodes. `began` is what has been taken of the body already.
    ///
    /// # Errors
    /// Why there is none within `limit`.
    pub fn open(
        body: Body,
        mut parts: PartReader,
        began: &[u8],
        limit: Duration,
    ) -> Result<Stream, NoStream> {
        parts.inbox().extend_from_slice(began);
        let now = Instant::now();
        let mut stream = Stream {
            body,
            parts,
            newest: None,
            patience: Patience::new(now),
            unused: Unused::default(),
            broken_in_a_row: 0,
            last_broken: Trouble::Damaged,
        };
        stream.take_parts().map_err(NoStream::Failed)?;
        let mut undecodable = 0;
        while !stream.has_one_that_decodes(&mut undecodable) {
            let foreign = stream.broken_in_a_row > 0 && stream.last_broken == Trouble::Foreign;
            if foreign || stream.broken_in_a_row >= MOST_BROKEN_AT_FIRST {
                return Err(stream.hopeless());
            }
            match stream.read_more(now + limit, limit) {
                Ok(()) => {}
                Err(_) if stream.broken_in_a_row > 0 => return Err(stream.hopeless()),
                Err(Failure::HungUp { after, .. }) => {
                    return Err(NoStream::Failed(Failure::HungUp { after, before_first: true }));
                }
                Err(failure) => return Err(NoStream::Failed(failure)),
            }
        }
        stream.patience = Patience::new(Instant::now());
        Ok(stream)
    }

    /// Whether the newest picture decodes; one that does not is dropped, and counted in `undecodable`.
    fn has_one_that_decodes(&mut self, undecodable: &mut usize) -> bool {
        let Some(jpeg) = self.newest.take() else { return false };
        if jpeg.planes().is_ok() {
            self.newest = Some(jpeg);
            return true;
        }
        *undecodable += 1;
        self.broken(if *undecodable < MOST_BROKEN_AT_FIRST { Trouble::Damaged } else { Trouble::Foreign });
        false
    }

    /// Waits for the next picture: of several that have come, the newest.
    ///
    /// # Errors
    /// Why there is none.
    pub fn grab(&mut self) -> Result<(), Failure> {
        // Whoever has not taken the last picture does not want it.
        self.newest = None;
        let limit = self.patience.limit();
        let deadline = Instant::now() + limit;
        while self.newest.is_none() {
            self.read_more(deadline, limit)?;
            if self.broken_in_a_row > MOST_BROKEN {
                return Err(Failure::Broken);
            }
        }
        self.patience.came(Instant::now());
        Ok(())
    }

    /// The picture that was waited for.
    pub fn take(&mut self) -> Option<CameraJpeg> {
        self.newest.take()
    }

    /// Takes the counts of pictures that nobody got since this was last called.
    pub fn take_unused(&mut self) -> Unused {
        std::mem::take(&mut self.unused)
    }

    /// Waits for more of the body, and takes the pictures that it completes.
    fn read_more(&mut self, deadline: Instant, limit: Duration) -> Result<(), Failure> {
        match self.body.read(self.parts.inbox(), deadline) {
            Came::Some => self.take_parts(),
            Came::Silent => Err(Failure::Silent(limit)),
            Came::End => Err(Failure::HungUp { after: self.body.age(), before_first: false }),
        }
    }

    /// Takes the pictures that have come, of which the newest is kept.
    fn take_parts(&mut self) -> Result<(), Failure> {
        while let Some(part) = self.parts.next()? {
            let jpeg = match part {
                Part::Picture(bytes) => CameraJpeg::new(bytes.into()),
                Part::Cut(bytes) => CameraJpeg::whole(bytes.into()),
                Part::NoPicture => {
                    self.broken(Trouble::NoJpeg);
                    continue;
                }
            };
            match jpeg {
                Ok(jpeg) => {
                    self.broken_in_a_row = 0;
                    self.unused.passed_over += u64::from(self.newest.replace(jpeg).is_some());
                }
                Err(Malformed::Kind) => self.broken(Trouble::Foreign),
                Err(_) => self.broken(Trouble::Damaged),
            }
        }
        Ok(())
    }

    /// Counts a broken picture.
    fn broken(&mut self, trouble: Trouble) {
        self.broken_in_a_row += 1;
        self.last_broken = trouble;
        self.unused.broken += 1;
    }

    /// Why a stream of nothing but broken pictures is not opened.
    fn hopeless(&self) -> NoStream {
        match self.last_broken {
            Trouble::Foreign => NoStream::Foreign,
            Trouble::NoJpeg => NoStream::Failed(Failure::NotJpeg { kind: shown(self.parts.kind()) }),
            Trouble::Damaged => NoStream::Failed(Failure::Broken),
        }
    }
}
