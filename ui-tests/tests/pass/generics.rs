use axum::extract::State;
use djauth::{AuthUser, ColumnValue, PasswordHash, UserId, login_required, permission_required, permissions};

#[derive(AuthUser, Clone)]
#[auth(app = "accounts")]
pub struct Member<K: UserId, C>
where
    C: ColumnValue + Clone + Send + Sync + 'static,
{
    id: K,
    username: String,
    password: PasswordHash,
    colour: C,
    sizes: Sizes<3>,
}

#[derive(Clone)]
pub struct Sizes<const N: usize>([u8; N]);

impl<const N: usize> ColumnValue for Sizes<N> {
    const TYPE: djauth::model::ColumnType = <Vec<u8> as ColumnValue>::TYPE;

    fn to_value(&self) -> djauth::model::Value {
        self.0.to_vec().to_value()
    }

    fn from_value(value: djauth::model::Value) -> djauth::Result<Self> {
        let bytes = Vec::<u8>::from_value(value)?;
        bytes.try_into().map(Self).map_err(|_| djauth::Error::invalid("another number of sizes"))
    }
}

#[permissions(app = "blog")]
pub struct Post<'a, T: ?Sized, const N: usize>(pub &'a T, pub [u8; N])
where
    T: Copy;

#[permissions(app = "blog", default_permissions("view"))]
pub enum Comment {
    Short,
    Long(String),
}

const CHANGE: djauth::Permission = Post::<'static, u8, 2>::CHANGE;

#[login_required]
pub async fn home<S: Clone>(State(_): State<S>) {}

#[permission_required("blog.add_post", CHANGE)]
pub async fn add() {}

fn main() {
    assert_eq!(Member::<i32, Option<bool>>::MODEL.table, "accounts_member");
    assert_eq!(Comment::VIEW.as_str(), "blog.view_comment");
}
