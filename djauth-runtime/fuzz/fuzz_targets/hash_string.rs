#![no_main]

#[path = "../checks/hash_string.rs"]
mod hash_string;

libfuzzer_sys::fuzz_target!(|data: &[u8]| hash_string::check(data));
