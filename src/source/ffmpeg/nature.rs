//! How a source's pictures want to be shown, as its address and its container tell.

use std::time::Duration;

use ffmpeg_next::format::context::Input;

use crate::source::{address::Address, limits::READ_TIMEOUT};

/// Longest wait for a piece of a stream that comes in bursts: pieces of HLS last up to ten seconds.
const BURST_TIMEOUT: Duration = Duration::from_secs(30);

/// Longest wait for a read of a file: a network folder may take its time.
const FILE_READ_TIMEOUT: Duration = Duration::from_secs(10);

/// Whether a container is a list of pieces, each of which is fetched by itself (HLS, DASH).
pub(super) fn in_pieces(input: &Input) -> bool {
    ["hls", "dash"].iter().any(|name| input.format().name().contains(name))
}

/// How a source's pictures want to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nature {
    /// A recording: it has an end, and starts again behind it.
    Recording,
    /// A stream that comes as it happens.
    Live,
    /// A stream that comes as it happens, but seconds at a time: shown by its own times (HLS, DASH).
    Bursts,
}

impl Nature {
    /// The nature of an open source.
    pub(super) fn of(address: &Address, input: &Input) -> Nature {
        let in_pieces = in_pieces(input);
        // A live stream may tell a duration; one that has an end can be read from any place.
        let ends = input.duration() > 0 && (in_pieces || input.io_size().is_some_and(|size| size > 0));
        match address {
            Address::Media { .. } | Address::Upload(_) => Nature::Recording,
            Address::File(path)
                if path.extension().is_none_or(|ending| !ending.eq_ignore_ascii_case("sdp")) =>
            {
                Nature::Recording
            }
            Address::Stream(url) if matches!(url.scheme(), "http" | "https") && ends => Nature::Recording,
            _ if in_pieces => Nature::Bursts,
            _ => Nature::Live,
        }
    }

    /// Longest wait for the next picture that is granted to any source of this kind.
    pub(super) fn patience(self) -> Duration {
        match self {
            Nature::Recording => FILE_READ_TIMEOUT,
            Nature::Live => READ_TIMEOUT,
            Nature::Bursts => BURST_TIMEOUT,
        }
    }
}
