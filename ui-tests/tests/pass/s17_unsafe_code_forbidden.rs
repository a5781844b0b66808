#![forbid(unsafe_code)]

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
