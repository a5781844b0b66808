//! Logging in and out: `authenticate`, `login`, `logout`, `get_user`.
