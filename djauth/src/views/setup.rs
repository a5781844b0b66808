//! The page that makes the first superuser, behind a link that `serve` prints on a developer's own machine.
//!
//! Whoever knows the link may make one superuser. Its token is random and compared in constant time; nothing is served
//! here once there is a superuser, so that the link works once.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, Request, State},
    response::{IntoResponse, Response},
    routing::get,
};
use djauth_runtime::{
    Error, RawPassword, Result,
    crypto::{ALPHANUMERIC, constant_time_eq, random_string},
    model::Value,
    user::AuthUser,
};
use http::{StatusCode, request::Parts};
use serde::Serialize;
use tokio::sync::Mutex;

use super::{page, redirect};
use crate::{
    Auth,
    axum::{AuthSession, Fields, Rejection, csrf_token},
    guard::Public,
    management::superuser::{Draft, Question, is_taken},
};

/// The token's length: 43 of 62 characters are more than 256 bits.
const TOKEN_LENGTH: usize = 43;

/// Returns the path of the page, with its token, and the router that serves it.
///
/// # Errors
/// The system has no random bytes to give.
pub(crate) fn urls<U: AuthUser>(auth: &Auth<U>) -> Result<(String, Router)> {
    let token = Token(random_string(TOKEN_LENGTH, ALPHANUMERIC)?);
    let login_page = auth.settings().login_url.split(['?', '#']).next().unwrap_or_default();
    let base = login_page.strip_suffix("login/").filter(|base| base.starts_with('/')).unwrap_or("/accounts/");
    let path = format!("{base}setup/{}/", token.0);
    let pages = Router::new()
        .route(&format!("{base}setup/{{token}}/"), get(show::<U>).post(submit::<U>))
        .with_state(Setup { token: Arc::new(token), turn: Arc::default() });
    Ok((path, pages))
}

/// What the page knows besides the program.
#[derive(Clone)]
struct Setup {
    token: Arc<Token>,
    /// Forms are looked at one after the other, so that two at once do not make two superusers.
    turn: Arc<Mutex<()>>,
}

/// The secret in the link.
struct Token(String);

impl Setup {
    /// Returns whether the link is right and still good.
    async fn admits<U: AuthUser>(&self, token: &str, auth: &Auth<U>) -> Result<bool> {
        Ok(constant_time_eq(self.token.0.as_bytes(), token.as_bytes())
            && !auth.users().has_superuser().await?)
    }
}

/// What the template is given.
#[derive(Serialize)]
struct SetupPage {
    title: &'static str,
    csrf_token: String,
    fields: Vec<Input>,
    errors: Vec<Problem>,
    rules: Vec<String>,
}

#[derive(Serialize)]
struct Input {
    name: &'static str,
    label: String,
    kind: &'static str,
    value: String,
    autocomplete: &'static str,
    required: bool,
}

#[derive(Serialize)]
struct Problem {
    field: Option<&'static str>,
    label: String,
    text: String,
}

async fn show<U: AuthUser>(
    _: Public,
    State(setup): State<Setup>,
    Path(token): Path<String>,
    auth: AuthSession<U>,
    request: Request,
) -> Result<Response, Rejection> {
    if !setup.admits(&token, auth.auth()).await? {
        return Ok(StatusCode::NOT_FOUND.into_response());
    }
    let (parts, _) = request.into_parts();
    setup_page(&parts, &auth, None, Vec::new()).await
}

async fn submit<U: AuthUser>(
    _: Public,
    State(setup): State<Setup>,
    Path(token): Path<String>,
    auth: AuthSession<U>,
    request: Request,
) -> Result<Response, Rejection> {
    let _turn = setup.turn.lock().await;
    if !setup.admits(&token, auth.auth()).await? {
        return Ok(StatusCode::NOT_FOUND.into_response());
    }
    let (parts, body) = request.into_parts();
    let fields = Fields::read(&parts, body).await?;
    match create(&auth, &fields).await? {
        Ok(_) => Ok(redirect(auth.context(), &auth.auth().settings().login_url)?),
        Err(problems) => setup_page(&parts, &auth, Some(&fields), problems).await,
    }
}

