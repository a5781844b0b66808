//! What must be known of a user before there is one? The questions of `createuser`, `createsuperuser` and the set-up
//! page.

use djauth_runtime::{
    Error, RawPassword, Result,
    auth::Authenticator,
    email::clean_email,
    manager::NewUser,
    model::{ColumnType, Field, UserModel, Value},
    session::expiry::from_isoformat,
    user::AuthUser,
    username::{UsernameValidator, clean_username},
    validator::Attributes,
};

/// The longest text of a field that does not say how long it may be.
const MAX_LENGTH: u16 = 254;

/// A field that is asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Question {
    pub(crate) field: &'static Field,
    model: &'static UserModel,
}

impl Question {
    /// Returns the question for the name that the user logs in with.
    pub(crate) fn username<U: AuthUser>() -> Result<Self> {
        let field = U::MODEL.column(U::MODEL.roles.username);
        field
            .map(|field| Self { field, model: U::MODEL })
            .ok_or_else(|| Error::invalid("the model has no username"))
    }

    /// Returns the questions for the fields that the model requires besides (Django's `REQUIRED_FIELDS`).
    pub(crate) fn required<U: AuthUser>() -> impl Iterator<Item = Self> {
        let fields = U::MODEL.required_fields.iter().filter_map(|name| U::MODEL.field(name));
        fields.map(|field| Self { field, model: U::MODEL })
    }

    /// Returns what people call the field (Django's `verbose_name`).
    pub(crate) fn verbose_name(self) -> String {
        if self.is_address() { "email address".to_owned() } else { self.field.name.replace('_', " ") }
    }

    /// Returns the field's name as a heading.
    pub(crate) fn label(self) -> String {
        let mut name = self.verbose_name();
        if let Some(first) = name.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        name
    }

    /// Returns whether the field may be left empty (Django's `blank`).
    pub(crate) fn may_be_blank(self) -> bool {
        !self.is_username() && (self.field.nullable || (self.field.default)().is_some())
    }

    fn is_username(self) -> bool {
        self.field.column == self.model.roles.username
    }

    /// Returns whether the field is the user's address.
    pub(crate) fn is_address(self) -> bool {
        self.model.roles.email == Some(self.field.column)
    }

    /// Makes the field's value of what was typed.
    ///
    /// # Errors
    /// [`Error::Invalid`] with Django's text about the value.
    pub(crate) fn clean(self, typed: &str) -> Result<Value> {
        if typed.is_empty() {
            return self.blank();
        }
        let value = match self.field.column_type {
            ColumnType::Text => Value::Text(self.clean_text(typed)?),
            ColumnType::Boolean => Value::Boolean(boolean(typed).ok_or_else(|| {
                Error::Invalid(format!("“{typed}” value must be either True or False."))
            })?),
            ColumnType::Integer | ColumnType::BigInteger => Value::Integer(
                typed.trim().parse().map_err(|_| Error::Invalid(format!("“{typed}” value must be an integer.")))?,
            ),
            ColumnType::Float => Value::Float(
                typed.trim().parse().map_err(|_| Error::Invalid(format!("“{typed}” value must be a float.")))?,
            ),
            ColumnType::DateTime => Value::DateTime(from_isoformat(typed).map_err(|_| {
                Error::Invalid(format!(
                    "“{typed}” value has an invalid format. It must be in YYYY-MM-DD HH:MM[:ss[.uuuuuu]][TZ] format."
                ))
            })?),
            ColumnType::Uuid => {
                Value::Uuid(uuid(typed).ok_or_else(|| Error::Invalid(format!("“{typed}” is not a valid UUID.")))?)
            }
            _ => {
                return Err(Error::Invalid(format!(
                    "`{}` cannot be typed; remove it from `required_fields`",
                    self.field.name
                )));
            }
        };
        self.field.accept(&value)?;
        Ok(value)
    }

    fn blank(self) -> Result<Value> {
        if !self.may_be_blank() {
            return Err(Error::invalid("This field cannot be blank."));
        }
        Ok(if self.field.nullable { Value::Null } else { (self.field.default)().unwrap_or(Value::Null) })
    }

    fn clean_text(self, typed: &str) -> Result<String> {
        let longest = usize::from(self.field.max_length.unwrap_or(MAX_LENGTH));
        let cleaned = if self.is_address() {
            clean_email(typed, longest)
        } else if self.is_username() {
            // Django's own user is the one model whose usernames have a form; others say it themselves.
            let is_djangos = (self.model.app_label, self.model.model_name) == ("auth", "user");
            clean_username(typed, longest).and_then(|name| {
                if is_djangos { UsernameValidator::Unicode.validate(&name).map(|()| name) } else { Ok(name) }
            })
        } else {
            return Ok(typed.to_owned());
        };
        cleaned.map_err(|error| Error::Invalid(error.to_string()))
    }
}

