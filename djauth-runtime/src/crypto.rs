//! Keyed hashes, random strings and comparison in constant time.
