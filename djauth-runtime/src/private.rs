//! What generated code names besides public traits. It has no stability: only the macros of the same version use it.

use std::{
    any::{Any, TypeId},
    sync::Arc,
};

pub use async_trait::async_trait;
pub use inventory;
pub use linkme;
pub use std::{boxed::Box, vec, vec::Vec};
pub use time::OffsetDateTime;

pub use crate::{
    PasswordHash, Result,
    backend::BackendPlugin,
    guard::{Policy, Requirement, Rule, UserTest},
    model::{ColumnValue, Field, Roles, Row, UserModel, Value},
    permission::{Location, Permission, PermissionDefinition},
    registry::{GuardedView, PERMISSIONS},
    role::{DateJoinedField, EmailField, FlagField, LastLoginField, PasswordField, TextField},
    signal::ReceiverPlugin,
    user::{AuthUser, id_field, id_value, read_field, read_id},
};
use crate::{
    PermissionDenied,
    backend::AuthBackend,
    signal::{Received, Signal},
};

/// Makes a type the policy of a guarded handler, and lists the handler.
#[doc(hidden)]
#[macro_export]
macro_rules! __guarded {
    ($policy:ident, $name:literal, $rule:expr) => {
        const _: () = {
            #[automatically_derived]
            #[allow(clippy::redundant_closure_call)]
            impl $crate::__private::Policy for $policy {
                const RULE: &'static $crate::__private::Rule = &$rule;
            }
            $crate::__listed!($name, <$policy as $crate::__private::Policy>::RULE);
        };
    };
}

/// Lists a function for those who ask which one wants what.
#[doc(hidden)]
#[macro_export]
macro_rules! __listed {
    ($name:literal, $rule:expr) => {
        const _: () = {
            $crate::__private::inventory::submit! {
                $crate::__private::GuardedView {
                    path: ::core::concat!(::core::module_path!(), "::", $name),
                    location: $crate::__private::Location {
                        module: ::core::module_path!(),
                        file: ::core::file!(),
                        line: ::core::line!(),
                    },
                    rule: $rule,
                }
            }
        };
    };
}

pub use crate::{__guarded as guarded, __listed as listed};

/// A permission's name as a type: the hash of `app_label.codename`.
#[derive(Debug)]
pub struct Name<const HASH: u128>;

/// "The permission of this name is declared, as `P`." Trait selection finds `P` across crates.
pub trait Declared<P> {
    /// What is declared.
    const DEFINITION: &'static PermissionDefinition;
}

/// The default of the active field: who is made may log in.
#[must_use]
pub fn active() -> Option<Value> {
    Some(Value::Boolean(true))
}

/// The default of the date of joining.
#[must_use]
pub fn now() -> Option<Value> {
    Some(Value::DateTime(OffsetDateTime::now_utc()))
}

/// What a test of the program's own may answer.
#[diagnostic::on_unimplemented(
    message = "a user test returns `bool` or `djauth::Result<bool>`, not `{Self}`",
    label = "used by `#[user_passes_test]`"
)]
pub trait TestOutcome {
    /// Returns the answer.
    ///
    /// # Errors
    /// Whatever kept the test from answering.
    fn outcome(self) -> Result<bool>;
}

#[diagnostic::do_not_recommend]
impl TestOutcome for bool {
    fn outcome(self) -> Result<bool> {
        Ok(self)
    }
}

#[diagnostic::do_not_recommend]
impl TestOutcome for Result<bool> {
    fn outcome(self) -> Result<bool> {
        self
    }
}

/// Runs a test of the program's own on a user whose type is recovered.
pub fn run_user_test<U: Any>(user: &dyn Any, test: fn(&U) -> Result<bool>) -> Option<Result<bool>> {
    user.downcast_ref().map(test)
}

/// Holds a requirement against what an actor may do; `Err` if it is not fulfilled.
///
/// # Errors
/// [`PermissionDenied`], also when the actor's permissions cannot be told.
pub fn require(actor: &impl crate::guard::Actor, requirement: &Requirement) -> Result<(), PermissionDenied> {
    match actor.fulfils(requirement) {
        Ok(true) => Ok(()),
        Ok(false) => Err(PermissionDenied),
        Err(error) => {
            tracing::error!(%error, "a permission could not be checked; the call is refused");
            Err(PermissionDenied)
        }
    }
}

/// What a function returns that can say no.
#[diagnostic::on_unimplemented(
    message = "a function that returns `{Self}` cannot say no",
    label = "`user = ...` makes the function return `Err(PermissionDenied)`",
    note = "let it return `Result<(), djauth::PermissionDenied>`, or a `Result` whose error implements `From<djauth::PermissionDenied>`"
)]
pub trait Refusal {
    /// Says no.
    fn refusal(denied: PermissionDenied) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T, E: From<PermissionDenied>> Refusal for Result<T, E> {
    fn refusal(denied: PermissionDenied) -> Self {
        Err(denied.into())
    }
}

/// Makes what a function returns for a refusal.
pub fn refuse<R: Refusal>(denied: PermissionDenied) -> R {
    R::refusal(denied)
}

/// What a guard takes for a permission that is no text: the constants of the models, nothing else.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no permission",
    label = "a guard asks for a permission",
    note = "write a constant of a model, such as `Post::CAN_PUBLISH`, or a name, such as \"blog.can_publish\""
)]
pub trait DeclaredConstant: Copy {
    /// The permission. As the type that a guard expects, it keeps the compiler from a second error about one mistake.
    type Permission;
}

#[diagnostic::do_not_recommend]
impl DeclaredConstant for Permission {
    type Permission = Self;
}

/// Takes a constant for a permission.
pub const fn constant<C: DeclaredConstant<Permission = C>>(constant: C) -> C::Permission {
    constant
}

/// Makes a registered backend: an `Arc<dyn AuthBackend<U>>`, boxed.
#[must_use]
pub fn make_backend<U: AuthUser, B: AuthBackend<U> + Default>() -> Box<dyn Any> {
    let backend: Arc<dyn AuthBackend<U>> = Arc::new(B::default());
    Box::new(backend)
}

/// Returns the type of a signal.
#[must_use]
pub fn signal_type<S: Signal>() -> TypeId {
    TypeId::of::<S>()
}

/// Hands a signal to a receiver of its type.
pub fn receive<'a, S: Signal>(
    signal: &'a (dyn Any + Send + Sync),
    receiver: fn(&'a S) -> Received<'a>,
) -> Received<'a> {
    match signal.downcast_ref() {
        Some(signal) => receiver(signal),
        None => Box::pin(std::future::ready(Ok(()))),
    }
}
