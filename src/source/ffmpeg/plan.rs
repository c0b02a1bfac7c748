//! What FFmpeg is told about an address: its location, its options, and what it may open beside it.

use std::{fs::File, path::Path, time::Duration};

use crate::{
    nouns::reason::{Reason, ReasonCode},
    source::{
        address::Address,
        diagnose,
        inside::{self, Found},
    },
};

/// Longest time that connecting and reading the beginning of a stream may take.
pub const OPEN_TIMEOUT: Duration = Duration::from_secs(15);

/// Longest time that a file's beginning is read.
const FILE_TIMEOUT: Duration = Duration::from_secs(20);

/// Length of a live stream that is looked at before the first picture, µs: enough for streams that tell their
/// size late.
const LOOKED_AT_US: &str = "500000";

/// Containers that an upload may have, by FFmpeg's names: of videos that are whole in themselves. A playlist,
/// a list of files or a picture is none.
macro_rules! containers {
    () => {
        "mov,matroska,webm,avi,mpegts,mpeg,mpegvideo,m4v,h264,hevc,obu,ivf,flv,ogg,asf,mxf,gif,mjpeg,dv,dhav"
    };
}

/// Containers that a file of the folder of media may have: those of uploads, and photos.
const OF_MEDIA: &str = concat!(containers!(), ",jpeg_pipe,png_pipe,bmp_pipe,webp_pipe,tiff_pipe");

/// Decoders that an upload may need, by FFmpeg's names: of what cameras, phones and programs record. What is
/// rarely used is rarely looked at by those who mend decoders.
const DECODERS: &str = "h264,hevc,av1,libdav1d,libaom-av1,vp8,vp9,mpeg4,mpeg2video,mpeg1video,mjpeg,h263,flv,\
                        msmpeg4v2,msmpeg4,wmv1,wmv2,wmv3,vc1,prores,dnxhd,theora,gif,dvvideo,rawvideo,ffv1,\
                        huffyuv,aac,mp2,mp2float,mp3,mp3float,ac3,eac3,opus,vorbis,flac,alac,pcm_s16le,\
                        pcm_s16be";

/// What FFmpeg is told.
pub(super) struct Plan {
    /// The location as FFmpeg takes it.
    pub(super) location: String,
    /// Options by name.
    pub(super) options: Vec<(&'static str, &'static str)>,
    /// Longest time that opening may take.
    pub(super) limit: Duration,
    /// The file that the location names by its number, held until it has been opened.
    _held: Option<File>,
}

impl Plan {
    /// Whether a decoder of that name may be used.
    pub(super) fn allows(&self, decoder: &str) -> bool {
        let allowed = self.options.iter().find(|(name, _)| *name == "codec_whitelist");
        allowed.is_none_or(|(_, names)| names.split(',').any(|name| name == decoder))
    }
}

/// The plan for an address. A whitelist keeps a playlist, or a redirect, from opening what was not asked for:
/// files of this machine least of all. Which hosts it may lead to is judged by `web`.
///
/// # Errors
/// Where the address is none of FFmpeg's.
pub(super) fn plan(address: &Address) -> Result<Plan, Reason> {
    match address {
        Address::File(path) => file(path),
        Address::Media { folder, file } => media(address, file, folder),
        Address::Upload(path) => upload(path),
        Address::Stream(url) => Ok(live(address.location().unwrap_or_default(), options_of(url.scheme()))),
        _ => Err(Reason::new(ReasonCode::Internal, "this kind of source is not FFmpeg's")),
    }
}

/// The plan for a file, or for the stream that a file describes.
fn file(path: &Path) -> Result<Plan, Reason> {
    let Some(text) = path.to_str() else {
        return Err(Reason::new(ReasonCode::BadAddress, "the file's name is no UTF-8 text; rename it"));
    };
    if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("sdp")) {
        return Ok(live(text.to_owned(), &[("protocol_whitelist", "file,rtp,udp")]));
    }
    // Marked as a file: FFmpeg would take what stands before a colon in a name for a protocol, and % for a
    // number.
    let options = vec![("protocol_whitelist", "file"), ("pattern_type", "none")];
    Ok(Plan { location: format!("file:{text}"), limit: FILE_TIMEOUT, options, _held: None })
}

/// The plan for a file that may not lead out of its folder. FFmpeg opens what is held, and does not learn its
/// name, by which it would look for other files beside it.
fn media(address: &Address, file: &Path, folder: &Path) -> Result<Plan, Reason> {
    let held = match inside::hold(file, folder).map_err(|_| diagnose::why(address))? {
        Found::File(held) => held,
        Found::Other => {
            let text = "it is not a file; of the folder STEADYCAST_MEDIA_DIR, videos and photos can be read";
            return Err(Reason::new(ReasonCode::NotVideo, text));
        }
        Found::Outside => {
            let text = "it is no file of the folder STEADYCAST_MEDIA_DIR, out of which no link may lead";
            return Err(Reason::new(ReasonCode::Forbidden, text));
        }
    };
    let options = vec![("protocol_whitelist", "file"), ("format_whitelist", OF_MEDIA)];
    let location = format!("file:{}", inside::path(&held));
    Ok(Plan { location, limit: FILE_TIMEOUT, options, _held: Some(held) })
}

/// The plan for a video that somebody sent.
fn upload(path: &Path) -> Result<Plan, Reason> {
    let Some(text) = path.to_str() else {
        return Err(Reason::new(ReasonCode::BadAddress, "the folder of uploads has a name that is no UTF-8"));
    };
    let options = vec![
        ("protocol_whitelist", "file"),
        ("format_whitelist", containers!()),
        ("codec_whitelist", DECODERS),
    ];
    Ok(Plan { location: format!("file:{text}"), limit: FILE_TIMEOUT, options, _held: None })
}

/// The plan for a stream, with options that only its kind gets.
fn live(location: String, options: &[(&'static str, &'static str)]) -> Plan {
    let all = [("analyzeduration", LOOKED_AT_US), ("fpsprobesize", "2"), ("rw_timeout", "15000000")];
    Plan { location, limit: OPEN_TIMEOUT, options: [&all[..], options].concat(), _held: None }
}

/// Options that only streams of this scheme get.
fn options_of(scheme: &str) -> &'static [(&'static str, &'static str)] {
    match scheme {
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
        _ => &[
            ("protocol_whitelist", "http,https,httpproxy,tcp,tls,crypto"),
            // A recording whose connection is lost goes on where it was, if its server gives parts of files:
            // at once, a second later, and then no more.
            ("reconnect", "1"),
            ("reconnect_delay_max", "2"),
        ],
    }
}
