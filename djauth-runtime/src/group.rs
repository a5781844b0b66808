//! Groups of users that share permissions.
