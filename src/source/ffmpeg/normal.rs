//! A decoder's frames made upright pictures of square pixels in JPEG's colours, whatever their size, shape and format are now.
//!
//! The one place where sizes and formats are checked before samples are touched: all of them may change from frame to frame.

use ffmpeg_next::{
    Error, Rational, codec, color,
    format::Pixel,
    frame::{Video, side_data},
};

use super::{
    graph::{Graph, Shape, is_rgb},
    open::MOST_PIXELS,
    sys::{self, Extent},
};
use crate::{
    frame::Planes,
    source::{
        Facts,
        colour::{self, Decoded, Matrix, Meaning},
        tone::Tone,
        turn::Turn,
    },
};

/// Widest and highest picture in pixels; what JPEG and every decoder of browsers take.
const LONGEST_SIDE: u32 = 16_384;

/// Rows from which video that does not say its matrix is taken for BT.709, as players do.
const HD_ROWS: u32 = 720;

/// Shapes of pixels that are believed; others are broken headers.
const PIXEL_SHAPES: std::ops::RangeInclusive<f64> = 0.25..=4.0;

/// Turns frames into pictures.
pub(super) struct Normal {
    graph: Option<Graph>,
    /// What the container says is upright.
    turn: Turn,
    /// Whether pictures of this size have been interlaced: then all are treated so, since the filter looks at several.
    interlaced: Option<(u32, u32)>,
    /// Whether the codec is a still picture's, whose YCbCr is JPEG's where it does not say otherwise.
    still: bool,
}

impl Normal {
    pub(super) fn new(turn: Turn, codec: codec::Id) -> Self {
        let still =
            matches!(codec, codec::Id::MJPEG | codec::Id::JPEG2000 | codec::Id::WEBP | codec::Id::MJPEGB | codec::Id::LJPEG);
        Normal { graph: None, turn, interlaced: None, still }
    }

    /// The picture of a frame, which may be empty afterwards; `None` where the next frame is needed first.
    ///
    /// # Errors
    /// FFmpeg's where it cannot convert the format; [`Error::InvalidData`] where the frame has no sensible size or lacks samples.
    pub(super) fn picture(&mut self, frame: &Video) -> Result<Option<Planes>, Error> {
        let (width, height) = (frame.width(), frame.height());
        if !is_sensible((width, height)) {
            return Err(Error::InvalidData);
        }
        if frame.is_interlaced() {
            self.interlaced = Some((width, height));
        }
        let turn = turn_of(frame).unwrap_or(self.turn);
        let meaning = self.meaning(frame);
        let shape = Shape {
            coded: (width, height),
            format: frame.format(),
            shown: shown(frame),
            interlaced: self.interlaced == Some((width, height)),
            full: meaning.full,
        };
        let direct = shape.shown == shape.coded && !shape.interlaced && depth_of_420(shape.format).is_some();
        if direct {
            self.graph = None;
            return Ok(Some(turn.apply(planes(frame, meaning)?)));
        }
        if !sys::is_whole(frame) {
            return Err(Error::InvalidData);
        }
        let Some(filtered) = self.filter(shape, frame)? else { return Ok(None) };
        let matrix = if is_rgb(shape.format) { Matrix::BT601 } else { meaning.matrix };
        let meaning = Meaning { matrix, full: true, depth: 8, tone: meaning.tone };
        Ok(Some(turn.apply(planes(&filtered, meaning)?)))
    }

    fn filter(&mut self, shape: Shape, frame: &Video) -> Result<Option<Video>, Error> {
        let graph = match self.graph.take() {
            Some(graph) if graph.is_for(shape) => graph,
            _ => Graph::new(shape)?,
        };
        self.graph.insert(graph).run(frame)
    }

    fn meaning(&self, frame: &Video) -> Meaning {
        let format = frame.format();
        let full = frame.color_range() == color::Range::JPEG || is_full_format(format) || is_rgb(format);
        let tone = match frame.color_transfer_characteristic() {
            color::TransferCharacteristic::SMPTE2084 => Tone::Pq,
            _ => Tone::Plain,
        };
        Meaning { matrix: self.matrix(frame), full, depth: depth_of_420(format).unwrap_or(8), tone }
    }

    fn matrix(&self, frame: &Video) -> Matrix {
        match frame.color_space() {
            color::Space::BT709 => Matrix::BT709,
            color::Space::BT2020NCL | color::Space::BT2020CL => Matrix::BT2020,
            color::Space::SMPTE240M => Matrix::SMPTE240M,
            color::Space::FCC => Matrix::FCC,
            color::Space::Unspecified if !self.still && frame.height().min(frame.width()) >= HD_ROWS => Matrix::BT709,
            _ => Matrix::BT601,
        }
    }

