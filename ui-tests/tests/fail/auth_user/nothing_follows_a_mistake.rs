use djauth::{AuthUser, PasswordHash, PermissionsMixin};

#[derive(AuthUser, Clone)]
#[auth(app = "accounts")]
struct Member {
    id: i64,
    password: PasswordHash,
}

fn greet(member: &impl PermissionsMixin) -> String {
    format!("hello {} ({})", member.username(), member.is_superuser())
}

fn main() {
    let _ = |member: Member| greet(&member);
}
