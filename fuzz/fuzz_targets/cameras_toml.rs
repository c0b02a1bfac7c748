//! Hands libFuzzer's bytes to what reads a cameras file.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| steadycast::fuzzing::cameras_toml(data));
