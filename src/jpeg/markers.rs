//! The marker structure of a JPEG (ITU-T T.81 annex B): bytes in, out come its size, where it ends, which of
//! its pieces show the picture, and whether any decoder shows them. Pure, and made for bytes that nobody
//! vouches for.
//!
//! Nothing is decoded: damage within the entropy-coded data is not seen here.

use std::{mem, ops::Range};

use thiserror::Error;

/// Most pixels of a picture: 8192 x 8192. A header may claim 65,535 on each axis, which would take 6 GB
/// to decode.
const MOST_PIXELS: usize = 1 << 26;

/// Most blocks of an MCU (T.81 B.2.3).
const MOST_BLOCKS: usize = 10;

/// Huffman tables 0 and 1 of each class, as [`Seen::huffman`] counts them.
const STANDARD_TABLES: u8 = 0b0011_0011;

/// Markers, T.81 table B.1 (second byte).
mod marker {
    pub const TEM: u8 = 0x01;
    pub const SOF0: u8 = 0xC0;
    pub const SOF2: u8 = 0xC2;
    pub const DHT: u8 = 0xC4;
    pub const JPG: u8 = 0xC8;
    pub const DAC: u8 = 0xCC;
    pub const SOF15: u8 = 0xCF;
    pub const RST0: u8 = 0xD0;
    pub const RST7: u8 = 0xD7;
    pub const SOI: u8 = 0xD8;
    pub const EOI: u8 = 0xD9;
    pub const SOS: u8 = 0xDA;
    pub const DQT: u8 = 0xDB;
    pub const DRI: u8 = 0xDD;
    pub const APP0: u8 = 0xE0;
    pub const APP14: u8 = 0xEE;
}

/// Why bytes are no JPEG that can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Malformed {
    /// Something else than SOI is at the beginning.
    #[error("it does not begin as a JPEG")]
    NoStart,
    /// The bytes end within a segment, or without EOI.
    #[error("it breaks off")]
    Truncated,
    /// Where a marker should be is something else, or a segment contradicts itself.
    #[error("its marker segments are broken")]
    Broken,
    /// There is no picture: nothing between SOI and EOI, or scans without a frame header.
    #[error("it holds no picture")]
    NoPicture,
    /// The picture has no pixels, or more than are taken.
    #[error("its size is {0} x {1}")]
    Size(u16, u16),
    /// The picture is neither grey nor YCbCr of 8 bits, or coded in a way that is not used by cameras:
    /// lossless, hierarchical, arithmetic.
    #[error("it is of a kind that cameras do not make")]
    Kind,
}

/// What the segments say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Structure {
    /// Width and height in pixels.
    pub size: (usize, usize),
    /// Bytes up to EOI and with it; cameras may pad what follows.
    pub end: usize,
    /// Whether any decoder shows the pieces: baseline (SOF0), each component scanned once, with tables that
    /// are there by then.
    pub plain: bool,
    /// What shows the picture, in order, behind SOI.
    pub pieces: Vec<Piece>,
}

/// A part of a JPEG as it goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Bytes of the JPEG as they stand there.
    Bytes(Range<usize>),
    /// The Huffman tables of T.81 annex K, which are meant where a JPEG brings none, as usual in Motion JPEG.
    StandardTables,
}

/// Reads the segments from SOI to EOI.
///
/// # Errors
/// What is wrong with them.
pub fn parse(bytes: &[u8]) -> Result<Structure, Malformed> {
    if !bytes.starts_with(&[0xFF, marker::SOI]) {
        return Err(Malformed::NoStart);
    }
    let mut seen = Seen::default();
    let mut at = 2;
    loop {
        let (code, after) = next_marker(bytes, at)?;
        match code {
            marker::EOI => {
                seen.keep(at..after);
                return seen.structure(after);
            }
            marker::TEM | marker::RST0..=marker::RST7 => at = after,
            0 | marker::SOI => return Err(Malformed::Broken),
            _ => {
                let body = segment(bytes, after)?;
                let rest = after + 2 + body.len();
                seen.take(code, body)?;
                let end = if code == marker::SOS { end_of_scan(bytes, rest)? } else { rest };
                if is_picture(code, body) {
                    seen.keep(at..end);
                }
                at = end;
            }
        }
    }
}

