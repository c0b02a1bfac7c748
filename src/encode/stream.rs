//! The noun that demand, queue and meter count by: a rung of a camera, with what is painted over it.

use std::sync::Arc;

use crate::nouns::{
    layers::{Layers, View},
    quality::Rung,
};

/// A rung of a camera with its layers: what is encoded once and shared by all who watch it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Stream {
    /// Name of the camera.
    pub camera: Arc<str>,
    /// Level and tier.
    pub rung: Rung,
    /// What is painted over the picture.
    pub layers: Layers,
}

impl Stream {
    /// The stream of a camera that shows a view.
    pub fn of(camera: &Arc<str>, View { rung, layers }: View) -> Self {
        Stream { camera: Arc::clone(camera), rung, layers }
    }

    /// The stream of a rung without layers.
    pub fn plain(camera: &Arc<str>, rung: Rung) -> Self {
        Stream::of(camera, View::plain(rung))
    }

    /// What the stream shows.
    pub fn view(&self) -> View {
        View { rung: self.rung, layers: self.layers }
    }

    /// The streams among which viewers are moved: those of the camera with these layers.
    pub(super) fn set(&self) -> (Arc<str>, Layers) {
        (Arc::clone(&self.camera), self.layers)
    }

    /// The stream at another rung, with the layers of this one.
    pub(super) fn at(&self, rung: Rung) -> Self {
        Stream { rung, ..self.clone() }
    }
}
