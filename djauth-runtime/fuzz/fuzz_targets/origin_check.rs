#![no_main]

#[path = "../checks/origin_check.rs"]
mod origin_check;

libfuzzer_sys::fuzz_target!(|data: &[u8]| origin_check::check(data));
