#![no_main]

#[path = "../checks/session_decode.rs"]
mod session_decode;

libfuzzer_sys::fuzz_target!(|data: &[u8]| session_decode::check(data));
