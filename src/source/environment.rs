//! What the libraries that read sources take from the environment of the process.

/// Takes out what must not reach FFmpeg; to be called first thing in `main`, before any thread exists.
pub fn prepare() {
    // A proxy would be shown cameras' passwords; FFmpeg's TLS asks nothing but this variable. And hosts for
    // which none is to be used would be reached past the one of our own.
    sys::remove("http_proxy");
    sys::remove("no_proxy");
}

/// The one call that the standard library fences as unsafe.
#[allow(unsafe_code)]
mod sys {
    pub(super) fn remove(name: &str) {
        // SAFETY: called only from `prepare`, which `main` calls while the process has a single thread, so
        // nobody reads the environment at the same time.
        unsafe { std::env::remove_var(name) }
    }
}
