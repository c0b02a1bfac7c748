//! Memory that the allocator keeps: given back to the system where much has become free at once.

/// Gives free memory back to the system: about 0.1 ms for each megabyte that goes (400 MB took 30 to 40 ms).
/// Other threads' allocations may wait for that: for what happens seldom, and once for all cameras that are
/// taken down together.
///
/// glibc keeps what threads have freed in an arena of each, where other threads do not find it: of cameras
/// that come and go, each leaves some of it behind.
pub fn give_back() {
    sys::trim();
}

/// The one call that the standard library has not.
#[allow(unsafe_code)]
mod sys {
    #[cfg(target_env = "gnu")]
    pub(super) fn trim() {
        // SAFETY: `malloc_trim` (malloc_trim(3)) may be called by any thread at any time; it touches free
        // memory alone, under the allocator's own locks.
        unsafe { libc::malloc_trim(0) };
    }

    #[cfg(not(target_env = "gnu"))]
    pub(super) fn trim() {}
}
