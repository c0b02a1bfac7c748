//! Hands libFuzzer's bytes to what reads a `Cookie` header.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| steadycast::fuzzing::cookie(data));
