//! One request's session, user and permissions, loaded once and only when asked for.
