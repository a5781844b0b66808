//! Session data as it is stored, when it ends, and the hash that ties it to a password.

use djauth_runtime::{
    PasswordHash,
    json::{Object, Value},
    session::{
        self,
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
    Ok(encoding::encode(fields.get("data")?, &keys(fields)?, store_class, time(fields)?)?.into())
}

pub(super) fn decode(fields: Fields<'_>) -> Answer {
    fields.find::<Number>("time")?;
    Ok(encoding::decode(fields.get("session_data")?, &keys(fields)?, SESSION_STORE).into())
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
    Ok(session::session_auth_hash(&password(fields)?, &keys(fields)?).expose().into())
}

pub(super) fn auth_fallback_hashes(fields: Fields<'_>) -> Answer {
    let (password, keys) = (password(fields)?, keys(fields)?);
    Ok(texts(session::session_auth_fallback_hashes(&password, &keys).map(|hash| hash.expose().to_owned())))
}

fn password(fields: Fields<'_>) -> Answer<PasswordHash> {
    Ok(PasswordHash::from_stored(fields.get::<&str>("password")?))
}
