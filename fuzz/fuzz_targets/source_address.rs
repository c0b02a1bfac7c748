//! Hands libFuzzer's bytes to what reads a source's address.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| steadycast::fuzzing::source_address(data));
