//! What the layer puts into a request, and extractors find there.

use std::{
    any::{Any, type_name},
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
};

use djauth_runtime::{
    Error,
    guard::{Decision, Rule},
    request::{RequestAuth, RequestGuard, SessionCookie},
    session::SessionKey,
    settings::Settings,
    signing::Keys,
    user::{AuthUser, logged},
};
use http::Extensions;

use super::{audience::Audience, csrf::CsrfState, rejection::Rejection, site::Site};
use crate::Auth;

/// What is known of one request. It knows no user type, so that guards need none.
#[derive(Clone)]
pub(crate) struct Handle(Arc<dyn Context>);

/// One request of a program whose users are `U`.
pub(crate) struct RequestContext<U: AuthUser> {
    pub(crate) app: Auth<U>,
    pub(crate) auth: RequestAuth<U>,
    audience: Audience,
    gate: Gate,
    csrf: CsrfState,
}

/// What guards have said of a request so far.
#[derive(Default)]
pub(crate) struct Gate(AtomicU8);

const ANSWERED: u8 = 1;
const GUARDED: u8 = 2;

impl Gate {
    /// Notes that a public handler runs.
    pub(crate) fn is_public(&self) {
        self.0.fetch_or(ANSWERED, Ordering::Relaxed);
    }

    /// Notes that a guard decided, either way.
    pub(crate) fn is_guarded(&self) {
        self.0.fetch_or(ANSWERED | GUARDED, Ordering::Relaxed);
    }

    /// Returns whether anything said who may see the answer.
    pub(crate) fn was_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed) & ANSWERED != 0
    }

    /// Returns whether the answer is for some users only.
    pub(crate) fn was_guarded(&self) -> bool {
        self.0.load(Ordering::Relaxed) & GUARDED != 0
    }
}

pub(crate) trait Context: Any + Send + Sync {
    fn guard(&self) -> &dyn RequestGuard;
    fn settings(&self) -> &Settings;
    fn keys(&self) -> &Keys;
    fn site(&self) -> &Site;
    /// Who reads the answer.
    fn audience(&self) -> Audience;
    fn gate(&self) -> &Gate;
    fn csrf(&self) -> &CsrfState;
    /// The session key that the request came with.
    fn cookie_key(&self) -> Option<&SessionKey>;
    fn user_type(&self) -> &'static str;
}

impl<U: AuthUser> RequestContext<U> {
    pub(crate) fn new(app: Auth<U>, cookie: SessionCookie, audience: Audience) -> Self {
        let auth = RequestAuth::new((*app).clone(), cookie);
        Self { app, auth, audience, gate: Gate::default(), csrf: CsrfState::default() }
    }
}

impl<U: AuthUser> Context for RequestContext<U> {
    fn guard(&self) -> &dyn RequestGuard {
        &self.auth
    }

    fn settings(&self) -> &Settings {
        self.app.settings()
    }

    fn keys(&self) -> &Keys {
        self.app.keys()
    }

    fn site(&self) -> &Site {
        self.app.site()
    }

    fn audience(&self) -> Audience {
        self.audience
    }

    fn gate(&self) -> &Gate {
        &self.gate
    }

    fn csrf(&self) -> &CsrfState {
        &self.csrf
    }

    fn cookie_key(&self) -> Option<&SessionKey> {
        match self.auth.cookie() {
            SessionCookie::Key(key) => Some(key),
            _ => None,
        }
    }

    fn user_type(&self) -> &'static str {
        type_name::<U>()
    }
}

impl Handle {
    pub(crate) fn new<U: AuthUser>(context: Arc<RequestContext<U>>) -> Self {
        Self(context)
    }

    /// Finds what the layer put into the request (rule S7).
    pub(crate) fn of(extensions: &Extensions) -> Result<&Self, Rejection> {
        Self::find(extensions).ok_or_else(|| {
            Rejection::misconfigured(
                "a guard or an extractor of djauth runs without the layer and refuses; add `.layer(auth.layer())` to \
                 the router, after its last route",
            )
        })
    }

    /// Finds what the layer put into the request, if there is a layer.
    pub(crate) fn find(extensions: &Extensions) -> Option<&Self> {
        extensions.get()
    }

    pub(crate) fn context(&self) -> &dyn Context {
        &*self.0
    }

    /// Recovers the type of the program's users.
    pub(crate) fn typed<U: AuthUser>(&self) -> Result<Arc<RequestContext<U>>, Rejection> {
        let any: Arc<dyn Any + Send + Sync> = Arc::clone(&self.0) as _;
        any.downcast().map_err(|_| {
            Rejection::misconfigured(&format!(
                "a handler asks for the user as `{}`, but the layer was made for `{}`; ask for the struct that `Auth` \
                 is made for",
                type_name::<U>(),
                self.0.user_type()
            ))
        })
    }

    /// Holds a rule against the request's user, and logs a refusal (rule S101).
    pub(crate) async fn decide(&self, rule: &Rule) -> Result<Decision, Error> {
        let perms = self.0.guard().perms().await?;
        let decision = perms.decide(rule)?;
        if decision != Decision::Allow {
            tracing::info!(
                target: "djauth::security",
                user_id = perms.user_id().as_ref().map(logged),
                rule = ?rule.requirement,
                "access denied"
            );
        }
        Ok(decision)
    }
}
