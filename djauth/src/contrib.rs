//! The models of Django's own applications, and the permissions that every djauth program has with them.

use djauth_macros::{AuthUser, permissions};
use djauth_runtime::PasswordHash;
use time::OffsetDateTime;

/// The model behind a permission (Django's `auth.Permission`).
#[permissions(app = "auth", crate = djauth_runtime)]
#[derive(Debug)]
pub struct Permission;

/// The model behind a group (Django's `auth.Group`).
#[permissions(app = "auth", crate = djauth_runtime)]
#[derive(Debug)]
pub struct Group;

/// Django's own user (`auth.User`), with its table, its columns and their order.
///
/// It has nothing that `#[derive(AuthUser)]` would not give a struct of yours; take it for a program beside Django, or
/// where its fields are all that is needed.
#[permissions(app = "auth", crate = djauth_runtime)]
#[derive(AuthUser, Debug, Clone)]
#[auth(app = "auth", required_fields(email), crate = crate)]
pub struct User {
    /// The primary key.
    pub id: i32,
    /// The password's hash.
    pub password: PasswordHash,
    /// When the user logged in last.
    pub last_login: Option<OffsetDateTime>,
    /// Whether the user has every permission.
    pub is_superuser: bool,
    /// What the user logs in with.
    #[auth(max_length = 150)]
    pub username: String,
    /// The last name, which may be empty.
    #[auth(max_length = 150, default)]
    pub last_name: String,
    /// The address, which may be empty.
    #[auth(max_length = 254, default)]
    pub email: String,
    /// Whether the user may enter the admin.
    pub is_staff: bool,
    /// Whether the user may log in.
    #[auth(default = true)]
    pub is_active: bool,
    /// When the account was made.
    pub date_joined: OffsetDateTime,
    /// The first name, which may be empty.
    #[auth(max_length = 150, default)]
    pub first_name: String,
}

/// The model behind a content type (Django's `contenttypes.ContentType`).
#[permissions(app = "contenttypes", verbose_name = "content type", crate = djauth_runtime)]
#[derive(Debug)]
pub struct ContentType;

/// The model behind a stored session (Django's `sessions.Session`).
#[permissions(app = "sessions", crate = djauth_runtime)]
#[derive(Debug)]
pub struct Session;

#[cfg(test)]
mod tests {
    use djauth_runtime::registry::Registry;

    #[test]
    fn a_misspelt_name_finds_its_neighbour() {
        let registry = Registry::get().expect("sound declarations");
        assert_eq!(registry.did_you_mean("auth.chnage_group"), Some("auth.change_group"));
        assert_eq!(registry.did_you_mean("shop.refund"), None);
    }
}
