//! Reset tokens, and identifiers as short text.

use djauth_runtime::{
    PasswordHash,
    crypto::Algorithm,
    encoding::{b62_encode as b62, int_to_base36},
    json::Value,
    session::expiry::from_isoformat,
    token::{self, PasswordResetTokenGenerator, TokenUser, UidError},
};
use time::{Duration, OffsetDateTime};

use super::keys;
use crate::{
    answer::{Answer, Kind},
    fields::{Fields, FromField, Integer},
};

pub(super) fn make(fields: Fields<'_>) -> Answer {
    let mut generator = PasswordResetTokenGenerator::new(&keys(fields)?, Duration::ZERO)
        .with_algorithm(fields.get_or("algorithm", "sha256")?.parse::<Algorithm>()?);
    if let Some(key_salt) = fields.find("key_salt")? {
        generator = generator.with_key_salt(key_salt);
    }
    Ok(generator.make_token(User::read(fields)?.of_token(), wall_clock(fields)?)?.into())
}

pub(super) fn check(fields: Fields<'_>) -> Answer {
    let timeout = Duration::seconds(fields.get::<Integer<'_>>("timeout")?.clamped());
    let generator = PasswordResetTokenGenerator::new(&keys(fields)?, timeout);
    let (user, now) = (User::read(fields)?, wall_clock(fields)?);
    let token: Option<&str> = fields.get("token")?;
    Ok(token.is_some_and(|token| generator.check_token(user.of_token(), token, now)).into())
}

pub(super) fn uid_encode(fields: Fields<'_>) -> Answer {
    Ok(token::uid_encode(fields.get("pk")?).into())
}

pub(super) fn uid_decode(fields: Fields<'_>) -> Answer {
    match token::uid_decode(fields.get("uidb64")?) {
        Ok(pk) => Ok(pk.into()),
        Err(UidError::Base64) => Err(Kind::ValueError),
        Err(UidError::Utf8) => Err(Kind::UnicodeDecodeError),
    }
}

pub(super) fn base36_encode(fields: Fields<'_>) -> Answer {
    Ok(int_to_base36(fields.get::<Integer<'_>>("n")?.clamped().into())?.into())
}

pub(super) fn b62_encode(fields: Fields<'_>) -> Answer {
    Ok(b62(fields.get::<Integer<'_>>("n")?.clamped()).into())
}

/// Reads `now`, which has no offset: the wall clock of a project in UTC.
fn wall_clock(fields: Fields<'_>) -> Answer<OffsetDateTime> {
    Ok(from_isoformat(&format!("{}+00:00", fields.get::<&str>("now")?))?)
}

/// Reads an instant; one without an offset is in UTC.
fn instant(text: &str) -> Answer<OffsetDateTime> {
    Ok(from_isoformat(text).or_else(|_| from_isoformat(&format!("{text}+00:00")))?)
}

/// What a token depends on, of the protocol's `user`.
struct User {
    pk: String,
    password: PasswordHash,
    last_login: Option<OffsetDateTime>,
    email: Option<String>,
}

impl User {
    fn read(fields: Fields<'_>) -> Answer<Self> {
        let user: Fields<'_> = fields.get("user")?;
        let last_login: Option<&str> = user.get_or("last_login", None)?;
        Ok(Self {
            pk: user.get::<PrimaryKey>("pk")?.0,
            password: PasswordHash::from_stored(user.get_or("password", "")?),
            last_login: last_login.map(instant).transpose()?,
            email: user.get_or::<Option<&str>>("email", None)?.map(str::to_owned),
        })
    }

    fn of_token(&self) -> TokenUser<'_> {
        let Self { pk, password, last_login, email } = self;
        TokenUser { pk, password, last_login: *last_login, email: email.as_deref() }
    }
}

/// `int|text`, as text.
struct PrimaryKey(String);

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
