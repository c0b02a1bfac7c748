//! Overlays at work: what is known of a camera, as its viewers are told it, painted over its pictures for
//! those who ask for layers.
//!
//! In come frames of the encoder, and results from the hub; what is painted, and how, is `overlay`'s.

use std::sync::Arc;

use dashmap::DashMap;
use parking_lot::Mutex;

use crate::{
    encode::{FrameAt, Paint},
    frame::Frame,
    hub::{Audiences, FramedResult},
    nouns::{layers::Layers, picture::Planes, result::Grid},
    overlay::{self, Heat, Known, Seen, Sheet, Tint},
};

/// Paints over the encoder's pictures.
pub(super) struct Overlays {
    audiences: Arc<Audiences>,
    /// The crowd of each camera whose heat somebody watches. Each lock guards the tints of one; held while
    /// one is made, for a millisecond with each result.
    heats: DashMap<Arc<str>, Arc<Mutex<Heat>>>,
}

/// A frame that is painted over.
pub(super) struct Painting<'a> {
    /// Name of the camera.
    pub camera: &'a str,
    /// The frame.
    pub frame: &'a Frame,
    /// How many times smaller the picture is on each axis than the frame's.
    pub scale: u32,
    /// What is painted.
    pub layers: Layers,
}

impl Overlays {
    /// A painter that asks the audiences' channels what is known.
    pub fn new(audiences: Arc<Audiences>) -> Self {
        Overlays { audiences, heats: DashMap::new() }
    }

    fn tint(&self, camera: &Arc<str>, captured_us: u64, grid: &Grid, size: (usize, usize)) -> Arc<Tint> {
        // Cloned out, so that the map is not held while a tint is made.
        let heat = Arc::clone(&self.heats.entry(Arc::clone(camera)).or_default());
        heat.lock().tint(captured_us, grid, size)
    }
}

impl Paint for Overlays {
    fn paint(&self, FrameAt { camera, tier, layers, frame }: FrameAt, planes: &mut Planes) {
        let size = (planes.width, planes.height);
        let painting = Painting { camera, frame, scale: tier.scale(), layers };
        painting.paint(&self.audiences, planes, |at_us, grid| self.tint(camera, at_us, grid, size));
    }

    fn forget(&self, camera: &str) {
        self.heats.remove(camera);
    }
}

impl Painting<'_> {
    /// Paints what is known of the camera. `tint` makes the tint of a grid of people, whose frame was
    /// captured at that time in microseconds.
    pub fn paint(
        &self,
        audiences: &Audiences,
        planes: &mut Planes,
        tint: impl FnOnce(u64, &Grid) -> Arc<Tint>,
    ) {
        // A slate is no picture of the place, and of a camera that is gone nothing is known.
        let Some(channel) = audiences.channel(self.camera).filter(|_| !self.frame.slate) else { return };
        let (condition, results) = (channel.condition(), channel.results());
        let crowd = results.crowd.as_ref().map(seen);
        let tint = crowd.filter(|_| self.layers.heat).and_then(|seen| {
            let crowd = seen.result.crowd.as_ref()?;
            Some(tint(seen.result.captured_us, &crowd.grid))
        });
        let known = Known {
            objects: results.objects.as_ref().map(seen),
            crowd,
            tint: tint.as_deref(),
            survey: condition.analytics.then_some(&*condition.survey),
        };
        let (frame, captured_us) = (self.frame.picture.size(), self.frame.captured_us);
        overlay::paint(planes, &Sheet { frame, scale: self.scale, captured_us }, &known, self.layers);
    }
}

fn seen(framed: &FramedResult) -> Seen<'_> {
    Seen { result: &framed.result, since_us: framed.since_us }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        cameras::Survey,
        fixtures::somebody,
        frame::Picture,
        nouns::{
            place::Line,
            quality::Tier,
            result::{AnalyticsResult, Crowd, RiskLevel},
        },
    };

    fn audiences() -> Arc<Audiences> {
        let audiences = Arc::new(Audiences::default());
        let lines = vec![Line::new("gate", [0.1, 0.9], [0.9, 0.9])];
        let channel = audiences.add("main", (320, 180), Survey { lines, ..Survey::default() });
        channel.expect_results(true);
        channel.report(Arc::new(somebody()));
        let grid = Grid { cols: 2, people: vec![0.0, 0.0, 0.0, 900.0] };
        let crowd = Some(Crowd { total: 900.0, grid, risk: RiskLevel::Critical });
        channel.report(Arc::new(AnalyticsResult { crowd, objects: None, ..somebody() }));
        audiences
    }

    fn painted(overlays: &Overlays, frame: &Frame, layers: Layers) -> Planes {
        let mut planes = Planes::grey(320, 180, 90);
        overlays.paint(FrameAt { camera: &Arc::from("main"), tier: Tier::Full, layers, frame }, &mut planes);
        planes
    }

    #[test]
    fn what_viewers_are_told_is_painted_and_a_slate_is_left_alone() {
        let overlays = Overlays::new(audiences());
        let (grey, at_us) = (Planes::grey(320, 180, 90), somebody().captured_us);
        let frame = Frame::new(2, at_us, Picture::Planes(grey.clone()));
        let of = |name| painted(&overlays, &frame, Layers::NONE.with(name).expect("is a layer"));
        for name in Layers::NAMES {
            assert!(of(name) != grey, "{name}");
        }
        assert!(of("boxes") != of("labels") && of("heat") != of("lines"));
        let slate = Frame::slate(3, at_us, grey.clone());
        assert_eq!(painted(&overlays, &slate, Layers::ALL), grey);
    }

    #[test]
    fn without_models_or_camera_nothing_is_painted_and_nothing_is_kept() {
        let (audiences, grey) = (audiences(), Planes::grey(320, 180, 90));
        let overlays = Overlays::new(Arc::clone(&audiences));
        let frame = Frame::new(2, somebody().captured_us, Picture::Planes(grey.clone()));
        painted(&overlays, &frame, Layers::ALL);
        assert_eq!(overlays.heats.len(), 1);
        overlays.forget("main");
        assert!(overlays.heats.is_empty());
        audiences.channel("main").expect("is there").expect_results(false);
        assert_eq!(painted(&overlays, &frame, Layers::ALL), grey);
        audiences.remove("main");
        assert_eq!(painted(&overlays, &frame, Layers::ALL), grey);
        assert!(overlays.heats.is_empty());
    }
}
