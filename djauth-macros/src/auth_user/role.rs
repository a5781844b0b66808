//! Which field is the username? The columns that djauth itself reads and writes.

use syn::Ident;

use super::input::{Field, FieldOptions};
use crate::{error::err, options::Switch};

/// What djauth uses a field for.
pub(super) struct Role {
    /// The field's name in Django, and here where no attribute says otherwise.
    name: &'static str,
    /// The attribute that marks another field.
    attribute: &'static str,
    marked: fn(&FieldOptions) -> &Switch,
    /// What the field is, and how it may be declared, if no user can do without it.
    needed: Option<(&'static str, &'static str)>,
}

const fn role(name: &'static str, attribute: &'static str, marked: fn(&FieldOptions) -> &Switch) -> Role {
    Role { name, attribute, marked, needed: None }
}

pub(super) const ID: Role = role("id", "id", |field| &field.id).needed("a primary key", "id: i64");
pub(super) const USERNAME: Role =
    role("username", "username", |field| &field.username).needed("a name to log in with", "username: String");
pub(super) const PASSWORD: Role =
    role("password", "password", |field| &field.password).needed("a password", "password: PasswordHash");
pub(super) const EMAIL: Role = role("email", "email", |field| &field.email);
pub(super) const LAST_LOGIN: Role = role("last_login", "last_login", |field| &field.last_login);
pub(super) const ACTIVE: Role = role("is_active", "active", |field| &field.active);
pub(super) const STAFF: Role = role("is_staff", "staff", |field| &field.staff);
pub(super) const SUPERUSER: Role = role("is_superuser", "superuser", |field| &field.superuser);
pub(super) const FIRST_NAME: Role = role("first_name", "first_name", |field| &field.first_name);
pub(super) const LAST_NAME: Role = role("last_name", "last_name", |field| &field.last_name);
pub(super) const DATE_JOINED: Role = role("date_joined", "date_joined", |field| &field.date_joined);

impl Role {
    const fn needed(self, noun: &'static str, declaration: &'static str) -> Self {
        Self { needed: Some((noun, declaration)), ..self }
    }

    /// Returns the place of the field that is marked, else of the one that has Django's name.
    pub(super) fn find(&self, user: &Ident, fields: &[Field]) -> darling::Result<Option<usize>> {
        let attribute = self.attribute;
        let mut marked =
            fields.iter().enumerate().filter(|(_, field)| (self.marked)(&field.options).is_present());
        if let Some((first, field)) = marked.next() {
            let ident = &field.ident;
            let errors = marked.map(|(_, second)| {
                let flag = (self.marked)(&second.options).span();
                err!(
                    flag,
                    "`{ident}` is marked `{attribute}` already; keep `#[auth({attribute})]` on one of them"
                )
            });
            return match errors.collect::<Vec<_>>() {
                none if none.is_empty() => Ok(Some(first)),
                errors => Err(darling::Error::multiple(errors)),
            };
        }
        match (fields.iter().position(|field| field.ident == self.name), self.needed) {
            (None, Some((noun, declaration))) => Err(err!(
                user,
                "a user needs {noun}; add `{declaration}`, or mark a field with `#[auth({attribute})]`"
            )),
            (place, _) => Ok(place),
        }
    }
}
