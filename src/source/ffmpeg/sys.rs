//! The room's only `unsafe`: a decoder's planes as slices that are known to lie inside its buffers.
//!
//! In go frames, out come rows; no arithmetic on samples belongs here.

#![allow(unsafe_code)]

use ffmpeg_next::{codec::Parameters, ffi, format::stream::StreamMut, frame::Video};

use crate::source::colour::Rows;

/// Which rows of a plane are wanted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    /// Bytes of a row that hold samples.
    pub(super) bytes: usize,
    /// Rows.
    pub(super) rows: usize,
}

/// Plane number `index` of a frame; `None` where it is missing, runs upwards, or is shorter than `extent`, since decoders change sizes
/// and layouts while streaming.
pub(super) fn plane(frame: &Video, index: usize, extent: Extent) -> Option<Rows<'_>> {
    if index >= 4 || extent.rows == 0 || extent.bytes == 0 {
        return None;
    }
    // SAFETY: a frame's pointer is valid for as long as the frame is borrowed, and `index` is within its arrays.
    let (data, stride) = unsafe { ((*frame.as_ptr()).data[index], (*frame.as_ptr()).linesize[index]) };
    let stride = usize::try_from(stride).ok().filter(|stride| *stride >= extent.bytes)?;
    let wanted = stride.checked_mul(extent.rows - 1)?.checked_add(extent.bytes)?;
    let plane = libc::c_int::try_from(index).ok()?;
    // SAFETY: the function only looks; it takes a mutable pointer for no reason of ours.
    let buffer = unsafe { ffi::av_frame_get_plane_buffer(frame.as_ptr().cast_mut(), plane) };
    if data.is_null() || buffer.is_null() {
        return None;
    }
    // SAFETY: `buffer` is not null and belongs to the frame.
    let (start, size) = unsafe { ((*buffer).data as usize, usize::try_from((*buffer).size).ok()?) };
    let offset = (data as usize).checked_sub(start)?;
    if offset.checked_add(wanted)? > size {
        return None;
    }
    // SAFETY: the bytes lie inside the frame's buffer, which lives as long as the frame is borrowed, and nobody writes to it: a decoder
    // that still refers to the picture only reads it.
    let bytes = unsafe { std::slice::from_raw_parts(data, wanted) };
    Some(Rows { bytes, stride })
}

/// Whether every plane of a frame lies inside its buffers, as its size and format have it; asked before FFmpeg's filters get it.
pub(super) fn is_whole(frame: &Video) -> bool {
    let planes = frame.planes();
    planes > 0
        && (0..planes.min(4)).all(|index| {
            let number = libc::c_int::try_from(index).unwrap_or(libc::c_int::MAX);
            let width = libc::c_int::try_from(frame.width()).unwrap_or(libc::c_int::MAX);
            // SAFETY: only computes, from plain numbers; a format that is none of FFmpeg's gives an error.
            let bytes = unsafe { ffi::av_image_get_linesize(frame.format().into(), width, number) };
            // SAFETY: as in `plane`; `index` is below 4.
            let (data, stride) = unsafe { ((*frame.as_ptr()).data[index], (*frame.as_ptr()).linesize[index]) };
            // SAFETY: as in `plane`.
            let buffer = unsafe { ffi::av_frame_get_plane_buffer(frame.as_ptr().cast_mut(), number) };
            if data.is_null() || buffer.is_null() || bytes <= 0 {
                return false;
            }
            // SAFETY: `buffer` is not null and belongs to the frame.
            let (start, size) = unsafe { ((*buffer).data as i128, (*buffer).size as i128) };
            // Rows run upwards where the distance is negative, as in some bitmaps.
            let (first, last) = (data as i128, data as i128 + i128::from(stride) * (i128::from(frame.plane_height(index)) - 1));
            let whole_rows = i128::from(stride).abs() >= i128::from(bytes) || frame.plane_height(index) == 1;
            whole_rows && first.min(last) >= start && first.max(last) + i128::from(bytes) <= start + size
        })
}

/// Width in pixels that a stream's header tells; 0 where it tells none.
pub(super) fn coded_width(parameters: &Parameters) -> u32 {
    // SAFETY: the pointer is valid for as long as the parameters are borrowed.
    u32::try_from(unsafe { (*parameters.as_ptr()).width }).unwrap_or_default()
}

/// Has FFmpeg throw a stream's packets away unread.
pub(super) fn discard(stream: &mut StreamMut) {
    // SAFETY: the stream is borrowed from its container, which nobody else uses meanwhile; any value of the enum is allowed.
    unsafe { (*stream.as_mut_ptr()).discard = ffi::AVDiscard::AVDISCARD_ALL };
}

/// Opens FFmpeg's network layer and silences its log: it would repeat addresses with passwords.
pub(super) fn prepare() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        // SAFETY: both are called once, before anything else of FFmpeg's in this process, and touch nothing but its own state.
        unsafe {
            ffi::av_log_set_level(ffi::AV_LOG_QUIET);
            ffi::avformat_network_init();
        }
    });
}
