//! The operations, by family. Each reads its fields, calls djauth, and writes what comes back.

mod csrf;
mod names;
mod passwords;
mod redirects;
mod sessions;
mod signing;
mod tokens;
mod user;
mod validation;

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
        "encode_password" => passwords::encode_password,
        "verify_password" => passwords::verify_password,
        "is_password_usable" => passwords::is_password_usable,
        "safe_summary" => passwords::safe_summary,
        "reset_token_make" => tokens::make,
        "reset_token_check" => tokens::check,
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
        "session_expiry" => sessions::expiry,
        "session_auth_hash" => sessions::auth_hash,
        "session_auth_fallback_hashes" => sessions::auth_fallback_hashes,
        "csrf_mask" => csrf::mask,
        "csrf_unmask" => csrf::unmask,
        "csrf_token_check" => csrf::token_check,
        "csrf_origin" => csrf::origin,
        "validate_password" => validation::validate_password,
        "similarity" => validation::similarity,
        "redirect_to_login" => redirects::to_login,
        "login_required" => redirects::login_required,
        "login_success_url" => redirects::login_success_url,
        "url_has_allowed_host_and_scheme" => redirects::has_allowed_host_and_scheme,
        "iri_to_uri" => redirects::iri_to_uri,
        "normalize_username" => names::normalize_username,
        "normalize_email" => names::normalize_email,
        "unicode_ci_compare" => names::unicode_ci_compare,
        "username_valid" => names::username_valid,
        "email_valid" => names::email_valid,
        "clean_credentials" => names::clean_credentials,
        _ => return None,
    })
}

/// Reads `secret_key` and, where it is given, `secret_key_fallbacks`. An empty fallback is none: Django's signers take it
/// for the secret key, and djauth takes no such key.
fn keys(fields: Fields<'_>) -> Answer<Keys> {
    let fallbacks: Vec<&str> = fields.get_or("secret_key_fallbacks", Vec::new())?;
    let fallbacks = fallbacks.into_iter().filter_map(|key| SecretKey::new(key).ok());
    Ok(Keys::new(SecretKey::new(fields.get::<&str>("secret_key")?)?, fallbacks))
}

/// Reads `time`, the clock in seconds since 1970, of which timestamps take the whole ones.
fn time(fields: Fields<'_>) -> Answer<OffsetDateTime> {
    let Number(seconds) = fields.get("time")?;
    Ok(OffsetDateTime::UNIX_EPOCH.saturating_add(whole_seconds(seconds)))
}

fn whole_seconds(seconds: f64) -> Duration {
    Duration::seconds(seconds.floor() as i64)
}

fn texts(texts: impl IntoIterator<Item = impl Into<String>>) -> Value {
    texts.into_iter().map(|text| Value::String(text.into())).collect::<Vec<_>>().into()
}
