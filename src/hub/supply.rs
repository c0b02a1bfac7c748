//! Where a viewer's frames come from: today this server's own encoder.
//!
//! A viewer says which stream it wants, and the supply sees to it that frames of it reach the audiences.

use crate::{
    encode::{Encoder, Stream, Want},
    nouns::{form::Form, quality::Rung},
};

/// What supplies frames. Cloning shares it.
#[derive(Clone)]
pub enum Supply {
    /// Frames are encoded here, by the pool of threads behind this.
    Pool(Encoder),
}

impl Supply {
    /// Keeps a stream coming in a form for as long as the result lives; its newest frame comes at once.
    pub(super) fn want(&self, stream: &Stream, form: Form) -> Want {
        match self {
            Supply::Pool(encoder) => encoder.want(stream, form),
        }
    }

    /// Whether streams can be had as deltas.
    pub(super) fn deltas(&self) -> bool {
        match self {
            Supply::Pool(encoder) => encoder.deltas(),
        }
    }

    /// The rungs of a camera that somebody wants now, lowest first.
    pub(super) fn wanted(&self, camera: &str) -> Vec<Rung> {
        match self {
            Supply::Pool(encoder) => encoder.wanted(camera),
        }
    }
}
