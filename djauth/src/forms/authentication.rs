//! The form of the login page.

use djauth_runtime::{
    RawPassword, credentials::Credentials, model::UserModel, text, validator::ValidationError,
};

use super::FormErrors;

/// The longest username that the page's field takes if the model names none.
const MAX_LENGTH: u16 = 254;

/// Somebody wants to log in (Django's `AuthenticationForm`).
///
/// It asks nobody who that is: hand its [`credentials`](Self::into_credentials) to `authenticate`.
#[derive(Debug)]
pub struct AuthenticationForm {
    username: String,
    password: RawPassword,
}

impl AuthenticationForm {
    /// Cleans what was typed. The password counts unchanged (rule S24).
    ///
    /// # Errors
    /// Codes `required` and `null_characters_not_allowed`. A username that is too long is no error; it is nobody's.
    pub fn clean(
        username: Option<&str>,
        password: Option<&str>,
        model: &UserModel,
    ) -> Result<Self, FormErrors> {
        let mut errors = FormErrors::default();
        let username = clean_username(username.unwrap_or_default(), max_length(model));
        let password = password.unwrap_or_default();
        if username.is_empty() {
            errors.add("username", ValidationError::required());
        } else if username.contains('\0') {
            errors.add("username", ValidationError::null_characters_not_allowed());
        }
        if password.is_empty() {
            errors.add("password", ValidationError::required());
        }
        let form = Self { username, password: RawPassword::new(password) };
        if errors.is_empty() { Ok(form) } else { Err(errors) }
    }

    /// Returns what the backends are asked with.
    #[must_use]
    pub fn into_credentials(self) -> Credentials {
        Credentials::password(&self.username, self.password)
    }

    /// Says that these credentials are nobody's, whatever the reason (rule S20).
    #[must_use]
    pub fn invalid_login(model: &UserModel) -> FormErrors {
        let label = verbose_name(model);
        FormErrors::of_form(ValidationError::new(
            "invalid_login",
            format!(
                "Please enter a correct {label} and password. Note that both fields may be case-sensitive."
            ),
        ))
    }

    /// Returns the label of the username's field: the model's own word for it.
    #[must_use]
    pub fn username_label(model: &UserModel) -> String {
        let name = verbose_name(model);
        let mut characters = name.chars();
        characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
    }
}

/// The longest username that the field takes, in characters.
pub(crate) fn max_length(model: &UserModel) -> u16 {
    model.column(model.roles.username).and_then(|field| field.max_length).unwrap_or(MAX_LENGTH)
}

fn verbose_name(model: &UserModel) -> String {
    model.column(model.roles.username).map_or("username", |field| field.name).replace('_', " ")
}

/// Strips and normalises (Django's `UsernameField`), unless the name is too long anyway: normalising takes its time.
fn clean_username(typed: &str, max_length: u16) -> String {
    let typed = text::strip(typed);
    if text::len(typed) > usize::from(max_length) { typed.to_owned() } else { text::nfkc(typed).into_owned() }
}

#[cfg(test)]
mod tests {
    use djauth_runtime::{test_util::Person, user::AuthUser};

    use super::*;

    fn clean(username: &str, password: &str) -> Result<Credentials, FormErrors> {
        let form = AuthenticationForm::clean(Some(username), Some(password), Person::MODEL);
        form.map(AuthenticationForm::into_credentials)
    }

    fn codes(errors: &FormErrors, field: &str) -> Vec<String> {
        errors.field(field).map(|error| error.code.to_string()).collect()
    }

    #[test]
    fn the_username_is_stripped_and_normalised_and_the_password_is_not() {
        let credentials = clean(" \u{fb01}sh\u{a0}", " pa\0ss ").expect("a form");
        assert_eq!(credentials.username(), Some("fish"));
        assert_eq!(credentials.get("password").map(RawPassword::expose), Some(" pa\0ss "));
    }

    #[test]
    fn missing_fields_and_nuls_are_told_at_their_fields() {
        let errors = AuthenticationForm::clean(None, None, Person::MODEL).expect_err("nothing typed");
        assert_eq!(codes(&errors, "username"), ["required"]);
        assert_eq!(codes(&errors, "password"), ["required"]);
        assert_eq!(codes(&clean("  ", "x").expect_err("blank"), "username"), ["required"]);
        let nul = clean("a\0b", "x").expect_err("a NUL");
        assert_eq!(codes(&nul, "username"), ["null_characters_not_allowed"]);
    }

    #[test]
    fn a_username_that_is_too_long_is_no_error_and_not_normalised() {
        let long = "\u{fb01}".repeat(300);
        assert_eq!(clean(&long, "x").expect("a form").username(), Some(long.as_str()));
    }

    #[test]
    fn the_error_names_the_models_own_field() {
        let errors = AuthenticationForm::invalid_login(Person::MODEL);
        let texts: Vec<_> = errors.non_field().map(ToString::to_string).collect();
        assert_eq!(
            texts,
            ["Please enter a correct username and password. Note that both fields may be case-sensitive."]
        );
        assert_eq!(AuthenticationForm::username_label(Person::MODEL), "Username");
    }
}
