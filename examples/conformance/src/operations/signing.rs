//! Signed values, objects and cookies.

use djauth_runtime::{
    crypto::Algorithm,
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
    let signer = Signer::new(&own_keys(fields)?)
        .with_salt(fields.get_or("salt", "")?)
        .with_algorithm(algorithm(fields)?)
        .with_separator(fields.get_or("sep", ":")?)?;
    Ok(signer.sign(fields.get("value")?).into())
}

pub(super) fn timestamp_sign(fields: Fields<'_>) -> Answer {
    let signer = TimestampSigner::new(&own_keys(fields)?)
        .with_salt(fields.get_or("salt", "")?)
        .with_algorithm(algorithm(fields)?)
        .with_separator(fields.get_or("sep", ":")?)?;
    Ok(signer.sign(fields.get("value")?, time(fields)?).into())
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

fn algorithm(fields: Fields<'_>) -> Answer<Algorithm> {
    Ok(fields.get_or("algorithm", "sha256")?.parse()?)
}
