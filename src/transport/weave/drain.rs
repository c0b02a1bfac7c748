//! Whether what was handed to TLS has left for the kernel: bytes that the kernel was given in, an answer out.
//! Pure.
//!
//! TLS tells nobody what it still holds. What it makes of a piece is longer than the piece by something for
//! each record; when the kernel was given that much more than before, at most a few bytes are missing.

/// Most bytes of a piece in one record (RFC 8446, section 5.1).
const RECORD: usize = 16 * 1024;

/// Bytes that TLS adds to a record at least: a header of 5 and a tag of 16 (RFC 7905 for TLS 1.2; TLS 1.3
/// adds one more, and AES-GCM of TLS 1.2 eight).
const RECORD_EXTRA: usize = 5 + 16;

/// What is known of the piece that was handed over last.
#[derive(Default)]
pub(super) struct Drain {
    /// Bytes that the kernel has been given when the piece has left; `None` while none is on its way.
    until: Option<u64>,
    /// What the kernel had been given at the last look at which it would have taken more.
    seen: Option<Option<u64>>,
}

/// Whether a piece has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Drained {
    /// The piece has left.
    Yes,
    /// Not yet, but the socket takes bytes: whoever lets TLS write and looks again will know.
    Soon,
    /// Not yet, and the socket is full.
    No,
}

impl Drain {
    /// Notes that a piece of so many bytes is handed over, when the kernel had been `given` so many; `None`
    /// where it does not tell.
    pub fn hand(&mut self, given: Option<u64>, bytes: usize) {
        let encrypted = bytes + bytes.div_ceil(RECORD) * RECORD_EXTRA;
        // Of a kernel that tells nothing the socket is all there is to look at.
        self.until = Some(given.map_or(u64::MAX, |given| given + encrypted as u64));
        self.seen = None;
    }

    /// Says whether the last piece has left, now that the kernel was `given` so many bytes.
    pub fn look(&mut self, given: Option<u64>, is_writable: impl FnOnce() -> bool) -> Drained {
        let Some(until) = self.until else { return Drained::Yes };
        if given.is_none_or(|given| given < until) {
            if !is_writable() {
                self.seen = None;
                return Drained::No;
            }
            // TLS has written since the last look, and would have written more had it had more.
            if self.seen.replace(given) != Some(given) {
                return Drained::Soon;
            }
        }
        *self = Drain::default();
        Drained::Yes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A drain by which `bytes` were handed over when the kernel had been given 1,000.
    fn handed(bytes: usize) -> Drain {
        let mut drain = Drain::default();
        assert_eq!(drain.look(Some(1_000), || false), Drained::Yes, "nothing is on its way");
        drain.hand(Some(1_000), bytes);
        drain
    }

    #[test]
    fn a_piece_has_left_when_the_kernel_was_given_all_its_records() {
        for (bytes, encrypted) in
            [(1, 22), (16_384, 16_405), (16_385, 16_427), (49_152, 49_215), (61_440, 61_524)]
        {
            let mut drain = handed(bytes);
            assert_eq!(drain.look(Some(1_000 + encrypted - 1), || false), Drained::No, "{bytes}");
            assert_eq!(drain.look(Some(1_000 + encrypted), || false), Drained::Yes, "{bytes}");
        }
    }

    #[test]
    fn while_the_socket_takes_bytes_and_they_move_it_is_looked_at_again() {
        let mut drain = handed(40_000);
        assert_eq!(drain.look(Some(1_000), || true), Drained::Soon);
        assert_eq!(drain.look(Some(20_000), || true), Drained::Soon);
        assert_eq!(drain.look(Some(30_000), || false), Drained::No);
        assert_eq!(drain.look(Some(30_000), || true), Drained::Soon, "it was full in between");
        assert_eq!(drain.look(Some(41_100), || true), Drained::Yes);
    }

    #[test]
    fn a_socket_that_takes_bytes_and_gets_none_has_been_given_all() {
        let mut drain = handed(40_000);
        assert_eq!(drain.look(Some(5_000), || true), Drained::Soon);
        assert_eq!(drain.look(Some(5_000), || true), Drained::Yes);
    }

    #[test]
    fn a_kernel_that_tells_nothing_is_judged_by_its_socket() {
        let mut drain = Drain::default();
        drain.hand(None, 10);
        assert_eq!(drain.look(None, || false), Drained::No);
        assert_eq!(drain.look(None, || true), Drained::Soon);
        assert_eq!(drain.look(None, || true), Drained::Yes);
        assert_eq!(drain.look(None, || false), Drained::Yes);
    }
}
