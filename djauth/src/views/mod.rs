//! Which pages come ready-made? Logging in and out, under Django's names, and making the first superuser.

mod login;
mod logout;
pub(crate) mod setup;
mod urls;

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use djauth_runtime::{
    Error, Result,
    redirect::{SuccessUrl, redirect_location},
};
use http::{
    HeaderName, HeaderValue, StatusCode,
    header::{
        CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY,
        X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
    },
};
use serde::Serialize;

use crate::axum::context::Context;

/// Headers of every page of ours: no scripts but the site's own, none inline, no frames, no copy in a cache (rule S87).
///
/// There is no `form-action` (CSP Level 3): Chrome and Safari hold it against every redirect that follows a form, and
/// nobody could log in whose way back ends at another site, such as that of an OAuth client.
const PAGE_HEADERS: [(HeaderName, &str); 6] = [
    (CONTENT_TYPE, "text/html; charset=utf-8"),
    (CONTENT_SECURITY_POLICY, "default-src 'self'; base-uri 'none'; frame-ancestors 'none'"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (REFERRER_POLICY, "same-origin"),
    (CACHE_CONTROL, "no-store"),
];

fn page(context: &dyn Context, status: StatusCode, template: &str, data: impl Serialize) -> Result<Response> {
    let html = context.site().templates.render(template, data)?;
    let mut response = (status, Body::from(html)).into_response();
    for (name, value) in PAGE_HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}

fn redirect(context: &dyn Context, url: &str) -> Result<Response> {
    let location = HeaderValue::try_from(redirect_location(url)?)
        .map_err(|_| Error::invalid("the target fits no header"))?;
    let status = context.site().redirect_status;
    Ok((status, [(LOCATION, location), (CACHE_CONTROL, HeaderValue::from_static("no-store"))])
        .into_response())
}

/// Where somebody goes who has logged in or out.
fn success_url<'a>(context: &'a dyn Context, default: &'a str) -> SuccessUrl<'a> {
    SuccessUrl {
        redirect_field_name: &context.settings().redirect_field_name,
        allowed_hosts: &[],
        next_page: "",
        default,
        names: &context.site().names,
        rule: context.site().next_rule,
    }
}
