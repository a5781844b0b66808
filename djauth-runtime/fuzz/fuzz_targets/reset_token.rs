#![no_main]

#[path = "../checks/reset_token.rs"]
mod reset_token;

libfuzzer_sys::fuzz_target!(|data: &[u8]| reset_token::check(data));