/// The marker at `at`, behind any fill bytes, and where it ends.
fn next_marker(bytes: &[u8], at: usize) -> Result<(u8, usize), Malformed> {
    let rest = bytes.get(at..).filter(|rest| !rest.is_empty()).ok_or(Malformed::Truncated)?;
    let fill = rest.iter().position(|byte| *byte != 0xFF).ok_or(Malformed::Truncated)?;
    if fill == 0 { Err(Malformed::Broken) } else { Ok((rest[fill], at + fill + 1)) }
}

/// The contents of the segment whose length field is at `at`.
fn segment(bytes: &[u8], at: usize) -> Result<&[u8], Malformed> {
    let length = bytes.get(at..at + 2).ok_or(Malformed::Truncated)?;
    let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
    let length = length.checked_sub(2).ok_or(Malformed::Broken)?;
    bytes.get(at + 2..at + 2 + length).ok_or(Malformed::Truncated)
}

/// Where the entropy-coded data that begin at `at` end: at the next marker that is neither a stuffed byte nor
/// a restart.
fn end_of_scan(bytes: &[u8], mut at: usize) -> Result<usize, Malformed> {
    loop {
        let rest = bytes.get(at..).ok_or(Malformed::Truncated)?;
        at += rest.iter().position(|byte| *byte == 0xFF).ok_or(Malformed::Truncated)?;
        match bytes.get(at + 1) {
            None => return Err(Malformed::Truncated),
            Some(0 | marker::RST0..=marker::RST7) => at += 2,
            Some(0xFF) => at += 1,
            Some(_) => return Ok(at),
        }
    }
}

/// Whether a segment belongs to the picture. What else a camera writes is for its owner (where it stands, its
/// serial number, thumbnails) or would turn the picture around where it goes out as it came, and nowhere
/// else.
fn is_picture(code: u8, body: &[u8]) -> bool {
    match code {
        // Without a thumbnail.
        marker::APP0 => body.starts_with(b"JFIF\0") && body.len() == 14,
        marker::APP14 => body.starts_with(b"Adobe") && body.len() == 12,
        _ => matches!(code, marker::SOF0..=marker::SOF15 | marker::SOS | marker::DQT | marker::DRI),
    }
}

/// A component of the frame header.
struct Component {
    id: u8,
    /// Blocks that it has in an MCU.
    blocks: usize,
    quantiser: u8,
    scanned: bool,
}

/// What the segments so far said.
#[derive(Default)]
struct Seen {
    size: Option<(usize, usize)>,
    baseline: bool,
    components: Vec<Component>,
    /// Quantiser tables that were defined with 8 bits a step, one bit each.
    quantisers: u8,
    /// Huffman tables that were defined: DC tables in the low four bits, AC tables in the high ones.
    huffman: u8,
    /// Whether the frame header or a scan is not as baseline has it, or names what is not there.
    astray: bool,
    has_scan: bool,
    pieces: Vec<Piece>,
}

impl Seen {
    fn keep(&mut self, range: Range<usize>) {
        match self.pieces.last_mut() {
            Some(Piece::Bytes(last)) if last.end == range.start => last.end = range.end,
            _ => self.pieces.push(Piece::Bytes(range)),
        }
    }

    fn take(&mut self, code: u8, body: &[u8]) -> Result<(), Malformed> {
        match code {
            marker::DQT => self.quantisers(body),
            marker::DHT => self.huffman(body),
            marker::JPG | marker::DAC => Err(Malformed::Kind),
            marker::SOF0..=marker::SOF15 => self.frame(code, body),
            marker::SOS => self.scan(body),
            // Adobe's segment tells the colours; 1 is YCbCr.
            marker::APP14
                if body.starts_with(b"Adobe") && body.get(11).is_some_and(|transform| *transform != 1) =>
            {
                Err(Malformed::Kind)
            }
            _ => Ok(()),
        }
    }

    fn frame(&mut self, code: u8, body: &[u8]) -> Result<(), Malformed> {
        let ([bits, h1, h0, w1, w0, count], components) =
            body.split_first_chunk().ok_or(Malformed::Broken)?;
        if self.size.is_some() || components.len() != 3 * usize::from(*count) {
            return Err(Malformed::Broken);
        }
        let rgb = components.chunks_exact(3).map(|component| component[0]).eq(*b"RGB");
        if *bits != 8 || code > marker::SOF2 || !matches!(count, 1 | 3) || rgb {
            return Err(Malformed::Kind);
        }
        let (width, height) = (u16::from_be_bytes([*w1, *w0]), u16::from_be_bytes([*h1, *h0]));
        let size = (usize::from(width), usize::from(height));
        if !(1..=MOST_PIXELS).contains(&(size.0 * size.1)) {
            return Err(Malformed::Size(width, height));
        }
        components.as_chunks().0.iter().for_each(|component| self.component(*component));
        self.size = Some(size);
        self.baseline = code == marker::SOF0;
        Ok(())
    }

