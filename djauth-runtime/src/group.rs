//! Groups of users that share permissions.

use crate::{Error, Result};

/// A group (Django's `auth.Group`).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Group {
    /// The primary key in `auth_group`.
    pub id: i64,
    /// The name, unique, of at most 150 characters.
    pub name: String,
}

impl Group {
    /// The longest name, in characters.
    pub const MAX_NAME_LENGTH: usize = 150;

    /// Makes the value for a row.
    #[must_use]
    pub fn new(id: i64, name: String) -> Self {
        Self { id, name }
    }

    /// Checks the name of a group to be made.
    ///
    /// # Errors
    /// [`Error::Invalid`] if it is empty or too long.
    pub fn check_name(name: &str) -> Result<()> {
        match name.chars().count() {
            0 => Err(Error::invalid("a group needs a name")),
            1..=Self::MAX_NAME_LENGTH => Ok(()),
            _ => Err(Error::Invalid(format!(
                "a group's name takes at most {} characters",
                Self::MAX_NAME_LENGTH
            ))),
        }
    }

    /// Returns the error for a name that another group has, in Django's words.
    #[must_use]
    pub fn already_exists() -> Error {
        Error::AlreadyExists("Group with this Name already exists.".to_owned())
    }
}
