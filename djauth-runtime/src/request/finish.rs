//! Saving the session when the answer is there.

use std::sync::atomic::Ordering;

use time::{Duration, OffsetDateTime};

use super::{Loaded, RequestAuth, SESSION_KEY, SessionCookie};
use crate::{
    Error, Result,
    session::{
        Change, Session, SessionKey, SessionRecord, encoding,
        expiry::{Expiry, ExpiryPolicy},
    },
    user::{AuthUser, UserId},
};

/// What the answer must say about the session.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finish {
    /// What becomes of the cookie.
    pub cookie: CookieChange,
    /// Whether the answer depends on the cookie, so that caches must tell users apart (`Vary: Cookie`).
    pub vary: bool,
}

/// What becomes of the session cookie.
#[derive(Debug, PartialEq, Eq)]
pub enum CookieChange {
    /// It stays as it is.
    Keep,
    /// It is set to this key.
    Set {
        /// The session's key.
        key: SessionKey,
        /// When the session ends; `None` for a cookie that ends with the browser.
        max_age: Option<Duration>,
    },
    /// It is removed.
    Remove,
}

impl<U: AuthUser> RequestAuth<U> {
    /// Saves the session if it changed and says what the answer must carry. To be called once, with the answer's
    /// status code at hand: an answer of 500 and above saves nothing (rule S62), and only one of 200 to 299 renews
    /// a session, since a denied request changes nothing (rule S10).
    ///
    /// # Errors
    /// [`Error::SessionInterrupted`] if another request removed the session meanwhile; the failure of the store.
    pub async fn finish(&self, status: u16) -> Result<Finish> {
        if let Some(finish) = self.finish_unsaved(status) {
            return Ok(finish);
        }
        let session = &self.loaded().await?.session;
        Ok(Finish { cookie: self.commit(session).await?, vary: true })
    }

    /// Does as [`finish`](Self::finish), at once, if nothing has to be saved; otherwise returns `None`.
    pub fn finish_unsaved(&self, status: u16) -> Option<Finish> {
        let Some(Loaded { session, is_of_other_model, .. }) = self.loaded.get() else {
            let unusable = self.cookie == SessionCookie::Unusable;
            let cookie = if unusable { CookieChange::Remove } else { CookieChange::Keep };
            return Some(Finish { cookie, vary: unusable });
        };
        if (200..300).contains(&status) && self.renewal_is_due.load(Ordering::Relaxed) {
            session.touch();
        }
        let cookie = match session.change() {
            _ if status >= 500 => CookieChange::Keep,
            // Who is logged in with this cookie as a user of another model stays so.
            Change::None if *is_of_other_model => CookieChange::Keep,
            Change::None if self.cookie != SessionCookie::Missing && session.is_empty() => {
                CookieChange::Remove
            }
            Change::None => CookieChange::Keep,
            _ => return None,
        };
        Some(Finish { cookie, vary: true })
    }

    async fn commit(&self, session: &Session) -> Result<CookieChange> {
        let sessions = self.auth.sessions();
        let change = session.change();
        match change {
            Change::None => Ok(CookieChange::Keep),
            Change::Delete(key) => {
                sessions.delete(&self.auth.stored_key(&key)).await?;
                session.settle(None);
                Ok(CookieChange::Remove)
            }
            Change::Create => {
                let (record, max_age) = self.record(session)?;
                loop {
                    let key = SessionKey::generate()?;
                    if sessions.create(&self.auth.stored_key(&key), &record).await? {
                        session.settle(Some(key.clone()));
                        return Ok(CookieChange::Set { key, max_age });
                    }
                }
            }
            Change::Save(key) => {
                let (record, max_age) = self.record(session)?;
                let saved = sessions.save(&self.auth.stored_key(&key), &record).await?;
                Self::saved(saved, session, key, max_age)
            }
            Change::Rotate { old, new } => {
                let (record, max_age) = self.record(session)?;
                let key = new.map_or_else(SessionKey::generate, Ok)?;
                let (old, new) = (self.auth.stored_key(&old), self.auth.stored_key(&key));
                let saved = sessions.rotate(&old, &new, &record).await?;
                Self::saved(saved, session, key, max_age)
            }
        }
    }

    fn saved(
        saved: bool,
        session: &Session,
        key: SessionKey,
        max_age: Option<Duration>,
    ) -> Result<CookieChange> {
        if !saved {
            return Err(Error::SessionInterrupted);
        }
        session.settle(Some(key.clone()));
        Ok(CookieChange::Set { key, max_age })
    }

    /// Makes the record of the session, and the life of its cookie.
    fn record(&self, session: &Session) -> Result<(SessionRecord<U>, Option<Duration>)> {
        let (now, data) = (self.auth.now(), session.data());
        let created = session.created(now);
        let (policy, expiry) = (self.expiry_policy(), Expiry::load(&data).unwrap_or_default());
        let expire_date = self.expire_date(policy.date(expiry, now)?, created);
        let record = SessionRecord {
            user_id: data.get(SESSION_KEY).and_then(|id| id.as_str()).and_then(U::Id::parse),
            data: encoding::encode(&data, self.auth.session_signer(), now)?,
            expire_date,
            created,
        };
        Ok((record, (!policy.is_browser_close(expiry)).then(|| expire_date - now)))
    }

    /// Returns whether saving now would move the end by a tenth of the session's life or more. So a session in use
    /// is extended, few requests write, and none does once the absolute end is near.
    pub(super) fn is_renewal_due(&self, record: &SessionRecord<U>, expiry: Expiry) -> Result<bool> {
        if self.auth.settings().session_absolute_age == 0 {
            return Ok(false);
        }
        let (policy, now) = (self.expiry_policy(), self.auth.now());
        let end = self.expire_date(policy.date(expiry, now)?, record.created);
        Ok(end - record.expire_date >= Duration::seconds(policy.age(expiry, now)) / 10)
    }

    /// The idle end or the absolute one, whichever comes first (rule S53).
    fn expire_date(&self, idle: OffsetDateTime, created: OffsetDateTime) -> OffsetDateTime {
        match self.auth.settings().session_absolute_age {
            0 => idle,
            age => idle.min(created.saturating_add(Duration::seconds(i64::from(age)))),
        }
    }

    fn expiry_policy(&self) -> ExpiryPolicy {
        let settings = self.auth.settings();
        ExpiryPolicy {
            cookie_age: i64::from(settings.session_cookie_age),
            expire_at_browser_close: settings.session_expire_at_browser_close,
        }
    }
}
