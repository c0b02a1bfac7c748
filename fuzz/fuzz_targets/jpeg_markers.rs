//! Hands libFuzzer's bytes to what reads the segments of a camera's JPEG.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| steadycast::fuzzing::jpeg_markers(data));