fn boolean(typed: &str) -> Option<bool> {
    match typed {
        "t" | "True" | "true" | "1" => Some(true),
        "f" | "False" | "false" | "0" => Some(false),
        _ => None,
    }
}

fn uuid(typed: &str) -> Option<[u8; 16]> {
    let digits: String = typed.chars().filter(|c| *c != '-').collect();
    let is_hex = digits.len() == 32 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    is_hex.then(|| u128::from_str_radix(&digits, 16).ok().map(u128::to_be_bytes)).flatten()
}

/// What is known so far of a user about to be made.
#[derive(Debug)]
pub(crate) struct Draft {
    username: String,
    values: Vec<(&'static Field, Value)>,
}

impl Draft {
    /// Starts with the answer to [`Question::username`].
    pub(crate) fn new(username: impl Into<String>) -> Self {
        Self { username: username.into(), values: Vec::new() }
    }

    /// Adds the answer to another question.
    pub(crate) fn add(&mut self, question: Question, value: Value) {
        self.values.push((question.field, value));
    }

    /// Returns which rules a password breaks, as texts.
    pub(crate) fn password_errors<U: AuthUser>(
        &self,
        auth: &Authenticator<U>,
        password: &RawPassword,
    ) -> Vec<String> {
        let username = Question::username::<U>().map(|question| question.field.name).unwrap_or_default();
        let mut user = Attributes::new().with(username, self.username.clone());
        for (field, value) in &self.values {
            if let Value::Text(text) = value {
                user = user.with(field.name, text.clone());
            }
        }
        let errors = auth.validators().validate(password, Some(&user)).err().unwrap_or_default();
        errors.iter().map(ToString::to_string).collect()
    }

    /// Ends the questions; without a password the user cannot log in until they are given one.
    pub(crate) fn into_new_user(self, password: Option<RawPassword>) -> NewUser {
        let mut new = NewUser::new(self.username);
        for (field, value) in self.values {
            new = new.set(field.name, value);
        }
        match password {
            Some(password) => new.password(password),
            None => new,
        }
    }
}

/// Returns whether somebody logs in with this name already.
pub(crate) async fn is_taken<U: AuthUser>(auth: &Authenticator<U>, username: &str) -> Result<bool> {
    Ok(auth.users().get_user_by_username(username).await?.is_some())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use djauth_runtime::{model::ColumnValue, test_util::Person};

    use super::*;

    fn question<T: ColumnValue>() -> Question {
        let field: &'static Field = Box::leak(Box::new(Field::of::<T>("field", "field")));
        Question { field, model: Person::MODEL }
    }

    fn error(question: Question, typed: &str) -> String {
        question.clean(typed).unwrap_err().to_string()
    }

    #[test]
    fn values_are_read_by_their_columns_type_and_refused_in_djangos_words() {
        assert_eq!(question::<i64>().clean("-7").unwrap(), Value::Integer(-7));
        assert_eq!(error(question::<i64>(), "x"), "“x” value must be an integer.");
        assert_eq!(question::<bool>().clean("True").unwrap(), Value::Boolean(true));
        assert_eq!(error(question::<bool>(), "yes"), "“yes” value must be either True or False.");
        assert_eq!(question::<Option<String>>().clean("").unwrap(), Value::Null);
        assert_eq!(error(question::<i64>(), ""), "This field cannot be blank.");
        assert!(error(question::<time::OffsetDateTime>(), "soon").contains("YYYY-MM-DD"));
        assert!(error(question::<Vec<u8>>(), "x").contains("remove it from `required_fields`"));
    }

    #[test]
    fn addresses_and_names_are_cleaned_as_their_role_demands() {
        let email = Question::required::<Person>().next().unwrap();
        assert_eq!(
            (email.label().as_str(), email.verbose_name().as_str()),
            ("Email address", "email address")
        );
        assert_eq!(email.clean("Ann@EXAMPLE.org").unwrap(), Value::Text("Ann@example.org".into()));
        assert_eq!(error(email, "ann"), "Enter a valid email address.");
        let username = Question::username::<Person>().unwrap();
        assert_eq!(username.clean(" \u{fb01}sh ").unwrap(), Value::Text("fish".into()));
        assert_eq!(error(username, ""), "This field cannot be blank.");
        assert!(
            error(username, &"x".repeat(151)).starts_with("Ensure this value has at most 150 characters")
        );
    }

    #[test]
    fn a_uuid_is_thirty_two_digits_with_or_without_hyphens() {
        let typed = "0b4c5e9e-2f0e-4f9c-9a52-3a8f5a3f7a11";
        assert_eq!(uuid(typed), uuid(&typed.replace('-', "")));
        assert!(uuid(typed).is_some() && uuid(&typed[1..]).is_none() && uuid("+").is_none());
    }
}
