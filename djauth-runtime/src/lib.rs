//! The concepts and decisions of djauth: users, permissions, sessions, hashing and signing, with Django's nouns,
//! formats and rules.
//!
//! This crate knows no web framework and no database. It *decides*; the `djauth` crate *translates* for axum and
//! SQLite, and its macros *wire*. Programs depend on `djauth` and find everything of use re-exported there, so the
//! examples here name `djauth`.

pub mod auth;
pub mod backend;
pub mod check;
pub mod clock;
pub mod credentials;
pub mod crypto;
pub mod csrf;
pub mod email;
pub mod encoding;
pub mod error;
pub mod group;
pub mod guard;
pub mod hasher;
pub mod json;
pub mod manager;
pub mod memory;
pub mod model;
pub mod password;
pub mod permission;
pub mod perms;
pub mod redirect;
pub mod registry;
pub mod request;
pub mod session;
pub mod settings;
pub mod signal;
pub mod signing;
pub mod spelling;
pub mod store;
#[cfg(any(test, feature = "test-util"))]
pub mod test_util;
pub mod text;
pub mod token;
pub mod url;
pub mod user;
pub mod username;
pub mod validator;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
#[doc(hidden)]
pub mod role;

/// Registers plug-ins, such as a [`hasher::HasherPlugin`]: the crate of this name.
pub use inventory;

pub use error::{Error, ImproperlyConfigured, PermissionDenied, Result, Unavailable};
pub use password::{PasswordHash, RawPassword};
