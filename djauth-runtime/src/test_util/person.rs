//! A user for tests.

use time::OffsetDateTime;

use crate::{
    PasswordHash, Result,
    model::{ColumnValue, Field, Roles, Row, UserModel, Value, read},
    user::{AuthUser, PermissionsMixin},
};

/// A user for tests, with the columns of Django's `AbstractUser` that matter and one of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// The primary key.
    pub id: i64,
    /// What they log in with.
    pub username: String,
    /// Their address.
    pub email: String,
    /// Their password.
    pub password: PasswordHash,
    /// When they logged in last.
    pub last_login: Option<OffsetDateTime>,
    /// Whether they may log in.
    pub is_active: bool,
    /// Whether they may enter the admin.
    pub is_staff: bool,
    /// Whether they have every permission.
    pub is_superuser: bool,
    /// A column of the program's own.
    pub nickname: Option<String>,
}

impl AuthUser for Person {
    type Id = i64;

    const MODEL: &'static UserModel = &UserModel {
        app_label: "people",
        model_name: "person",
        table: "people_person",
        fields: &[
            Field::of::<i64>("id", "id"),
            Field::of::<String>("username", "username").max_length(150).unique(),
            Field::of::<String>("email", "email").max_length(254),
            Field::of::<PasswordHash>("password", "password"),
            Field::of::<Option<OffsetDateTime>>("last_login", "last_login"),
            Field::of::<bool>("is_active", "is_active"),
            Field::of::<bool>("is_staff", "is_staff"),
            Field::of::<bool>("is_superuser", "is_superuser"),
            Field::of::<Option<String>>("nickname", "nickname").max_length(40),
        ],
        roles: Roles {
            id: "id",
            username: "username",
            password: "password",
            email: Some("email"),
            last_login: Some("last_login"),
            is_active: Some("is_active"),
            is_staff: Some("is_staff"),
            is_superuser: Some("is_superuser"),
        },
        required_fields: &["email"],
    };

    fn id(&self) -> &i64 {
        &self.id
    }

    fn username(&self) -> &str {
        &self.username
    }

    fn password(&self) -> &PasswordHash {
        &self.password
    }

    fn set_password(&mut self, password: PasswordHash) {
        self.password = password;
    }

    fn email(&self) -> Option<&str> {
        Some(&self.email)
    }

    fn last_login(&self) -> Option<OffsetDateTime> {
        self.last_login
    }

    fn set_last_login(&mut self, last_login: OffsetDateTime) {
        self.last_login = Some(last_login);
    }

    fn is_active(&self) -> bool {
        self.is_active
    }

    fn is_staff(&self) -> bool {
        self.is_staff
    }

    fn superuser(&self) -> Option<bool> {
        Some(self.is_superuser)
    }

    fn from_row(row: &mut dyn Row) -> Result<Self> {
        Ok(Self {
            id: read(row, Self::MODEL, 0)?,
            username: read(row, Self::MODEL, 1)?,
            email: read(row, Self::MODEL, 2)?,
            password: read(row, Self::MODEL, 3)?,
            last_login: read(row, Self::MODEL, 4)?,
            is_active: read(row, Self::MODEL, 5)?,
            is_staff: read(row, Self::MODEL, 6)?,
            is_superuser: read(row, Self::MODEL, 7)?,
            nickname: read(row, Self::MODEL, 8)?,
        })
    }

    fn to_values(&self) -> Vec<Value> {
        vec![
            self.id.to_value(),
            self.username.to_value(),
            self.email.to_value(),
            self.password.to_value(),
            self.last_login.to_value(),
            self.is_active.to_value(),
            self.is_staff.to_value(),
            self.is_superuser.to_value(),
            self.nickname.to_value(),
        ]
    }
}

impl PermissionsMixin for Person {
    fn is_superuser(&self) -> bool {
        self.is_superuser
    }
}
