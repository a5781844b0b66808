//! Logging in by e-mail address.

use djauth::{
    Authenticator, ColumnValue, Result, auth_backend, backend::AuthBackend, credentials::Credentials,
    email::normalize_email, signal::RequestInfo,
};

use crate::Account;

/// Takes an address where the login page asks for a username; names without `@` are left to `ModelBackend`.
#[derive(Debug, Default)]
pub struct EmailBackend;

#[auth_backend]
impl AuthBackend<Account> for EmailBackend {
    async fn authenticate(
        &self,
        auth: &Authenticator<Account>,
        _: &RequestInfo,
        credentials: &Credentials,
    ) -> Result<Option<Account>> {
        let (Some(name), Some(password)) = (credentials.username(), credentials.get("password")) else {
            return Ok(None);
        };
        if !name.contains('@') {
            return Ok(None);
        }
        // Two are enough to see that the address does not say who it is.
        let mut found = auth.users().find_users("email", &normalize_email(name).to_value(), 2).await?;
        let account = if found.len() == 1 { found.pop() } else { None };
        // It takes as long for an address that nobody has.
        let account = auth.verify_password(account, password).await?;
        Ok(account.filter(|account| self.user_can_authenticate(account)))
    }
}
