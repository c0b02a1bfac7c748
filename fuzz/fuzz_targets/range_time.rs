//! Hands libFuzzer's bytes to what reads a query of history.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| steadycast::fuzzing::range_time(data));
