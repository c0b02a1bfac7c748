//! Hands libFuzzer's bytes to what reads a message of a client.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| steadycast::fuzzing::client_message(data));
