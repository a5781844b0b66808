//! Logging in and out within a request.

use std::sync::Arc;

use super::{BACKEND_SESSION_KEY, HASH_SESSION_KEY, RequestAuth, SESSION_KEY};
use crate::{
    Result,
    auth::Authenticated,
    session::SessionAuthHash,
    signal::{self, RequestInfo, UserLoggedOut},
    user::{AuthUser, logged},
};

impl<U: AuthUser> RequestAuth<U> {
    /// Logs a user in (Django's `login`).
    ///
    /// The session gets a new key in any case (rule S47). What an anonymous visitor put into it stays; what another
    /// user left does not (rule S48).
    ///
    /// # Errors
    /// The failure of a store or a receiver; nobody is logged in then.
    pub async fn login(&self, authenticated: Authenticated<U>, info: &RequestInfo) -> Result<()> {
        let Authenticated { mut user, backend } = authenticated;
        let session = &self.loaded().await?.session;
        let hash = self.auth.session_auth_hasher().hash(user.password());
        let id = user.id().to_string();
        if let Some(before) = session.text(SESSION_KEY) {
            let stored = session.text(HASH_SESSION_KEY).map(SessionAuthHash::from_stored);
            if before != id || stored.as_ref() != Some(&hash) {
                session.flush();
            }
        }
        self.auth.announce_login(&mut user, info).await?;
        // Whatever can fail comes before the first item: a login that fails must leave nothing to be saved.
        let current = self.with_permissions(Arc::new(user), None).await?;
        session.cycle_key()?;
        session.insert(SESSION_KEY, &id)?;
        session.insert(BACKEND_SESSION_KEY, &*backend)?;
        session.insert(HASH_SESSION_KEY, hash.expose())?;
        self.replace_user(Some(current));
        Ok(())
    }

    /// Logs the user out (Django's `logout`): every item goes, and the record with it, at once.
    ///
    /// # Errors
    /// The failure of the store or of a receiver. If the record could not be removed the session still exists, and
    /// the answer must not say otherwise.
    pub async fn logout(&self, info: &RequestInfo) -> Result<()> {
        let user = self.user().await?.map(|current| (*current.user).clone());
        tracing::info!(
            target: "djauth::security",
            user_id = user.as_ref().map(|user| logged(user.id())),
            client_address = info.client_address.map(tracing::field::display),
            "logged out"
        );
        signal::send(&UserLoggedOut::new(user, info.clone())).await?;
        let session = &self.loaded().await?.session;
        session.flush();
        if let Some(key) = session.stored_key() {
            self.auth.sessions().delete(&self.auth.stored_key(&key)).await?;
            session.settle(None);
        }
        self.replace_user(None);
        Ok(())
    }

    /// Keeps this session through a change of the user's password (Django's `update_session_auth_hash`).
    ///
    /// # Errors
    /// The failure of the session store.
    pub async fn update_session_auth_hash(&self, user: &U) -> Result<()> {
        let is_current = self.user().await?.is_some_and(|current| current.user.id() == user.id());
        let session = &self.loaded().await?.session;
        if !is_current {
            return session.cycle_key();
        }
        let current = self.with_permissions(Arc::new(user.clone()), None).await?;
        session.cycle_key()?;
        session.insert(HASH_SESSION_KEY, self.auth.session_auth_hasher().hash(user.password()).expose())?;
        self.replace_user(Some(current));
        Ok(())
    }
}