    /// Takes a component of the frame header.
    fn component(&mut self, [id, sampling, quantiser]: [u8; 3]) {
        let factors = [sampling >> 4, sampling & 15];
        // T.81 allows 3 as well, which cameras do not use and decoders need not know.
        self.astray |= quantiser > 3 || factors.iter().any(|factor| !matches!(factor, 1 | 2 | 4));
        let blocks = factors.map(usize::from).iter().product();
        self.components.push(Component { id, blocks, quantiser: quantiser & 3, scanned: false });
    }

    fn scan(&mut self, body: &[u8]) -> Result<(), Malformed> {
        let (count, rest) = body.split_first().ok_or(Malformed::Broken)?;
        if self.size.is_none() {
            return Err(Malformed::NoPicture);
        }
        let (selectors, range) = rest.split_at_checked(2 * usize::from(*count)).ok_or(Malformed::Broken)?;
        if *count == 0 || range.len() != 3 {
            return Err(Malformed::Broken);
        }
        self.has_scan = true;
        if self.huffman == 0 {
            self.huffman = STANDARD_TABLES;
            self.pieces.push(Piece::StandardTables);
        }
        let blocks: usize = selectors.as_chunks().0.iter().map(|selector| self.selector(*selector)).sum();
        // All coefficients, at their full precision.
        self.astray |= (*count > 1 && blocks > MOST_BLOCKS) || range != [0, 63, 0];
        Ok(())
    }

    /// Takes a component of a scan and the tables it uses. Returns its blocks in an MCU.
    fn selector(&mut self, [id, tables]: [u8; 2]) -> usize {
        let Some(component) = self.components.iter_mut().find(|component| component.id == id) else {
            self.astray = true;
            return 0;
        };
        let (dc, ac) = (tables >> 4, tables & 15);
        let huffman = (1 << (dc & 3)) | (16 << (ac & 3));
        let defined = self.huffman & huffman == huffman && self.quantisers & (1 << component.quantiser) != 0;
        // Baseline has two tables of each class.
        self.astray |= dc > 1 || ac > 1 || !defined || mem::replace(&mut component.scanned, true);
        component.blocks
    }

    fn quantisers(&mut self, mut body: &[u8]) -> Result<(), Malformed> {
        while let Some((kind, rest)) = body.split_first() {
            let length = if kind >> 4 == 0 { 64 } else { 128 };
            body = rest.get(length..).ok_or(Malformed::Broken)?;
            if *kind <= 3 {
                self.quantisers |= 1 << kind;
            }
        }
        Ok(())
    }

    fn huffman(&mut self, mut body: &[u8]) -> Result<(), Malformed> {
        while let Some((kind, rest)) = body.split_first() {
            let counts = rest.get(..16).ok_or(Malformed::Broken)?;
            let symbols: usize = counts.iter().copied().map(usize::from).sum();
            body = rest.get(16 + symbols..).ok_or(Malformed::Broken)?;
            match kind {
                0..=3 => self.huffman |= 1 << kind,
                0x10..=0x13 => self.huffman |= 16 << (kind & 3),
                _ => return Err(Malformed::Broken),
            }
        }
        Ok(())
    }

