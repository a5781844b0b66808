//! Which e-mail addresses are acceptable, and which are the same?
