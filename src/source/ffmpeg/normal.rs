//! A decoder's frames made upright pictures of square pixels in JPEG's colours, whatever their size, shape
//! and format are now.
//!
//! The one place where sizes and formats are checked before samples are touched: all of them may change from
//! frame to frame.

use ffmpeg_next::{
    Error, Rational,
    codec::{self, packet},
    format::Pixel,
    frame::{Video, side_data},
};

use super::{
    bounds::is_sensible,
    graph::{Graph, Shape, is_rgb},
    nature::Nature,
    open::Opened,
    sys::{self, Extent},
    tags,
};
use crate::{
    nouns::picture::Planes,
    source::{
        colour::{self, Decoded, Matrix, Meaning},
        facts::Facts,
        tone::Tone,
        turn::Turn,
    },
};

/// Least rows at which video that does not say its matrix is taken for BT.709, as players do.
const HD_ROWS: u32 = 720;

/// Widths of a pixel by its height that are believed; others are broken headers.
const PIXEL_SHAPES: std::ops::RangeInclusive<f64> = 0.25..=4.0;

/// Turns frames into pictures.
pub(super) struct Normal {
    graph: Option<Graph>,
    /// What the container says is upright.
    turn: Turn,
    /// What the container says a pixel is, width by height.
    aspect: Option<Rational>,
    /// Size at which pictures have been interlaced: then all are treated so, since the filter looks at
    /// several.
    interlaced: Option<(u32, u32)>,
    /// Whether fields are put together as they are.
    woven: bool,
    /// Whether the codec is a still picture's, whose YCbCr is JPEG's where it does not say otherwise.
    still: bool,
}

/// A frame in 4:2:0, ready to be converted.
pub(super) struct Ready {
    frame: Video,
    meaning: Meaning,
    turn: Turn,
}

impl Ready {
    /// The picture; `None` where the frame is shorter than it says.
    pub(super) fn planes(self) -> Option<Planes> {
        let (width, height) = (self.frame.width() as usize, self.frame.height() as usize);
        let bytes = if self.meaning.depth > 8 { 2 } else { 1 };
        let luma = Extent { bytes: width * bytes, rows: height };
        let chroma = Extent { bytes: width.div_ceil(2) * bytes, rows: height.div_ceil(2) };
        let plane = |index, extent| sys::plane(&self.frame, index, extent);
        let planes = [plane(0, luma)?, plane(1, chroma)?, plane(2, chroma)?];
        colour::convert(&Decoded { width, height, planes }, self.meaning)
            .map(|planes| self.turn.apply(planes))
    }
}

impl Normal {
    /// What makes pictures of an open stream.
    pub(super) fn of(opened: &Opened) -> Self {
        let stream = opened.input.stream(opened.stream);
        let aspect = stream.as_ref().filter(|_| opened.nature == Nature::Recording).and_then(sys::aspect);
        let turn = stream.and_then(|stream| {
            let matrix =
                stream.side_data().find(|data| data.kind() == packet::side_data::Type::DisplayMatrix);
            matrix.map(|matrix| Turn::of_matrix(matrix.data()))
        });
        Normal::new(turn.unwrap_or_default(), aspect, opened.codec)
    }

    /// What makes pictures of a stream whose container says which way is up and what a pixel is.
    fn new(turn: Turn, aspect: Option<Rational>, codec: codec::Id) -> Self {
        let still = matches!(
            codec,
            codec::Id::MJPEG | codec::Id::JPEG2000 | codec::Id::WEBP | codec::Id::MJPEGB | codec::Id::LJPEG
        );
        Normal { graph: None, turn, aspect, interlaced: None, woven: false, still }
    }

