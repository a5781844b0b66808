//! What validators may know of a user.

use std::borrow::Cow;

use crate::{model::Value, user::AuthUser};

/// What a password is compared with: the texts by which a user is known.
///
/// Every [`AuthUser`] has its fields as attributes; [`Attributes`] serves forms whose user does not exist yet.
pub trait UserAttributes {
    /// Returns the text of this attribute; `None` if there is no such attribute or it is no text.
    fn attribute(&self, name: &str) -> Option<Cow<'_, str>>;

    /// Returns what people call the attribute (Django's `verbose_name`).
    fn verbose_name(&self, name: &str) -> String {
        match name {
            "email" => "email address".to_owned(),
            _ => name.replace('_', " "),
        }
    }
}

impl<U: AuthUser> UserAttributes for U {
    fn attribute(&self, name: &str) -> Option<Cow<'_, str>> {
        let at = U::MODEL.fields.iter().position(|field| field.name == name)?;
        match self.to_values().into_iter().nth(at)? {
            Value::Text(text) => Some(text.into()),
            _ => None,
        }
    }
}

/// Attributes by name, for a user who does not exist yet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Attributes(Vec<(String, String)>);

impl Attributes {
    /// Makes a user of whom nothing is known.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an attribute.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.0.push((name.into(), value.into()));
        self
    }
}

impl UserAttributes for Attributes {
    fn attribute(&self, name: &str) -> Option<Cow<'_, str>> {
        self.0.iter().find(|attribute| attribute.0 == name).map(|attribute| attribute.1.as_str().into())
    }
}
