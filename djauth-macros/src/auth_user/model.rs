//! What is known to be true of it.

use proc_macro2::Span;
use syn::{Expr, GenericParam, Generics, Ident, LitStr, Type, ext::IdentExt};

use super::{
    input::{Field, Input, Options},
    role,
};
use crate::{crate_path::CratePath, error::err, permission_name::is_identifier, spelling, text::Text};

/// The longest name of a table or column that SQLite, PostgreSQL and MySQL all take, in bytes.
const MAX_NAME: usize = 63;
/// What Django's user model has under these names besides columns.
const RESERVED: [&str; 5] = ["pk", "groups", "user_permissions", "is_anonymous", "is_authenticated"];

/// A user's struct.
pub(super) struct User {
    pub(super) krate: CratePath,
    pub(super) ident: Ident,
    pub(super) generics: Generics,
    pub(super) app_label: String,
    pub(super) model_name: String,
    pub(super) table: String,
    pub(super) columns: Vec<Column>,
    pub(super) roles: Roles,
    pub(super) required_fields: Vec<String>,
}

/// A field and its column.
pub(super) struct Column {
    pub(super) ident: Ident,
    pub(super) ty: Type,
    pub(super) name: String,
    pub(super) max_length: Option<u16>,
    pub(super) unique: bool,
    pub(super) default: NewValue,
}

/// What a new row gets where nobody says anything.
pub(super) enum NewValue {
    /// What the type says.
    Type,
    /// The type's `Default::default()`.
    Trait,
    /// This value.
    Value(Expr),
    /// `true`: who is made may log in.
    Active,
    /// The current time.
    Now,
}

/// The places of the columns that djauth itself reads and writes.
#[derive(Clone, Copy, Default)]
pub(super) struct Roles {
    pub(super) id: usize,
    pub(super) username: usize,
    pub(super) password: usize,
    pub(super) email: Option<usize>,
    pub(super) last_login: Option<usize>,
    pub(super) is_active: Option<usize>,
    pub(super) is_staff: Option<usize>,
    pub(super) is_superuser: Option<usize>,
    pub(super) first_name: Option<usize>,
    pub(super) last_name: Option<usize>,
    pub(super) date_joined: Option<usize>,
}

impl User {
    pub(super) fn check(input: Input) -> darling::Result<Self> {
        let Input { ident, generics, options, fields } = input;
        let mut errors = darling::Error::accumulator();
        errors.handle(owns_its_data(&generics));
        let app_label = errors.handle(app_label(&options)).unwrap_or_default();
        let model_name = ident.unraw().to_string().to_lowercase();
        let table = errors.handle(table(&options, &app_label, &model_name)).unwrap_or_default();
        let roles = errors.handle(Roles::find(&ident, &fields));
        let required_fields = errors.handle(required_fields(&options, &fields, roles)).unwrap_or_default();
        let columns = errors.handle(columns(fields, roles.unwrap_or_default())).unwrap_or_default();
        errors.finish_with(Self {
            krate: options.krate,
            ident,
            generics,
            app_label,
            model_name,
            table,
            columns,
            roles: roles.unwrap_or_default(),
            required_fields,
        })
    }
}

impl Roles {
    fn find(user: &Ident, fields: &[Field]) -> darling::Result<Self> {
        let mut errors = darling::Error::accumulator();
        let mut find = |role: &role::Role| errors.handle(role.find(user, fields)).flatten();
        let roles = Self {
            id: find(&role::ID).unwrap_or_default(),
            username: find(&role::USERNAME).unwrap_or_default(),
            password: find(&role::PASSWORD).unwrap_or_default(),
            email: find(&role::EMAIL),
            last_login: find(&role::LAST_LOGIN),
            is_active: find(&role::ACTIVE),
            is_staff: find(&role::STAFF),
            is_superuser: find(&role::SUPERUSER),
            first_name: find(&role::FIRST_NAME),
            last_name: find(&role::LAST_NAME),
            date_joined: find(&role::DATE_JOINED),
        };
        errors.finish_with(roles)
    }

    /// Returns first name, last name and date of joining, if every field of Django's `AbstractUser` is there.
    pub(super) fn of_abstract_user(&self) -> Option<[usize; 3]> {
        self.email.and(self.last_login).and(self.is_active).and(self.is_staff).and(self.is_superuser)?;
        Some([self.first_name?, self.last_name?, self.date_joined?])
    }

    /// What Django's own user model has in the column, where the program says nothing (rules of `AbstractUser`).
    fn max_length(&self, place: usize) -> Option<u16> {
        if self.email == Some(place) {
            Some(254)
        } else if [Some(self.username), self.first_name, self.last_name].contains(&Some(place))
            && place != self.id
        {
            Some(150)
        } else {
            None
        }
    }

    fn default(&self, place: usize) -> NewValue {
        if self.is_active == Some(place) {
            NewValue::Active
        } else if self.date_joined == Some(place) {
            NewValue::Now
        } else {
            NewValue::Type
        }
    }
}

