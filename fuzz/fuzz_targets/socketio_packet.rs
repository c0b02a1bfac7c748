//! Hands libFuzzer's bytes to what reads packets of Socket.IO.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| steadycast::fuzzing::socketio_packet(data));
