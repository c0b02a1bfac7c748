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
    bounds,
    decoder::{self, Spread},
    fault,
    nature::Nature,
    plan::{self, Plan},
    relay, sys,
    watch::Watch,
};
use crate::{
    nouns::reason::Reason,
    source::{address::Address, error::SourceError},
};

/// An open container.
pub(super) struct Opened {
    /// The container.
    pub(super) input: Input,
    /// Number of the video stream.
    pub(super) stream: usize,
    /// Number of streams that were there when it was opened.
    known: usize,
    /// The decoder of that stream.
    pub(super) decoder: ffmpeg_next::decoder::Video,
    /// How the decoder was asked to spread its work over cores.
    pub(super) spread: Spread,
    /// Codec of that stream.
    pub(super) codec: codec::Id,
    /// How its pictures want to be shown.
    pub(super) nature: Nature,
    /// Deadline of the read that is under way.
    pub(super) watch: Watch,
}

impl Opened {
    /// Whether a stream is video that was not there when the source was opened.
    pub(super) fn is_new_video(&self, stream: usize) -> bool {
        let is_video = |stream: format::stream::Stream| stream.parameters().medium() == media::Type::Video;
        stream >= self.known && self.input.stream(stream).is_some_and(is_video)
    }

    /// Spreads the decoder of a live stream anew over cores, where its pictures have become wider or narrower
    /// than it was opened for. Comes before a key frame, since a new decoder knows no earlier frames.
    pub(super) fn suit_width(&mut self) {
        let width = self.decoder.width();
        let spread = Spread::of(self.codec, width, self.nature);
        if self.nature == Nature::Recording || width == 0 || spread == self.spread {
            return;
        }
        // What cannot be had is not asked for with each key frame.
        self.spread = spread;
        if let Ok(Some(decoder)) = decoder::open_again(&self.input, self.stream, spread) {
            self.decoder = decoder;
        }
    }
}

/// Why something is not opened.
enum NotOpened {
    /// FFmpeg fails, with this error.
    Failed(Error),
    /// Pictures of this size are not shown.
    TooLarge(Reason),
}

impl From<Error> for NotOpened {
    fn from(error: Error) -> Self {
        NotOpened::Failed(error)
    }
}

/// Opens the address and a decoder for its video.
///
/// # Errors
/// [`SourceError::Open`] with what really happened.
pub(super) fn open(address: &Address) -> Result<Opened, SourceError> {
    sys::prepare(decoder::MOST_BYTES_AT_ONCE);
    let plan = plan::plan(address).map_err(|reason| SourceError::open(address, reason))?;
    let began = Instant::now();
    let refused = |why| {
        let reason = match why {
            NotOpened::TooLarge(reason) => reason,
            NotOpened::Failed(error) => fault::of_opening(address, error, began.elapsed()),
        };
        SourceError::open(address, reason)
    };
    match attempt(address, &plan, &plan.location) {
        Ok(opened) => Ok(opened),
        Err(NotOpened::Failed(Error::HttpUnauthorized)) => {
            match login(address).map_err(|reason| SourceError::open(address, reason))? {
                Some(through) => attempt(address, &plan, through.as_str()).map_err(refused),
                None => Err(refused(Error::HttpUnauthorized.into())),
            }
        }
        Err(why) => Err(refused(why)),
    }
}

/// Opens what the address is called, or a relay to it.
fn attempt(address: &Address, plan: &Plan, location: &str) -> Result<Opened, NotOpened> {
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
    // Decoders refuse to open for more pixels than they may have.
    let too_large = || bounds::too_large(size_of(&input, stream)).map(NotOpened::TooLarge);
    let decoder::Opened { decoder, codec, spread } =
        decoder::open(&input, stream, nature, |decoder| plan.allows(decoder))
            .map_err(|error| too_large().unwrap_or(error.into()))?;
    let known = input.nb_streams() as usize;
    Ok(Opened { input, stream, known, decoder, spread, codec, nature, watch })
}

/// A way into an RTSP camera that refused FFmpeg because it wants a login that FFmpeg does not know; `None`
/// where there is none.
fn login(address: &Address) -> Result<Option<Url>, Reason> {
    match address {
        Address::Stream(url) if url.scheme() == "rtsp" => relay::way_in(address, url),
        _ => Ok(None),
    }
}

/// Width and height that a stream's header tells; 0 where it tells none.
fn size_of(input: &Input, stream: usize) -> (u32, u32) {
    input.stream(stream).map(|stream| sys::coded_size(&stream.parameters())).unwrap_or_default()
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
