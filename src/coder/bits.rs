//! A row of bits on its way into a JPEG: in go codes, out come bytes with a zero stuffed behind every 0xFF
//! (ITU-T T.81, F.1.2.3). Whole bytes gather in a small buffer first, so that neither a code nor a byte needs
//! a branch; which codes belongs to `scan`.

use super::codes::Code;

/// Bytes that the buffer holds: a power of two, so that an index is masked instead of checked.
pub(super) const ROOM: usize = 8192;

/// The most bits that can be put at once: seven may be pending in a word of 64.
pub(super) const LONGEST: u32 = 56;

/// Bytes not yet copied out, and room for a whole store at the last index.
pub(super) type Buffer = [u8; ROOM + 8];

/// Where the next bit goes. Small and copied, so that it lives in registers.
#[derive(Clone, Copy, Default)]
pub(super) struct Cursor {
    /// The last bits at the lower end; only `count` of them are still to be stored.
    pending: u64,
    /// Below 8 between codes.
    count: u32,
    /// Whole bytes in the buffer.
    length: usize,
}

impl Cursor {
    /// Appends a code of up to [`LONGEST`] bits. The caller copies out before [`ROOM`] bytes have gathered.
    #[inline(always)]
    pub(super) fn put(self, buffer: &mut Buffer, (code, length): Code) -> Self {
        let pending = self.pending << length | code;
        let count = self.count + length;
        // All that is pending is stored, left-aligned; what is not a whole byte will be stored again.
        let store = pending << (count.wrapping_neg() % u64::BITS);
        if let Some(place) = buffer[self.length % ROOM..].first_chunk_mut() {
            *place = store.to_be_bytes();
        }
        Cursor { pending, count: count % 8, length: self.length + count as usize / 8 }
    }

    /// Fills up the last byte with ones.
    pub(super) fn fill_up(self, buffer: &mut Buffer) -> Self {
        let missing = self.count.wrapping_neg() % 8;
        self.put(buffer, ((1 << missing) - 1, missing))
    }

    /// Moves the whole bytes to `out`.
    #[inline(always)]
    pub(super) fn copy_out(self, buffer: &Buffer, out: &mut Vec<u8>) -> Self {
        let (chunks, rest) = buffer[..self.length].as_chunks::<32>();
        for chunk in chunks {
            // Most chunks have no 0xFF; a fold without an early end becomes one comparison of vectors.
            if chunk.iter().fold(false, |any, byte| any | (*byte == 0xFF)) {
                stuff(chunk, out);
            } else {
                out.extend_from_slice(chunk);
            }
        }
        stuff(rest, out);
        Cursor { length: 0, ..self }
    }
}

/// Copies bytes of which some may be 0xFF.
#[inline(never)]
fn stuff(bytes: &[u8], out: &mut Vec<u8>) {
    for part in bytes.split_inclusive(|byte| *byte == 0xFF) {
        out.extend_from_slice(part);
        if part.ends_with(&[0xFF]) {
            out.push(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bytes that codes make.
    fn bytes(codes: impl IntoIterator<Item = Code>) -> Vec<u8> {
        let (mut buffer, mut out) = ([0; ROOM + 8], Vec::new());
        let cursor = codes.into_iter().fold(Cursor::default(), |cursor, code| cursor.put(&mut buffer, code));
        cursor.fill_up(&mut buffer).copy_out(&buffer, &mut out);
        out
    }

    #[test]
    fn codes_follow_each_other_and_ones_fill_the_last_byte() {
        assert_eq!(bytes([(0b101, 3), (0, 0), (0b0110_0101, 8), (0b1, 1)]), [0b1010_1100, 0b1011_1111]);
        assert_eq!(
            bytes([(0x12_3456_789A_BCDE, 56), (0xF, 4)]),
            [0x12, 0x34, 0x56, 0x78, 0x9A, 0xBC, 0xDE, 0xFF, 0]
        );
        assert!(bytes([]).is_empty());
    }

    #[test]
    fn every_ff_gets_its_zero_wherever_it_stands() {
        for position in 0..100 {
            let plain: Vec<u8> = (0..100).map(|n| if n == position || n == 50 { 0xFF } else { n }).collect();
            let stuffed: Vec<u8> = plain
                .iter()
                .flat_map(|byte| [*byte, 0].into_iter().take(if *byte == 0xFF { 2 } else { 1 }))
                .collect();
            assert_eq!(bytes(plain.iter().map(|byte| (u64::from(*byte), 8))), stuffed);
        }
    }
}
