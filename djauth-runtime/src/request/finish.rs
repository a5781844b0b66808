//! Saving the session when the answer is there.

use time::{Duration, OffsetDateTime};

use super::{Loaded, RequestAuth, SESSION_KEY, SessionCookie};
use crate::{
    Error, Result,
    error::Unavailable,
    session::{
        RecordChange, Session, SessionKey, SessionRecord, encoding,
        expiry::{Expiry, ExpiryPolicy},
    },
    settings::Profile,
    user::{AuthUser, UserId},
};

/// How many keys a new session is offered under. One of 160 random bits is never taken, so a store that refuses
/// several has another reason.
const ATTEMPTS: u32 = 3;

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

/// The end of a session as it was loaded, for a request that is to move it though it changes nothing.
#[derive(Clone, Copy)]
pub(super) struct Renewal {
    expire_date: OffsetDateTime,
    created: OffsetDateTime,
    expiry: Expiry,
}

impl<U: AuthUser> RequestAuth<U> {
    /// Saves the session if it changed and says what the answer must carry. To be called once, with the answer's
    /// status code at hand: an answer of 500 and above saves nothing (rule S62), and only one of 200 to 299 renews
    /// a session, since a denied request changes nothing (rule S10), unless the settings say that every request does.
    ///
    /// A request that changed nothing moves the end of the session at the most, so that what another one changed
    /// meanwhile stays (rule S50). The exception is a user's first request after the secret key was replaced: it moves the
    /// session, as it was loaded, to a fresh key. What another request saved under the old one meanwhile is lost, and its
    /// save afterwards is a [`SessionInterrupted`](Error::SessionInterrupted).
    ///
    /// A cookie whose key is unknown stays, but in the django profile: another request of the same browser may have
    /// given the session a new key a moment ago (rule S47), and the removal would hit the cookie that holds it.
    ///
    /// # Errors
    /// [`Error::SessionInterrupted`] if another request removed the session meanwhile; the failure of the store.
    pub async fn finish(&self, status: u16) -> Result<Finish> {
        if let Some(finish) = self.finish_unsaved(status) {
            return Ok(finish);
        }
        let Loaded { session, renewal, .. } = self.loaded().await?;
        let cookie = match (session.change(), renewal) {
            (RecordChange::None, Some(renewal)) => self.renew(session, *renewal).await?,
            (change, _) => self.commit(session, change).await?,
        };
        Ok(Finish { cookie, vary: true })
    }

    /// Does as [`finish`](Self::finish), at once, if nothing has to be saved; otherwise returns `None`.
    pub fn finish_unsaved(&self, status: u16) -> Option<Finish> {
        let Some(Loaded { session, renewal, is_of_other_model, .. }) = self.loaded.get() else {
            let unusable = self.cookie == SessionCookie::Unusable;
            let cookie = if unusable { CookieChange::Remove } else { CookieChange::Keep };
            return Some(Finish { cookie, vary: unusable });
        };
        let may_renew = (200..300).contains(&status) || self.auth.settings().session_save_every_request;
        let cookie = match session.change() {
            _ if status >= 500 => CookieChange::Keep,
            // Who is logged in with this cookie as a user of another model stays so.
            RecordChange::None if *is_of_other_model => CookieChange::Keep,
            RecordChange::None if self.forgets_cookie(session) => CookieChange::Remove,
            RecordChange::None if renewal.is_none() || !may_renew => CookieChange::Keep,
            _ => return None,
        };
        Some(Finish { cookie, vary: true })
    }

    /// Returns whether the browser is to forget a cookie under which there is nothing.
    fn forgets_cookie(&self, session: &Session) -> bool {
        let is_over = match self.cookie {
            SessionCookie::Missing => false,
            SessionCookie::Unusable => true,
            SessionCookie::Key(_) => session.is_flushed() || self.auth.settings().profile == Profile::Django,
        };
        is_over && session.is_empty()
    }

