//! May this request pass? Guards and their decisions.
//!
//! An attribute such as `#[permission_required("blog.add_post")]` becomes a [`Rule`]; [`decide`] holds it against a
//! [`Caller`]. Both are plain values, so axum and actix-web cannot come to differ.

use std::any::Any;

use crate::{Error, ImproperlyConfigured, Result, permission::Permission, permission::PermissionSet};

/// What a guard asks for.
#[derive(Debug)]
#[non_exhaustive]
pub enum Requirement {
    /// A user who is logged in.
    Login,
    /// A permission.
    Permission(Permission),
    /// Each of these.
    All(&'static [Requirement]),
    /// One of these.
    Any(&'static [Requirement]),
    /// Anybody who is logged in and does not fulfil this.
    Not(&'static Requirement),
    /// A test of the program's own.
    Test(UserTest),
}

impl From<Permission> for Requirement {
    fn from(permission: Permission) -> Self {
        Self::Permission(permission)
    }
}

/// A function of the program that tests a user (Django's `user_passes_test`).
#[derive(Debug)]
pub struct UserTest {
    /// The function as the program names it.
    pub name: &'static str,
    /// The function, behind the user's type; `None` if the user is of another type.
    pub test: fn(&dyn Any) -> Option<Result<bool>>,
}

/// What stands in one guard attribute.
#[derive(Debug)]
pub struct Rule {
    /// What is asked for.
    pub requirement: Requirement,
    /// Where to log in, instead of the setting.
    pub login_url: Option<&'static str>,
    /// The query field for the way back, instead of the setting; empty for none.
    pub redirect_field_name: Option<&'static str>,
    /// Whether a refusal is always an error, never a redirect (Django's `raise_exception`).
    pub raise_exception: bool,
}

impl Rule {
    /// Makes a rule without options.
    #[must_use]
    pub const fn new(requirement: Requirement) -> Self {
        Self { requirement, login_url: None, redirect_field_name: None, raise_exception: false }
    }
}

/// The rule of one guarded handler, as a type; made by the attributes only.
pub trait Policy: Send + Sync + 'static {
    /// The rule.
    const RULE: &'static Rule;
}

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub enum Caller<'a> {
    /// A visitor who has not logged in.
    Anonymous,
    /// A user who has.
    User {
        /// The user, as the program's own type.
        user: &'a dyn Any,
        /// Whether the user may log in at all.
        is_active: bool,
        /// Whether the user has every permission.
        is_superuser: bool,
        /// What the user may do, by own and by group permissions.
        permissions: &'a PermissionSet,
    },
}

impl Caller<'_> {
    fn is_active_user(&self) -> bool {
        matches!(self, Self::User { is_active: true, .. })
    }
}

/// What a guard says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The request may pass.
    Allow,
    /// Nobody is logged in: ask for it.
    RedirectToLogin,
    /// The user lacks something; logging in again would not help.
    Deny,
}

/// Holds a rule against a caller.
///
/// Inactive users pass nothing, superusers neither (rule S14).
///
/// # Errors
/// Whatever kept the guard from deciding; the request does not pass then, and the answer is 503 or 500.
pub fn decide(rule: &Rule, caller: Caller<'_>) -> Result<Decision> {
    if !caller.is_active_user() {
        return Ok(if rule.raise_exception { Decision::Deny } else { Decision::RedirectToLogin });
    }
    Ok(if fulfils(&rule.requirement, caller)? { Decision::Allow } else { Decision::Deny })
}

/// Returns whether the caller fulfils the requirement. Nobody who is not logged in and active fulfils any.
pub(crate) fn fulfils(requirement: &Requirement, caller: Caller<'_>) -> Result<bool> {
    let Caller::User { user, is_active: true, is_superuser, permissions } = caller else {
        return Ok(false);
    };
    holds(requirement, user, is_superuser, permissions)
}

