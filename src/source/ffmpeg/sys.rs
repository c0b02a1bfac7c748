//! The room's only `unsafe`: a decoder's planes as slices that are known to lie inside its buffers, and what
//! the crate has no call for, such as opening a container while somebody sees where that leads.
//!
//! In go frames, out come rows; no arithmetic on samples belongs here.

#![allow(unsafe_code)]

use std::{
    ffi::{CStr, CString},
    ptr::{addr_of, null_mut},
};

use ffmpeg_next::{
    Dictionary, Error, Rational,
    codec::Parameters,
    decoder, ffi, filter,
    format::{
        context::Input,
        stream::{Stream, StreamMut},
    },
    frame::Video,
    util::interrupt,
};

use crate::source::colour::Rows;

/// Rows of a plane that are wanted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    /// Bytes of a row that hold samples.
    pub(super) bytes: usize,
    /// Rows.
    pub(super) rows: usize,
}

/// Plane number `index` of a frame; `None` where it is missing, runs upwards, or is shorter than `extent`,
/// since decoders change sizes and layouts while streaming.
pub(super) fn plane(frame: &Video, index: usize, extent: Extent) -> Option<Rows<'_>> {
    if index >= 4 || extent.rows == 0 || extent.bytes == 0 {
        return None;
    }
    // SAFETY: a frame's pointer is valid for as long as the frame is borrowed, and `index` is within its
    // arrays.
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
    let (start, size) = unsafe { ((*buffer).data as usize, (*buffer).size) };
    let offset = (data as usize).checked_sub(start)?;
    if offset.checked_add(wanted)? > size {
        return None;
    }
    // SAFETY: the bytes lie inside the frame's buffer, which lives as long as the frame is borrowed, and
    // nobody writes to it: a decoder that still refers to the picture only reads it.
    let bytes = unsafe { std::slice::from_raw_parts(data, wanted) };
    Some(Rows { bytes, stride })
}

/// Whether every plane of a frame lies inside its buffers, as its size and format have it; asked before
/// FFmpeg's filters get it.
pub(super) fn is_whole(frame: &Video) -> bool {
    // SAFETY: only computes, from plain numbers; a format that is none of FFmpeg's gives an error.
    let planes =
        usize::try_from(unsafe { ffi::av_pix_fmt_count_planes(frame.format().into()) }).unwrap_or_default();
    (1..=4).contains(&planes) && (0..planes).all(|index| plane_is_whole(frame, index))
}

/// Whether plane number `index`, which is below 4, lies inside its buffer.
fn plane_is_whole(frame: &Video, index: usize) -> bool {
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
    let rows = i128::from(plane_rows(frame, index));
    let (first, last) = (data as i128, data as i128 + i128::from(stride) * (rows - 1));
    let whole_rows = i128::from(stride).abs() >= i128::from(bytes) || rows == 1;
    whole_rows && first.min(last) >= start && first.max(last) + i128::from(bytes) <= start + size
}

/// Whether the rows of every plane run downwards in memory, as `plane` wants them.
pub(super) fn is_downward(frame: &Video) -> bool {
    // SAFETY: the frame's pointer is valid while it is borrowed.
    let strides = unsafe { (*frame.as_ptr()).linesize };
    strides.iter().all(|stride| *stride >= 0)
}

/// Rows of a plane.
fn plane_rows(frame: &Video, index: usize) -> u32 {
    let chroma = index == 1 || index == 2;
    let shift =
        frame.format().descriptor().filter(|_| chroma).map_or(0, |descriptor| descriptor.log2_chroma_h());
    frame.height().div_ceil(1 << shift)
}

/// What a frame says of its colours, as the code points of ITU-T H.273.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Tags {
    /// Matrix coefficients.
    pub(super) matrix: i32,
    /// Transfer characteristics.
    pub(super) transfer: i32,
    /// FFmpeg's range: 1 limited, 2 full, 0 not said.
    pub(super) range: i32,
}

/// The colour tags of a frame. Read as numbers, since streams hold any: as one of the crate's enums, a value
/// without a name is undefined behaviour.
pub(super) fn tags(frame: &Video) -> Tags {
    // SAFETY: the frame's pointer is valid while it is borrowed; each field is an enum of C, which is an int
    // of any value.
    unsafe {
        let raw = frame.as_ptr();
        let int = |field: *const libc::c_int| field.read();
        Tags {
            matrix: int(addr_of!((*raw).colorspace).cast()),
            transfer: int(addr_of!((*raw).color_trc).cast()),
            range: int(addr_of!((*raw).color_range).cast()),
        }
    }
}

