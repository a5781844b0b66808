//! Users of several shapes.

use djauth::{
    AuthUser, ColumnValue, Error, PasswordHash, Result,
    model::{ColumnType, Value},
};
use time::OffsetDateTime;

/// Django's `auth.User`; its fields stand as Django's own migrations leave the columns on SQLite.
#[derive(AuthUser, Debug, Clone)]
#[auth(app = "auth", required_fields(email))]
pub(crate) struct User {
    pub(crate) id: i32,
    pub(crate) password: PasswordHash,
    pub(crate) last_login: Option<OffsetDateTime>,
    pub(crate) is_superuser: bool,
    #[auth(max_length = 150)]
    pub(crate) username: String,
    #[auth(max_length = 150, default)]
    pub(crate) last_name: String,
    #[auth(max_length = 254)]
    pub(crate) email: String,
    pub(crate) is_staff: bool,
    #[auth(default = true)]
    pub(crate) is_active: bool,
    pub(crate) date_joined: OffsetDateTime,
    #[auth(max_length = 150, default)]
    pub(crate) first_name: String,
}

/// A user with columns of every type, some under other names, and a key that the program gives.
#[derive(AuthUser, Debug, Clone)]
#[auth(app = "accounts", table = "people")]
pub(crate) struct Member {
    #[auth(id, max_length = 40)]
    pub(crate) handle: String,
    #[auth(username, email, column = "mail", max_length = 254)]
    pub(crate) address: String,
    #[auth(password, column = "secret")]
    pub(crate) hash: PasswordHash,
    #[auth(last_login)]
    pub(crate) seen: Option<OffsetDateTime>,
    #[auth(superuser, column = "order")]
    pub(crate) boss: bool,
    pub(crate) score: f64,
    pub(crate) visits: i64,
    pub(crate) age: Option<i32>,
    pub(crate) picture: Vec<u8>,
    pub(crate) note: Option<String>,
    #[auth(unique, max_length = 20)]
    pub(crate) nickname: Option<String>,
}

/// A user with a column of the program's own type.
#[derive(AuthUser, Debug, Clone)]
#[auth(app = "ships")]
pub(crate) struct Sailor {
    pub(crate) id: i64,
    #[auth(max_length = 30)]
    pub(crate) username: String,
    pub(crate) password: PasswordHash,
    pub(crate) rank: Rank,
}

/// A type that knows two texts.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Rank {
    Mate,
    Captain,
}

impl ColumnValue for Rank {
    const TYPE: ColumnType = ColumnType::Text;
    const MAX_LENGTH: Option<u16> = Some(7);

    fn to_value(&self) -> Value {
        match self {
            Self::Mate => "mate".into(),
            Self::Captain => "captain".into(),
        }
    }

    fn from_value(value: Value) -> Result<Self> {
        match String::from_value(value)?.as_str() {
            "mate" => Ok(Self::Mate),
            "captain" => Ok(Self::Captain),
            _ => Err(Error::invalid("the column holds no rank")),
        }
    }

    fn default_value() -> Option<Value> {
        Some(Self::Mate.to_value())
    }
}

/// A user without permissions, as Django's `AbstractBaseUser` alone makes it.
#[derive(AuthUser, Debug, Clone)]
#[auth(app = "guests")]
pub(crate) struct Guest {
    pub(crate) id: i64,
    #[auth(max_length = 30)]
    pub(crate) username: String,
    pub(crate) password: PasswordHash,
}

/// A user whose key djauth draws.
#[cfg(feature = "uuid")]
#[derive(AuthUser, Debug, Clone)]
#[auth(app = "devices")]
pub(crate) struct Device {
    pub(crate) id: uuid::Uuid,
    #[auth(max_length = 30)]
    pub(crate) username: String,
    pub(crate) password: PasswordHash,
    pub(crate) is_active: bool,
    pub(crate) is_superuser: bool,
}
