//! Which types may the fields that djauth reads have? One trait for each kind, so that the compiler can say so.
//!
//! Generated code goes through them: where a field's type does not fit, the error stands at that type.

use time::OffsetDateTime;

use crate::PasswordHash;

/// A username, a first name or a last name.
#[diagnostic::on_unimplemented(
    message = "a username or a name is text, not `{Self}`",
    label = "write `String`",
    note = "a column that may be null cannot be one; store the empty text"
)]
pub trait TextField {
    /// Returns the text.
    fn get(&self) -> &str;
}

#[diagnostic::do_not_recommend]
impl TextField for String {
    fn get(&self) -> &str {
        self
    }
}

/// A password as it is stored.
#[diagnostic::on_unimplemented(
    message = "a password is not stored as `{Self}`",
    label = "write `PasswordHash`",
    note = "`djauth::PasswordHash` is a text column that holds Django's encoded hash and never prints itself"
)]
pub trait PasswordField {
    /// Returns the hash.
    fn get(&self) -> &PasswordHash;

    /// Replaces the hash.
    fn set(&mut self, password: PasswordHash);
}

#[diagnostic::do_not_recommend]
impl PasswordField for PasswordHash {
    fn get(&self) -> &PasswordHash {
        self
    }

    fn set(&mut self, password: PasswordHash) {
        *self = password;
    }
}

/// An address.
#[diagnostic::on_unimplemented(
    message = "an e-mail address is text, not `{Self}`",
    label = "write `String`, or `Option<String>`"
)]
pub trait EmailField {
    /// Returns the address, if there is one.
    fn get(&self) -> Option<&str>;
}

#[diagnostic::do_not_recommend]
impl EmailField for String {
    fn get(&self) -> Option<&str> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl EmailField for Option<String> {
    fn get(&self) -> Option<&str> {
        self.as_deref()
    }
}

/// Active, staff or superuser.
#[diagnostic::on_unimplemented(
    message = "a user is active, staff or superuser, or is not; `{Self}` says more",
    label = "write `bool`"
)]
pub trait FlagField {
    /// Returns the flag.
    fn get(&self) -> bool;
}

#[diagnostic::do_not_recommend]
impl FlagField for bool {
    fn get(&self) -> bool {
        *self
    }
}

/// The time of the last login.
#[diagnostic::on_unimplemented(
    message = "the time of the last login is not `{Self}`",
    label = "write `Option<OffsetDateTime>`",
    note = "a new user has not logged in yet, so the column may be null"
)]
pub trait LastLoginField {
    /// Returns the time.
    fn get(&self) -> Option<OffsetDateTime>;

    /// Replaces the time.
    fn set(&mut self, last_login: OffsetDateTime);
}

#[diagnostic::do_not_recommend]
impl LastLoginField for Option<OffsetDateTime> {
    fn get(&self) -> Option<OffsetDateTime> {
        *self
    }

    fn set(&mut self, last_login: OffsetDateTime) {
        *self = Some(last_login);
    }
}

/// The time when the account was made.
#[diagnostic::on_unimplemented(
    message = "the date of joining is not `{Self}`",
    label = "write `OffsetDateTime`"
)]
pub trait DateJoinedField {
    /// Returns the time.
    fn get(&self) -> OffsetDateTime;
}

#[diagnostic::do_not_recommend]
impl DateJoinedField for OffsetDateTime {
    fn get(&self) -> OffsetDateTime {
        *self
    }
}
