//! What the compiler says to users: `tests/fail` holds one mistake per file, `tests/pass` what must compile.
