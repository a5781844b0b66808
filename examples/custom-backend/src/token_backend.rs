//! Logging in by token, for robots.

use djauth::{
    Authenticator, ColumnValue, PermissionSet, Result, auth_backend, backend::AuthBackend,
    credentials::Credentials, signal::RequestInfo,
};
use sha2::{Digest, Sha256};

use crate::{Account, Report};

/// Takes the credential `token`, and lets robots look at reports.
#[derive(Debug, Default)]
pub struct TokenBackend;

#[auth_backend]
impl AuthBackend<Account> for TokenBackend {
    async fn authenticate(
        &self,
        auth: &Authenticator<Account>,
        _: &RequestInfo,
        credentials: &Credentials,
    ) -> Result<Option<Account>> {
        let Some(token) = credentials.get("token") else {
            return Ok(None);
        };
        let found = auth.users().find_users("token_digest", &digest(token.expose()).to_value(), 1).await?;
        Ok(found.into_iter().find(|account| self.user_can_authenticate(account)))
    }

    async fn permissions(&self, _: &Authenticator<Account>, account: &Account) -> Result<PermissionSet> {
        let mut permissions = PermissionSet::new();
        if account.token_digest.is_some() {
            permissions.insert(Report::VIEW)?;
        }
        Ok(permissions)
    }
}

/// Returns what is stored of a token. It is random and long, so one quick hash is enough, and whoever reads the
/// database cannot log in with what they find.
#[must_use]
pub fn digest(token: &str) -> String {
    Sha256::digest(token).iter().map(|byte| format!("{byte:02x}")).collect()
}
