//! Painting over pictures, as far as the pool knows of it: when, and on what. What is painted, and how, is
//! decided by whoever implements [`Paint`].

use std::sync::Arc;

use crate::{
    frame::Frame,
    nouns::{layers::Layers, picture::Planes, quality::Tier},
};

/// A frame at a tier, with what is painted over it.
#[derive(Clone, Copy)]
pub struct FrameAt<'a> {
    /// Name of the camera.
    pub camera: &'a Arc<str>,
    /// Picture size.
    pub tier: Tier,
    /// What is painted over the picture.
    pub layers: Layers,
    /// The frame.
    pub frame: &'a Frame,
}

/// Paints layers over pictures that are about to be compressed.
pub trait Paint: Send + Sync {
    /// Paints the layers over planes of the tier's size; once a frame, tier and set of layers, on a thread of
    /// the pool. Must not block.
    fn paint(&self, at: FrameAt, planes: &mut Planes);

    /// Lets go of what is kept for a camera: nobody wants layers of it any more.
    fn forget(&self, camera: &str);
}

/// Paints nothing, for pools that nobody asks for layers.
pub(super) struct Nothing;

impl Paint for Nothing {
    fn paint(&self, _: FrameAt, _: &mut Planes) {}

    fn forget(&self, _: &str) {}
}