/// Gives a frame tags of any value, as hostile streams do.
#[cfg(test)]
pub(super) fn spoil_tags(frame: &mut Video, value: libc::c_int) {
    // SAFETY: as in `tags`; the frame is borrowed alone.
    unsafe {
        let raw = frame.as_mut_ptr();
        std::ptr::addr_of_mut!((*raw).colorspace).cast::<libc::c_int>().write(value);
        std::ptr::addr_of_mut!((*raw).color_trc).cast::<libc::c_int>().write(value);
        std::ptr::addr_of_mut!((*raw).color_range).cast::<libc::c_int>().write(value);
    }
}

/// Shape of a stream's pixels as its container says, width by height; `None` where it says nothing.
pub(super) fn aspect(stream: &Stream) -> Option<Rational> {
    // SAFETY: the stream's pointer is valid while its container is borrowed; the field is two ints.
    let aspect = unsafe { (*stream.as_ptr()).sample_aspect_ratio };
    (aspect.num > 0 && aspect.den > 0).then_some(Rational(aspect.num, aspect.den))
}

/// Width and height in pixels that a stream's header tells; 0 where it tells none.
pub(super) fn coded_size(parameters: &Parameters) -> (u32, u32) {
    // SAFETY: the pointer is valid for as long as the parameters are borrowed.
    let (width, height) = unsafe { ((*parameters.as_ptr()).width, (*parameters.as_ptr()).height) };
    (u32::try_from(width).unwrap_or_default(), u32::try_from(height).unwrap_or_default())
}

/// Whether a stream's parameter sets stand apart from its packets, as in MP4 and FLV (ISO 14496-15: the
/// version, 1, comes first; a start code begins with 0).
pub(super) fn has_sets_apart(parameters: &Parameters) -> bool {
    // SAFETY: the pointer is valid for as long as the parameters are borrowed.
    let (data, size) = unsafe { ((*parameters.as_ptr()).extradata, (*parameters.as_ptr()).extradata_size) };
    // SAFETY: where it is not null it holds at least one byte, as its size says.
    !data.is_null() && size > 0 && unsafe { data.read() } == 1
}

/// Has a decoder give out frames that lack what they refer to.
pub(super) fn show_damaged(decoder: &mut decoder::Video) {
    let flag = ffi::AV_CODEC_FLAG_OUTPUT_CORRUPT.cast_signed();
    // SAFETY: the decoder's context is valid while it is borrowed, and reads its flags packet by packet.
    unsafe { (*decoder.as_mut_ptr()).flags |= flag };
}

/// The flags of a decoder.
#[cfg(test)]
pub(super) fn flags(decoder: &decoder::Video) -> ffmpeg_next::codec::Flags {
    // SAFETY: the decoder's context is valid while it is borrowed.
    let flags = unsafe { (*decoder.as_ptr()).flags };
    ffmpeg_next::codec::Flags::from_bits_truncate(flags.cast_unsigned())
}

/// Lets the filters of a graph that holds none yet take so many threads.
pub(super) fn limit_threads(graph: &mut filter::Graph, threads: usize) {
    let threads = libc::c_int::try_from(threads).unwrap_or(1);
    // SAFETY: the graph's pointer is valid while it is borrowed; any number is allowed before the first
    // filter.
    unsafe { (*graph.as_mut_ptr()).nb_threads = threads };
}

/// Threads that a graph's filters have.
#[cfg(test)]
pub(super) fn threads(graph: &mut filter::Graph) -> libc::c_int {
    // SAFETY: the graph's pointer is valid while it is borrowed.
    unsafe { (*graph.as_mut_ptr()).nb_threads }
}

/// What went wrong with the file or the connection itself, whatever a demuxer made of it: it may call it an
/// end, or damage. `None` where all that there is was read.
pub(super) fn io_error(input: &Input) -> Option<Error> {
    // SAFETY: the container's pointer is valid while it is borrowed.
    let io = unsafe { (*input.as_ptr()).pb };
    if io.is_null() {
        return None;
    }
    // SAFETY: `io` is not null and belongs to the container.
    let error = unsafe { (*io).error };
    (error < 0)
        .then(|| Error::from(error))
        .filter(|error| !matches!(error, Error::Eof | Error::Other { errno: ffmpeg_next::error::EAGAIN }))
}

