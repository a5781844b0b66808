//! The token that stands in a form.

use axum::body::Body;
use djauth_runtime::csrf::FORM_FIELD;
use http::{HeaderMap, Request, header::CONTENT_TYPE};
use http_body_util::{BodyDataStream, BodyExt};
use multer::{Multipart, parse_boundary};

use super::form_body::FormBody;
use crate::axum::form::{is_form, is_of_type, name_and_value};

/// How long the boundary between the fields of a form may be (RFC 2046, section 5.1.1). Looking for one costs time in
/// proportion to its length.
const MAX_BOUNDARY: usize = 70;

/// Puts the form that a request sends where a guard finds it. A request without one stays as it is.
pub(super) fn share_form(request: Request<Body>) -> Request<Body> {
    if !is_form(request.headers()) && !is_multipart(request.headers()) {
        return request;
    }
    let (mut parts, body) = request.into_parts();
    let body = FormBody::new(body);
    parts.extensions.insert(body.clone());
    Request::from_parts(parts, Body::new(body))
}

fn is_multipart(headers: &HeaderMap) -> bool {
    is_of_type(headers, "multipart/form-data")
}

/// Returns the first field [`FORM_FIELD`] in the beginning of a form, as soon as it has come.
pub(super) async fn field(headers: &HeaderMap, body: &FormBody) -> Option<String> {
    if is_form(headers) {
        return in_encoded_form(body).await;
    }
    let boundary = parse_boundary(headers.get(CONTENT_TYPE)?.to_str().ok()?).ok()?;
    if boundary.len() > MAX_BOUNDARY { None } else { in_multipart_form(body, boundary).await }
}

async fn in_encoded_form(body: &FormBody) -> Option<String> {
    let mut beginning = body.beginning();
    let mut field = Vec::new();
    while let Some(Ok(frame)) = beginning.frame().await {
        for byte in frame.into_data().unwrap_or_default() {
            if byte != b'&' {
                field.push(byte);
            } else if let Some(token) = token(&field) {
                return Some(token);
            } else {
                field.clear();
            }
        }
    }
    // A field that is cut off is none.
    if body.is_whole() { token(&field) } else { None }
}

fn token(field: &[u8]) -> Option<String> {
    name_and_value(field).filter(|(name, _)| name == FORM_FIELD).map(|(_, value)| value)
}

async fn in_multipart_form(body: &FormBody, boundary: String) -> Option<String> {
    let mut fields = Multipart::new(BodyDataStream::new(body.beginning()), boundary);
    // A form that cannot be read has no token; what is wrong with it says whoever reads all of it.
    while let Ok(Some(field)) = fields.next_field().await {
        if field.name() == Some(FORM_FIELD) && field.file_name().is_none() {
            return field.text().await.ok();
        }
    }
    None
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use form_urlencoded::parse;
    use http::HeaderValue;
    use proptest::prelude::*;
    use tokio::runtime::Builder;

    use super::{super::form_body::tests::Frames, *};
    use crate::axum::form::MAX_FORM_SIZE;

    /// Returns what is found if a body comes as a whole, and if it comes in pieces of this size.
    fn found(content_type: &'static str, body: &str, size: usize) -> [Option<String>; 2] {
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(content_type))]);
        let pieces: Vec<_> = body.as_bytes().chunks(size).map(<[u8]>::to_vec).collect();
        [Body::from(body.to_owned()), Body::new(Frames::of(&pieces))].map(|body| {
            let runtime = Builder::new_current_thread().build().unwrap();
            runtime.block_on(field(&headers, &FormBody::new(body)))
        })
    }

    proptest! {
        #[test]
        fn s80_the_token_is_the_first_field_of_its_name_however_it_comes(
            form in "(csrfmiddlewaretoken=[a-z+]{0,3}&|csrf%6didd[a-z]{0,12}=|[a-z%=&]{0,6}&|a{0,9000}){0,4}",
            size in 1_usize..5000,
        ) {
            let name = |field: &str| parse(field.as_bytes()).next().is_some_and(|(name, _)| name == FORM_FIELD);
            let is_whole = form.len() <= MAX_FORM_SIZE;
            let ends = form.match_indices('&').map(|(end, _)| end).chain(is_whole.then_some(form.len()));
            let fields = form.split('&').zip(ends).filter(|(_, end)| *end < MAX_FORM_SIZE || is_whole);
            let first = fields.map(|(field, _)| field).find(|field| name(field));
            let expected = first.and_then(|field| parse(field.as_bytes()).next()).map(|(_, value)| value.into_owned());
            prop_assert_eq!(found("application/x-www-form-urlencoded", &form, size), [expected.clone(), expected]);
        }

        #[test]
        fn s112_no_form_makes_the_search_panic(
            form in "(--x|--x--|\r\n|\r|Content-Disposition: form-data; name=\"csrfmiddlewaretoken\"|[a-zé:;= -]{0,5}){0,30}",
            size in 1_usize..50,
        ) {
            for token in found("multipart/form-data; boundary=x", &form, size).into_iter().flatten() {
                prop_assert!(form.contains(&token));
            }
        }
    }
}
