//! What a database must offer.
