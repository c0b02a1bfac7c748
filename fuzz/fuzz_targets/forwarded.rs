//! Hands libFuzzer's bytes to what reads headers of proxies.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| steadycast::fuzzing::forwarded(data));