/// A user outlives the request that loads it.
fn owns_its_data(generics: &Generics) -> darling::Result<()> {
    let mut errors = darling::Error::accumulator();
    for parameter in &generics.params {
        if let GenericParam::Lifetime(parameter) = parameter {
            errors.push(err!(
                parameter,
                "a user owns its data; replace what borrows, such as `&'a str` by `String`"
            ));
        }
    }
    errors.finish()
}

fn app_label(options: &Options) -> darling::Result<String> {
    let Text(app) = options.app.as_ref().ok_or_else(|| {
        err!(
            Span::call_site(),
            "a user belongs to an application; write `#[auth(app = \"accounts\")]` on the struct"
        )
    })?;
    let label = app.value();
    if is_identifier(&label) {
        Ok(label)
    } else {
        Err(err!(app, "an application's label is one word of letters, digits and `_`, such as \"accounts\""))
    }
}

fn table(options: &Options, app_label: &str, model_name: &str) -> darling::Result<String> {
    match &options.table {
        Some(Text(table)) => sql_name(table, "a table's name"),
        None => Ok(format!("{app_label}_{model_name}")),
    }
}

fn sql_name(literal: &LitStr, what: &str) -> darling::Result<String> {
    let name = literal.value();
    match name.len() {
        0 => Err(err!(literal, "{what} has at least one character")),
        length if length > MAX_NAME => Err(err!(
            literal,
            "{what} has at most {MAX_NAME} bytes, or some databases cut it; this one has {length}"
        )),
        _ if name.contains('\0') => Err(err!(literal, "{what} cannot hold a zero byte")),
        _ => Ok(name),
    }
}

/// Checks Django's `REQUIRED_FIELDS` (auth.E001, auth.E002).
fn required_fields(
    options: &Options,
    fields: &[Field],
    roles: Option<Roles>,
) -> darling::Result<Vec<String>> {
    let mut errors = darling::Error::accumulator();
    let mut required: Vec<String> = Vec::new();
    for field in &options.required_fields.0 {
        let name = field.unraw().to_string();
        let place = fields.iter().position(|other| other.ident.unraw() == field.unraw());
        match (place, roles) {
            (None, _) => errors.push(err!(field, "there is no field `{field}`; {}", nearest(&name, fields))),
            (Some(place), Some(roles)) if place == roles.username => errors.push(err!(
                field,
                "the username field is always required; remove `{field}` from `required_fields`"
            )),
            (Some(place), Some(roles)) if place == roles.password => errors.push(err!(
                field,
                "the password is asked for anyway; remove `{field}` from `required_fields`"
            )),
            (Some(place), Some(roles)) if Some(place) == roles.is_superuser => errors.push(err!(
                field,
                "`createsuperuser` makes superusers, and nobody else is one; remove `{field}` from `required_fields`"
            )),
            _ if required.contains(&name) => {
                errors.push(err!(field, "`{field}` is required twice; remove one of them"));
            }
            _ => required.push(name),
        }
    }
    errors.finish_with(required)
}

fn nearest(name: &str, fields: &[Field]) -> String {
    let names: Vec<_> = fields.iter().map(|field| field.ident.unraw().to_string()).collect();
    match spelling::nearest(name, names.iter().map(String::as_str)) {
        Some(field) => format!("did you mean `{field}`?"),
        None => "a required field is one of the struct's own".to_owned(),
    }
}

fn columns(fields: Vec<Field>, roles: Roles) -> darling::Result<Vec<Column>> {
    let mut errors = darling::Error::accumulator();
    let mut columns: Vec<Column> = Vec::new();
    for (place, field) in fields.into_iter().enumerate() {
        let Some(column) = errors.handle(column(place, field, roles)) else { continue };
        if let Some(other) = columns.iter().find(|other| other.name == column.name) {
            let (first, name) = (&other.ident, &column.name);
            errors.push(err!(
                column.ident,
                "`{first}` is stored in the column `{name}` already; choose another name with `#[auth(column = \"...\")]`"
            ));
        }
        columns.push(column);
    }
    errors.finish_with(columns)
}

fn column(place: usize, field: Field, roles: Roles) -> darling::Result<Column> {
    let Field { ident, ty, options } = field;
    let name = match &options.column {
        Some(Text(column)) => sql_name(column, "a column's name")?,
        None => ident.unraw().to_string(),
    };
    if RESERVED.contains(&name.as_str()) {
        let at = options.column.as_ref().map_or(ident.span(), |column| column.0.span());
        return Err(err!(
            at,
            "`{name}` means something else in Django; rename the column with `#[auth(column = \"...\")]`"
        ));
    }
    let max_length = options.max_length.map(|length| length.0).or_else(|| roles.max_length(place));
    let default = match options.default.map(|default| default.0) {
        Some(Some(value)) => NewValue::Value(value),
        Some(None) => NewValue::Trait,
        None => roles.default(place),
    };
    let unique = options.unique.is_present() || place == roles.username;
    Ok(Column { ident, ty, name, max_length, unique, default })
}
