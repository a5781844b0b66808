//! Reset tokens, and identifiers as short text.

use djauth_runtime::{
    PasswordHash,
    crypto::Algorithm,
    encoding::{b62_encode as b62, int_to_base36},
    session::expiry::from_isoformat,
    token::{self, PasswordResetTokenGenerator, TokenUser, UidError},
};
use time::{Duration, OffsetDateTime};

use super::{
    keys,
    user::{PrimaryKey, User},
};
use crate::{
    answer::{Answer, Kind},
    fields::{Fields, Integer},
};

pub(super) fn make(fields: Fields<'_>) -> Answer {
    let (user, now) = (Owner::read(fields)?, fields.get("now")?);
    let (key_salt, algorithm) = (fields.find("key_salt")?, fields.get_or("algorithm", "sha256")?);
    let mut generator = PasswordResetTokenGenerator::new(&keys(fields)?, Duration::ZERO)
        .with_algorithm(algorithm.parse::<Algorithm>()?);
    if let Some(key_salt) = key_salt {
        generator = generator.with_key_salt(key_salt);
    }
    Ok(generator.make_token(user.of_token()?, wall_clock(now)?)?.into())
}

pub(super) fn check(fields: Fields<'_>) -> Answer {
    let (user, now) = (Owner::read(fields)?, fields.get("now")?);
    let (token, timeout): (Option<&str>, Integer<'_>) = (fields.get("token")?, fields.get("timeout")?);
    let generator = PasswordResetTokenGenerator::new(&keys(fields)?, Duration::seconds(timeout.clamped()));
    let (user, now) = (user.of_token()?, wall_clock(now)?);
    Ok(token.is_some_and(|token| generator.check_token(user, token, now)).into())
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
fn wall_clock(now: &str) -> Answer<OffsetDateTime> {
    Ok(from_isoformat(&format!("{now}+00:00"))?)
}

/// Reads an instant; one without an offset is in UTC.
fn instant(text: &str) -> Answer<OffsetDateTime> {
    Ok(from_isoformat(text).or_else(|_| from_isoformat(&format!("{text}+00:00")))?)
}

/// What a token depends on, of the user.
struct Owner<'a> {
    pk: String,
    password: PasswordHash,
    last_login: Option<&'a str>,
    email: Option<&'a str>,
}

impl<'a> Owner<'a> {
    fn read(fields: Fields<'a>) -> Answer<Self> {
        let User { pk, password, last_login, email, .. } = User::read(fields.get("user")?)?;
        let PrimaryKey(pk) = pk.ok_or(Kind::BadInput)?;
        Ok(Self { pk, password: PasswordHash::from_stored(password), last_login, email })
    }

    fn of_token(&self) -> Answer<TokenUser<'_>> {
        let last_login = self.last_login.map(instant).transpose()?;
        Ok(TokenUser { pk: &self.pk, password: &self.password, last_login, email: self.email })
    }
}
