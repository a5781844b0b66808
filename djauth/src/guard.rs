//! May this request pass? The argument that a guard attribute prepends to a handler, and what it asks for.

use std::{fmt, marker::PhantomData};

use djauth_runtime::guard::Policy;
pub use djauth_runtime::guard::{Actor, Decision, Requirement, Rule};

/// Proof that a request fulfilled the rule of `P`: the first argument of every guarded handler.
///
/// Only an adapter's extractor makes one, after [`djauth_runtime::guard::decide`] allowed the request. So a guarded
/// handler cannot be called without having been authorised, not even directly (rule S1).
///
/// Never write it yourself as `Result<Guard<_>, _>`: axum has such a form for every extractor, and a handler that takes
/// it runs whatever the guard says. `djauth::axum::routing` refuses it, axum's own routing functions do not (rule S3).
pub struct Guard<P: Policy> {
    policy: PhantomData<fn() -> P>,
}

impl<P: Policy> Guard<P> {
    /// Makes the proof. Only an adapter calls it, once [`djauth_runtime::guard::decide`] has said `Allow`.
    #[cfg(feature = "axum")]
    pub(crate) fn new() -> Self {
        Self { policy: PhantomData }
    }
}

impl<P: Policy> fmt::Debug for Guard<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Guard").field(P::RULE).finish()
    }
}

/// The mark of a handler that everybody may call: what `#[login_not_required]` prepends.
#[derive(Debug)]
#[non_exhaustive]
pub struct Public {}

impl Public {
    /// Makes the mark. Only an adapter calls it.
    #[cfg(feature = "axum")]
    pub(crate) fn new() -> Self {
        Self {}
    }
}
