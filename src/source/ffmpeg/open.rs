//! Opening through FFmpeg: an address in, an open container with its video stream out, or the reason.
//!
//! What FFmpeg is told is `plan`'s, where it is led `ways`', and what its decoder may cost `decoder`'s.

use std::time::{Duration, Instant};

use ffmpeg_next::{
    Dictionary, Error, codec,
    error::{ECONNREFUSED, EINVAL},
    format,
    format::{context::Input, stream::Disposition},
    media,
};
use url::Url;

use super::{
    bounds,
    decoder::{self, Spread},
    fault,
    led::{self, Astray, Led},
    nature::Nature,
    plan::{self, Plan},
    relay, sys,
    watch::Watch,
    ways::{self, Way},
    web::Web,
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
    /// The way to a web server, which FFmpeg needs for as long as it reads.
    _web: Option<Web>,
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

/// Most places that RTSP servers may send on to, one after the other: names, and numbers of other machines.
const MOST_HOPS: u32 = 3;

/// What an opening has left.
#[derive(Clone, Copy)]
struct Left {
    /// Time that it may take.
    time: Duration,
    /// Places that servers may send on to.
    hops: u32,
}

/// Why something is not opened.
enum NotOpened {
    /// FFmpeg fails, with this error.
    Failed(Error),
    /// FFmpeg fails, with this error, where an RTSP server sends on to.
    FailedThere(Url, Error),
    /// FFmpeg has no part in it: pictures of that size are not shown, or no source may be there.
    Refused(Reason),
    /// An RTSP server sends on to there, and FFmpeg must not go by itself.
    SentOn(Url),
}

impl NotOpened {
    /// Whether another address of the name may be the one that is served.
    fn may_differ_elsewhere(&self) -> bool {
        let (NotOpened::Failed(error) | NotOpened::FailedThere(_, error)) = self else { return false };
        matches!(error, Error::Exit | Error::Unknown | Error::Other { .. })
    }
}

impl From<Astray> for NotOpened {
    fn from(astray: Astray) -> Self {
        match astray {
            Astray::Refused(reason) => NotOpened::Refused(reason),
            Astray::Elsewhere(to) => NotOpened::SentOn(to),
        }
    }
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
            NotOpened::Refused(reason) => reason,
            NotOpened::SentOn(_) => led::too_often(),
            NotOpened::Failed(error) => fault::of_opening(address, error, began.elapsed()),
            NotOpened::FailedThere(to, error) => fault::of_sent_on(&to, error, began.elapsed()),
        };
        SourceError::open(address, reason)
    };
    let all = Left { time: plan.limit, hops: MOST_HOPS };
    let ways = ways::of(address, &plan).map_err(NotOpened::Refused);
    let left = Left { time: plan.limit.saturating_sub(began.elapsed()), ..all };
    match ways.and_then(|ways| by_any(address, &plan, ways, left)) {
        Ok(opened) => Ok(opened),
        Err(NotOpened::Failed(Error::HttpUnauthorized)) => {
            match login(address).map_err(|reason| SourceError::open(address, reason))? {
                Some(through) => attempt(address, &plan, Way::to(through.into()), all).map_err(refused),
                None => Err(refused(Error::HttpUnauthorized.into())),
            }
        }
        Err(why) => Err(refused(why)),
    }
}

/// Opens the address by the first way that leads to a server. Each has its share of the time that is left.
fn by_any(address: &Address, plan: &Plan, ways: Vec<Way>, left: Left) -> Result<Opened, NotOpened> {
    let began = Instant::now();
    let mut more = u32::try_from(ways.len()).unwrap_or(u32::MAX);
    let mut last = NotOpened::Failed(Error::Exit);
    for way in ways {
        let time = left.time.saturating_sub(began.elapsed()) / more.max(1);
        more = more.saturating_sub(1);
        match attempt(address, plan, way, Left { time, ..left }) {
            Err(why) if why.may_differ_elsewhere() => last = why,
            opened => return opened,
        }
    }
    Err(last)
}

/// Opens what a way leads to; where its server sends on elsewhere, what is there.
fn attempt(address: &Address, plan: &Plan, way: Way, left: Left) -> Result<Opened, NotOpened> {
    let (began, from, sent_on) = (Instant::now(), way.location.clone(), way.sent_on.clone());
    let to = match (attempt_alone(address, plan, way, left.time), sent_on) {
        (Err(NotOpened::SentOn(to)), _) if left.hops > 0 => to,
        (Err(NotOpened::Failed(error)), Some(there)) => return Err(NotOpened::FailedThere(there, error)),
        (opened, _) => return opened,
    };
    let rest = |limit: Duration| limit.saturating_sub(began.elapsed());
    let ways = ways::onward(&to, &from, rest(left.time));
    let ways = ways.map_err(|why| NotOpened::Refused(fault::where_sent_on(&why)))?;
    by_any(address, plan, ways, Left { time: rest(left.time), hops: left.hops - 1 })
}

/// Opens what a way leads to and nothing else, within a time.
fn attempt_alone(address: &Address, plan: &Plan, way: Way, limit: Duration) -> Result<Opened, NotOpened> {
    let of_plan = plan.options.iter().map(|(name, value)| (*name, *value));
    let of_way = way.options.iter().map(|(name, value)| (*name, value.as_str()));
    let options: Dictionary = of_plan.chain(of_way).collect();
    let (watch, mut led) = (Watch::new(limit), Led::from(&way.location));
    let (asked, astray) = (watch.clone(), led.astray());
    let opened = sys::open(&way.location, options, move |at| asked.is_over() || led.is_astray(at));
    let mut input = opened.map_err(|error| match astray.get() {
        Some(astray) => astray.clone().into(),
        None => unopened(address, &way, &watch, error),
    })?;
    let stream = video_stream(&input)?;
    discard_others(address, &mut input, stream);
    let nature = Nature::of(address, &input);
    // Decoders refuse to open for more pixels than they may have.
    let too_large = || bounds::too_large(size_of(&input, stream)).map(NotOpened::Refused);
    let decoder::Opened { decoder, codec, spread } =
        decoder::open(&input, stream, nature, |decoder| plan.allows(decoder))
            .map_err(|error| too_large().unwrap_or(error.into()))?;
    let known = input.nb_streams() as usize;
    Ok(Opened { input, stream, known, decoder, spread, codec, nature, watch, _web: way.web })
}

/// What FFmpeg's error comes to, with what is known of the way.
fn unopened(address: &Address, way: &Way, watch: &Watch, error: Error) -> NotOpened {
    if let Some(refusal) = way.refusal() {
        return NotOpened::Refused(refusal);
    }
    NotOpened::Failed(match error {
        // What a protocol makes of being interrupted is its own affair.
        _ if watch.is_over() => Error::Exit,
        // A proxy of ours that hangs up is not the server.
        _ if way.is_dead() => Error::Other { errno: ECONNREFUSED },
        // What is not on the list of containers.
        Error::Other { errno: EINVAL } if matches!(address, Address::Upload(_)) => Error::DemuxerNotFound,
        error => error,
    })
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