    /// All of it, which ended at `end`.
    fn structure(self, end: usize) -> Result<Structure, Malformed> {
        let size = self.size.filter(|_| self.has_scan).ok_or(Malformed::NoPicture)?;
        let plain =
            self.baseline && !self.astray && self.components.iter().all(|component| component.scanned);
        Ok(Structure { size, end, plain, pieces: self.pieces })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::grey_jpeg;

    /// A JPEG of ours, 40 x 24.
    fn jpeg() -> Vec<u8> {
        grey_jpeg((40, 24), 77)
    }

    /// Where the first segment of that kind begins, and where it ends.
    fn place(jpeg: &[u8], code: u8) -> (usize, usize) {
        let at = jpeg.windows(2).position(|pair| pair == [0xFF, code]).expect("has such a segment");
        (at, at + 2 + usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]])))
    }

    fn without(jpeg: &[u8], code: u8, times: usize) -> Vec<u8> {
        (0..times).fold(jpeg.to_vec(), |mut jpeg, _| {
            let (at, end) = place(&jpeg, code);
            jpeg.drain(at..end);
            jpeg
        })
    }

    fn with_frame(change: impl Fn(&mut [u8])) -> Result<Structure, Malformed> {
        let mut jpeg = jpeg();
        let (at, end) = place(&jpeg, marker::SOF0);
        change(&mut jpeg[at..end]);
        parse(&jpeg)
    }

    #[test]
    fn a_plain_jpeg_is_told_its_size_and_end() {
        let mut bytes = jpeg();
        let end = bytes.len();
        bytes.extend_from_slice(&[0; 100]);
        assert_eq!(
            parse(&bytes),
            Ok(Structure { size: (40, 24), end, plain: true, pieces: vec![Piece::Bytes(2..end)] })
        );
    }

    #[test]
    fn missing_huffman_tables_belong_before_the_scan() {
        let bare = without(&jpeg(), marker::DHT, 4);
        let (scan, _) = place(&bare, marker::SOS);
        let structure = parse(&bare).expect("is sound");
        let pieces = vec![Piece::Bytes(2..scan), Piece::StandardTables, Piece::Bytes(scan..bare.len())];
        assert_eq!((structure.plain, structure.pieces), (true, pieces));
    }

    #[test]
    fn a_jpeg_that_lacks_one_table_is_not_plain() {
        for code in [marker::DHT, marker::DQT] {
            let structure = parse(&without(&jpeg(), code, 1)).expect("is sound");
            assert_eq!((structure.plain, structure.pieces.len()), (false, 1), "{code:x}");
        }
    }

    #[test]
    fn tables_that_come_behind_the_scan_make_no_plain_jpeg() {
        for code in [marker::DHT, marker::DQT] {
            let mut bytes = jpeg();
            let (at, end) = place(&bytes, code);
            let table: Vec<u8> = bytes.drain(at..end).collect();
            let end = bytes.len() - 2;
            bytes.splice(end..end, table);
            assert_eq!(parse(&bytes).map(|structure| structure.plain), Ok(false), "{code:x}");
        }
    }

    #[test]
    fn what_a_camera_writes_beside_the_picture_is_no_piece_of_it() {
        let whole = jpeg();
        let segment = |code: u8, body: &[u8]| [&[0xFF, code, 0, body.len() as u8 + 2], body].concat();
        let mut thumbnail = b"JFIF\0\x01\x02\0\0\x01\0\x01\x01\x01".to_vec();
        thumbnail.extend([9; 3]);
        let besides = [
            segment(0xE1, b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"),
            segment(0xFE, b"serial 1234"),
            segment(marker::APP0, &thumbnail),
            segment(0xE2, b"ICC_PROFILE\0"),
        ];
        for (n, besides) in besides.iter().enumerate() {
            for before in [marker::APP0, marker::SOF0, marker::SOS, marker::EOI] {
                let mut bytes = whole.clone();
                let at = if before == marker::EOI { bytes.len() - 2 } else { place(&bytes, before).0 };
                bytes.splice(at..at, besides.iter().copied());
                let structure = parse(&bytes).expect("is sound");
                let of = |piece: &Piece| match piece {
                    Piece::Bytes(range) => bytes[range.clone()].to_vec(),
                    Piece::StandardTables => Vec::new(),
                };
                let pieces: Vec<u8> = structure.pieces.iter().flat_map(of).collect();
                assert!(structure.plain && pieces == whole[2..], "segment {n} before {before:x}");
            }
        }
    }

    #[test]
    fn sampling_that_decoders_need_not_know_is_not_plain() {
        for factors in [0x00, 0x12, 0x21, 0x22, 0x44, 0x31, 0x13, 0x51, 0xFF] {
            let plain = with_frame(|frame| frame[11] = factors).map(|structure| structure.plain);
            assert_eq!(plain, Ok(matches!(factors, 0x12 | 0x21 | 0x22)), "{factors:x}");
        }
        assert_eq!(
            with_frame(|frame| frame[14] = 0x14).map(|structure| structure.plain),
            Ok(true),
            "ten blocks"
        );
        assert_eq!(
            with_frame(|frame| (frame[11], frame[14], frame[17]) = (0x22, 0x22, 0x22))
                .map(|found| found.plain),
            Ok(false)
        );
    }

    #[test]
    fn a_scan_that_does_not_fit_the_frame_is_not_plain() {
        let with_scan = |change: &dyn Fn(&mut [u8])| {
            let mut jpeg = jpeg();
            let (at, end) = place(&jpeg, marker::SOS);
            change(&mut jpeg[at..end]);
            parse(&jpeg).map(|structure| structure.plain)
        };
        assert_eq!(with_scan(&|_| {}), Ok(true));
        assert_eq!(with_scan(&|scan| scan[5] = 9), Ok(false), "a component that the frame does not have");
        assert_eq!(with_scan(&|scan| scan[5] = scan[7]), Ok(false), "one component twice, another never");
        assert_eq!(with_scan(&|scan| scan[6] = 0x22), Ok(false), "tables that baseline does not have");
        assert_eq!(with_scan(&|scan| scan[12] = 5), Ok(false), "the first coefficients only");
    }

    #[test]
    fn whatever_is_cut_off_is_noticed() {
        let whole = jpeg();
        for end in 0..whole.len() {
            let error = parse(&whole[..end]).expect_err("is not whole");
            assert!(matches!(error, Malformed::Truncated | Malformed::NoStart), "{end} bytes: {error}");
        }
    }

    #[test]
    fn lengths_that_lie_are_noticed() {
        for code in [0xE0, marker::DQT, marker::SOF0, marker::DHT, marker::SOS] {
            for length in [[0, 0], [0, 1], [0, 2], [0, 3], [0xFF, 0xFF]] {
                let mut bytes = jpeg();
                let (at, _) = place(&bytes, code);
                bytes[at + 2..at + 4].copy_from_slice(&length);
                assert!(parse(&bytes).is_err(), "{code:x} of {length:?}");
            }
        }
    }

    #[test]
    fn any_changed_byte_is_read_without_a_panic() {
        let whole = jpeg();
        for at in 0..whole.len() {
            for value in [0, 1, 0x7F, 0xD9, 0xDA, 0xFE, 0xFF] {
                let mut bytes = whole.clone();
                bytes[at] = value;
                // Any answer will do.
                let _ = parse(&bytes);
            }
        }
    }

    #[test]
    fn headers_without_a_picture_are_refused() {
        assert_eq!(parse(&[0xFF, 0xD8, 0xFF, 0xD9]), Err(Malformed::NoPicture));
        assert_eq!(parse(&without(&jpeg(), marker::SOF0, 1)), Err(Malformed::NoPicture));
        assert_eq!(parse(b"GIF89a"), Err(Malformed::NoStart));
        assert_eq!(parse(&[0xFF, 0xD8, 0xFF, 0xD8]), Err(Malformed::Broken));
    }

    #[test]
    fn sizes_that_cannot_be_decoded_are_refused() {
        assert_eq!(with_frame(|frame| frame[5..9].fill(0)), Err(Malformed::Size(0, 0)));
        assert_eq!(with_frame(|frame| frame[5..9].fill(0xFF)), Err(Malformed::Size(0xFFFF, 0xFFFF)));
    }

    #[test]
    fn only_baseline_is_plain_and_only_what_cameras_make_is_taken() {
        assert_eq!(with_frame(|frame| frame[1] = 0xC1).map(|structure| structure.plain), Ok(false));
        assert_eq!(with_frame(|frame| frame[1] = 0xC2).map(|structure| structure.plain), Ok(false));
        assert_eq!(with_frame(|frame| frame[1] = 0xC9), Err(Malformed::Kind));
        assert_eq!(with_frame(|frame| frame[4] = 12), Err(Malformed::Kind));
        let rgb = with_frame(|frame| (frame[10], frame[13], frame[16]) = (b'R', b'G', b'B'));
        assert_eq!(rgb, Err(Malformed::Kind));
        let mut adobe = jpeg();
        let segment = b"\xFF\xEE\x00\x0EAdobe\x00\x64\x00\x00\x00\x00\x00";
        adobe.splice(2..2, segment.iter().copied());
        assert_eq!(parse(&adobe), Err(Malformed::Kind));
    }

    #[test]
    fn a_thumbnail_does_not_end_the_picture() {
        let mut bytes = jpeg();
        let thumbnail = jpeg();
        let length = u16::try_from(thumbnail.len() + 2).expect("is small");
        let segment = [&[0xFF, 0xE1][..], &length.to_be_bytes(), &thumbnail].concat();
        bytes.splice(2..2, segment);
        assert_eq!(parse(&bytes).map(|structure| structure.end), Ok(bytes.len()));
    }
}
