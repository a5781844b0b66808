//! What does somebody get who is not let in?

use std::fmt;

use axum::{
    body::{Body, HttpBody},
    response::{IntoResponse, Response},
};
use djauth_runtime::{Error, PermissionDenied};
use http::{
    HeaderName, HeaderValue, StatusCode,
    header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE},
};

use super::audience::Audience;

/// How long a client should wait before it asks again, in seconds.
const RETRY_AFTER_SECONDS: HeaderValue = HeaderValue::from_static("5");

/// The answer to a request that does not reach its handler, or whose handler gives up.
///
/// Handlers may return it too: `Result<Html<String>, Rejection>` takes djauth's errors through `?`. The text of an
/// answer is constant (rule S102); what went wrong is logged.
#[derive(Clone, PartialEq, Eq)]
pub struct Rejection {
    pub(crate) reason: Reason,
    /// Who reads the answer, if that is known where the answer is made; else the layer says so.
    audience: Option<Audience>,
}

/// Why a request is turned away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reason {
    /// Nobody is logged in, and a browser can be shown where to: status and address.
    Login(StatusCode, HeaderValue),
    /// Nobody is logged in.
    Unauthorized,
    /// The user lacks something.
    Forbidden,
    /// The request may come from another site's page.
    Csrf,
    /// The request cannot be read, or names a host that is not ours.
    BadRequest,
    /// Another request removed the session meanwhile.
    SessionInterrupted,
    /// The body is larger than its limit.
    TooLarge,
    /// The body is no form.
    UnsupportedMediaType,
    /// A store could not be asked.
    Unavailable,
    /// The program or what it stored is at fault; the log says how.
    Misconfigured,
}

impl Reason {
    fn of_error(error: &Error) -> Self {
        match error {
            Error::Unavailable(error) => {
                tracing::error!(%error, "a request could not be decided and is answered 503");
                Self::Unavailable
            }
            Error::PermissionDenied(_) => Self::Forbidden,
            Error::SessionInterrupted => Self::SessionInterrupted,
            Error::Invalid(_) | Error::AlreadyExists(_) => Self::BadRequest,
            Error::Corrupt(_) => {
                tracing::error!(%error, "what is stored cannot be read; the request is answered 500");
                Self::Misconfigured
            }
            error => {
                tracing::error!(%error, "the program is put together wrongly; the request is answered 500");
                Self::Misconfigured
            }
        }
    }
}

impl Rejection {
    pub(crate) fn new(reason: Reason, audience: Audience) -> Self {
        Self { reason, audience: Some(audience) }
    }

    /// Leaves it to the layer to say who reads the answer.
    fn unaddressed(reason: Reason) -> Self {
        Self { reason, audience: None }
    }

    /// Turns a failure into its answer, and logs what only the operator can mend.
    pub(crate) fn of_error(error: &Error, audience: Audience) -> Self {
        Self::new(Reason::of_error(error), audience)
    }

    /// Logs how to mend the program, and answers 500.
    pub(crate) fn misconfigured(remedy: &str) -> Self {
        tracing::error!("{remedy}");
        Self::unaddressed(Reason::Misconfigured)
    }

    /// Returns the status of the answer.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match &self.reason {
            Reason::Login(status, _) => *status,
            Reason::Unauthorized => StatusCode::UNAUTHORIZED,
            Reason::Forbidden | Reason::Csrf => StatusCode::FORBIDDEN,
            Reason::BadRequest | Reason::SessionInterrupted => StatusCode::BAD_REQUEST,
            Reason::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Reason::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Reason::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Reason::Misconfigured => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// What a person is told.
    fn text(&self) -> &'static str {
        match self.reason {
            Reason::Login(..) => "",
            Reason::Unauthorized => "Log in first.",
            Reason::Forbidden => "You do not have permission to do this.",
            Reason::Csrf => "This form could not be verified. Go back, reload the page and send it again.",
            Reason::BadRequest => "The request could not be understood.",
            Reason::SessionInterrupted => "Your session ended while the request was under way. Log in again.",
            Reason::TooLarge => "The form is too large.",
            Reason::UnsupportedMediaType => "Send the form as application/x-www-form-urlencoded.",
            Reason::Unavailable => "The service is not available at the moment. Try again soon.",
            Reason::Misconfigured => "The server could not answer this request.",
        }
    }

    fn page(&self) -> (HeaderValue, String) {
        let (status, text) = (self.status(), self.text());
        let title = status.canonical_reason().unwrap_or_default();
        match self.audience.unwrap_or(Audience::Browser) {
            Audience::Browser => (
                HeaderValue::from_static("text/html; charset=utf-8"),
                format!(
                    "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>{title}</title></head>\n\
                     <body><main><h1>{title}</h1><p>{text}</p></main></body>\n</html>\n"
                ),
            ),
            Audience::Api => (
                HeaderValue::from_static("application/problem+json"),
                format!(
                    r#"{{"type":"about:blank","title":"{title}","status":{},"detail":"{text}"}}"#,
                    status.as_u16()
                ),
            ),
        }
    }
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.status();
        let headers = response.headers_mut();
        match &self.reason {
            Reason::Login(_, location) => {
                headers.insert(LOCATION, location.clone());
                return response;
            }
            // A 401 must name a way in (RFC 9110, section 15.5.2), and a session's is its cookie.
            Reason::Unauthorized => {
                headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Cookie realm=\"session\""));
            }
            Reason::Unavailable => {
                headers.insert(RETRY_AFTER, RETRY_AFTER_SECONDS);
            }
            _ => {}
        }
        let (content_type, body) = self.page();
        headers.insert(CONTENT_TYPE, content_type);
        headers
            .insert(HeaderName::from_static("x-content-type-options"), HeaderValue::from_static("nosniff"));
        *response.body_mut() = Body::from(body);
        if self.audience.is_none() {
            response.extensions_mut().insert(Unaddressed(self));
        }
        response
    }
}

