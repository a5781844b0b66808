//! The table behind a user's struct: columns, roles and values.
