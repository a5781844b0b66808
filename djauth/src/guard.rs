//! The argument that a guard attribute prepends to a handler.

use std::{fmt, marker::PhantomData};

use djauth_runtime::guard::Policy;

/// Proof that a request fulfilled the rule of `P`: the first argument of every guarded handler.
///
/// Only an adapter's extractor makes one, after [`djauth_runtime::guard::decide`] allowed the request. So a guarded
/// handler cannot be called without having been authorised, not even directly (rule S1).
pub struct Guard<P: Policy> {
    policy: PhantomData<fn() -> P>,
}

impl<P: Policy> fmt::Debug for Guard<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Guard").field(P::RULE).finish()
    }
}

/// The mark of a handler that everybody may call: what `#[login_not_required]` prepends.
#[derive(Debug)]
pub struct Public {
    made_by_extractor: (),
}
