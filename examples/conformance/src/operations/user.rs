//! The protocol's `user`, which stands for Django's own `User`.

use djauth_runtime::{json::Value, validator::Attributes};

use crate::{
    answer::Answer,
    fields::{Fields, FromField},
};

/// What a request says of a user. A text that is left out is empty, as on a new `User`.
pub(super) struct User<'a> {
    pub(super) pk: Option<PrimaryKey>,
    pub(super) username: &'a str,
    pub(super) first_name: &'a str,
    pub(super) last_name: &'a str,
    pub(super) password: &'a str,
    pub(super) email: Option<&'a str>,
    pub(super) last_login: Option<&'a str>,
}

impl<'a> User<'a> {
    pub(super) fn read(user: Fields<'a>) -> Answer<Self> {
        Ok(Self {
            pk: user.find("pk")?,
            username: user.get_or("username", "")?,
            first_name: user.get_or("first_name", "")?,
            last_name: user.get_or("last_name", "")?,
            password: user.get_or("password", "")?,
            email: user.get_or("email", Some(""))?,
            last_login: user.get_or("last_login", None)?,
        })
    }

    /// Returns the texts that a password may resemble; null is no text.
    pub(super) fn attributes(&self) -> Attributes {
        let attributes = [
            ("username", Some(self.username)),
            ("first_name", Some(self.first_name)),
            ("last_name", Some(self.last_name)),
            ("password", Some(self.password)),
            ("email", self.email),
        ];
        attributes.into_iter().fold(Attributes::new(), |attributes, (name, value)| match value {
            Some(value) => attributes.with(name, value),
            None => attributes,
        })
    }
}

/// `int|text`, as text.
pub(super) struct PrimaryKey(pub(super) String);

impl FromField<'_> for PrimaryKey {
    fn from_field(value: &Value) -> Option<Self> {
        match value {
            Value::Int(pk) => Some(Self(pk.to_string())),
            Value::BigInt(pk) => Some(Self(pk.to_string())),
            Value::String(pk) => Some(Self(pk.clone())),
            _ => None,
        }
    }
}
