//! The tables, as Django's migrations leave them (`contenttypes`, `auth`), and djauth's own for sessions.

use djauth_runtime::{
    model::{ColumnType, Field, UserModel},
    user::{AuthUser, IdSource, UserId},
};
use time::OffsetDateTime;

pub(super) const CONTENT_TYPE: &str = "django_content_type";
pub(super) const PERMISSION: &str = "auth_permission";
pub(super) const GROUP: &str = "auth_group";
pub(super) const GROUP_PERMISSIONS: &str = "auth_group_permissions";
pub(super) const SESSION: &str = "djauth_session";
/// The column of [`SESSION`] that names the model of the session's users, as [`UserModel::label`] does.
pub(super) const USER_MODEL: &str = "user_model";
pub(super) const DJANGO_SESSION: &str = "django_session";

/// Which table holds the sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SessionTable {
    /// djauth's own, which names the user beside the data.
    Djauth,
    /// Django's (`django.contrib.sessions`), which does not.
    Django,
}

/// The names of what links a user to groups and permissions.
pub(super) struct Links {
    /// The table of memberships.
    pub(super) groups: String,
    /// The table of permissions given directly.
    pub(super) permissions: String,
    /// The column for the user in both.
    pub(super) user: String,
}

impl Links {
    /// Returns the names, or `None` for users who cannot have permissions.
    pub(super) fn of(model: &UserModel) -> Option<Self> {
        model.roles.is_superuser?;
        Some(Self {
            groups: format!("{}_groups", model.table),
            permissions: format!("{}_user_permissions", model.table),
            user: format!("{}_id", model.model_name),
        })
    }
}

/// A table that djauth needs.
pub struct Table {
    pub name: String,
    pub columns: Vec<Column>,
    pub unique_together: Option<[String; 2]>,
    /// A column that decides something, which nobody would ask if it were there.
    pub unasked: Option<&'static str>,
}

/// A column of such a table.
pub struct Column {
    pub name: String,
    pub column_type: ColumnType,
    pub max_length: Option<u16>,
    pub nullable: bool,
    pub key: Key,
    pub indexed: bool,
}

/// What a column is to its table.
pub enum Key {
    /// Nothing in particular.
    None,
    /// No two rows share a value.
    Unique,
    /// The primary key, given by whoever adds a row.
    Primary,
    /// The primary key, counted by the database.
    Counted,
    /// A row of another table, by its key.
    Foreign { table: String, column: String },
    /// A row of another table, which the database does not see to.
    Loose,
}

impl Column {
    fn of(field: &Field) -> Self {
        Self {
            name: field.column.to_owned(),
            column_type: field.column_type,
            max_length: field.max_length,
            nullable: field.nullable,
            key: if field.unique { Key::Unique } else { Key::None },
            indexed: false,
        }
    }

    fn text(name: &'static str, max_length: u16) -> Self {
        Self::of(&Field::of::<String>(name, name).max_length(max_length))
    }

    /// A key as Django's `AutoField` makes it.
    fn counted() -> Self {
        Self { key: Key::Counted, ..Self::of(&Field::of::<i32>("id", "id")) }
    }

    fn keyed(self, key: Key) -> Self {
        Self { key, ..self }
    }

    fn indexed(self) -> Self {
        Self { indexed: true, ..self }
    }

    fn nullable(self) -> Self {
        Self { nullable: true, ..self }
    }

    /// A column of the type of `target`, which it refers to.
    fn foreign(name: &str, table: &str, target: &Column) -> Self {
        let (table, column) = (table.to_owned(), target.name.clone());
        Self { name: name.to_owned(), key: Key::Foreign { table, column }, ..Self::like(target) }.indexed()
    }

    fn like(target: &Column) -> Self {
        Self {
            name: target.name.clone(),
            column_type: target.column_type,
            max_length: target.max_length,
            nullable: false,
            key: Key::None,
            indexed: false,
        }
    }
}

