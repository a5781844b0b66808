//! Masked tokens, and where a form comes from.

use djauth_runtime::{
    csrf::{self, CsrfRejection, CsrfRequest, CsrfSecret, OriginPolicy, TokenFault, TokenSource},
    json::Value,
};

use crate::{
    answer::{Answer, Kind},
    fields::Fields,
};

pub(super) fn mask(fields: Fields<'_>) -> Answer {
    let (text, mask) = (fields.get("secret")?, fields.get("mask")?);
    Ok(secret(text)?.masked_with(&secret(mask)?).into())
}

pub(super) fn unmask(fields: Fields<'_>) -> Answer {
    Ok(secret(fields.get("token")?)?.expose().into())
}

pub(super) fn token_check(fields: Fields<'_>) -> Answer {
    let checked = csrf::check_submitted(fields.get("cookie")?, fields.get("token")?, TokenSource::Post);
    Ok(checked.map_or_else(|reason| reason.to_string(), |()| "ok".to_owned()).into())
}

pub(super) fn origin(fields: Fields<'_>) -> Answer {
    let trusted_origins: Vec<&str> = fields.get_or("trusted_origins", Vec::new())?;
    let allowed_hosts: Vec<&str> = fields.get_or("allowed_hosts", vec!["*"])?;
    let policy = OriginPolicy::new(trusted_origins, fields.get_or("cookie_domain", None)?, allowed_hosts);
    let request = CsrfRequest {
        host: fields.get("host")?,
        secure: fields.get("secure")?,
        origin: fields.get_or("origin", None)?,
        referer: fields.get_or("referer", None)?,
        ..CsrfRequest::default()
    };
    match policy.check_origin(&request) {
        Ok(()) => Ok(Value::Null),
        Err(CsrfRejection::MalformedTrustedOrigin(_)) => Err(Kind::ValueError),
        Err(reason) => Ok(reason.to_string().into()),
    }
}

fn secret(text: &str) -> Answer<CsrfSecret> {
    CsrfSecret::parse(text).map_err(|_: TokenFault| Kind::ValueError)
}
