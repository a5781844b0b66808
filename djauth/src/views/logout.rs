//! Logging out (Django's `LogoutView`).

use axum::{extract::Request, response::Response};
use djauth_runtime::{Error, settings::Profile, user::AuthUser};
use http::{HeaderName, HeaderValue, StatusCode};
use serde::Serialize;

use super::{page, redirect, success_url};
use crate::{
    axum::{AuthSession, Fields, Rejection, request_url},
    guard::Public,
};

/// What the template is given.
#[derive(Serialize)]
struct LoggedOutPage<'a> {
    title: &'static str,
    login_url: &'a str,
}

/// Logs out and goes on, or shows a page that says so.
pub(super) async fn submit<U: AuthUser>(
    _: Public,
    auth: AuthSession<U>,
    request: Request,
) -> Result<Response, Rejection> {
    let (parts, fields) = Fields::read(request).await?;
    auth.logout().await?;
    let context = auth.context();
    let (url, settings) = (request_url(&parts, context), context.settings());
    let here = url.full_path();
    let target = success_url(context, settings.logout_redirect_url.as_deref().unwrap_or(&here))
        .get(&url, fields.get(&settings.redirect_field_name))
        .map_err(Error::from)?;
    let mut response = if target == here {
        let data = LoggedOutPage { title: "Logged out", login_url: &settings.login_url };
        page(context, StatusCode::OK, "registration/logged_out.html", data)?
    } else {
        redirect(context, &target)?
    };
    // What the browser kept of the pages goes as well (rule S88). The cookies of other programs on the host stay.
    if context.site().profile != Profile::Django {
        response.headers_mut().insert(
            HeaderName::from_static("clear-site-data"),
            HeaderValue::from_static("\"cache\", \"storage\""),
        );
    }
    Ok(response)
}
