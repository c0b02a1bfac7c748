//! Pictures of events: the newest frame of a camera with what is known of it, as a small JPEG.
//!
//! Made on history's thread, of the frame that the encoder has at hand, so that no viewer waits for it and no
//! frame is kept for longer than that takes. Which events are asked about, and how often, is `history`'s.

use std::{borrow::Cow, sync::Arc};

use super::overlays::Painting;
use crate::{
    encode::{Compressor, Encoder, halve, planes_of},
    frame::{Frame, Picture},
    history::Illustrate,
    hub::Audiences,
    nouns::{event::Event, layers::Layers, picture::Planes, quality::Level},
    overlay::{Density, Tint},
};

/// Greatest width of a picture, pixels.
const WIDEST: usize = 640;

/// JPEG quality of pictures: they are looked at once, and many are kept.
const QUALITY: u32 = 70;

/// Gives pictures of the events of cameras whose frames `encoder` gets.
pub(super) fn illustrate(encoder: Encoder, audiences: Arc<Audiences>) -> Illustrate {
    Box::new(move |camera, event| {
        let layers = layers_of(event)?;
        // A slate says in words what the event says.
        let frame = encoder.newest(camera).filter(|frame| !frame.slate)?;
        picture(camera, &frame, layers, &audiences)
    })
}

/// Gives a picture of what a camera sees now, with everything that is known of it painted into it; `None`
/// while there is none.
pub(super) fn portray(encoder: &Encoder, audiences: &Audiences, camera: &str) -> Option<Vec<u8>> {
    let frame = encoder.newest(camera).filter(|frame| !frame.slate)?;
    picture(camera, &frame, Layers::ALL, audiences)
}

/// What is painted over the picture of an event; `None` for those of which there is nothing to be seen.
fn layers_of(event: &Event) -> Option<Layers> {
    let things = Layers { heat: false, ..Layers::ALL };
    match event {
        Event::LineCrossed { .. }
        | Event::ZoneAbove { .. }
        | Event::ZoneBelow { .. }
        | Event::Loitering { .. } => Some(things),
        Event::RiskChanged { .. } => Some(Layers::ALL),
        // What was seen last.
        Event::SourceLost { .. } => Some(things),
        Event::SourceBack { .. }
        | Event::ModelFailed { .. }
        | Event::CameraAdded { .. }
        | Event::CameraChanged { .. }
        | Event::CameraRemoved { .. }
        | Event::CameraStarted { .. }
        | Event::CameraStopped { .. } => None,
    }
}

/// A frame as a small JPEG with layers; `None` where it does not decode.
fn picture(camera: &str, frame: &Frame, layers: Layers, audiences: &Audiences) -> Option<Vec<u8>> {
    let (mut planes, scale) = small(frame)?;
    let size = (planes.width, planes.height);
    let painting = Painting { camera, frame, scale, layers };
    // Such a picture is rare: its tint is made for it alone.
    painting.paint(audiences, &mut planes, |result| {
        let density = result.result.crowd.as_ref().map(|crowd| Density::of(&crowd.grid)).unwrap_or_default();
        Arc::new(Tint::of(&density, size))
    });
    let level = Level::at_or_below(QUALITY)?;
    let jpeg =
        Compressor::new().and_then(|mut compressor| compressor.compress(&planes, level).map(<[u8]>::to_vec));
    jpeg.inspect_err(|error| log::debug!("an event of camera {camera} has no picture: {error}")).ok()
}

/// A frame's planes, halved until they are no wider than [`WIDEST`], and how many times smaller they are.
fn small(frame: &Frame) -> Option<(Planes, u32)> {
    let (mut planes, mut scale) = match &frame.picture {
        Picture::Planes(planes) => (Cow::Borrowed(planes), 1),
        Picture::Bgr(bgr) => (Cow::Owned(planes_of(bgr)), 1),
        // No encoder may wait for this thread.
        Picture::Jpeg(jpeg) => (Cow::Borrowed(jpeg.planes_in_the_background().ok()?), 1),
    };
    while planes.width > WIDEST {
        let mut half = Planes::default();
        halve(&planes, &mut half).ok()?;
        (planes, scale) = (Cow::Owned(half), scale * 2);
    }
    Some((planes.into_owned(), scale))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::{
        cameras::Survey,
        fixtures::{jpeg, somebody},
        jpeg::CameraJpeg,
        nouns::{picture::Bgr, result::RiskLevel},
        tools::metrics::Metrics,
    };

    /// Whoever gives pictures of a camera `main`, and who takes its frames. `somebody` is on it.
    fn camera() -> (Illustrate, Encoder) {
        let metrics = Metrics::new().expect("names differ");
        let pool = Encoder::start(1, metrics, Box::new(|_, _| {})).expect("starts");
        let (encoder, audiences) = (pool.encoder(), Arc::new(Audiences::default()));
        pool.stop();
        let channel = audiences.add("main", (640, 360), Survey::default());
        channel.expect_results(true);
        channel.report(Arc::new(somebody()));
        encoder.admit(channel.camera());
        (illustrate(encoder.clone(), audiences), encoder)
    }

    fn offer(encoder: &Encoder, frame: Frame) {
        encoder.offer(&Arc::from("main"), &Arc::new(frame));
    }

    fn decoded(jpeg: Vec<u8>) -> Planes {
        CameraJpeg::new(Bytes::from(jpeg)).expect("a JPEG").planes().expect("decodes").clone()
    }

    fn rise() -> Event {
        Event::RiskChanged { at_us: 1, from: RiskLevel::Low, to: RiskLevel::High }
    }

    #[test]
    fn a_picture_is_small_and_shows_the_boxes_whatever_the_camera_gives() {
        let (illustrate, encoder) = camera();
        let at_us = somebody().captured_us;
        let bgr = Bgr { width: 320, height: 180, data: vec![90; 320 * 180 * 3] };
        let camera_jpeg = CameraJpeg::new(jpeg(&Planes::grey(320, 180, 90)).into()).expect("is sound");
        let large = Planes::grey(1500, 720, 90);
        for (number, (picture, size)) in [
            (Picture::Planes(Planes::grey(320, 180, 90)), (320, 180)),
            (Picture::Bgr(bgr), (320, 180)),
            (Picture::Jpeg(camera_jpeg), (320, 180)),
            (Picture::Planes(large), (375, 180)),
        ]
        .into_iter()
        .enumerate()
        {
            offer(&encoder, Frame::new(number as u64 + 1, at_us, picture));
            let planes = decoded(illustrate("main", &rise()).expect("there is a picture"));
            assert_eq!((planes.width, planes.height), size);
            let bright = planes.y.iter().filter(|luma| **luma > 130).count();
            assert!(bright > 20, "{bright} bright pixels of a box in picture {number}");
        }
    }

    #[test]
    fn there_is_no_picture_of_a_slate_of_what_cannot_be_seen_or_of_no_camera() {
        let (illustrate, encoder) = camera();
        assert!(illustrate("main", &rise()).is_none(), "no frame yet");
        offer(&encoder, Frame::new(1, 1, Picture::Planes(Planes::grey(64, 48, 90))));
        assert!(illustrate("main", &rise()).is_some());
        assert!(illustrate("main", &Event::CameraChanged { at_us: 1, changed: vec!["fps"] }).is_none());
        assert!(illustrate("attic", &rise()).is_none());
        offer(&encoder, Frame::slate(2, 1, Planes::grey(64, 48, 90)));
        assert!(illustrate("main", &rise()).is_none());
        encoder.forget("main");
        assert!(encoder.newest("main").is_none());
    }
}
