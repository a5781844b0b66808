use djauth::{AbstractUser, AuthUser, PasswordHash, PermissionsMixin};
use time::OffsetDateTime;

#[derive(AuthUser, Clone)]
#[auth(app = "accounts", table = "people", required_fields(email))]
struct Person {
    #[auth(id, column = "person_id")]
    key: i64,
    username: String,
    first_name: String,
    last_name: String,
    email: String,
    password: PasswordHash,
    #[auth(active, default = false)]
    enabled: bool,
    is_staff: bool,
    is_superuser: bool,
    last_login: Option<OffsetDateTime>,
    date_joined: OffsetDateTime,
    #[auth(default, max_length = 20, unique)]
    phone: String,
    #[auth(default = 7, column = "shoe_size")]
    shoe: i32,
}

fn is_abstract_user<U: AbstractUser + PermissionsMixin>() {}

fn main() {
    is_abstract_user::<Person>();
    let model = Person::MODEL;
    assert_eq!((model.table, model.model_name, model.roles.id), ("people", "person", "person_id"));
    assert_eq!(model.roles.is_active, Some("enabled"));
    let length = |name| model.field(name).unwrap().max_length;
    assert_eq!([length("username"), length("email"), length("phone")], [Some(150), Some(254), Some(20)]);
    let default = |name| format!("{:?}", (model.field(name).unwrap().default)());
    assert_eq!(default("enabled"), "Some(Value(a truth value))");
    assert_eq!(default("shoe"), "Some(Value(an integer))");
    assert_eq!(default("username"), "None");
    assert!(model.field("username").unwrap().unique && model.field("phone").unwrap().unique);
}
