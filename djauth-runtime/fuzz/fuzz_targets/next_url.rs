#![no_main]

#[path = "../checks/next_url.rs"]
mod next_url;

libfuzzer_sys::fuzz_target!(|data: &[u8]| next_url::check(data));
