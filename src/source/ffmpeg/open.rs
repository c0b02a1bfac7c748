//! Opening through FFmpeg: which options each kind of address gets, and what FFmpeg may open beside it.
//!
//! In goes an address, out comes an open container with its video stream, or the reason.

use std::time::{Duration, Instant};

use ffmpeg_next::{
    Codec, Dictionary, Error, codec, decoder, format,
    format::{context::Input, stream::Disposition},
    media, threading,
};
use url::Url;

use super::{
    fault,
    relay::{self, Wanted},
    sys,
    watch::Watch,
};
use crate::{
    nouns::reason::{Reason, ReasonCode},
    source::{address::Address, error::SourceError, limits::READ_TIMEOUT},
};

/// Longest time that connecting and reading the beginning of a stream may take.
pub const OPEN_TIMEOUT: Duration = Duration::from_secs(15);

/// Longest time that a file's beginning is read.
const FILE_TIMEOUT: Duration = Duration::from_secs(20);

/// Longest wait for a piece of a stream that comes in bursts: pieces of HLS last up to ten seconds.
const BURST_TIMEOUT: Duration = Duration::from_secs(30);

/// Longest read of a file: a network folder may take its time.
const FILE_READ_TIMEOUT: Duration = Duration::from_secs(10);

/// How much of a live stream is looked at before the first picture, µs: enough for streams that tell their
/// size late.
const LOOKED_AT_US: &str = "500000";

/// Pixels of a picture at most, more than any camera's; a broken header cannot make us allocate more.
pub(super) const MOST_PIXELS: usize = 64_000_000;

/// Threads that decode one source at most.
const MOST_THREADS: usize = 4;

/// Width in pixels from which pictures are decoded on several cores.
const WIDE: u32 = 1920;

/// Width from which a live picture takes longer to decode in slices than it may; frames in parallel cost one
/// frame of delay.
const LARGE: u32 = 2560;

/// How a source's pictures want to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nature {
    /// It has an end, and starts again behind it.
    Recording,
    /// It comes as it happens.
    Live,
    /// It comes as it happens, but seconds at a time: by its own times (HLS, DASH).
    Bursts,
}

impl Nature {
    /// Longest wait for the next picture that is granted to any source of this kind.
    pub(super) fn patience(self) -> Duration {
        match self {
            Nature::Recording => FILE_READ_TIMEOUT,
            Nature::Live => READ_TIMEOUT,
            Nature::Bursts => BURST_TIMEOUT,
        }
    }
}

/// An open container.
pub(super) struct Opened {
    pub(super) input: Input,
    /// Number of the video stream.
    pub(super) stream: usize,
    pub(super) decoder: decoder::Video,
    pub(super) codec: codec::Id,
    pub(super) nature: Nature,
    pub(super) watch: Watch,
}

/// What FFmpeg is told.
struct Plan {
    location: String,
    options: Vec<(&'static str, &'static str)>,
    limit: Duration,
}

/// Opens the address and a decoder for its video.
///
/// # Errors
/// [`SourceError::Open`] with what really happened.
pub(super) fn open(address: &Address) -> Result<Opened, SourceError> {
    sys::prepare();
    let plan = plan(address).map_err(|reason| SourceError::open(address, reason))?;
    let began = Instant::now();
    let refused = |error| SourceError::open(address, fault::of_opening(address, error, began.elapsed()));
    match attempt(address, &plan, &plan.location) {
        Ok(opened) => Ok(opened),
        Err(Error::HttpUnauthorized) => {
            match login(address).map_err(|reason| SourceError::open(address, reason))? {
                Some(through) => attempt(address, &plan, through.as_str()).map_err(refused),
                None => Err(refused(Error::HttpUnauthorized)),
            }
        }
        Err(error) => Err(refused(error)),
    }
}

/// Opens what the address is called, or a relay to it.
fn attempt(address: &Address, plan: &Plan, location: &str) -> Result<Opened, Error> {
    let options: Dictionary = plan.options.iter().copied().collect();
    let watch = Watch::new(plan.limit);
    let asked = watch.clone();
    let opened = format::input_with_interrupt_and_dictionary(location, move || asked.is_over(), options);
    // What a protocol makes of being interrupted is its own affair.
    let mut input = opened.map_err(|error| if watch.is_over() { Error::Exit } else { error })?;
    let stream = video_stream(&input)?;
    discard_others(address, &mut input, stream);
    let nature = nature(address, &input);
    let (decoder, codec) = open_decoder(&input, stream, nature)?;
    Ok(Opened { input, stream, decoder, codec, nature, watch })
}

/// A way into an RTSP camera that refused FFmpeg because it wants a login that FFmpeg does not know; `None`
/// where there is none.
fn login(address: &Address) -> Result<Option<Url>, Reason> {
    let Address::Stream(url) = address else { return Ok(None) };
    if url.scheme() != "rtsp" {
        return Ok(None);
    }
    match relay::wanted(address, url) {
        Ok(Wanted::Through(through)) => Ok(Some(through)),
        Ok(Wanted::Unknown(unknown)) => {
            let text =
                format!("the camera asks for a login of a kind that is not known here: {}", unknown.offers);
            Err(Reason::new(ReasonCode::LoginUnsupported, text))
        }
        // It was refused, whatever else may be wrong.
        _ => Ok(None),
    }
}