fn holds(
    requirement: &Requirement,
    user: &dyn Any,
    is_superuser: bool,
    permissions: &PermissionSet,
) -> Result<bool> {
    let each = |requirement| holds(requirement, user, is_superuser, permissions);
    match requirement {
        Requirement::Login => Ok(true),
        Requirement::Permission(permission) => {
            Ok(is_superuser || permissions.contains_index(permission.index()))
        }
        Requirement::All(all) => {
            for requirement in *all {
                if !each(requirement)? {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        Requirement::Any(any) => {
            for requirement in *any {
                if each(requirement)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        Requirement::Not(not) => each(not).map(|fulfilled| !fulfilled),
        Requirement::Test(UserTest { name, test }) => test(user).unwrap_or_else(|| {
            Err(Error::ImproperlyConfigured(ImproperlyConfigured::new(format!(
                "`#[user_passes_test({name})]` tests another type than the program's users; take the struct that `Auth` is made for"
            ))))
        }),
    }
}

/// Who does something outside the web: what `#[permission_required("blog.add_post", user = actor)]` asks.
///
/// `djauth::Perms` is one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be asked for permissions",
    label = "`user = ...` must name an argument of a type that implements `djauth::Actor`",
    note = "take `actor: &djauth::Perms`; `auth.perms_of(&user).await?` makes one"
)]
pub trait Actor {
    /// Returns whether the requirement is fulfilled.
    ///
    /// # Errors
    /// Whatever kept the actor from answering; the function is not entered then.
    fn fulfils(&self, requirement: &Requirement) -> Result<bool>;
}

#[diagnostic::do_not_recommend]
impl<A: Actor + ?Sized> Actor for &A {
    fn fulfils(&self, requirement: &Requirement) -> Result<bool> {
        (**self).fulfils(requirement)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Member {
        is_author: bool,
    }

    fn is_author(user: &dyn Any) -> Option<Result<bool>> {
        user.downcast_ref::<Member>().map(|member| Ok(member.is_author))
    }

    const TEST: Requirement = Requirement::Test(UserTest { name: "is_author", test: is_author });

    fn answer(requirement: Requirement, is_active: bool, is_superuser: bool, is_author: bool) -> Decision {
        let (user, permissions) = (Member { is_author }, PermissionSet::new());
        let caller = Caller::User { user: &user, is_active, is_superuser, permissions: &permissions };
        decide(&Rule::new(requirement), caller).expect("an answer")
    }

    #[test]
    fn a_visitor_is_sent_to_login_or_refused_outright() {
        let rule = Rule::new(Requirement::Login);
        assert_eq!(decide(&rule, Caller::Anonymous).expect("an answer"), Decision::RedirectToLogin);
        let rule = Rule { raise_exception: true, ..Rule::new(Requirement::Login) };
        assert_eq!(decide(&rule, Caller::Anonymous).expect("an answer"), Decision::Deny);
    }

    #[test]
    fn s14_an_inactive_user_passes_nothing_superusers_neither() {
        for requirement in [Requirement::Login, TEST, Requirement::Not(&TEST), Requirement::All(&[])] {
            assert_eq!(answer(requirement, false, true, true), Decision::RedirectToLogin);
        }
    }

    #[test]
    fn requirements_nest() {
        const BOTH: &[Requirement] = &[TEST, Requirement::Not(&TEST)];
        for is_author in [false, true] {
            assert_eq!(answer(Requirement::Any(BOTH), true, false, is_author), Decision::Allow);
            assert_eq!(answer(Requirement::All(BOTH), true, false, is_author), Decision::Deny);
        }
        assert_eq!(answer(Requirement::Not(&TEST), true, false, false), Decision::Allow);
        assert_eq!(answer(Requirement::Any(&[]), true, true, true), Decision::Deny);
    }

    #[test]
    fn a_test_of_the_programs_own_sees_its_own_type_and_no_other() {
        assert_eq!(answer(TEST, true, false, true), Decision::Allow);
        assert_eq!(answer(TEST, true, false, false), Decision::Deny);
        let (permissions, user) = (PermissionSet::new(), "another type");
        let caller =
            Caller::User { user: &user, is_active: true, is_superuser: true, permissions: &permissions };
        let error = decide(&Rule::new(TEST), caller).expect_err("nobody can tell");
        assert!(matches!(error, Error::ImproperlyConfigured(_)), "{error}");
    }
}
