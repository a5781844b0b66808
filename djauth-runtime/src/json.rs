//! JSON as Python reads and writes it, for everything that Django signs.
