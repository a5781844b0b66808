//! Which usernames are acceptable, and which are the same?
