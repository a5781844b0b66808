//! How session data is stored: signed, compressed JSON, as Django's `SessionBase.encode` writes it.
