//! Groups of users that share permissions.

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
}