/// Whether a connection ended before its server had sent as much as it had announced.
pub(super) fn ends_early(input: &Input) -> bool {
    // SAFETY: the container's pointer is valid while it is borrowed.
    let io = unsafe { (*input.as_ptr()).pb };
    if io.is_null() {
        return false;
    }
    // SAFETY: `io` is not null and belongs to the container. `pos` is where its buffer ends.
    let (ended, position) = unsafe { ((*io).eof_reached != 0, (*io).pos) };
    ended && input.io_size().is_some_and(|size| position < size)
}

/// Has FFmpeg throw a stream's packets away unread.
pub(super) fn discard(stream: &mut StreamMut) {
    // SAFETY: the stream is borrowed from its container, which nobody else uses meanwhile; any value of the
    // enum is allowed.
    unsafe { (*stream.as_mut_ptr()).discard = ffi::AVDiscard::AVDISCARD_ALL };
}

/// Opens FFmpeg's network layer, has it allocate so many bytes at once at most, and silences its log: it
/// would repeat addresses with passwords.
pub(super) fn prepare(most_bytes: usize) {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        // SAFETY: all are called once, before anything else of FFmpeg's in this process, and touch nothing
        // but its own state.
        unsafe {
            ffi::av_log_set_level(ffi::AV_LOG_QUIET);
            ffi::av_max_alloc(most_bytes);
            ffi::avformat_network_init();
        }
    });
}

/// Whether FFmpeg opens a location by RTSP.
pub(super) fn is_rtsp(location: &str) -> bool {
    location.starts_with("rtsp://") || location.starts_with("rtsps://")
}

/// A container of RTSP, for whoever asks where FFmpeg is while it opens or reads it.
struct At(*mut ffi::AVFormatContext);

// SAFETY: what it points to belongs to the container, which takes it along from thread to thread, and it is
// asked by FFmpeg alone, from inside a call that has the container to itself.
unsafe impl Send for At {}

impl At {
    /// The address at which FFmpeg is; empty before it has begun.
    fn url(&self) -> &[u8] {
        // SAFETY: the container is one of RTSP, which has its own connections closed before it is freed, and
        // nobody asks afterwards.
        let url = unsafe { (*self.0).url };
        if url.is_null() {
            return &[];
        }
        // SAFETY: a text of C, which FFmpeg exchanges in between two questions and at no other time.
        unsafe { CStr::from_ptr(url) }.to_bytes()
    }
}

/// Opens a container. `is_over` is asked over and over while that takes and while it is read: of RTSP with
/// the address at which FFmpeg is by then, since its servers send it on, of everything else with none.
///
/// # Errors
/// What FFmpeg says, which is its own affair where it was told to give up.
pub(super) fn open(
    location: &str,
    options: Dictionary,
    mut is_over: impl FnMut(&[u8]) -> bool + Send + 'static,
) -> Result<Input, Error> {
    let is_rtsp = is_rtsp(location);
    let location = CString::new(location).map_err(|_| Error::InvalidData)?;
    // SAFETY: only allocates.
    let mut context = unsafe { ffi::avformat_alloc_context() };
    if context.is_null() {
        return Err(Error::Other { errno: ffmpeg_next::error::ENOMEM });
    }
    // Connections of other kinds ask once more while they are closed, when the container is gone by then.
    let at = is_rtsp.then_some(At(context));
    let interrupt = interrupt::new(Box::new(move || is_over(at.as_ref().map_or(&[], At::url))));
    // SAFETY: the container is ours alone, the text and the options live for as long as the call, and what is
    // asked meanwhile until `interrupt` goes. Where it fails, the call has freed the container.
    let opened = unsafe {
        (*context).interrupt_callback = interrupt.interrupt;
        let mut options = options.disown();
        let opened =
            ffi::avformat_open_input(&raw mut context, location.as_ptr(), null_mut(), &raw mut options);
        // Those that were of no use.
        drop(Dictionary::own(options));
        opened
    };
    if opened < 0 {
        return Err(Error::from(opened));
    }
    // SAFETY: the container is open.
    let found = unsafe { ffi::avformat_find_stream_info(context, null_mut()) };
    if found < 0 {
        // SAFETY: the container is open, and nobody else has it.
        unsafe { ffi::avformat_close_input(&raw mut context) };
        return Err(Error::from(found));
    }
    // SAFETY: the container is open, and its owner from now on keeps what it asks.
    Ok(unsafe { Input::wrap_with_interrupt(context, interrupt.guard) })
}