    /// Makes a frame ready to be converted; `None` where the next frame is needed first.
    ///
    /// # Errors
    /// FFmpeg's where it cannot convert the format; [`Error::InvalidData`] where the frame has no sensible
    /// size or lacks samples.
    pub(super) fn prepare(&mut self, mut frame: Video) -> Result<Option<Ready>, Error> {
        let coded = (frame.width(), frame.height());
        if !is_sensible(coded) || !sys::is_whole(&frame) {
            return Err(Error::InvalidData);
        }
        if frame.is_interlaced() && !self.woven {
            self.interlaced = Some(coded);
        }
        let turn = turn_of(&frame).unwrap_or(self.turn);
        let meaning = self.meaning(&frame);
        let (format, shown) = (frame.format(), self.shown(&frame));
        let shape =
            Shape { coded, format, shown, interlaced: self.interlaced == Some(coded), full: meaning.full };
        if shown == coded && !shape.interlaced && depth_of_420(format).is_some() && sys::is_downward(&frame) {
            self.graph = None;
            return Ok(Some(Ready { frame, meaning, turn }));
        }
        let Some(frame) = self.filter(shape, &mut frame)? else { return Ok(None) };
        let matrix = if is_rgb(format) { Matrix::BT601 } else { meaning.matrix };
        let meaning = Meaning { matrix, full: true, depth: 8, tone: meaning.tone };
        Ok(Some(Ready { frame, meaning, turn }))
    }

    /// Runs a frame through FFmpeg's filters; `None` where they need the next one first.
    fn filter(&mut self, shape: Shape, frame: &mut Video) -> Result<Option<Video>, Error> {
        let graph = match self.graph.take() {
            Some(graph) if graph.is_for(shape) => graph,
            _ => Graph::new(shape)?,
        };
        self.graph.insert(graph).run(frame)
    }

    /// Forgets earlier frames, as at the beginning of a recording.
    pub(super) fn forget(&mut self) {
        self.graph = None;
    }

    /// Has fields put together as they are from now on, for streams too short for the filter; false where
    /// they were already.
    pub(super) fn weave(&mut self) -> bool {
        let news = self.interlaced.take().is_some() && !self.woven;
        self.woven = true;
        news
    }

    /// Has the filter take fields apart again.
    pub(super) fn unweave(&mut self) {
        self.woven = false;
    }

    /// What a frame's sample values mean.
    fn meaning(&self, frame: &Video) -> Meaning {
        let (format, tags) = (frame.format(), sys::tags(frame));
        let full = tags.range == tags::FULL || is_full_format(format) || is_rgb(format);
        let tone = if tags.transfer == tags::PQ { Tone::Pq } else { Tone::Plain };
        let hd = !self.still && frame.height().min(frame.width()) >= HD_ROWS;
        Meaning {
            matrix: tags::matrix(tags.matrix, hd),
            full,
            depth: depth_of_420(format).unwrap_or(8),
            tone,
        }
    }

    /// What a frame says of itself.
    pub(super) fn facts(&self, frame: &Video) -> Facts {
        let tags = sys::tags(frame);
        let shown = self.shown(frame);
        let Rational(across, down) = self.aspect_of(frame);
        Facts {
            coded: Some((frame.width(), frame.height())),
            rotation: turn_of(frame).unwrap_or(self.turn).degrees(),
            pixel_aspect: (shown != (frame.width(), frame.height())).then_some((across, down)),
            interlaced: frame.is_interlaced(),
            matrix: tags::matrix_name(tags.matrix),
            full_range: self.meaning(frame).full,
            transfer: tags::transfer_name(tags.transfer),
            format: frame.format().descriptor().map(|descriptor| descriptor.name()),
            key: frame.is_key(),
            ..Facts::default()
        }
    }

    /// Width of a pixel by its height: the container's word comes first, as with players.
    fn aspect_of(&self, frame: &Video) -> Rational {
        self.aspect.unwrap_or_else(|| frame.aspect_ratio())
    }

    /// Width and height in square pixels: the height stays, as players have it.
    fn shown(&self, frame: &Video) -> (u32, u32) {
        let (width, height) = (frame.width(), frame.height());
        let Rational(across, down) = self.aspect_of(frame);
        let shape = f64::from(across) / f64::from(down);
        if across <= 0 || down <= 0 || across == down || !PIXEL_SHAPES.contains(&shape) {
            return (width, height);
        }
        // Even, since chroma is half as wide.
        let wide = ((f64::from(width) * shape / 2.0).round() * 2.0) as u32;
        if is_sensible((wide, height)) { (wide, height) } else { (width, height) }
    }
}

