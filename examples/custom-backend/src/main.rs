//! People log in on a page, by username or address, and robots at an address of their own, by token.

use axum::{
    Router,
    http::{HeaderMap, StatusCode, header::AUTHORIZATION},
};
use custom_backend::{Account, Report};
use djauth::{
    axum::routing::{get, post},
    prelude::*,
};

#[login_required]
async fn home(CurrentUser(account): CurrentUser<Account>) -> String {
    format!("Hello {}", account.username)
}

#[permission_required(Report::VIEW)]
async fn reports() -> &'static str {
    "All is well."
}

/// Starts a robot's session: `curl --request POST --header "Authorization: Bearer ..."`.
#[login_not_required]
async fn start_session(auth: AuthSession<Account>, headers: HeaderMap) -> Result<StatusCode, Rejection> {
    let header = headers.get(AUTHORIZATION).and_then(|header| header.to_str().ok());
    let Some(token) = header.and_then(|header| header.strip_prefix("Bearer ")) else {
        return Ok(StatusCode::UNAUTHORIZED);
    };
    let credentials = Credentials::new().with("token", RawPassword::new(token));
    match auth.authenticate(&credentials).await? {
        Some(robot) => auth.login(robot).await?,
        None => return Ok(StatusCode::UNAUTHORIZED),
    }
    Ok(StatusCode::NO_CONTENT)
}

#[tokio::main]
async fn main() -> djauth::Result<()> {
    let mut settings = Settings::from_env()?;
    settings.authentication_backends =
        ["TokenBackend", "EmailBackend", "ModelBackend"].map(str::to_owned).into();
    let auth =
        Auth::<Account>::builder().url("sqlite://custom-backend.db").settings(settings).build().await?;
    let app = Router::new()
        .route("/", get(home))
        .route("/reports/", get(reports))
        .route("/session/", post(start_session))
        .nest("/accounts", auth.urls());
    djauth::manage(auth, app).await
}
