//! Opening through FFmpeg: an address in, an open container with its video stream out, or the reason.
//!
//! What FFmpeg is told is `plan`'s, and what its decoder may cost `decoder`'s.

use std::time::Instant;

use ffmpeg_next::{
    Dictionary, Error, codec,
    error::EINVAL,
    format,
    format::{context::Input, stream::Disposition},
    media,
};
use url::Url;

use super::{
    decoder, fault,
    nature::Nature,
    plan::{self, Plan},
    relay::{self, Wanted},
    sys,
    watch::Watch,
};
use crate::{
    nouns::reason::{Reason, ReasonCode},
    source::{address::Address, error::SourceError},
};

/// An open container.
pub(super) struct Opened {
    /// The container.
    pub(super) input: Input,
    /// Number of the video stream.
    pub(super) stream: usize,
    /// The decoder of that stream.
    pub(super) decoder: ffmpeg_next::decoder::Video,
    /// Codec of that stream.
    pub(super) codec: codec::Id,
    /// How its pictures want to be shown.
    pub(super) nature: Nature,
    /// Deadline of the read that is under way.
    pub(super) watch: Watch,
}

/// Opens the address and a decoder for its video.
///
/// # Errors
/// [`SourceError::Open`] with what really happened.
pub(super) fn open(address: &Address) -> Result<Opened, SourceError> {
    sys::prepare();
    let plan = plan::plan(address).map_err(|reason| SourceError::open(address, reason))?;
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
    let mut input = opened.map_err(|error| match error {
        _ if watch.is_over() => Error::Exit,
        // What is not on the list of containers.
        Error::Other { errno: EINVAL } if matches!(address, Address::Upload(_)) => Error::DemuxerNotFound,
        error => error,
    })?;
    let stream = video_stream(&input)?;
    discard_others(address, &mut input, stream);
    let nature = Nature::of(address, &input);
    let decoder::Opened { decoder, codec } =
        decoder::open(&input, stream, nature, |decoder| plan.allows(decoder))?;
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
