//! Forms: small, unambiguous, and from a page of ours.

use std::{borrow::Cow, collections::HashSet};

use axum::{
    body::{Body, Bytes, HttpBody},
    extract::{FromRequest, Request},
};
use djauth_runtime::{csrf::FORM_FIELD, url::MAX_FIELDS};
use http::{HeaderMap, header::CONTENT_TYPE, request::Parts};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use percent_encoding::percent_decode;
use serde::de::DeserializeOwned;

use super::{
    context::Handle,
    csrf,
    rejection::{Reason, Rejection},
};

/// How large a form may be that [`Form`] takes, in bytes (rule S89), and how far a guard looks into a form for its token.
pub const MAX_FORM_SIZE: usize = 16 * 1024;

/// A form that a page of ours sent: axum's extractor of this name, with CSRF protection.
///
/// The field `csrfmiddlewaretoken` or the header `X-CSRFToken` must carry a [`CsrfToken`](super::CsrfToken), also where
/// no guard asks for it: when a visitor without a session sends the form, such as that of a login. A form of more than
/// [`MAX_FORM_SIZE`] bytes or [`MAX_FIELDS`] fields, with a field given twice or not in UTF-8, is refused.
#[derive(Debug, Clone, Copy)]
pub struct Form<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = Rejection;

    async fn from_request(request: Request, _: &S) -> Result<Self, Rejection> {
        let (parts, fields) = Fields::read(request).await?;
        let mut encoded = form_urlencoded::Serializer::new(String::new());
        encoded.extend_pairs(fields.0.iter().filter(|(name, _)| name != FORM_FIELD));
        match serde_urlencoded::from_str(&encoded.finish()) {
            Ok(form) => Ok(Self(form)),
            Err(error) => {
                // The text of serde's error may quote a field, so it stays in the log.
                tracing::debug!(error = ?error.to_string(), "a form does not fit its type");
                Err(reject(&parts, Reason::BadRequest))
            }
        }
    }
}

/// The fields of a form whose token was verified; no name comes twice.
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads the request's body and verifies the token in it; returns what remains of the request as well.
    pub(crate) async fn read(request: Request) -> Result<(Parts, Self), Rejection> {
        let (parts, body) = request.into_parts();
        let context = Handle::of(&parts.extensions)?.context();
        let has_no_body = body.is_end_stream() && !parts.headers.contains_key(CONTENT_TYPE);
        if !has_no_body && !is_form(&parts.headers) {
            return Err(reject(&parts, Reason::UnsupportedMediaType));
        }
        let body = collect(body).await.map_err(|reason| reject(&parts, reason))?;
        let fields = Self::parse(&body).ok_or_else(|| reject(&parts, Reason::BadRequest))?;
        csrf::check(&parts, context, fields.get(FORM_FIELD)).await?;
        Ok((parts, fields))
    }

    /// Splits a body into its fields; `None` if they are too many, a name comes twice or a part is no UTF-8.
    fn parse(body: &[u8]) -> Option<Self> {
        let mut fields = Vec::new();
        for field in body.split(|byte| *byte == b'&').filter(|field| !field.is_empty()) {
            if fields.len() == MAX_FIELDS {
                return None;
            }
            fields.push(name_and_value(field)?);
        }
        // Anybody may send a form, so looking for doubles takes linear time whatever the names.
        let mut names = HashSet::with_capacity(fields.len());
        fields.iter().all(|(name, _)| names.insert(name.as_str())).then_some(())?;
        Some(Self(fields))
    }

    /// Returns a field's value.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

fn reject(parts: &Parts, reason: Reason) -> Rejection {
    match Handle::of(&parts.extensions) {
        Ok(handle) => Rejection::new(reason, handle.context().audience()),
        Err(rejection) => rejection,
    }
}

/// Returns whether the Content-Type says that the body is a form of the usual encoding.
pub(super) fn is_form(headers: &HeaderMap) -> bool {
    is_of_type(headers, "application/x-www-form-urlencoded")
}

/// Returns whether the Content-Type is this one, whatever its parameters.
pub(super) fn is_of_type(headers: &HeaderMap, essence: &str) -> bool {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    content_type.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(essence)
}

/// Reads a body up to the limit, whatever its Content-Length says.
async fn collect(body: Body) -> Result<Bytes, Reason> {
    if body.size_hint().lower() > MAX_FORM_SIZE as u64 {
        return Err(Reason::TooLarge);
    }
    match Limited::new(body, MAX_FORM_SIZE).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Reason::TooLarge),
        Err(_) => Err(Reason::BadRequest),
    }
}

/// Splits a field of an encoded form; `None` if a side is no UTF-8.
pub(super) fn name_and_value(field: &[u8]) -> Option<(String, String)> {
    let mut sides = field.splitn(2, |byte| *byte == b'=');
    let name = decode(sides.next().unwrap_or_default())?;
    let value = decode(sides.next().unwrap_or_default())?;
    Some((name, value))
}

fn decode(text: &[u8]) -> Option<String> {
    let spaced: Cow<'_, [u8]> = if text.contains(&b'+') {
        text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect()
    } else {
        text.into()
    };
    percent_decode(&spaced).decode_utf8().ok().map(Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_decoded() {
        let fields = Fields::parse(b"a=1+%2B&&%C3%BC=&b").map(|fields| fields.0);
        let expected = [("a", "1 +"), ("ü", ""), ("b", "")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        assert_eq!(fields.as_deref(), Some(&expected[..]));
    }

    #[test]
    fn s89_a_field_given_twice_is_refused() {
        assert!(Fields::parse(b"username=a&username=b").is_none());
        assert!(Fields::parse(b"username=a&user%6eame=b").is_none());
    }

    #[test]
    fn s89_a_form_of_too_many_fields_is_refused() {
        let form = |fields: usize| (0..fields).map(|name| format!("{name:x}&")).collect::<String>();
        assert!(Fields::parse(form(MAX_FIELDS).as_bytes()).is_some());
        assert!(form(MAX_FIELDS + 1).len() < MAX_FORM_SIZE);
        assert!(Fields::parse(form(MAX_FIELDS + 1).as_bytes()).is_none());
    }

    #[test]
    fn text_that_is_no_utf8_is_refused() {
        assert!(Fields::parse(b"a=%FF").is_none());
        assert!(Fields::parse(b"\xff=a").is_none());
    }
}
