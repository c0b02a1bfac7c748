//! Hands libFuzzer's bytes to what reads the body of a camera.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| steadycast::fuzzing::multipart(data));
