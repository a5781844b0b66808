//! What happened? Signals and their receivers.
