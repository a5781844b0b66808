//! Who vouches for a user? Authentication backends and their chain.