/// The rejection in an answer that was made where nobody knew who reads it.
#[derive(Clone)]
struct Unaddressed(Rejection);

/// Writes an answer anew if it was made for nobody in particular and a program reads it. What the program's own layers
/// made of it meanwhile stays.
pub(super) fn address(mut response: Response, audience: Audience) -> Response {
    let Some(Unaddressed(rejection)) = response.extensions_mut().remove() else { return response };
    if audience == Audience::Browser {
        return response;
    }
    let (content_type, page) = rejection.page();
    // The answer to a HEAD has lost its body already.
    let is_body_ours = |length| length == 0 || length == page.len() as u64;
    let is_ours = response.status() == rejection.status()
        && response.headers().get(CONTENT_TYPE) == Some(&content_type)
        && !response.headers().contains_key(CONTENT_ENCODING)
        && response.body().size_hint().exact().is_some_and(is_body_ours);
    if is_ours {
        let (content_type, page) = Rejection::new(rejection.reason, audience).page();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, content_type);
        if headers.contains_key(CONTENT_LENGTH) {
            headers.insert(CONTENT_LENGTH, page.len().into());
        }
        if response.body().size_hint().exact() != Some(0) {
            *response.body_mut() = Body::from(page);
        }
    }
    response
}

/// For handlers: a failure of djauth, answered as a guard answers it with `raise_exception`.
impl From<Error> for Rejection {
    fn from(error: Error) -> Self {
        Self::unaddressed(Reason::of_error(&error))
    }
}

/// For handlers that decide themselves: 403.
impl From<PermissionDenied> for Rejection {
    fn from(_: PermissionDenied) -> Self {
        Self::unaddressed(Reason::Forbidden)
    }
}

impl fmt::Debug for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Rejection").field(&self.reason).finish()
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status())
    }
}

impl std::error::Error for Rejection {}

#[cfg(test)]
mod tests {
    use djauth_runtime::{ImproperlyConfigured, Unavailable};

    use super::*;

    #[test]
    fn s102_answers_say_nothing_of_what_went_wrong() {
        for (error, status) in [
            (Error::from(Unavailable::new("the user store", "canary")), 503),
            (Error::from(ImproperlyConfigured::new("canary")), 500),
            (Error::invalid("canary"), 400),
            (Error::invalid("canary").stored_in("a row"), 500),
            (Error::SessionInterrupted, 400),
            (Error::from(PermissionDenied), 403),
        ] {
            for audience in [Audience::Browser, Audience::Api] {
                let rejection = Rejection::of_error(&error, audience);
                assert_eq!(rejection.status().as_u16(), status);
                assert!(!rejection.page().1.contains("canary"));
            }
        }
    }

    #[test]
    fn a_program_gets_problem_details_that_are_json() {
        let (content_type, body) = Rejection::new(Reason::Forbidden, Audience::Api).page();
        assert_eq!(content_type, "application/problem+json");
        assert_eq!(
            body,
            r#"{"type":"about:blank","title":"Forbidden","status":403,"detail":"You do not have permission to do this."}"#
        );
    }

    #[test]
    fn s08_an_answer_that_could_not_be_decided_says_when_to_ask_again() {
        let response = Rejection::new(Reason::Unavailable, Audience::Browser).into_response();
        assert_eq!(response.headers()[RETRY_AFTER], "5");
    }
}
