//! Whatever the user calls `Option` or `core`, generated code means the real ones.

#![allow(dead_code, non_camel_case_types, unused_macros)]

mod core {}
mod std {}
mod alloc {}
mod djauth_macros {}

struct Option;
struct Result;
struct Some;
struct None;
struct Ok;
struct Err;
struct Box;
struct Vec;
struct String;
struct Default;
struct From;
type str = ();
type u128 = ();

macro_rules! vec {
    () => {
        compile_error!("shadowed")
    };
}
macro_rules! concat {
    () => {
        compile_error!("shadowed")
    };
}
macro_rules! module_path {
    () => {
        compile_error!("shadowed")
    };
}
macro_rules! line {
    () => {
        compile_error!("shadowed")
    };
}
macro_rules! file {
    () => {
        compile_error!("shadowed")
    };
}
macro_rules! panic {
    () => {
        compile_error!("shadowed")
    };
}

#[derive(djauth::AuthUser, Clone)]
#[auth(app = "accounts", required_fields(email))]
pub struct Member {
    pub id: i64,
    pub username: ::std::string::String,
    pub email: ::std::option::Option<::std::string::String>,
    pub password: djauth::PasswordHash,
    pub last_login: ::std::option::Option<time::OffsetDateTime>,
    pub is_superuser: bool,
    #[auth(default = 3)]
    pub level: i32,
}

#[djauth::permissions(app = "blog", can_publish = "Can publish posts")]
pub struct Post;

#[djauth::login_required]
pub async fn home() {}

#[djauth::permission_required("blog.can_publish", any(Post::ADD, not("blog.add_post")))]
pub async fn publish() {}

#[djauth::user_passes_test(|member: &Member| member.level > 2)]
pub async fn edit() {}

#[djauth::login_not_required]
pub async fn about() {}

#[djauth::permission_required("blog.can_publish", user = actor)]
pub fn publish_now(actor: &dyn djauth::Actor) -> ::std::result::Result<(), djauth::PermissionDenied> {
    ::std::result::Result::Ok(())
}

fn main() {}
