//! Everything around the entropy-coded data: in go size, quantiser steps and Huffman tables, out come the
//! marker segments of ITU-T T.81 annex B in the order and with the contents that libjpeg-turbo gives them.
//! The scan itself belongs to `scan`.

use super::{
    size::JpegSize,
    tables::{SIZE, STANDARD, Specification, Tables},
};

/// Start of image: the first two bytes of every JPEG.
pub(super) const SOI: [u8; 2] = [0xFF, 0xD8];
/// End of image: the last two bytes of every JPEG.
pub(super) const EOI: [u8; 2] = [0xFF, 0xD9];
/// JFIF 1.01, pixels of no known size, square, no thumbnail.
const APP0: [u8; 18] = *b"\xFF\xE0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00";
/// One scan of three interleaved components, luma by the tables 0, chroma by the tables 1, all coefficients
/// in full precision.
const SOS: [u8; 14] = [0xFF, 0xDA, 0, 12, 3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0];
/// Class bit of an AC table in a DHT segment.
const AC_CLASS: u8 = 0x10;

/// Appends all segments between SOI and the entropy-coded data.
pub(super) fn append(
    out: &mut Vec<u8>,
    JpegSize { width, height }: JpegSize,
    steps: &[[u8; SIZE]; 2],
    tables: &Tables,
) {
    out.extend_from_slice(&APP0);
    for (table, steps) in (0..).zip(steps) {
        out.extend_from_slice(&[0xFF, 0xDB, 0, 67, table]);
        out.extend_from_slice(steps);
    }
    append_frame(out, JpegSize { width, height });
    append_tables(out, tables);
    out.extend_from_slice(&SOS);
}

/// Appends all segments between SOI and the entropy-coded data in the fewest bytes: without JFIF, with one
/// segment of quantiser steps and one of Huffman tables.
pub(super) fn append_shortest(out: &mut Vec<u8>, size: JpegSize, steps: &[[u8; SIZE]; 2], tables: &Tables) {
    out.extend_from_slice(&[0xFF, 0xDB, 0, 132]);
    for (table, steps) in (0..).zip(steps) {
        out.push(table);
        out.extend_from_slice(steps);
    }
    append_frame(out, size);
    let all = || tables.dc.iter().chain(&tables.ac);
    // Length field, then of each table its class, 16 counts and at most 256 symbols.
    let length = 2 + all().map(|table| 17 + table.symbols.len() as u16).sum::<u16>();
    out.extend_from_slice(&[0xFF, 0xC4]);
    out.extend_from_slice(&length.to_be_bytes());
    for (class_and_number, table) in [0, 1, AC_CLASS, AC_CLASS | 1].into_iter().zip(all()) {
        out.push(class_and_number);
        out.extend_from_slice(&table.counts);
        out.extend_from_slice(table.symbols);
    }
    out.extend_from_slice(&SOS);
}

/// SOF0: 8 bits a sample; luma is sampled 2 x 2, chroma 1 x 1.
fn append_frame(out: &mut Vec<u8>, JpegSize { width, height }: JpegSize) {
    let ([h1, h0], [w1, w0]) = (height.to_be_bytes(), width.to_be_bytes());
    out.extend_from_slice(&[0xFF, 0xC0, 0, 17, 8, h1, h0, w1, w0, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]);
}

/// Appends the Huffman tables of T.81 annex K as segments, for a JPEG that leaves them out.
pub(crate) fn append_standard_tables(out: &mut Vec<u8>) {
    append_tables(out, &STANDARD);
}

/// Appends the segments of all Huffman tables.
fn append_tables(out: &mut Vec<u8>, tables: &Tables) {
    for (table, (dc, ac)) in (0..).zip(tables.dc.iter().zip(&tables.ac)) {
        append_table(out, table, dc);
        append_table(out, AC_CLASS | table, ac);
    }
}

/// A DHT segment.
fn append_table(out: &mut Vec<u8>, class_and_number: u8, table: &Specification) {
    // Length field, class, 16 counts, at most 162 symbols: always less than 256.
    let length = 2 + 1 + 16 + table.symbols.len() as u8;
    out.extend_from_slice(&[0xFF, 0xC4, 0, length, class_and_number]);
    out.extend_from_slice(&table.counts);
    out.extend_from_slice(table.symbols);
}