    /// What the frame says of itself.
    pub(super) fn facts(&self, frame: &Video) -> Facts {
        let Rational(across, down) = frame.aspect_ratio();
        Facts {
            coded: Some((frame.width(), frame.height())),
            rotation: turn_of(frame).unwrap_or(self.turn).degrees(),
            pixel_aspect: (shown(frame) != (frame.width(), frame.height())).then_some((across, down)),
            interlaced: frame.is_interlaced(),
            matrix: frame.color_space().name(),
            full_range: self.meaning(frame).full,
            transfer: frame.color_transfer_characteristic().name(),
            format: frame.format().descriptor().map(|descriptor| descriptor.name()),
            key: frame.is_key(),
            ..Facts::default()
        }
    }
}

fn is_sensible((width, height): (u32, u32)) -> bool {
    (1..=LONGEST_SIDE).contains(&width) && (1..=LONGEST_SIDE).contains(&height) && width as usize * height as usize <= MOST_PIXELS
}

/// A still picture's own word on which way is up (EXIF).
fn turn_of(frame: &Video) -> Option<Turn> {
    frame.side_data(side_data::Type::DisplayMatrix).map(|matrix| Turn::of_matrix(matrix.data()))
}

/// Width and height in square pixels: the height stays, as players have it.
fn shown(frame: &Video) -> (u32, u32) {
    let (width, height) = (frame.width(), frame.height());
    let Rational(across, down) = frame.aspect_ratio();
    let shape = f64::from(across) / f64::from(down);
    if across <= 0 || down <= 0 || across == down || !PIXEL_SHAPES.contains(&shape) {
        return (width, height);
    }
    // Even, since chroma is half as wide.
    let wide = ((f64::from(width) * shape / 2.0).round() * 2.0) as u32;
    if is_sensible((wide, height)) { (wide, height) } else { (width, height) }
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

/// Formats that say by themselves that all values are used.
fn is_full_format(format: Pixel) -> bool {
    matches!(format, Pixel::YUVJ420P | Pixel::YUVJ422P | Pixel::YUVJ444P | Pixel::YUVJ440P | Pixel::YUVJ411P)
}

/// The samples of a 4:2:0 frame in JPEG's colours.
fn planes(frame: &Video, meaning: Meaning) -> Result<Planes, Error> {
    let (width, height) = (frame.width() as usize, frame.height() as usize);
    let bytes = if meaning.depth > 8 { 2 } else { 1 };
    let luma = Extent { bytes: width * bytes, rows: height };
    let chroma = Extent { bytes: width.div_ceil(2) * bytes, rows: height.div_ceil(2) };
    let plane = |index, extent| sys::plane(frame, index, extent).ok_or(Error::InvalidData);
    let planes = [plane(0, luma)?, plane(1, chroma)?, plane(2, chroma)?];
    colour::convert(&Decoded { width, height, planes }, meaning).ok_or(Error::InvalidData)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(normal: &mut Normal, format: Pixel, (width, height): (u32, u32)) -> Option<(usize, usize)> {
        let mut frame = Video::new(format, width, height);
        for plane in 0..frame.planes() {
            frame.data_mut(plane).fill(60);
        }
        normal.picture(&frame).expect("can be converted").map(|planes| {
            assert!(
                planes.y.windows(2).all(|pair| pair[0].abs_diff(pair[1]) < 3),
                "{format:?}: nothing beyond the picture is read"
            );
            (planes.width, planes.height)
        })
    }

    #[test]
    fn size_and_format_may_change_with_every_frame() {
        let mut normal = Normal::new(Turn::default(), codec::Id::MJPEG);
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
        let mut frame = Video::empty();
        frame.set_format(Pixel::YUV420P);
        let mut normal = Normal::new(Turn::default(), codec::Id::H264);
        assert!(normal.picture(&frame).is_err());
        frame.set_width(64);
        frame.set_height(48);
        assert!(normal.picture(&frame).is_err());
        // One that says to be larger than it is.
        let mut short = Video::new(Pixel::YUV420P, 64, 48);
        short.set_height(4800);
        assert!(normal.picture(&short).is_err());
    }

    #[test]
    fn upright_clips_are_shown_upright() {
        let mut normal = Normal::new(Turn { mirrored: false, quarters: 1 }, codec::Id::H264);
        assert_eq!(picture(&mut normal, Pixel::YUV420P, (640, 360)), Some((360, 640)));
    }
}
