//! Hands libFuzzer's bytes to what reads the comment segment of a JPEG.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| steadycast::fuzzing::comment(data));
