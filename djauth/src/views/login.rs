//! The login page (Django's `LoginView`).

use axum::{extract::Request, response::Response};
use djauth_runtime::{Error, user::AuthUser};
use http::{StatusCode, request::Parts};
use serde::Serialize;

use super::{page, redirect, success_url};
use crate::{
    axum::{AuthSession, Fields, Rejection, context::Context, csrf_token, request_url},
    forms::{AuthenticationForm, FormErrors, max_length},
    guard::Public,
};

/// What the template is given.
#[derive(Serialize)]
struct LoginPage<'a> {
    title: &'static str,
    csrf_token: String,
    redirect_field_name: &'a str,
    next: String,
    username_label: &'a str,
    max_length: u16,
    username: &'a str,
    errors: Vec<Problem<'a>>,
}

#[derive(Serialize)]
struct Problem<'a> {
    field: Option<&'static str>,
    label: &'a str,
    text: &'a str,
}

/// What the page shows again of a form that was sent.
#[derive(Default)]
struct Sent<'a> {
    username: &'a str,
    next: Option<&'a str>,
    errors: FormErrors,
}

/// Shows the page, also to somebody who is logged in already.
pub(super) async fn show<U: AuthUser>(
    _: Public,
    auth: AuthSession<U>,
    request: Request,
) -> Result<Response, Rejection> {
    let (parts, _) = request.into_parts();
    login_page::<U>(&parts, auth.context(), StatusCode::OK, Sent::default()).await
}

/// Takes the form: logs in and goes on, or shows the page again.
pub(super) async fn submit<U: AuthUser>(
    _: Public,
    auth: AuthSession<U>,
    request: Request,
) -> Result<Response, Rejection> {
    let (parts, fields) = Fields::read(request).await?;
    let context = auth.context();
    let (username, password) = (fields.get("username"), fields.get("password"));
    let next = fields.get(&context.settings().redirect_field_name);
    let sent = |errors| Sent { username: username.unwrap_or_default(), next, errors };
    let form = match AuthenticationForm::clean(username, password, U::MODEL) {
        Ok(form) => form,
        Err(errors) => {
            return login_page::<U>(&parts, context, context.site().status_of_bad_form, sent(errors)).await;
        }
    };
    let Some(user) = auth.authenticate(&form.into_credentials()).await? else {
        let errors = AuthenticationForm::invalid_login(U::MODEL);
        return login_page::<U>(&parts, context, StatusCode::OK, sent(errors)).await;
    };
    auth.login(user).await?;
    let target = success_url(context, &context.settings().login_redirect_url)
        .get(&request_url(&parts, context), next)
        .map_err(Error::from)?;
    Ok(redirect(context, &target)?)
}

async fn login_page<U: AuthUser>(
    parts: &Parts,
    context: &dyn Context,
    status: StatusCode,
    sent: Sent<'_>,
) -> Result<Response, Rejection> {
    let way_back = success_url(context, "/").way_back(&request_url(parts, context), sent.next);
    let username_label = AuthenticationForm::username_label(U::MODEL);
    let data = LoginPage {
        title: "Log in",
        csrf_token: csrf_token(&parts.headers, context).await?,
        redirect_field_name: &context.settings().redirect_field_name,
        next: way_back.map_err(Error::from)?.unwrap_or_default(),
        max_length: max_length(U::MODEL),
        username: sent.username,
        errors: problems(&sent.errors, &username_label),
        username_label: &username_label,
    };
    Ok(page(context, status, "registration/login.html", data)?)
}

fn problems<'a>(errors: &'a FormErrors, username_label: &'a str) -> Vec<Problem<'a>> {
    let of_form = errors.non_field().map(|error| Problem { field: None, label: "", text: &error.message });
    let labels = [("username", username_label), ("password", "Password")];
    let of_fields = labels.into_iter().flat_map(|(field, label)| {
        errors.field(field).map(move |error| Problem { field: Some(field), label, text: &error.message })
    });
    of_form.chain(of_fields).collect()
}
