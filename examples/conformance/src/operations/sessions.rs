//! Session data as it is stored, when it ends, and the hash that ties it to a password.

use djauth_runtime::{
    PasswordHash,
    json::{Object, Value},
    session::{
        SessionAuthHasher,
        encoding::{self, SESSION_STORE},
        expiry::{Expiry, ExpiryPolicy, from_isoformat, isoformat},
    },
};

use super::{keys, texts, time};
use crate::{
    answer::Answer,
    fields::{Fields, Integer, Number},
};

pub(super) fn encode(fields: Fields<'_>) -> Answer {
    let store_class = fields.get_or("store_class", SESSION_STORE)?;
    let signer = encoding::store_signer(&keys(fields)?, store_class);
    Ok(encoding::encode(fields.get("data")?, &signer, time(fields)?)?.into())
}

pub(super) fn decode(fields: Fields<'_>) -> Answer {
    fields.find::<Number>("time")?;
    let signer = encoding::store_signer(&keys(fields)?, SESSION_STORE);
    Ok(encoding::decode(fields.get("session_data")?, &signer).into())
}

pub(super) fn cookie_key(fields: Fields<'_>) -> Answer {
    Ok(encoding::encode_cookie(fields.get("data")?, &keys(fields)?, time(fields)?)?.into())
}

pub(super) fn expiry(fields: Fields<'_>) -> Answer {
    let policy = ExpiryPolicy {
        cookie_age: fields.get::<Integer<'_>>("cookie_age")?.clamped(),
        expire_at_browser_close: fields.get("expire_at_browser_close")?,
    };
    let (data, now) = (fields.get("data")?, fields.get("now")?);
    let (expiry, modified) = (Expiry::load(data)?, from_isoformat(now)?);
    Ok(Object::from_iter([
        ("age", Value::from(policy.age(expiry, modified))),
        ("date", isoformat(policy.date(expiry, modified)?).into()),
        ("browser_close", policy.is_browser_close(expiry).into()),
    ])
    .into())
}

pub(super) fn auth_hash(fields: Fields<'_>) -> Answer {
    Ok(SessionAuthHasher::new(&keys(fields)?).hash(&password(fields)?).expose().into())
}

pub(super) fn auth_fallback_hashes(fields: Fields<'_>) -> Answer {
    let (password, hasher) = (password(fields)?, SessionAuthHasher::new(&keys(fields)?));
    Ok(texts(hasher.fallback_hashes(&password).map(|hash| hash.expose().to_owned())))
}

fn password(fields: Fields<'_>) -> Answer<PasswordHash> {
    Ok(PasswordHash::from_stored(fields.get::<&str>("password")?))
}
