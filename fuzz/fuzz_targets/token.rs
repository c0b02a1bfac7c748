//! Hands libFuzzer's bytes to what reads a signed token.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| steadycast::fuzzing::token(data));
