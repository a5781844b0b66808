//! Replays the committed corpora of the fuzz targets, and small changes to them, without a fuzzer (rule S112).

use std::{fs, path::Path};

#[path = "../fuzz/checks/cookie_header.rs"]
mod cookie_header;
#[path = "../fuzz/checks/hash_string.rs"]
mod hash_string;
#[path = "../fuzz/checks/next_url.rs"]
mod next_url;
#[path = "../fuzz/checks/origin_check.rs"]
mod origin_check;
#[path = "../fuzz/checks/reset_token.rs"]
mod reset_token;
#[path = "../fuzz/checks/session_decode.rs"]
mod session_decode;
#[path = "../fuzz/checks/signed_value.rs"]
mod signed_value;

#[test]
fn s112_hash_string() {
    replay("hash_string", hash_string::check);
}

#[test]
fn s112_signed_value() {
    replay("signed_value", signed_value::check);
}

#[test]
fn s112_session_decode() {
    replay("session_decode", session_decode::check);
}

#[test]
fn s112_reset_token() {
    replay("reset_token", reset_token::check);
}

#[test]
fn s112_cookie_header() {
    replay("cookie_header", cookie_header::check);
}

#[test]
fn s112_next_url() {
    replay("next_url", next_url::check);
}

#[test]
fn s112_origin_check() {
    replay("origin_check", origin_check::check);
}

/// Checks every seed of a corpus, every beginning of it, and every copy with one byte changed.
fn replay(target: &str, check: fn(&[u8])) {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let entries = fs::read_dir(&corpus).expect("the corpus is committed");
    let seeds = entries.map(|entry| fs::read(entry.expect("it is listed").path()).expect("a seed is a file"));
    let seeds: Vec<Vec<u8>> = seeds.collect();
    assert!(seeds.len() >= 20, "{target} has {} seeds", seeds.len());
    for seed in &seeds {
        check(seed);
        for at in 0..seed.len() {
            check(&seed[..at]);
            for change in [0x01, 0x20] {
                let mut changed = seed.clone();
                changed[at] ^= change;
                check(&changed);
            }
        }
    }
}
