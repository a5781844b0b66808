//! Declarative authentication and authorization for Rust web programs, with Django's concepts, formats and schema.

#[cfg(feature = "axum")]
pub mod axum;
pub mod contrib;
pub mod guard;
pub mod store;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use djauth_macros::*;
pub use djauth_runtime::{
    Error, ImproperlyConfigured, PasswordHash, PermissionDenied, RawPassword, Result, Unavailable,
    guard::Actor,
    model::ColumnValue,
    permission::{AsPermission, Permission, PermissionName, PermissionSet},
    user::{AbstractUser, AnonymousUser, AuthUser, PermissionsMixin, UserId},
};
