//! What the user wrote.

use darling::{FromAttributes, FromMeta, ast::NestedMeta, util::Flag};
use syn::{Data, DeriveInput, Expr, ExprLit, Generics, Ident, Lit, Meta, Type};

use crate::{
    crate_path::CratePath,
    error::{both, err},
    text::Text,
};

/// The struct and its attributes.
pub(super) struct Input {
    pub(super) ident: Ident,
    pub(super) generics: Generics,
    pub(super) options: Options,
    pub(super) fields: Vec<Field>,
}

/// `#[auth(...)]` on the struct.
#[derive(FromAttributes)]
#[darling(attributes(auth))]
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
#[derive(FromAttributes)]
#[darling(attributes(auth))]
pub(super) struct FieldOptions {
    pub(super) id: Flag,
    pub(super) username: Flag,
    pub(super) email: Flag,
    pub(super) password: Flag,
    pub(super) last_login: Flag,
    pub(super) active: Flag,
    pub(super) staff: Flag,
    pub(super) superuser: Flag,
    pub(super) first_name: Flag,
    pub(super) last_name: Flag,
    pub(super) date_joined: Flag,
    #[darling(default)]
    pub(super) column: Option<Text>,
    #[darling(default)]
    pub(super) max_length: Option<MaxLength>,
    pub(super) unique: Flag,
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
        let (options, fields) = both(Options::from_attributes(&item.attrs), errors.finish_with(fields))?;
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

impl Field {
    fn read(&(ident, field): &(&Ident, &syn::Field)) -> darling::Result<Self> {
        let options = FieldOptions::from_attributes(&field.attrs)?;
        Ok(Self { ident: ident.clone(), ty: field.ty.clone(), options })
    }
}

impl FromMeta for RequiredFields {
    fn from_meta(meta: &Meta) -> darling::Result<Self> {
        let Meta::List(list) = meta else {
            return Err(err!(meta, "`required_fields` is a list; write `required_fields(email)`"));
        };
        let args = NestedMeta::parse_meta_list(list.tokens.clone())?;
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
    fn from_word() -> darling::Result<Self> {
        Ok(Self(None))
    }

    fn from_expr(expr: &Expr) -> darling::Result<Self> {
        Ok(Self(Some(expr.clone())))
    }
}
