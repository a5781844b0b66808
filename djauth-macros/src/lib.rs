//! The macros of djauth; use them through the `djauth` crate.
//!
//! Each is a pipeline of three steps: what the user wrote, what is known to be true of it, what the compiler gets.
//! Generated code is small and calls the runtime; it names `#krate::__private` and public traits only.

mod auth_backend;
mod auth_user;
mod crate_path;
mod error;
#[cfg(test)]
mod expansion;
mod guard;
mod login_not_required;
mod login_required;
mod options;
mod permission_name;
mod permission_required;
mod permissions;
mod receiver;
mod span;
mod spelling;
mod text;
mod user_passes_test;

use proc_macro::TokenStream;
use syn::parse_macro_input;

/// Makes a struct the users of the program (Django's `AbstractBaseUser` and its mixins).
///
/// ```
/// use djauth::{AuthUser, PasswordHash};
/// use time::OffsetDateTime;
///
/// #[derive(AuthUser, Debug, Clone)]
/// #[auth(app = "accounts", required_fields(nickname))]
/// pub struct Member {
///     pub id: i64,
///     #[auth(username, email)]
///     pub email: String,
///     pub password: PasswordHash,
///     pub last_login: Option<OffsetDateTime>,
///     pub is_active: bool,
///     pub is_staff: bool,
///     pub is_superuser: bool,
///     #[auth(max_length = 40, default)]
///     pub nickname: String,
/// }
///
/// assert_eq!(Member::MODEL.table, "accounts_member");
/// ```
///
/// A field that has a name of Django's (`id`, `username`, `email`, `password`, `last_login`, `is_active`, `is_staff`,
/// `is_superuser`, `first_name`, `last_name`, `date_joined`) is used as Django uses it; an attribute says so of another
/// field. Every further field is a column of the table, and its type a `djauth::ColumnValue`.
///
/// | on the struct | meaning | default |
/// |---|---|---|
/// | `app = "..."` | the application the model belongs to | must be given |
/// | `table = "..."` | the table | `<app>_<struct in lower case>` |
/// | `required_fields(a, b)` | what `createuser` and `createsuperuser` ask for besides username and password (`REQUIRED_FIELDS`) | none |
/// | `crate = path` | where djauth is | `::djauth` |
///
/// | on a field | meaning | default |
/// |---|---|---|
/// | `id`, `username`, `email`, `password`, `last_login`, `active`, `staff`, `superuser`, `first_name`, `last_name`, `date_joined` | what djauth uses the field for; one field may be several | the field with Django's name |
/// | `column = "..."` | the column | the field's name |
/// | `max_length = 40` | the longest text, in characters | 150 for names, 254 for the address, 128 for the password, else none |
/// | `unique` | no two rows share a value | only the username |
/// | `default`, `default = 7` | what a new row gets where nobody says anything: `Default::default()`, or this | true for `active`, now for `date_joined`, false for `bool`, null for `Option` |
///
/// # Errors worth knowing
///
/// - "a user needs a password; add `password: PasswordHash`, ...": a role that no user can do without; the text is the line
///   to add. The same is said of the primary key and the username.
/// - "`f32` cannot be used as a primary key": keys are `i32`, `i64`, `String` or, with the `uuid` feature, `Uuid`.
/// - "the username field is always required": Django's check auth.E002, while compiling. Password and superuser are no
///   required fields either.
///
/// # Expansion
///
/// `impl AuthUser`, with the table as a constant and the way between rows and values; `impl PermissionsMixin` where there
/// is a superuser field; `impl AbstractUser` where all of Django's fields are there. No SQL: the store writes it.
#[proc_macro_derive(AuthUser, attributes(auth))]
pub fn auth_user(item: TokenStream) -> TokenStream {
    auth_user::derive(&parse_macro_input!(item)).into()
}

