//! The page that makes the first superuser, behind a link that `serve` prints on a developer's own machine.
//!
//! Whoever knows the link may make one superuser. Its token is random and compared in constant time; from the moment
//! there is a superuser nothing is served here, even if they are removed later. The token is in the query, for paths
//! are logged (rule S117).

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    response::{IntoResponse, Response},
    routing::get,
};
use djauth_runtime::{
    Error, RawPassword, Result,
    crypto::{ALPHANUMERIC, constant_time_eq, random_string},
    model::Value,
    user::AuthUser,
};
use http::{StatusCode, Uri, request::Parts};
use serde::Serialize;
use tokio::sync::{Mutex, MutexGuard};

use super::{page, redirect};
use crate::{
    Auth,
    axum::{AuthSession, Fields, Rejection, csrf_token},
    guard::Public,
    management::draft::{Draft, Question, is_taken},
};

/// The token's length: 43 of 62 characters are more than 256 bits.
const TOKEN_LENGTH: usize = 43;

/// What stands before the token in the link's query.
const QUERY: &str = "token=";

/// Returns the link to the page, with its token, and the router that serves it.
///
/// # Errors
/// The system has no random bytes to give.
pub(crate) fn urls<U: AuthUser>(auth: &Auth<U>) -> Result<(String, Router)> {
    let token = Token(random_string(TOKEN_LENGTH, ALPHANUMERIC)?);
    let login_page = auth.settings().login_url.split(['?', '#']).next().unwrap_or_default();
    let base = login_page.strip_suffix("login/").filter(|base| base.starts_with('/')).unwrap_or("/accounts/");
    let path = format!("{base}setup/");
    let link = format!("{path}?{QUERY}{}", token.0);
    let pages = Router::new()
        .route(&path, get(show::<U>).post(submit::<U>))
        .with_state(Setup { token: Arc::new(token), is_used: Arc::default() });
    Ok((link, pages))
}

/// What the page knows besides the program.
#[derive(Clone)]
struct Setup {
    token: Arc<Token>,
    /// Whether there has been a superuser. Forms are looked at one after the other, so that two at once do not make two.
    is_used: Arc<Mutex<bool>>,
}

/// The secret in the link.
struct Token(String);

impl Setup {
    /// Waits until nobody else is at the page; `None` if the link is wrong or no longer good.
    async fn enter<U: AuthUser>(&self, uri: &Uri, auth: &Auth<U>) -> Result<Option<MutexGuard<'_, bool>>> {
        let mut is_used = self.is_used.lock().await;
        let query = uri.query().unwrap_or_default();
        let token = query.strip_prefix(QUERY).unwrap_or_default();
        if *is_used || !constant_time_eq(self.token.0.as_bytes(), token.as_bytes()) {
            return Ok(None);
        }
        *is_used = auth.users().has_superuser().await?;
        Ok((!*is_used).then_some(is_used))
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
    auth: AuthSession<U>,
    request: Request,
) -> Result<Response, Rejection> {
    let Some(_is_used) = setup.enter(request.uri(), auth.auth()).await? else { return Ok(not_found()) };
    let (parts, _) = request.into_parts();
    setup_page(&parts, &auth, None, Vec::new()).await
}

async fn submit<U: AuthUser>(
    _: Public,
    State(setup): State<Setup>,
    auth: AuthSession<U>,
    request: Request,
) -> Result<Response, Rejection> {
    let Some(mut is_used) = setup.enter(request.uri(), auth.auth()).await? else { return Ok(not_found()) };
    let (parts, fields) = Fields::read(request).await?;
    match create(&auth, &fields).await? {
        Ok(_) => {
            *is_used = true;
            Ok(redirect(auth.context(), &auth.auth().settings().login_url)?)
        }
        Err(problems) => setup_page(&parts, &auth, Some(&fields), problems).await,
    }
}

fn not_found() -> Response {
    StatusCode::NOT_FOUND.into_response()
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
    match auth.create_superuser(draft.into_new_user(Some(password))).await {
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

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use axum::body::Body;
    use djauth_runtime::{manager::NewUser, memory::MemoryStore, settings::Settings, test_util::Person};
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn s117_the_link_is_dead_once_there_was_a_superuser_and_its_path_tells_nothing() {
        let store = MemoryStore::<Person>::new();
        let auth = Auth::builder().stores(store.clone(), store).settings(Settings::development());
        let auth = auth.build().await.unwrap();
        let (link, pages) = urls(&auth).unwrap();
        assert_eq!(
            link.split_once("?token=").map(|(path, token)| (path, token.len())),
            Some(("/accounts/setup/", 43))
        );
        let pages = pages.layer(auth.layer());
        let get = async |link: &str| {
            let request = Request::get(link).header("host", "localhost").body(Body::empty()).unwrap();
            pages.clone().oneshot(request).await.unwrap().status().as_u16()
        };
        assert_eq!(get(&link).await, 200);
        for wrong in
            [&link[..link.len() - 1], &format!("{link}x"), "/accounts/setup/", "/accounts/setup/?token="]
        {
            assert_eq!(get(wrong).await, 404, "{wrong}");
        }
        let root = auth.create_superuser(NewUser::new("root").set("email", "r@example.org")).await.unwrap();
        assert_eq!(get(&link).await, 404);
        assert!(auth.users().delete_user(root.id()).await.unwrap());
        assert_eq!(get(&link).await, 404, "it made its superuser");
    }
}
