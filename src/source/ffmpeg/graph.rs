//! What is not plain 4:2:0 with square pixels and whole frames made so: FFmpeg's own filters, set up anew
//! when anything changes.
//!
//! In go a decoder's frames, out come frames in full-range 4:2:0 of 8 bits, in the matrix that they had (of
//! RGB: BT.601).

use ffmpeg_next::{Error, filter, format::Pixel, frame::Video};

use super::{decoder, sys};

/// What a graph is made for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Shape {
    /// Width and height in samples.
    pub(super) coded: (u32, u32),
    /// How samples lie in memory.
    pub(super) format: Pixel,
    /// Width and height in square pixels.
    pub(super) shown: (u32, u32),
    /// Whether two fields are woven into each picture.
    pub(super) interlaced: bool,
    /// Whether all sample values are used.
    pub(super) full: bool,
}

/// A set of filters for one shape.
pub(super) struct Graph {
    shape: Shape,
    graph: filter::Graph,
}

const SOURCE: &str = "in";
const SINK: &str = "out";

impl Graph {
    /// Filters for `shape`.
    ///
    /// # Errors
    /// FFmpeg's, where it cannot convert from this format.
    pub(super) fn new(shape: Shape) -> Result<Graph, Error> {
        let mut graph = filter::Graph::new();
        // Left alone, each graph would start a thread for every core and one more.
        sys::limit_threads(&mut graph, decoder::threads_for(shape.coded.0));
        let find = |name| filter::find(name).ok_or(Error::FilterNotFound);
        let (width, height) = shape.coded;
        let format: ffmpeg_next::ffi::AVPixelFormat = shape.format.into();
        let arguments = format!(
            "video_size={width}x{height}:pix_fmt={}:time_base=1/1000:pixel_aspect=1/1",
            format as i32
        );
        graph.add(&find("buffer")?, SOURCE, &arguments)?;
        graph.add(&find("buffersink")?, SINK, "")?;
        graph.output(SOURCE, 0)?.input(SINK, 0)?.parse(&steps(shape))?;
        graph.validate()?;
        Ok(Graph { shape, graph })
    }

    /// Whether this graph is for `shape`.
    pub(super) fn is_for(&self, shape: Shape) -> bool {
        self.shape == shape
    }

    /// Filters a frame, and leaves it empty; `None` where the filters need the next one first.
    ///
    /// # Errors
    /// FFmpeg's, where the frame is not of the graph's shape.
    pub(super) fn run(&mut self, frame: &mut Video) -> Result<Option<Video>, Error> {
        self.graph.get(SOURCE).ok_or(Error::FilterNotFound)?.source().add(frame)?;
        let mut filtered = Video::empty();
        match self.graph.get(SINK).ok_or(Error::FilterNotFound)?.sink().frame(&mut filtered) {
            Ok(()) => Ok(Some(filtered)),
            Err(Error::Other { errno: ffmpeg_next::error::EAGAIN }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// The filters in FFmpeg's notation.
fn steps(shape: Shape) -> String {
    let (width, height) = shape.shown;
    let deinterlaced = if shape.interlaced { "bwdif=mode=send_frame:deint=interlaced," } else { "" };
    let from = if shape.full { "pc" } else { "tv" };
    // Of RGB the matrix is ours to choose, and JPEG's is BT.601. YCbCr keeps its own, which is converted
    // later, and faster.
    let matrix = if is_rgb(shape.format) { ":out_color_matrix=bt601" } else { "" };
    format!(
        "{deinterlaced}scale={width}:{height}:flags=bicubic:in_range={from}:\
         out_range=pc{matrix},format=yuv420p"
    )
}

/// Whether samples are red, green and blue, or an index of such.
pub(super) fn is_rgb(format: Pixel) -> bool {
    let name = format.descriptor().map(|descriptor| descriptor.name()).unwrap_or_default();
    ["rgb", "bgr", "gbr", "pal8", "0rgb", "0bgr", "argb", "abgr", "mono", "bayer", "x2"]
        .iter()
        .any(|kind| name.starts_with(kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(format: Pixel) -> Shape {
        Shape { coded: (64, 48), format, shown: (64, 48), interlaced: false, full: false }
    }

    #[test]
    fn frames_come_out_in_the_shape_that_is_shown() {
        let shape = Shape { shown: (96, 48), ..shape(Pixel::YUV422P) };
        let mut graph = Graph::new(shape).expect("can be converted");
        assert!(graph.is_for(shape));
        let mut frame = Video::new(Pixel::YUV422P, 64, 48);
        let filtered = graph.run(&mut frame).expect("fits").expect("at once");
        assert_eq!((filtered.width(), filtered.height(), filtered.format()), (96, 48, Pixel::YUV420P));
    }

    #[test]
    fn filters_get_as_many_threads_as_pictures_of_their_width_are_worth() {
        for width in [64, 3840] {
            let mut graph =
                Graph::new(Shape { coded: (width, 48), shown: (width, 48), ..shape(Pixel::RGB24) })
                    .expect("can be converted");
            assert_eq!(sys::threads(&mut graph.graph) as usize, decoder::threads_for(width), "{width} wide");
        }
    }

    #[test]
    fn formats_are_told_apart() {
        for rgb in [Pixel::RGB24, Pixel::BGRA, Pixel::GBRP, Pixel::PAL8, Pixel::GBRP10LE, Pixel::MonoBlack] {
            assert!(is_rgb(rgb), "{rgb:?}");
        }
        for other in [Pixel::YUV420P, Pixel::NV12, Pixel::GRAY8, Pixel::YUVJ444P, Pixel::YA8] {
            assert!(!is_rgb(other), "{other:?}");
        }
    }
}