/// Declares the permissions of a model (Django's `Meta.permissions` and `default_permissions`).
///
/// ```
/// use djauth::permissions;
///
/// #[permissions(app = "blog", can_publish = "Can publish posts")]
/// pub struct Post {
///     pub title: String,
/// }
///
/// assert_eq!(Post::CAN_PUBLISH.as_str(), "blog.can_publish");
/// assert_eq!(Post::ADD.definition().name, "Can add post");
/// ```
///
/// Every model has `add_`, `change_`, `delete_` and `view_` of itself; what is named besides is its own. Guards accept the
/// names from any crate of the program, and nothing else: see [`macro@permission_required`].
///
/// | option | meaning | default |
/// |---|---|---|
/// | `app = "..."` | the application the model belongs to | must be given |
/// | `codename = "Name for people"` | a permission of the model's own | |
/// | `default_permissions("add", "view")` | what every model has, in this one; `default_permissions()` for nothing | `"add", "change", "delete", "view"` |
/// | `model_name = "..."` | the model in codenames and in its content type | the struct's name in lower case |
/// | `verbose_name = "..."` | the model in names for people | the struct's name in words: `BlogPost` is "blog post" |
/// | `crate = path` | where djauth is | `::djauth` |
///
/// # Errors worth knowing
///
/// - "`add_post` is declared twice": Django's checks auth.E005 and auth.E006. Two models that declare one name are told
///   where a guard asks for it, and when the program starts.
/// - "a codename has at most 100 characters": the limits of Django's tables (auth.E007, E008, E011, E012).
///
/// # Expansion
///
/// A constant on the model for each permission; its definition, in a slice that the linker puts together; and the
/// declaration by which trait selection finds the name.
#[proc_macro_attribute]
pub fn permissions(args: TokenStream, item: TokenStream) -> TokenStream {
    permissions::attribute(args.into(), &item.into()).into()
}

/// Lets users pass who are logged in (Django's `login_required`).
///
/// ```
/// use djauth::{axum::routing::get, login_required};
///
/// #[login_required]
/// async fn account() -> &'static str {
///     "your account"
/// }
///
/// let app: axum::Router = axum::Router::new().route("/account", get(account));
/// ```
///
/// Visitors are sent to log in and come back afterwards; API requests get 401. Several guards on one handler must all be
/// fulfilled, and the first one decides first. Users who are inactive pass no guard.
///
/// | option | meaning | default |
/// |---|---|---|
/// | `login_url = "..."` | where to log in | the setting `login_url` |
/// | `redirect_field_name = "..."` | the query field for the way back | the setting, `next` |
/// | `crate = path` | where djauth is | `::djauth` |
///
/// # Errors worth knowing
///
/// - "needs an async function", "cannot be guarded": the attribute stands on a handler, never on something else.
/// - "this function takes 1 argument but 0 arguments were supplied" at `#[debug_handler]` or at a call: a guarded handler
///   is called by the router only. `#[debug_handler]` goes below the guards.
/// - "axum cannot call this handler" (with axum's own `get`: "the trait `Handler<_, _>` is not implemented"): an argument is
///   no extractor, or the answer no response. A handler that asks djauth returns `Result<_, djauth::axum::Rejection>`, as
///   `djauth::Error` is no response. `#[debug_handler]`, below the guards, says which it is.
/// - "enum is not supported in `trait`s or `impl`s": the attribute stands on an associated function; move the handler out
///   of the `impl` block. (`#[login_not_required]` may stand there.)
/// - "nobody says who may call this handler", at a route: the attribute is missing, or a `cfg_attr` switched it off.
///
/// # Expansion
///
/// The handler's first argument becomes proof that the guard was passed, which only djauth's extractor makes:
/// `async fn account(_: Guard<...>) -> &'static str`.
#[proc_macro_attribute]
pub fn login_required(args: TokenStream, item: TokenStream) -> TokenStream {
    login_required::attribute(args.into(), &item.into()).into()
}

