use djauth::{AuthUser, PasswordHash};

#[derive(AuthUser, Clone)]
#[auth(app = "accounts")]
struct Member {
    id: i64,
    username: String,
    password: PasswordHash,
    #[auth(column = "the_telephone_number_under_which_a_member_can_be_reached_in_the_evening")]
    phone: String,
}

fn main() {}
