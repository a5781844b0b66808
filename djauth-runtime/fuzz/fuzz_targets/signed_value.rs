#![no_main]

#[path = "../checks/signed_value.rs"]
mod signed_value;

libfuzzer_sys::fuzz_target!(|data: &[u8]| signed_value::check(data));
