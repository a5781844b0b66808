//! When does a session end? Every form of `_session_expiry`.