impl Table {
    fn new(name: impl Into<String>, columns: Vec<Column>) -> Self {
        Self { name: name.into(), columns, unique_together: None, unasked: None }
    }

    fn unique_together(self, first: &str, second: &str) -> Self {
        Self { unique_together: Some([first.to_owned(), second.to_owned()]), ..self }
    }

    /// A table that links rows of two others, as Django's `ManyToManyField` makes it.
    fn link(name: impl Into<String>, from: Column, to: Column) -> Self {
        let (first, second) = (from.name.clone(), to.name.clone());
        Self::new(name, vec![Column::counted(), from, to]).unique_together(&first, &second)
    }
}

/// Returns every table that a program with users `U` needs, in an order that satisfies references.
pub(super) fn tables<U: AuthUser>(sessions: SessionTable) -> Vec<Table> {
    let id = Column::counted();
    let permission = || Column::foreign("permission_id", PERMISSION, &id);
    let group = || Column::foreign("group_id", GROUP, &id);
    let mut tables = vec![
        Table::new(
            CONTENT_TYPE,
            vec![Column::counted(), Column::text("app_label", 100), Column::text("model", 100)],
        )
        .unique_together("app_label", "model"),
        Table::new(
            PERMISSION,
            vec![
                Column::counted(),
                Column::foreign("content_type_id", CONTENT_TYPE, &id),
                Column::text("codename", 100),
                Column::text("name", 255),
            ],
        )
        .unique_together("content_type_id", "codename"),
        Table::new(GROUP, vec![Column::counted(), Column::text("name", 150).keyed(Key::Unique)]),
        Table::link(GROUP_PERMISSIONS, group(), permission()),
        user::<U>(),
    ];
    if let Some(links) = Links::of(U::MODEL) {
        let user = || Column::foreign(&links.user, U::MODEL.table, &user_id::<U>());
        tables.push(Table::link(&links.groups, user(), group()));
        tables.push(Table::link(&links.permissions, user(), permission()));
    }
    tables.push(match sessions {
        SessionTable::Djauth => session::<U>(),
        SessionTable::Django => django_session(),
    });
    tables
}

fn user<U: AuthUser>() -> Table {
    let columns = U::MODEL
        .fields
        .iter()
        .map(|field| if field.column == U::MODEL.roles.id { user_id::<U>() } else { Column::of(field) });
    let unasked = U::MODEL.roles.is_active.is_none().then_some("is_active");
    Table { unasked, ..Table::new(U::MODEL.table, columns.collect()) }
}

fn user_id<U: AuthUser>() -> Column {
    let mut fields = U::MODEL.fields.iter().filter(|field| field.column == U::MODEL.roles.id);
    let column = fields.next().map_or_else(Column::counted, Column::of);
    let key = if U::Id::SOURCE == IdSource::Database { Key::Counted } else { Key::Primary };
    column.keyed(key)
}

/// Sessions refer to users without a constraint: what ends with a user is decided by code, as in Django, and a
/// session store may be used without the table of users.
fn session<U: AuthUser>() -> Table {
    let user = Column { name: "user_id".to_owned(), key: Key::Loose, ..Column::like(&user_id::<U>()) };
    Table::new(
        SESSION,
        vec![
            Column::text("session_key", 64).keyed(Key::Primary),
            Column::of(&Field::of::<String>("session_data", "session_data")),
            Column::of(&Field::of::<OffsetDateTime>("expire_date", "expire_date")).indexed(),
            Column::of(&Field::of::<OffsetDateTime>("created", "created")),
            user.nullable().indexed(),
            // As long as the two columns of a content type and a dot.
            Column::text(USER_MODEL, 201),
        ],
    )
}

fn django_session() -> Table {
    Table::new(
        DJANGO_SESSION,
        vec![
            Column::text("session_key", 40).keyed(Key::Primary),
            Column::of(&Field::of::<String>("session_data", "session_data")),
            Column::of(&Field::of::<OffsetDateTime>("expire_date", "expire_date")).indexed(),
        ],
    )
}
