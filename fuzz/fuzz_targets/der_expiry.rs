//! Hands libFuzzer's bytes to what reads a certificate.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| steadycast::fuzzing::der_expiry(data));
