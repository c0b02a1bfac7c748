//! Opening a decoder: how many threads it gets, and what it may cost.

use std::sync::LazyLock;

use ffmpeg_next::{Codec, Dictionary, Error, codec, decoder, format::context::Input, threading};

use super::{bounds::MOST_PIXELS, nature::Nature, sys};

/// Most bytes that FFmpeg may allocate at once, since it decodes pictures of any size while it looks at a
/// stream. A plane of the largest picture that is shown has eight bytes a pixel (RGBA of 16 bits), and a
/// fourth more is for its edges; packets and indexes are far smaller. Planes are allocated one by one: a
/// picture of four that is too large may take four times as much before it is refused.
pub(super) const MOST_BYTES_AT_ONCE: usize = MOST_PIXELS * 10;

/// Most threads that decode one source.
const MOST_THREADS: usize = 4;

/// Width in pixels from which pictures are decoded on several cores.
const WIDE: u32 = 1920;

/// Width in pixels from which a live picture takes longer to decode in slices than it may; frames in parallel
/// cost one frame of delay for each thread but the first.
const LARGE: u32 = 2560;

/// Number of cores. Asking for it reads files, and it is compared with each key frame.
static CORES: LazyLock<usize> = LazyLock::new(|| std::thread::available_parallelism().map_or(1, usize::from));

/// Threads that pictures of this width are worth: one of ordinary size is decoded in a fraction of its frame,
/// and waking other threads for it would only cost.
pub(super) fn threads_for(width: u32) -> usize {
    if width < WIDE { 1 } else { (*CORES).min(MOST_THREADS) }
}

/// How decoding is spread over cores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spread {
    /// Frames in parallel, or slices of one frame.
    kind: threading::Type,
    /// Number of threads.
    threads: usize,
    /// Whether frames are given out as soon as they are decoded. FFmpeg decodes none in parallel then.
    at_once: bool,
}

impl Spread {
    /// How pictures of this width are spread.
    pub(super) fn of(id: codec::Id, width: u32, nature: Nature) -> Spread {
        let live = nature != Nature::Recording;
        // H.264 is quick enough, and the decoder of AV1 has threads of its own.
        let large = width >= LARGE && !matches!(id, codec::Id::H264 | codec::Id::AV1);
        let kind = if live && !large { threading::Type::Slice } else { threading::Type::Frame };
        // The flag makes decoders of MPEG-2 and others give pictures in the order in which they come, not in
        // which they are shown.
        let keeps_order = matches!(
            id,
            codec::Id::H264 | codec::Id::HEVC | codec::Id::VP8 | codec::Id::VP9 | codec::Id::AV1
        );
        let at_once = keeps_order && kind == threading::Type::Slice;
        Spread { kind, threads: threads_for(width), at_once }
    }
}

/// An open decoder, and what it decodes.
pub(super) struct Opened {
    /// The decoder.
    pub(super) decoder: decoder::Video,
    /// Codec that it decodes.
    pub(super) codec: codec::Id,
    /// How it is spread over cores.
    pub(super) spread: Spread,
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
    let (width, _) = sys::coded_size(&parameters);
    let spread = Spread::of(id, width, nature);
    let decoder = spread_over(codec::Context::from_parameters(parameters)?, codec, spread)?;
    Ok(Opened { decoder, codec: id, spread })
}

/// Opens the decoder of a stream anew, spread in another way; `None` where it might not know the stream then:
/// its parameter sets do not come with its key frames.
///
/// # Errors
/// FFmpeg's.
pub(super) fn open_again(
    input: &Input,
    stream: usize,
    spread: Spread,
) -> Result<Option<decoder::Video>, Error> {
    let parameters = input.stream(stream).ok_or(Error::StreamNotFound)?.parameters();
    if sys::has_sets_apart(&parameters) {
        return Ok(None);
    }
    let codec = decoder::find(parameters.id()).ok_or(Error::DecoderNotFound)?;
    spread_over(codec::Context::from_parameters(parameters)?, codec, spread).map(Some)
}

/// Opens a decoder in a context.
fn spread_over(mut context: codec::Context, codec: Codec, spread: Spread) -> Result<decoder::Video, Error> {
    let Spread { kind, threads: count, at_once } = spread;
    context.set_threading(threading::Config { kind, count, ..Default::default() });
    if at_once {
        context.set_flags(codec::Flags::LOW_DELAY);
    }
    let most = MOST_PIXELS.to_string();
    let options: Dictionary = [("max_pixels", most.as_str())].into_iter().collect();
    context.decoder().open_as_with(codec, options)?.video()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(id: codec::Id, spread: Spread) -> decoder::Video {
        let codec = decoder::find(id).expect("is known");
        spread_over(codec::Context::new_with_codec(codec), codec, spread).expect("opens")
    }

    #[test]
    fn a_decoder_gets_the_threads_that_it_is_to_have() {
        for id in [codec::Id::H264, codec::Id::HEVC, codec::Id::VP8, codec::Id::VP9] {
            for nature in [Nature::Recording, Nature::Live, Nature::Bursts] {
                for width in [640, 1920, 3840] {
                    let spread = Spread::of(id, width, nature);
                    let count = opened(id, spread).threading().count;
                    assert_eq!(count, threads_for(width), "{id:?}, {nature:?}, {width} wide: {spread:?}");
                }
            }
        }
    }

    #[test]
    fn live_pictures_are_given_out_at_once_unless_they_are_too_large_for_one_core() {
        let kinds = |id, width| {
            let Spread { kind, at_once, .. } = Spread::of(id, width, Nature::Live);
            (kind, at_once)
        };
        let (slices, frames) = ((threading::Type::Slice, true), (threading::Type::Frame, false));
        assert_eq!([640, 1920, 3840].map(|width| kinds(codec::Id::HEVC, width)), [slices, slices, frames]);
        assert_eq!([640, 1920, 3840].map(|width| kinds(codec::Id::H264, width)), [slices; 3]);
        assert_eq!(kinds(codec::Id::MPEG2VIDEO, 1920), (threading::Type::Slice, false), "in their order");
        let recording = Spread::of(codec::Id::H264, 3840, Nature::Recording);
        assert_eq!((recording.kind, recording.at_once), frames);
    }

    #[test]
    fn showing_damaged_frames_leaves_the_other_flags_as_they_are() {
        for (id, at_once) in [(codec::Id::H264, true), (codec::Id::MPEG2VIDEO, false)] {
            let mut decoder = opened(id, Spread::of(id, 640, Nature::Live));
            let before = sys::flags(&decoder);
            sys::show_damaged(&mut decoder);
            let expected = before | codec::Flags::OUTPUT_CORRUPT;
            assert_eq!(sys::flags(&decoder), expected);
            assert_eq!(before.contains(codec::Flags::LOW_DELAY), at_once);
        }
    }
}
