//! How are users made, given passwords, and given permissions? Django's `UserManager`, `set_password`, and groups.
//!
//! | Django | here |
//! |---|---|
//! | `User.objects.create_user(...)`, `create_superuser(...)` | [`create_user`], [`create_superuser`] of a [`NewUser`] |
//! | `validate_password(password, user)` | `auth.validators().validate(...)`: [`Validators`](crate::validator::Validators) |
//! | `user.set_password(...)` and `save()` | [`set_password`] |
//! | `user.check_password(...)` | [`verify_password`] |
//! | `login(request, user)` of a user who did not come from `authenticate` | [`vouch`], then `auth.login(...)` |
//! | `user.groups.add(group)` | `auth.users()`: [`GroupStore`](crate::store::GroupStore) |
//! | `user.user_permissions.add(...)`, `group.permissions.add(...)` | `auth.users()`: [`PermissionStore`](crate::store::PermissionStore) |
//!
//! As in Django, neither [`create_user`] nor [`set_password`] asks whether a password is a good one: whoever takes it from
//! a visitor validates it first, as below.
//!
//! # A registration
//!
//! ```
//! use axum::{http::StatusCode, response::{IntoResponse, Redirect, Response}};
//! use djauth::{Error, axum::routing::post, email::clean_email, manager::NewUser, prelude::*, validator::Attributes};
//!
//! # #[derive(AuthUser, Clone)]
//! # #[auth(app = "accounts")]
//! # struct Member { id: i64, #[auth(username, email)] email: String, password: PasswordHash, nickname: Option<String> }
//! #[derive(serde::Deserialize)]
//! struct Registration {
//!     email: String,
//!     password: RawPassword,
//!     nickname: String,
//! }
//!
//! fn refuse(reason: impl ToString) -> Response {
//!     (StatusCode::BAD_REQUEST, reason.to_string()).into_response()
//! }
//!
//! #[login_not_required]
//! async fn register(
//!     auth: AuthSession<Member>,
//!     Form(form): Form<Registration>,
//! ) -> Result<Response, Rejection> {
//!     let email = match clean_email(&form.email, 254) {
//!         Ok(email) => email,
//!         Err(error) => return Ok(refuse(error)),
//!     };
//!     // The password must not be made of what is known of the user.
//!     let known = Attributes::new().with("email", &email).with("nickname", &form.nickname);
//!     if let Err(errors) = auth.auth().validators().validate(&form.password, Some(&known)) {
//!         return Ok(refuse(&errors[0]));
//!     }
//!     let new = NewUser::new(email).password(form.password).set("nickname", form.nickname);
//!     let member = match auth.auth().create_user(new).await {
//!         Ok(member) => member,
//!         Err(Error::Invalid(reason) | Error::AlreadyExists(reason)) => return Ok(refuse(reason)),
//!         Err(error) => return Err(error.into()),
//!     };
//!     auth.login(auth.auth().vouch(member, None)?).await?;
//!     Ok(Redirect::to("/").into_response())
//! }
//! # let _: axum::Router = axum::Router::new().route("/register/", post(register));
//! ```
//!
//! Only the fields that the handler names reach the user: a form that sends `is_superuser` as well changes nothing. The
//! handler tells whoever asks that an address has an account, and lets in people who have not shown that it is theirs; a
//! site for which that is too much says "look into your mail" to everybody and makes the user from the link in it.
//!
//! # A new password
//!
//! ```
//! use axum::{http::StatusCode, response::{IntoResponse, Redirect, Response}};
//! use djauth::{axum::routing::post, prelude::*};
//!
//! # #[derive(AuthUser, Clone)]
//! # #[auth(app = "accounts")]
//! # struct Member { id: i64, #[auth(username)] name: String, password: PasswordHash }
//! #[derive(serde::Deserialize)]
//! struct PasswordChange {
//!     old_password: RawPassword,
//!     new_password: RawPassword,
//! }
//!
//! #[login_required]
//! async fn change_password(
//!     auth: AuthSession<Member>,
//!     CurrentUser(member): CurrentUser<Member>,
//!     Form(form): Form<PasswordChange>,
//! ) -> Result<Response, Rejection> {
//!     let verified = auth.auth().verify_password(Some((*member).clone()), &form.old_password).await?;
//!     let Some(mut member) = verified else {
//!         return Ok((StatusCode::BAD_REQUEST, "Your old password was entered incorrectly.").into_response());
//!     };
//!     if let Err(errors) = auth.auth().validators().validate(&form.new_password, Some(&member)) {
//!         return Ok((StatusCode::BAD_REQUEST, errors[0].to_string()).into_response());
//!     }
//!     auth.auth().set_password(&mut member, &form.new_password).await?;
//!     // Every other session of the member ends with its next request; this one goes on.
//!     auth.update_session_auth_hash(&member).await?;
//!     Ok(Redirect::to("/").into_response())
//! }
//! # let _: axum::Router = axum::Router::new().route("/password/", post(change_password));
//! ```
//!
//! # Groups and permissions
//!
//! What is given counts on the next request, and so does what is taken away. On the command line the same is `grant` and
//! `revoke` ([`management`](crate::management)).
//!
//! ```
//! use djauth::{User, manager::NewUser, prelude::*, store::Holder};
//!
//! #[permissions(app = "blog", can_publish = "Can publish posts")]
//! struct Post;
//!
//! # async fn example() -> djauth::Result<()> {
//! # let auth = Auth::<User>::builder().url("sqlite::memory:").settings(Settings::development()).build().await?;
//! # auth.migrate().await?;
//! let ann = auth.create_user(NewUser::new("ann").set("email", "ann@example.org")).await?;
//! let editors = auth.users().create_group("Editors").await?;
//! auth.users().grant(Holder::Group(&editors), &[Post::CAN_PUBLISH.into()]).await?;
//! auth.users().add_to_group(&ann.id, &editors).await?;
//! auth.users().grant(Holder::User(&ann.id), &["blog.view_post".parse()?]).await?;
//!
//! let perms = auth.perms_of(&ann).await?;
//! assert!(perms.has_perm(Post::CAN_PUBLISH)? && perms.has_perm(Post::VIEW)?);
//! # Ok(())
//! # }
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(example()).unwrap();
//! ```
//!
//! [`create_user`]: crate::Authenticator::create_user
//! [`create_superuser`]: crate::Authenticator::create_superuser
//! [`set_password`]: crate::Authenticator::set_password
//! [`verify_password`]: crate::Authenticator::verify_password
//! [`vouch`]: crate::Authenticator::vouch

pub use djauth_runtime::manager::NewUser;