/// A still picture's own word on which way is up (EXIF).
fn turn_of(frame: &Video) -> Option<Turn> {
    frame.side_data(side_data::Type::DisplayMatrix).map(|matrix| Turn::of_matrix(matrix.data()))
}

/// Bits a sample of the 4:2:0 formats that are converted without filters.
fn depth_of_420(format: Pixel) -> Option<u32> {
    match format {
        Pixel::YUV420P | Pixel::YUVJ420P => Some(8),
        Pixel::YUV420P10LE => Some(10),
        Pixel::YUV420P12LE => Some(12),
        _ => None,
    }
}

/// Whether a format says by itself that all values are used.
fn is_full_format(format: Pixel) -> bool {
    matches!(format, Pixel::YUVJ420P | Pixel::YUVJ422P | Pixel::YUVJ444P | Pixel::YUVJ440P | Pixel::YUVJ411P)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(normal: &mut Normal, format: Pixel, (width, height): (u32, u32)) -> Option<(usize, usize)> {
        let mut frame = Video::new(format, width, height);
        for plane in 0..frame.planes() {
            frame.data_mut(plane).fill(60);
        }
        normal.prepare(frame).expect("can be converted").map(|ready| {
            let planes = ready.planes().expect("is whole");
            assert!(
                planes.y.windows(2).all(|pair| pair[0].abs_diff(pair[1]) < 3),
                "{format:?}: nothing beyond the picture is read"
            );
            (planes.width, planes.height)
        })
    }

    #[test]
    fn size_and_format_may_change_with_every_frame() {
        let mut normal = Normal::new(Turn::default(), None, codec::Id::MJPEG);
        let formats = [
            Pixel::YUVJ422P,
            Pixel::YUVJ420P,
            Pixel::GRAY8,
            Pixel::YUVJ444P,
            Pixel::YUV420P10LE,
            Pixel::YUV422P10LE,
            Pixel::NV12,
        ];
        for size in [(64, 48), (641, 359), (16, 16), (1, 1), (1280, 720)] {
            for format in formats {
                let shown = picture(&mut normal, format, size).expect("at once");
                assert_eq!(shown, (size.0 as usize, size.1 as usize), "{format:?}");
            }
        }
    }

    #[test]
    fn a_frame_without_samples_is_an_error() {
        let mut normal = Normal::new(Turn::default(), None, codec::Id::H264);
        let mut empty = Video::empty();
        empty.set_format(Pixel::YUV420P);
        assert!(normal.prepare(empty).is_err());
        let mut empty = Video::empty();
        empty.set_format(Pixel::YUV420P);
        empty.set_width(64);
        empty.set_height(48);
        assert!(normal.prepare(empty).is_err());
        for format in [Pixel::YUV420P, Pixel::YUV444P, Pixel::RGB24] {
            let mut short = Video::new(format, 64, 48);
            short.set_height(4800);
            assert!(normal.prepare(short).is_err(), "{format:?} says to be larger than it is");
        }
    }

    #[test]
    fn the_containers_word_on_the_shape_of_pixels_comes_first() {
        let mut normal = Normal::new(Turn::default(), Some(Rational(16, 11)), codec::Id::H264);
        assert_eq!(picture(&mut normal, Pixel::YUV420P, (704, 576)), Some((1024, 576)));
    }

    #[test]
    fn tags_that_no_standard_lists_are_put_up_with() {
        let mut normal = Normal::new(Turn::default(), None, codec::Id::H264);
        let mut frame = Video::new(Pixel::YUV420P, 64, 48);
        sys::spoil_tags(&mut frame, 200);
        assert_eq!(normal.facts(&frame).matrix, None);
        assert!(normal.prepare(frame).is_ok_and(|ready| ready.is_some()));
    }

    #[test]
    fn upright_clips_are_shown_upright() {
        let mut normal = Normal::new(Turn { mirrored: false, quarters: 1 }, None, codec::Id::H264);
        assert_eq!(picture(&mut normal, Pixel::YUV420P, (640, 360)), Some((360, 640)));
    }
}