/// Makes the superuser, or says what is wrong with the form.
async fn create<U: AuthUser>(auth: &AuthSession<U>, fields: &Fields) -> Result<Result<U, Vec<Problem>>> {
    let auth = auth.auth();
    let mut problems = Vec::new();
    let username = Question::username::<U>()?;
    let name = match clean(username, fields) {
        Ok(Value::Text(name)) if username.field.unique && is_taken(auth, &name).await? => {
            problems
                .push(Problem::of(username, format!("That {} is already taken.", username.verbose_name())));
            name
        }
        Ok(Value::Text(name)) => name,
        Ok(_) => return Err(Error::invalid("the username is no text; make the field a `String`")),
        Err(problem) => {
            problems.push(problem);
            String::new()
        }
    };
    let mut draft = Draft::new(name);
    for question in Question::required::<U>() {
        match clean(question, fields) {
            Ok(value) => draft.add(question, value),
            Err(problem) => problems.push(problem),
        }
    }
    let password = RawPassword::new(fields.get("password1").unwrap_or_default());
    if password.expose() != fields.get("password2").unwrap_or_default() {
        problems.push(Problem::of_password("The two password fields didn’t match."));
    } else if password.expose().trim().is_empty() {
        problems.push(Problem::of_password("This field is required."));
    } else {
        problems.extend(draft.password_errors(auth, &password).into_iter().map(Problem::of_password));
    }
    if !problems.is_empty() {
        return Ok(Err(problems));
    }
    match draft.create(auth, Some(password)).await {
        Ok(user) => Ok(Ok(user)),
        Err(Error::Invalid(text) | Error::AlreadyExists(text)) => {
            Ok(Err(vec![Problem { field: None, label: String::new(), text }]))
        }
        Err(error) => Err(error),
    }
}

fn clean(question: Question, fields: &Fields) -> Result<Value, Problem> {
    let typed = fields.get(question.field.name).unwrap_or_default();
    question.clean(typed).map_err(|error| Problem::of(question, error.to_string()))
}

impl Problem {
    fn of(question: Question, text: String) -> Self {
        Self { field: Some(question.field.name), label: question.label(), text }
    }

    fn of_password(text: impl Into<String>) -> Self {
        Self { field: Some("password1"), label: "Password".to_owned(), text: text.into() }
    }
}

async fn setup_page<U: AuthUser>(
    parts: &Parts,
    auth: &AuthSession<U>,
    sent: Option<&Fields>,
    errors: Vec<Problem>,
) -> Result<Response, Rejection> {
    let questions = std::iter::once(Question::username::<U>()?).chain(Question::required::<U>());
    let mut fields: Vec<_> =
        questions.enumerate().map(|(at, question)| Input::of(at, question, sent)).collect();
    fields.extend([("password1", "Password"), ("password2", "Password (again)")].map(|(name, label)| {
        Input {
            name,
            label: label.to_owned(),
            kind: "password",
            value: String::new(),
            autocomplete: "new-password",
            required: true,
        }
    }));
    let data = SetupPage {
        title: "First superuser",
        csrf_token: csrf_token(&parts.headers, auth.context()).await?,
        fields,
        errors,
        rules: auth.auth().validators().help_texts().into_iter().map(Into::into).collect(),
    };
    Ok(page(auth.context(), StatusCode::OK, "registration/setup.html", data)?)
}

impl Input {
    fn of(at: usize, question: Question, sent: Option<&Fields>) -> Self {
        let name = question.field.name;
        Self {
            name,
            label: question.label(),
            kind: if question.is_address() { "email" } else { "text" },
            value: sent.and_then(|fields| fields.get(name)).unwrap_or_default().to_owned(),
            autocomplete: if at == 0 { "username" } else { "off" },
            required: !question.may_be_blank(),
        }
    }
}
