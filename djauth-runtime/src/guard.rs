//! May this request pass? Guards and their decisions.