    async fn renew(&self, session: &Session, renewal: Renewal) -> Result<CookieChange> {
        let Some(key) = session.stored_key() else { return Ok(CookieChange::Keep) };
        let (expire_date, max_age) = self.life(renewal.expiry, renewal.created, self.auth.now())?;
        let stored = self.auth.stored_key(&key);
        let renewed = self.auth.sessions().renew(&stored, renewal.expire_date, expire_date).await?;
        // Whoever was quicker has told the browser what there is to tell.
        Ok(if renewed { CookieChange::Set { key, max_age } } else { CookieChange::Keep })
    }

    async fn commit(&self, session: &Session, change: RecordChange) -> Result<CookieChange> {
        let sessions = self.auth.sessions();
        match change {
            RecordChange::None => Ok(CookieChange::Keep),
            RecordChange::Delete(key) => {
                sessions.delete(&self.auth.stored_key(&key)).await?;
                session.settle(None);
                Ok(CookieChange::Remove)
            }
            RecordChange::Create(key) => {
                let (record, max_age) = self.record(session)?;
                let mut key = key.map_or_else(SessionKey::generate, Ok)?;
                for _ in 0..ATTEMPTS {
                    if sessions.create(&self.auth.stored_key(&key), &record).await? {
                        session.settle(Some(key.clone()));
                        return Ok(CookieChange::Set { key, max_age });
                    }
                    key = SessionKey::generate()?;
                }
                Err(Unavailable::new("the session store", "it refuses a new session whatever its key").into())
            }
            RecordChange::Save(key) => {
                let (record, max_age) = self.record(session)?;
                let saved = sessions.save(&self.auth.stored_key(&key), &record).await?;
                Self::saved(saved, session, key, max_age)
            }
            RecordChange::Rotate { old, new } => {
                let (record, max_age) = self.record(session)?;
                let key = new.map_or_else(SessionKey::generate, Ok)?;
                let (old, new) = (self.auth.stored_key(&old), self.auth.stored_key(&key));
                let saved = sessions.rotate(&old, &new, &record).await?;
                // Carrying a session over is not worth an error: another request did it already.
                if !saved && !session.is_modified() {
                    return Ok(CookieChange::Keep);
                }
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
        let (expire_date, max_age) = self.life(Expiry::load(&data).unwrap_or_default(), created, now)?;
        let record = SessionRecord {
            user_id: data.get(SESSION_KEY).and_then(|id| id.as_str()).and_then(U::Id::parse),
            data: encoding::encode(&data, self.auth.session_signer(), now)?,
            expire_date,
            created,
        };
        Ok((record, max_age))
    }

    /// Returns when a session ends that is used now, and the life of its cookie.
    fn life(
        &self,
        expiry: Expiry,
        created: OffsetDateTime,
        now: OffsetDateTime,
    ) -> Result<(OffsetDateTime, Option<Duration>)> {
        let policy = self.expiry_policy();
        let expire_date = self.expire_date(policy.date(expiry, now)?, created);
        Ok((expire_date, (!policy.is_browser_close(expiry)).then(|| expire_date - now)))
    }

    /// Returns the renewal of a session whose end would move by a tenth of its life or more. So a session in use is
    /// extended, few requests write, and none does once the absolute end is near.
    pub(super) fn renewal(&self, record: &SessionRecord<U>, expiry: Expiry) -> Result<Option<Renewal>> {
        let SessionRecord { expire_date, created, .. } = *record;
        let renewal = Renewal { expire_date, created, expiry };
        let settings = self.auth.settings();
        if settings.session_save_every_request {
            return Ok(Some(renewal));
        }
        if settings.session_absolute_age == 0 {
            return Ok(None);
        }
        let now = self.auth.now();
        let (end, _) = self.life(expiry, created, now)?;
        let is_due = end - expire_date >= Duration::seconds(self.expiry_policy().age(expiry, now)) / 10;
        Ok(is_due.then_some(renewal))
    }

    /// The idle end or the absolute one, whichever comes first (rule S53).
    pub(super) fn expire_date(&self, idle: OffsetDateTime, created: OffsetDateTime) -> OffsetDateTime {
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
