//! Opening a decoder: how many threads it gets, and what it may cost.

use ffmpeg_next::{Codec, Dictionary, Error, codec, decoder, format::context::Input, threading};

use super::{nature::Nature, sys};

/// Most pixels of a picture, more than any camera's; a broken header cannot make us allocate more.
pub(super) const MOST_PIXELS: usize = 64_000_000;

/// Most threads that decode one source.
const MOST_THREADS: usize = 4;

/// Width in pixels from which pictures are decoded on several cores.
const WIDE: u32 = 1920;

/// Width in pixels from which a live picture takes longer to decode in slices than it may; frames in parallel
/// cost one frame of delay.
const LARGE: u32 = 2560;

/// An open decoder, and what it decodes.
pub(super) struct Opened {
    /// The decoder.
    pub(super) decoder: decoder::Video,
    /// Codec that it decodes.
    pub(super) codec: codec::Id,
}

/// Opens a decoder for a stream of the container, if `allows` its name.
///
/// # Errors
/// FFmpeg's, where it knows no decoder for it.
pub(super) fn open(
    input: &Input,
    stream: usize,
    nature: Nature,
    allows: impl Fn(&str) -> bool,
) -> Result<Opened, Error> {
    let parameters = input.stream(stream).ok_or(Error::StreamNotFound)?.parameters();
    let id = parameters.id();
    let codec: Codec =
        decoder::find(id).filter(|codec| allows(codec.name())).ok_or(Error::DecoderNotFound)?;
    let width = sys::coded_width(&parameters);
    let mut context = codec::Context::from_parameters(parameters)?;
    context.set_threading(threads(id, width, nature));
    // The flag makes decoders of MPEG-2 and others give pictures in the order in which they come, not in
    // which they are shown.
    let keeps_order =
        matches!(id, codec::Id::H264 | codec::Id::HEVC | codec::Id::VP8 | codec::Id::VP9 | codec::Id::AV1);
    if nature != Nature::Recording && keeps_order {
        context.set_flags(codec::Flags::LOW_DELAY);
    }
    let most = MOST_PIXELS.to_string();
    let options: Dictionary = [("max_pixels", most.as_str())].into_iter().collect();
    let decoder = context.decoder().open_as_with(codec, options)?.video()?;
    Ok(Opened { decoder, codec: id })
}

/// How pictures of this width are spread over cores.
fn threads(id: codec::Id, width: u32, nature: Nature) -> threading::Config {
    let large = width >= LARGE && id != codec::Id::H264;
    let in_slices = nature != Nature::Recording && !large;
    let kind = if in_slices { threading::Type::Slice } else { threading::Type::Frame };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    // A picture of ordinary size is decoded in a fraction of its frame; waking other threads for it would
    // only cost.
    let count = if width < WIDE { 1 } else { cores.min(MOST_THREADS) };
    threading::Config { kind, count, ..Default::default() }
}
