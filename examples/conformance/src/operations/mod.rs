//! The operations, by family. Each reads its fields, calls djauth, and writes what comes back.

mod redirects;
mod sessions;
mod signing;
mod tokens;

use djauth_runtime::{
    json::Value,
    signing::{Keys, SecretKey},
};
use time::{Duration, OffsetDateTime};

use crate::{
    answer::Answer,
    fields::{Fields, Number},
};

pub(crate) type Operation = fn(Fields<'_>) -> Answer;

/// Returns the operation of this name.
pub(crate) fn by_name(name: &str) -> Option<Operation> {
    Some(match name {
        "uid_encode" => tokens::uid_encode,
        "uid_decode" => tokens::uid_decode,
        "base36_encode" => tokens::base36_encode,
        "b62_encode" => tokens::b62_encode,
        "signing_dumps" => signing::dumps,
        "signing_loads" => signing::loads,
        "signer_sign" => signing::sign,
        "timestamp_sign" => signing::timestamp_sign,
        "cookie_sign" => signing::cookie_sign,
        "session_encode" => sessions::encode,
        "session_decode" => sessions::decode,
        "cookie_session_key" => sessions::cookie_key,
        "session_auth_hash" => sessions::auth_hash,
        "session_auth_fallback_hashes" => sessions::auth_fallback_hashes,
        "redirect_to_login" => redirects::to_login,
        "login_required" => redirects::login_required,
        "login_success_url" => redirects::login_success_url,
        "url_has_allowed_host_and_scheme" => redirects::has_allowed_host_and_scheme,
        "iri_to_uri" => redirects::iri_to_uri,
        _ => return None,
    })
}

/// Reads `secret_key` and, where it is given, `secret_key_fallbacks`.
fn keys(fields: Fields<'_>) -> Answer<Keys> {
    let fallbacks: Vec<&str> = fields.get_or("secret_key_fallbacks", Vec::new())?;
    let fallbacks = fallbacks.into_iter().map(SecretKey::new).collect::<Result<Vec<_>, _>>()?;
    Ok(Keys::new(SecretKey::new(fields.get::<&str>("secret_key")?)?, fallbacks))
}

/// Reads `time`, the clock in seconds since 1970.
fn time(fields: Fields<'_>) -> Answer<OffsetDateTime> {
    let Number(seconds) = fields.get("time")?;
    Ok(OffsetDateTime::UNIX_EPOCH.saturating_add(Duration::saturating_seconds_f64(seconds)))
}

fn texts(texts: impl IntoIterator<Item = impl Into<String>>) -> Value {
    texts.into_iter().map(|text| Value::String(text.into())).collect::<Vec<_>>().into()
}
