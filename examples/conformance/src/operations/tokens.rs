//! Reset tokens, and identifiers as short text.

use djauth_runtime::encoding::{b62_encode as b62, b64_encode, int_to_base36, urlsafe_base64_decode};

use crate::{
    answer::{Answer, Kind},
    fields::{Fields, Integer},
};

pub(super) fn uid_encode(fields: Fields<'_>) -> Answer {
    Ok(b64_encode(fields.get::<&str>("pk")?.as_bytes()).into())
}

pub(super) fn uid_decode(fields: Fields<'_>) -> Answer {
    let bytes = urlsafe_base64_decode(fields.get("uidb64")?)?;
    let pk = String::from_utf8(bytes).map_err(|_| Kind::UnicodeDecodeError)?;
    Ok(pk.into())
}

pub(super) fn base36_encode(fields: Fields<'_>) -> Answer {
    Ok(int_to_base36(fields.get::<Integer<'_>>("n")?.clamped().into())?.into())
}

pub(super) fn b62_encode(fields: Fields<'_>) -> Answer {
    Ok(b62(fields.get::<Integer<'_>>("n")?.clamped()).into())
}