/// Lets users pass who have permissions (Django's `permission_required`).
///
/// ```
/// use djauth::{Actor, PermissionDenied, axum::routing::post, permission_required, permissions};
///
/// #[permissions(app = "blog", can_publish = "Can publish posts")]
/// struct Post;
///
/// #[permission_required("blog.can_publish")]
/// async fn publish() -> &'static str {
///     "published"
/// }
///
/// #[permission_required(any(Post::CHANGE, "blog.delete_post"), not("auth.delete_user"), raise_exception)]
/// async fn tidy_up() -> &'static str {
///     "tidied up"
/// }
///
/// #[permission_required("blog.can_publish", user = actor)]
/// fn publish_all(actor: &impl Actor) -> Result<(), PermissionDenied> {
///     Ok(())
/// }
///
/// let app: axum::Router = axum::Router::new().route("/publish", post(publish)).route("/tidy", post(tidy_up));
/// ```
///
/// A permission is its name, checked while compiling against what every crate of the program declares, or its constant.
/// Several must all be had; `any(...)`, `all(...)` and `not(...)` combine them. Superusers have every permission.
///
/// | option | meaning | default |
/// |---|---|---|
/// | `raise_exception` | a refusal is 403 for visitors too, never a redirect | off |
/// | `login_url = "..."`, `redirect_field_name = "..."` | as for [`macro@login_required`] | the settings |
/// | `user = actor` | outside the web: asks this argument, a `djauth::Actor`, and returns `Err(PermissionDenied)` | the request's user |
/// | `crate = path` | where djauth is | `::djauth` |
///
/// # Errors worth knowing
///
/// ```text
/// error[E0277]: no model declares the permission `blog.can_publsh`
///   |
/// 3 | #[permission_required("blog.can_publsh")]
///   |                       ^^^^^^^^^^^^^^^^^ unknown permission
///   |
///   = note: to declare it, put `#[permissions(app = "blog", can_publsh = "Can publsh")]` on a model
///   = note: a crate that nothing names is not part of the program; if the crate `blog` declares it, write `use blog as _;`
/// ```
///
/// - "type annotations needed" at a name says that two models declare it, and shows both.
/// - "a function that returns `...` cannot say no": with `user = actor` it returns a `Result` whose error implements
///   `From<PermissionDenied>`.
/// - No error, and no guard: with `user = actor` on a method that a trait provides, the guard is part of that body, and an
///   implementation that overrides the method has a body of its own. Put the attribute on the implementations.
///
/// # Expansion
///
/// As for [`macro@login_required`]. With `user = actor` the function checks first, and returns early.
#[proc_macro_attribute]
pub fn permission_required(args: TokenStream, item: TokenStream) -> TokenStream {
    permission_required::attribute(args.into(), &item.into()).into()
}

/// Lets users pass whom a function of the program accepts (Django's `user_passes_test`).
///
/// ```
/// use djauth::{AuthUser, PasswordHash, user_passes_test};
///
/// #[derive(AuthUser, Clone)]
/// #[auth(app = "accounts")]
/// struct Member {
///     id: i64,
///     username: String,
///     password: PasswordHash,
///     is_staff: bool,
/// }
///
/// fn is_editor(member: &Member) -> bool {
///     member.username.ends_with("@editors.example")
/// }
///
/// #[user_passes_test(is_editor)]
/// async fn edit() -> &'static str {
///     "editing"
/// }
///
/// #[user_passes_test(|member: &Member| member.is_staff, login_url = "/staff/login")]
/// async fn desk() -> &'static str {
///     "the desk"
/// }
/// ```
///
/// The test borrows the user and returns `bool` or `djauth::Result<bool>`; an error means that nobody could decide, and the
/// answer is 503. Unlike Django's, it is asked of active users who are logged in only.
///
/// | option | meaning | default |
/// |---|---|---|
/// | first | the test: a function, or a closure that names its argument's type | must be given |
/// | `login_url = "..."`, `redirect_field_name = "..."` | as for [`macro@login_required`] | the settings |
/// | `crate = path` | where djauth is | `::djauth` |
///
/// # Errors worth knowing
///
/// - "a user test returns `bool` or `djauth::Result<bool>`": tests are not async; load what they need with the user, or
///   decide in the handler.
///
/// # Expansion
///
/// As for [`macro@login_required`].
#[proc_macro_attribute]
pub fn user_passes_test(args: TokenStream, item: TokenStream) -> TokenStream {
    user_passes_test::attribute(args.into(), &item.into()).into()
}

