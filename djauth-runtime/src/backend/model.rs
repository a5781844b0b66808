//! The backend that knows users by name and password.

use async_trait::async_trait;

use super::AuthBackend;
use crate::{Result, auth::Authenticator, credentials::Credentials, signal::RequestInfo, user::AuthUser};

/// Knows users by name and password, and gives them the permissions of the tables (Django's `ModelBackend`).
#[derive(Debug, Clone, Copy, Default)]
pub struct ModelBackend;

impl ModelBackend {
    /// The names under which settings and sessions know it.
    pub const NAMES: [&str; 2] = ["ModelBackend", "django.contrib.auth.backends.ModelBackend"];
}

#[async_trait]
impl<U: AuthUser> AuthBackend<U> for ModelBackend {
    async fn authenticate(
        &self,
        auth: &Authenticator<U>,
        _request: &RequestInfo,
        credentials: &Credentials,
    ) -> Result<Option<U>> {
        let username = credentials.get("username").or_else(|| credentials.get(U::MODEL.roles.username));
        let (Some(username), Some(password)) = (username, credentials.get("password")) else {
            return Ok(None);
        };
        let user = auth.users().get_user_by_username(username.expose()).await?;
        let user = auth.verify_password(user, password).await?;
        Ok(user.filter(|user| AuthBackend::<U>::user_can_authenticate(self, user)))
    }

    fn table_permissions_count(&self) -> bool {
        true
    }
}
