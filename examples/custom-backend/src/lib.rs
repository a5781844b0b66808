//! Who vouches for accounts: two backends, each registered under its name for the settings to list.

mod email_backend;
mod token_backend;

use djauth::prelude::*;

pub use email_backend::EmailBackend;
pub use token_backend::{TokenBackend, digest};

/// A person or a robot.
#[derive(AuthUser, Debug, Clone)]
#[auth(app = "accounts", required_fields(email))]
pub struct Account {
    /// The primary key.
    pub id: i64,
    /// What a person logs in with, unless with the address.
    pub username: String,
    /// The address; several accounts may share one, and then nobody logs in by it.
    pub email: String,
    /// The password's hash.
    pub password: PasswordHash,
    /// The [`digest`] of a robot's token.
    #[auth(unique, max_length = 64)]
    pub token_digest: Option<String>,
    /// Whether the account may log in.
    pub is_active: bool,
    /// Whether it has every permission.
    pub is_superuser: bool,
}

/// A report, which robots may look at and people only if somebody lets them.
#[permissions(app = "reports", default_permissions("view"))]
#[derive(Debug)]
pub struct Report;
