//! What the user wrote.

use darling::{FromMeta, ast::NestedMeta};
use syn::{Attribute, Data, DeriveInput, Expr, ExprLit, Generics, Ident, Lit, Meta, Type};

use crate::{
    crate_path::CratePath,
    error::{both, err},
    options::{self, Switch},
    text::Text,
};

const ON_STRUCT: options::Options<'_> = options::Options {
    of: "`#[auth]` on a struct",
    names: &["app", "table", "required_fields", "crate"],
    repeatable: &[],
    foreign: &[
        ("app_label", "write `app = \"...\"`"),
        ("db_table", "write `table = \"...\"`"),
        ("username_field", "mark the field with `#[auth(username)]`"),
        ("email_field", "mark the field with `#[auth(email)]`"),
    ],
};

const ON_FIELD: options::Options<'_> = options::Options {
    of: "`#[auth]` on a field",
    names: &[
        "id",
        "username",
        "email",
        "password",
        "last_login",
        "active",
        "staff",
        "superuser",
        "first_name",
        "last_name",
        "date_joined",
        "column",
        "max_length",
        "unique",
        "default",
    ],
    repeatable: &[],
    foreign: &[
        ("primary_key", "write `id`"),
        ("pk", "write `id`"),
        ("is_active", "write `active`"),
        ("is_staff", "write `staff`"),
        ("is_superuser", "write `superuser`"),
        ("db_column", "write `column = \"...\"`"),
        ("rename", "write `column = \"...\"`"),
        ("null", "a column may be null where the field is an `Option`"),
        ("blank", "leave it out, as forms are the program's own"),
        ("skip", "keep what is no column in another struct"),
        ("ignore", "keep what is no column in another struct"),
    ],
};

/// The struct and its attributes.
pub(super) struct Input {
    pub(super) ident: Ident,
    pub(super) generics: Generics,
    pub(super) options: Options,
    pub(super) fields: Vec<Field>,
}

/// `#[auth(...)]` on the struct.
#[derive(FromMeta)]
pub(super) struct Options {
    #[darling(default)]
    pub(super) app: Option<Text>,
    #[darling(default)]
    pub(super) table: Option<Text>,
    #[darling(default)]
    pub(super) required_fields: RequiredFields,
    #[darling(default, rename = "crate")]
    pub(super) krate: CratePath,
}

/// A field.
pub(super) struct Field {
    pub(super) ident: Ident,
    pub(super) ty: Type,
    pub(super) options: FieldOptions,
}

/// `#[auth(...)]` on a field.
#[derive(FromMeta)]
pub(super) struct FieldOptions {
    pub(super) id: Switch,
    pub(super) username: Switch,
    pub(super) email: Switch,
    pub(super) password: Switch,
    pub(super) last_login: Switch,
    pub(super) active: Switch,
    pub(super) staff: Switch,
    pub(super) superuser: Switch,
    pub(super) first_name: Switch,
    pub(super) last_name: Switch,
    pub(super) date_joined: Switch,
    #[darling(default)]
    pub(super) column: Option<Text>,
    #[darling(default)]
    pub(super) max_length: Option<MaxLength>,
    pub(super) unique: Switch,
    #[darling(default)]
    pub(super) default: Option<DefaultValue>,
}

/// `required_fields(email, nickname)`.
#[derive(Default)]
pub(super) struct RequiredFields(pub(super) Vec<Ident>);

/// `max_length = 150`.
pub(super) struct MaxLength(pub(super) u16);

/// `default`, or `default = 1`.
pub(super) struct DefaultValue(pub(super) Option<Expr>);

impl Input {
    pub(super) fn read(item: &DeriveInput) -> darling::Result<Self> {
        let fields = named_fields(item)?;
        let mut errors = darling::Error::accumulator();
        let fields = fields.iter().filter_map(|field| errors.handle(Field::read(field))).collect();
        let options = arguments(&item.attrs).and_then(|options| ON_STRUCT.read(&options));
        let (options, fields) = both(options, errors.finish_with(fields))?;
        Ok(Self { ident: item.ident.clone(), generics: item.generics.clone(), options, fields })
    }
}

fn named_fields(item: &DeriveInput) -> darling::Result<Vec<(&Ident, &syn::Field)>> {
    let (keyword, noun) = match &item.data {
        Data::Struct(data) => {
            let named = data
                .fields
                .iter()
                .filter_map(|field| Some((field.ident.as_ref()?, field)))
                .collect::<Vec<_>>();
            return match named.len() {
                0 => Err(err!(
                    item.ident,
                    "a user's columns need names; give `{}` named fields, such as `id: i64`",
                    item.ident
                )),
                _ => Ok(named),
            };
        }
        Data::Enum(data) => (data.enum_token.span, "an enum"),
        Data::Union(data) => (data.union_token.span, "a union"),
    };
    Err(err!(keyword, "{noun} cannot be a user; derive `AuthUser` on a struct with named fields"))
}

/// Returns what stands in all the attributes of one item.
fn arguments(attrs: &[Attribute]) -> darling::Result<Vec<NestedMeta>> {
    let mut arguments = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("auth")) {
        match &attr.meta {
            Meta::List(list) => arguments.extend(NestedMeta::parse_meta_list(options::list(list)?)?),
            other => {
                return Err(err!(
                    other,
                    "`#[auth]` alone says nothing; write `#[auth(...)]`, or leave it out"
                ));
            }
        }
    }
    Ok(arguments)
}

impl Field {
    fn read(&(ident, field): &(&Ident, &syn::Field)) -> darling::Result<Self> {
        let options = ON_FIELD.read(&arguments(&field.attrs)?)?;
        Ok(Self { ident: ident.clone(), ty: field.ty.clone(), options })
    }
}

impl FromMeta for RequiredFields {
    fn from_meta(meta: &Meta) -> darling::Result<Self> {
        let Meta::List(list) = meta else {
            return Err(err!(meta, "`required_fields` is a list; write `required_fields(email)`"));
        };
        let args = NestedMeta::parse_meta_list(options::list(list)?)?;
        let mut errors = darling::Error::accumulator();
        let fields = args.iter().filter_map(|arg| errors.handle(field_name(arg))).collect();
        errors.finish_with(Self(fields))
    }
}

fn field_name(arg: &NestedMeta) -> darling::Result<Ident> {
    match arg {
        NestedMeta::Meta(Meta::Path(path)) => path.get_ident().cloned(),
        _ => None,
    }
    .ok_or_else(|| {
        err!(arg, "a required field is named by its identifier; write it without quotes, such as `email`")
    })
}

impl FromMeta for MaxLength {
    fn from_meta(meta: &Meta) -> darling::Result<Self> {
        let value = match meta {
            Meta::NameValue(pair) => &pair.value,
            other => return Err(err!(other, "`max_length` takes a number; write `max_length = 150`")),
        };
        let number = match value {
            Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => number.base10_parse().ok(),
            _ => None,
        };
        number.filter(|number| *number > 0).map(Self).ok_or_else(|| {
            err!(
                value,
                "`max_length` is a number of characters from 1 to {}; write `max_length = 150`",
                u16::MAX
            )
        })
    }
}

impl FromMeta for DefaultValue {
    fn from_meta(meta: &Meta) -> darling::Result<Self> {
        match meta {
            Meta::Path(_) => Ok(Self(None)),
            Meta::NameValue(pair) => Ok(Self(Some(pair.value.clone()))),
            Meta::List(list) => Err(err!(
                list.delimiter.span().open(),
                "`default` stands alone or has a value; write `default` or `default = ...`"
            )),
        }
    }
}
