//! Signed values, objects and cookies.

use djauth_runtime::{
    json::Object,
    signing::{self, Compress, Keys, SecretKey, Signer, TimestampSigner},
};
use time::Duration;

use super::{keys, time, whole_seconds};
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
    let (max_age, Number(seconds)) = (fields.find("max_age")?, fields.get("time")?);
    let max_age = max_age.map(|Number(max_age)| max_whole_age(max_age, seconds));
    let (signed, salt, now) = (fields.get("signed")?, fields.get("salt")?, time(fields)?);
    let value = signing::loads(signed, &own_keys(fields)?, salt, max_age, now)?;
    Ok(Object::from_iter([("value", value)]).into())
}

/// Returns the limit in whole seconds that is over for the same timestamps, which have no fraction, as in Python, which
/// subtracts and compares doubles.
fn max_whole_age(max_age: f64, time: f64) -> Duration {
    let about = (time - max_age).floor();
    let counts = |signed_at: &f64| time - signed_at <= max_age;
    let oldest = [about - 1.0, about].into_iter().find(counts).unwrap_or(about + 1.0);
    whole_seconds(time.floor() - oldest)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn is_over(signed_at: f64, time: f64, max_age: f64) -> bool {
        whole_seconds(time.floor() - signed_at) > max_whole_age(max_age, time)
    }

    #[test]
    fn ages_in_whole_seconds_are_over_their_limit_when_the_exact_ones_are() {
        let now = 1_767_225_660.25;
        for (max_age, expected) in [
            (60.25, false),
            (60.25_f64.next_up(), false),
            (60.25_f64.next_down(), true),
            (60.0, true),
            (61.0, false),
            (1e300, false),
            (-1e300, true),
        ] {
            assert_eq!(is_over(1_767_225_600.0, now, max_age), expected, "{max_age}");
        }
        assert!(!is_over(5.0, 0.999_999, 0.999_999 - 5.0));
        assert!(is_over(0.0, 0.0, -1e-20));
        assert!(!is_over(5.0, 0.0, 1e30));
    }
}
