//! Where a JPEG ends that is still arriving: its bytes in, out comes the place behind its EOI. Pure.
//!
//! Walks from marker to marker (ITU-T T.81 annex B), so that the EOI of a thumbnail within a segment is none.
//! Whether the picture can be used is `jpeg`'s to say.

/// Second bytes of markers, T.81 table B.1.
mod marker {
    pub const TEM: u8 = 0x01;
    pub const RST0: u8 = 0xD0;
    pub const RST7: u8 = 0xD7;
    pub const SOI: u8 = 0xD8;
    pub const EOI: u8 = 0xD9;
    pub const SOS: u8 = 0xDA;
}

/// What a picture begins with: SOI, and the first byte of the marker behind it.
pub(super) const BEGIN: [u8; 3] = [0xFF, marker::SOI, 0xFF];

/// What a picture ends with.
pub(super) const END: [u8; 2] = [0xFF, marker::EOI];

/// How far a picture has been walked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Walk {
    /// Bytes that lie behind.
    at: usize,
    /// Whether entropy-coded data come next, rather than a marker.
    in_scan: bool,
    /// Whether a scan has begun, without which there is nothing to see.
    has_scan: bool,
}

/// What walking on came to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Walked {
    /// More bytes are needed.
    More,
    /// The whole picture is here, of that many bytes.
    End(usize),
    /// Another picture begins after that many bytes, without an end of this one.
    Again(usize),
    /// Something else than a marker is where one should be.
    Lost,
}

impl Walk {
    /// A picture of which nothing but SOI has been seen.
    pub fn new() -> Self {
        Walk { at: 2, in_scan: false, has_scan: false }
    }

    /// Whether part of the picture has come, and not only what stands before it.
    pub fn has_scan(&self) -> bool {
        self.has_scan
    }

    /// Walks on through the picture's bytes, which begin with SOI and are all that have come.
    pub fn on(&mut self, bytes: &[u8]) -> Walked {
        loop {
            let rest = bytes.get(self.at..).unwrap_or_default();
            if self.in_scan {
                let Some(found) = rest.iter().position(|byte| *byte == 0xFF) else {
                    self.at = self.at.max(bytes.len());
                    return Walked::More;
                };
                self.at += found;
                match rest.get(found + 1) {
                    None => return Walked::More,
                    // A stuffed byte, or a restart.
                    Some(0 | marker::RST0..=marker::RST7) => self.at += 2,
                    Some(0xFF) => self.at += 1,
                    Some(_) => self.in_scan = false,
                }
                continue;
            }
            match *rest {
                [first, ..] if first != 0xFF => return Walked::Lost,
                [] | [_] => return Walked::More,
                [_, 0xFF, ..] => self.at += 1,
                [_, marker::EOI, ..] => return Walked::End(self.at + 2),
                [_, marker::SOI, ..] => return Walked::Again(self.at),
                [_, marker::TEM | marker::RST0..=marker::RST7, ..] => self.at += 2,
                [_, 0, ..] => return Walked::Lost,
                [_, code, high, low, ..] => {
                    let length = usize::from(u16::from_be_bytes([high, low]));
                    if length < 2 {
                        return Walked::Lost;
                    }
                    self.in_scan = code == marker::SOS;
                    self.has_scan |= self.in_scan;
                    self.at += 2 + length;
                }
                _ => return Walked::More,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SOI, a segment that holds a thumbnail's EOI, a scan with stuffing and a restart, EOI.
    const PICTURE: [u8; 23] = [
        0xFF, 0xD8, 0xFF, 0xE1, 0, 6, 0xFF, 0xD8, 0xFF, 0xD9, 0xFF, 0xDA, 0, 3, 1, 0xFF, 0, 0xFF, 0xD3, 9,
        0xFF, 0xFF, 0xD9,
    ];

    #[test]
    fn the_end_is_found_by_whatever_pieces_come() {
        for piece in 1..=PICTURE.len() {
            let mut walk = Walk::new();
            let mut came = piece;
            while came < PICTURE.len() {
                assert_eq!(walk.on(&PICTURE[..came]), Walked::More, "{came} bytes, by {piece}");
                came += piece;
            }
            assert_eq!(walk.on(&PICTURE), Walked::End(PICTURE.len()), "by {piece}");
        }
    }

    #[test]
    fn what_follows_is_not_looked_at() {
        let bytes = [&PICTURE[..], b"\r\n--frame"].concat();
        assert_eq!(Walk::new().on(&bytes), Walked::End(PICTURE.len()));
    }

    #[test]
    fn a_picture_within_a_scan_is_the_next_one() {
        let open = &PICTURE[..PICTURE.len() - 3];
        let mut walk = Walk::new();
        assert_eq!(walk.on(&[open, &PICTURE].concat()), Walked::Again(open.len()));
        assert!(walk.has_scan());
    }

    #[test]
    fn what_is_no_marker_ends_the_walk() {
        for (place, value) in [(2, 7), (3, 0), (5, 1)] {
            let mut bytes = PICTURE;
            bytes[place] = value;
            let mut walk = Walk::new();
            assert!(walk.on(&bytes) == Walked::Lost && !walk.has_scan(), "byte {place}");
        }
    }
}
