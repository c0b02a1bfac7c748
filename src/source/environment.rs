//! What the libraries that read sources take from the environment of the process.

/// Sets what OpenCV and FFmpeg take from the environment; to be called first thing in `main`, before any thread exists.
pub fn prepare() {
    // OpenCV's own messages name devices in words that are none of ours; what is wrong is found by `diagnose`. Who asks for them gets them.
    if std::env::var_os("OPENCV_LOG_LEVEL").is_none() {
        sys::set("OPENCV_LOG_LEVEL", "OFF");
    }
    // A proxy would be shown cameras' passwords; FFmpeg's TLS asks nothing but this variable.
    sys::remove("http_proxy");
}

/// The two calls that the standard library fences as unsafe.
#[allow(unsafe_code)]
mod sys {
    pub(super) fn set(name: &str, value: &str) {
        // SAFETY: called only from `prepare`, which `main` calls while the process has a single thread, so nobody reads the environment
        // at the same time.
        unsafe { std::env::set_var(name, value) }
    }

    pub(super) fn remove(name: &str) {
        // SAFETY: as in `set`.
        unsafe { std::env::remove_var(name) }
    }
}