/// The location and options of an address. A whitelist keeps a playlist, or a redirect, from opening what was
/// not asked for: files of this machine least of all.
fn plan(address: &Address) -> Result<Plan, Reason> {
    let live = [("analyzeduration", LOOKED_AT_US), ("fpsprobesize", "2"), ("rw_timeout", "15000000")];
    let (location, limit, options): (String, Duration, &[(&str, &str)]) = match address {
        Address::File(path) => {
            let Some(text) = path.to_str() else {
                return Err(Reason::new(
                    ReasonCode::BadAddress,
                    "the file's name is no UTF-8 text; rename it",
                ));
            };
            let described = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("sdp"));
            if described {
                (text.to_owned(), OPEN_TIMEOUT, &[("protocol_whitelist", "file,rtp,udp")])
            } else {
                // Marked as a file: FFmpeg would take what stands before a colon in a name for a protocol,
                // and % for a number.
                let options: &[_] = &[("protocol_whitelist", "file"), ("pattern_type", "none")];
                return Ok(Plan {
                    location: format!("file:{text}"),
                    limit: FILE_TIMEOUT,
                    options: options.to_vec(),
                });
            }
        }
        Address::Stream(url) => {
            let options: &[_] = match url.scheme() {
                "rtsp" | "rtsps" => &[
                    ("protocol_whitelist", "rtsp,rtsps,rtp,udp,tcp,tls"),
                    // TCP first, since lost packets smear the picture; UDP where the camera has nothing else.
                    ("rtsp_flags", "prefer_tcp"),
                    // Sound that is announced and never comes would be waited for.
                    ("allowed_media_types", "video"),
                    ("max_delay", "100000"),
                ],
                "rtmp" => &[("protocol_whitelist", "rtmp,tcp"), ("rtmp_live", "live")],
                "rtmps" => &[("protocol_whitelist", "rtmps,rtmp,tcp,tls"), ("rtmp_live", "live")],
                "udp" => &[("protocol_whitelist", "udp"), ("overrun_nonfatal", "1"), ("fifo_size", "50000")],
                "tcp" => &[("protocol_whitelist", "tcp")],
                "srt" => &[("protocol_whitelist", "srt")],
                _ => &[("protocol_whitelist", "http,https,tcp,tls,crypto"), ("http_proxy", "")],
            };
            (address.location().unwrap_or_default(), OPEN_TIMEOUT, options)
        }
        _ => return Err(Reason::new(ReasonCode::Internal, "this kind of source is not FFmpeg's")),
    };
    Ok(Plan { location, options: [&live[..], options].concat(), limit })
}

/// The video stream to show. A cover picture of a song is none.
fn video_stream(input: &Input) -> Result<usize, Error> {
    let is_cover = |stream: &format::stream::Stream| stream.disposition().contains(Disposition::ATTACHED_PIC);
    let best = input.streams().best(media::Type::Video).filter(|stream| !is_cover(stream));
    let any = || {
        input.streams().find(|stream| stream.parameters().medium() == media::Type::Video && !is_cover(stream))
    };
    best.or_else(any).map(|stream| stream.index()).ok_or(Error::StreamNotFound)
}

/// Has FFmpeg throw the other streams away unread. RTSP has been asked for video alone, and would ask the
/// camera anew.
fn discard_others(address: &Address, input: &mut Input, video: usize) {
    if matches!(address, Address::Stream(url) if url.scheme().starts_with("rtsp")) {
        return;
    }
    for mut stream in input.streams_mut().filter(|stream| stream.index() != video) {
        sys::discard(&mut stream);
    }
}

fn nature(address: &Address, input: &Input) -> Nature {
    let in_pieces = ["hls", "dash"].iter().any(|name| input.format().name().contains(name));
    // A live stream may tell a duration; one that has an end can be read from any place.
    let ends = input.duration() > 0 && (in_pieces || input.io_size().is_some_and(|size| size > 0));
    match address {
        Address::File(path) if path.extension().is_none_or(|ending| !ending.eq_ignore_ascii_case("sdp")) => {
            Nature::Recording
        }
        Address::Stream(url) if matches!(url.scheme(), "http" | "https") && ends => Nature::Recording,
        _ if in_pieces => Nature::Bursts,
        _ => Nature::Live,
    }
}

fn open_decoder(input: &Input, stream: usize, nature: Nature) -> Result<(decoder::Video, codec::Id), Error> {
    let parameters = input.stream(stream).ok_or(Error::StreamNotFound)?.parameters();
    let id = parameters.id();
    let codec: Codec = decoder::find(id).ok_or(Error::DecoderNotFound)?;
    let width = sys::coded_width(&parameters);
    let large = width >= LARGE && id != codec::Id::H264;
    let mut context = codec::Context::from_parameters(parameters)?;
    let live = nature != Nature::Recording;
    let kind = if live && !large { threading::Type::Slice } else { threading::Type::Frame };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    // A picture of ordinary size is decoded in a fraction of its frame; waking other threads for it would
    // only cost.
    let threads = if width < WIDE { 1 } else { cores.min(MOST_THREADS) };
    context.set_threading(threading::Config { kind, count: threads, ..Default::default() });
    // The flag makes decoders of MPEG-2 and others give pictures in the order in which they come, not in
    // which they are shown.
    if live
        && matches!(id, codec::Id::H264 | codec::Id::HEVC | codec::Id::VP8 | codec::Id::VP9 | codec::Id::AV1)
    {
        context.set_flags(codec::Flags::LOW_DELAY);
    }
    let most = MOST_PIXELS.to_string();
    let options: Dictionary = [("max_pixels", most.as_str())].into_iter().collect();
    Ok((context.decoder().open_as_with(codec, options)?.video()?, id))
}
