//! Usernames, addresses and credentials.

use djauth_runtime::{
    credentials,
    email::{self, validate_email},
    json::{Object, Value},
    username::{self, UsernameValidator},
};

use crate::{
    answer::{Answer, Kind},
    fields::Fields,
};

pub(super) fn normalize_username(fields: Fields<'_>) -> Answer {
    let username: Option<&str> = fields.get("username")?;
    Ok(username.map_or(Value::Null, |name| username::normalize_username(name).into_owned().into()))
}

pub(super) fn normalize_email(fields: Fields<'_>) -> Answer {
    let email: Option<&str> = fields.get("email")?;
    Ok(email::normalize_email(email.unwrap_or_default()).into())
}

pub(super) fn unicode_ci_compare(fields: Fields<'_>) -> Answer {
    Ok(email::unicode_ci_compare(fields.get("a")?, fields.get("b")?).into())
}

pub(super) fn username_valid(fields: Fields<'_>) -> Answer {
    let validator = match fields.get("validator")? {
        "unicode" => UsernameValidator::Unicode,
        "ascii" => UsernameValidator::Ascii,
        _ => return Err(Kind::BadInput),
    };
    Ok(validator.is_valid(fields.get("username")?).into())
}

pub(super) fn email_valid(fields: Fields<'_>) -> Answer {
    Ok(validate_email(fields.get("email")?).is_ok().into())
}

pub(super) fn clean_credentials(fields: Fields<'_>) -> Answer {
    let given = fields.get::<Fields<'_>>("credentials")?.iter().collect::<Answer<Vec<_>>>()?;
    Ok(credentials::clean_credentials(given).into_iter().collect::<Object>().into())
}
