//! The models of Django's own applications, and the permissions that every djauth program has with them.

use djauth_macros::permissions;

/// The model behind a permission (Django's `auth.Permission`).
#[permissions(app = "auth", crate = djauth_runtime)]
#[derive(Debug)]
pub struct Permission;

/// The model behind a group (Django's `auth.Group`).
#[permissions(app = "auth", crate = djauth_runtime)]
#[derive(Debug)]
pub struct Group;

/// The model behind a user (Django's `auth.User`).
#[permissions(app = "auth", crate = djauth_runtime)]
#[derive(Debug)]
pub struct User;

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
