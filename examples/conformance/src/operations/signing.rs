//! Signed values, objects and cookies.

use djauth_runtime::{
    json::Object,
    signing::{self, Compress, Keys, SecretKey, Signer, TimestampSigner},
};
use time::Duration;

use super::{keys, time};
use crate::{
    answer::Answer,
    fields::{Fields, Number},
};

pub(super) fn dumps(fields: Fields<'_>) -> Answer {
    let compress = if fields.get("compress")? { Compress::IfShorter } else { Compress::No };
    let (value, salt, now) = (fields.get("obj")?, fields.get("salt")?, time(fields)?);
    Ok(signing::dumps(value, &own_keys(fields)?, salt, compress, now)?.into())
}

pub(super) fn loads(fields: Fields<'_>) -> Answer {
    let max_age: Option<Number> = fields.find("max_age")?;
    let max_age = max_age.map(|Number(seconds)| Duration::saturating_seconds_f64(seconds));
    let (signed, salt, now) = (fields.get("signed")?, fields.get("salt")?, time(fields)?);
    let value = signing::loads(signed, &own_keys(fields)?, salt, max_age, now)?;
    Ok(Object::from_iter([("value", value)]).into())
}

pub(super) fn sign(fields: Fields<'_>) -> Answer {
    let (value, options) = (fields.get("value")?, Options::read(fields)?);
    let signer = Signer::new(&own_keys(fields)?)
        .with_salt(options.salt)
        .with_algorithm(options.algorithm.parse()?)
        .with_separator(options.separator)?;
    Ok(signer.sign(value).into())
}

pub(super) fn timestamp_sign(fields: Fields<'_>) -> Answer {
    let (value, now, options) = (fields.get("value")?, time(fields)?, Options::read(fields)?);
    let signer = TimestampSigner::new(&own_keys(fields)?)
        .with_salt(options.salt)
        .with_algorithm(options.algorithm.parse()?)
        .with_separator(options.separator)?;
    Ok(signer.sign(value, now).into())
}

pub(super) fn cookie_sign(fields: Fields<'_>) -> Answer {
    let (name, value, salt) = (fields.get("name")?, fields.get("value")?, fields.get_or("salt", "")?);
    Ok(signing::cookie_sign(&keys(fields)?, name, value, salt, time(fields)?)?.into())
}

/// The keys, with `key` in the place of the secret key where it is given.
fn own_keys(fields: Fields<'_>) -> Answer<Keys> {
    let keys = keys(fields)?;
    match fields.find::<&str>("key")? {
        Some(key) => Ok(keys.with_key(SecretKey::new(key)?)),
        None => Ok(keys),
    }
}

/// What a signer may be made with; every key is read before any is judged.
struct Options<'a> {
    salt: &'a str,
    separator: &'a str,
    algorithm: &'a str,
}

impl<'a> Options<'a> {
    fn read(fields: Fields<'a>) -> Answer<Self> {
        Ok(Self {
            salt: fields.get_or("salt", "")?,
            separator: fields.get_or("sep", ":")?,
            algorithm: fields.get_or("algorithm", "sha256")?,
        })
    }
}
