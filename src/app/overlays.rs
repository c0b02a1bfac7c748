//! Overlays at work: what is known of a camera, as its viewers are told it, painted over its pictures for
//! those who ask for layers.
//!
//! In come frames of the encoder, and results from the hub; what is painted, and how, is `overlay`'s.

use std::sync::Arc;

use super::heats::{Ground, Heats};
use crate::{
    encode::{FrameAt, Paint},
    frame::Frame,
    hub::{Audiences, FramedResult},
    nouns::{layers::Layers, picture::Planes},
    overlay::{self, Known, Seen, Sheet, Tint},
};

/// Paints over the encoder's pictures.
pub(super) struct Overlays {
    audiences: Arc<Audiences>,
    heats: Heats,
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
        Overlays { audiences, heats: Heats::default() }
    }
}

impl Paint for Overlays {
    fn paint(&self, FrameAt { camera, tier, layers, frame }: FrameAt, planes: &mut Planes) {
        let ground = Ground { size: (planes.width, planes.height), take: frame.take };
        let painting = Painting { camera, frame, scale: tier.scale(), layers };
        painting.paint(&self.audiences, planes, |crowd| self.heats.tint(camera, crowd, ground));
    }

    fn forget(&self, camera: &str) {
        self.heats.forget(camera);
    }
}

impl Painting<'_> {
    /// Paints what is known of the camera. `tint` gives the tint of a result in which people were counted.
    pub fn paint(
        &self,
        audiences: &Audiences,
        planes: &mut Planes,
        tint: impl FnOnce(&FramedResult) -> Arc<Tint>,
    ) {
        // Of a camera that is gone nothing is known.
        let Some(channel) = audiences.channel(self.camera) else { return };
        let (condition, results) = (channel.condition(), channel.results());
        let tint = results.crowd.as_ref().filter(|_| self.layers.heat).map(tint);
        let known = Known {
            objects: results.objects.as_ref().map(seen),
            crowd: results.crowd.as_ref().map(seen),
            tint: tint.as_deref(),
            survey: condition.analytics.then_some(&*condition.survey),
        };
        let Frame { captured_us, take, .. } = *self.frame;
        let sheet = Sheet { frame: self.frame.picture.size(), scale: self.scale, captured_us, take };
        overlay::paint(planes, &sheet, &known, self.layers);
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
            result::{AnalyticsResult, Crowd, Grid, RiskLevel},
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
    fn what_viewers_are_told_is_painted_unless_the_picture_is_of_another_take() {
        let overlays = Overlays::new(audiences());
        let (grey, at_us) = (Planes::grey(320, 180, 90), somebody().captured_us);
        let frame = Frame::new(2, at_us, Picture::Planes(grey.clone()));
        let of = |name| painted(&overlays, &frame, Layers::NONE.with(name).expect("is a layer"));
        for name in Layers::NAMES {
            assert!(of(name) != grey, "{name}");
        }
        assert!(of("boxes") != of("labels") && of("heat") != of("lines"));
        let (before, lines) = (of("lines"), Layers::NONE.with("lines").expect("is a layer"));
        // The results are of frame 1. A line belongs to the camera, with what has crossed it.
        let other = Frame::new(3, at_us, Picture::Planes(grey.clone())).of_take(2);
        for name in ["boxes", "labels", "heat"] {
            let layers = Layers::NONE.with(name).expect("is a layer");
            assert_eq!(painted(&overlays, &other, layers), grey, "{name} of another source");
        }
        assert_eq!(painted(&overlays, &other, lines), before);
    }

    #[test]
    fn without_models_or_camera_nothing_is_painted() {
        let (audiences, grey) = (audiences(), Planes::grey(320, 180, 90));
        let overlays = Overlays::new(Arc::clone(&audiences));
        let frame = Frame::new(2, somebody().captured_us, Picture::Planes(grey.clone()));
        assert!(painted(&overlays, &frame, Layers::ALL) != grey);
        audiences.channel("main").expect("is there").expect_results(false);
        assert_eq!(painted(&overlays, &frame, Layers::ALL), grey);
        audiences.remove("main");
        assert_eq!(painted(&overlays, &frame, Layers::ALL), grey);
    }
}