/// Marks a handler that everybody may call (Django's `login_not_required`).
///
/// ```
/// use djauth::{axum::routing::get, login_not_required};
///
/// #[login_not_required]
/// async fn about() -> &'static str {
///     "about us"
/// }
///
/// let app: axum::Router = axum::Router::new().route("/about", get(about));
/// ```
///
/// Without it, or a guard, a handler is no handler to `djauth::axum::routing`.
///
/// | option | meaning | default |
/// |---|---|---|
/// | `crate = path` | where djauth is | `::djauth` |
///
/// # Errors worth knowing
///
/// - "contradict each other": a handler is public or guarded, not both.
///
/// # Expansion
///
/// `async fn about(_: Public) -> &'static str`
#[proc_macro_attribute]
pub fn login_not_required(args: TokenStream, item: TokenStream) -> TokenStream {
    login_not_required::attribute(args.into(), &item.into()).into()
}

/// Registers a backend under the name by which the settings list it (Django's `AUTHENTICATION_BACKENDS`).
///
/// ```
/// use djauth::{
///     AuthUser, Authenticator, PasswordHash, Result, auth_backend, backend::AuthBackend,
///     credentials::Credentials, signal::RequestInfo,
/// };
///
/// #[derive(AuthUser, Clone)]
/// #[auth(app = "accounts")]
/// struct Member {
///     id: i64,
///     username: String,
///     password: PasswordHash,
/// }
///
/// #[derive(Default)]
/// struct CardBackend;
///
/// #[auth_backend(alias = "accounts.backends.CardBackend")]
/// impl AuthBackend<Member> for CardBackend {
///     async fn authenticate(
///         &self,
///         auth: &Authenticator<Member>,
///         request: &RequestInfo,
///         credentials: &Credentials,
///     ) -> Result<Option<Member>> {
///         Ok(None)
///     }
/// }
/// ```
///
/// It asks for nothing by itself: list it in `authentication_backends`, such as `["CardBackend", "ModelBackend"]`. A backend
/// that needs more than `Default` goes through the builder of `djauth::Auth` instead.
///
/// | option | meaning | default |
/// |---|---|---|
/// | `name = "..."` | the name in the settings and in sessions | the type's name |
/// | `alias = "..."`, several times | other names, such as the dotted path of the Django class it stands in for | none |
/// | `crate = path` | where djauth is | `::djauth` |
///
/// # Errors worth knowing
///
/// - "a registered backend vouches for one type of user": name the type; generic backends go through the builder.
///
/// # Expansion
///
/// The block, made object safe by `async_trait` unless that was done, and an entry among the plug-ins of the program.
#[proc_macro_attribute]
pub fn auth_backend(args: TokenStream, item: TokenStream) -> TokenStream {
    auth_backend::attribute(args.into(), &item.into()).into()
}

/// Calls a function when something happened (Django's `@receiver`).
///
/// ```
/// use djauth::{Result, receiver, signal::UserLoginFailed};
///
/// #[receiver]
/// async fn count_failures(failed: &UserLoginFailed) -> Result<()> {
///     println!("somebody at {:?} could not log in", failed.request.client_address);
///     Ok(())
/// }
/// ```
///
/// The argument's type is the signal: `UserLoggedIn<Member>`, `UserLoggedOut<Member>`, `UserLoginFailed`, or one of your own
/// that `djauth::signal::send` sends. Receivers run one after the other; the error of one makes the action fail.
///
/// | option | meaning | default |
/// |---|---|---|
/// | `crate = path` | where djauth is | `::djauth` |
///
/// # Errors worth knowing
///
/// - "`String` is not a signal": nobody would ever send it.
///
/// # Expansion
///
/// The function as it is, and an entry among the plug-ins of the program.
#[proc_macro_attribute]
pub fn receiver(args: TokenStream, item: TokenStream) -> TokenStream {
    receiver::attribute(args.into(), &item.into()).into()
}
