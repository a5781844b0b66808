use djauth::{AuthUser, PasswordHash};

#[derive(AuthUser, Clone)]
#[auth(app = "a")]
struct Small {
    id: i32,
    username: String,
    password: PasswordHash,
}

#[derive(AuthUser, Clone)]
#[auth(app = "a")]
struct Text {
    #[auth(id, username)]
    name: String,
    password: PasswordHash,
}

fn main() {
    assert_eq!(Small::MODEL.roles.id, "id");
    assert_eq!((Text::MODEL.roles.id, Text::MODEL.roles.username), ("name", "name"));
}
