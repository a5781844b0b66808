//! What the user wrote.

use darling::{FromMeta, ast::NestedMeta};
use proc_macro2::TokenStream;
use syn::{
    Expr, ExprLit, Generics, Ident, Item, Lit, LitStr, Meta, MetaNameValue, Visibility, ext::IdentExt,
};

use crate::{
    crate_path::CratePath,
    error::err,
    options::{self, key},
    spelling::nearest,
    text::{Text, sentence},
};

/// The model and the attribute's arguments.
pub(super) struct Input {
    pub(super) krate: CratePath,
    pub(super) vis: Visibility,
    pub(super) ident: Ident,
    pub(super) generics: Generics,
    pub(super) options: Options,
}

/// What stands in the parentheses.
#[derive(Default)]
pub(super) struct Options {
    pub(super) app: Option<LitStr>,
    pub(super) model_name: Option<LitStr>,
    pub(super) verbose_name: Option<LitStr>,
    pub(super) default_permissions: Option<Vec<LitStr>>,
    pub(super) custom: Vec<(Ident, LitStr)>,
    krate: Option<CratePath>,
}

impl Input {
    pub(super) fn read(args: TokenStream, item: TokenStream) -> darling::Result<Self> {
        let (vis, ident, generics) = model(syn::parse2(item)?)?;
        let mut options = Options::read(args)?;
        Ok(Self { krate: options.krate.take().unwrap_or_default(), vis, ident, generics, options })
    }
}

fn model(item: Item) -> darling::Result<(Visibility, Ident, Generics)> {
    match item {
        Item::Struct(item) => Ok((item.vis, item.ident, item.generics)),
        Item::Enum(item) => Ok((item.vis, item.ident, item.generics)),
        other => {
            Err(err!(other, "permissions belong to a model; put `#[permissions]` on a struct or an enum"))
        }
    }
}

impl Options {
    fn read(args: TokenStream) -> darling::Result<Self> {
        let args = NestedMeta::parse_meta_list(args)?;
        let mut options = Self::default();
        let mut errors = darling::Error::accumulator();
        for arg in &args {
            errors.handle(options.argument(arg));
        }
        errors.finish_with(options)
    }

    fn argument(&mut self, arg: &NestedMeta) -> darling::Result<()> {
        let (NestedMeta::Meta(meta), Some(key)) = (arg, key(arg)) else {
            return Err(err!(
                arg,
                "a permission is a codename and a name; write `can_publish = \"Can publish\"`"
            ));
        };
        match key.to_string().as_str() {
            "app" => set(&mut self.app, key, text(meta)?),
            "model_name" => set(&mut self.model_name, key, text(meta)?),
            "verbose_name" => set(&mut self.verbose_name, key, text(meta)?),
            "default_permissions" => set(&mut self.default_permissions, key, actions(meta)?),
            "crate" => set(&mut self.krate, key, CratePath::from_meta(meta)?),
            "permissions" if !is_text(meta) => Err(err!(
                key,
                "a permission of the model's own is an option by itself; write `can_publish = \"Can publish\"`"
            )),
            word => match meant_as_option(word) {
                Some(remedy) => Err(err!(key, "there is no option `{word}`; {remedy}")),
                None => name_for_people(key, meta).map(|name| self.custom.push((key.clone(), name))),
            },
        }
    }
}

fn set<T>(option: &mut Option<T>, key: &Ident, value: T) -> darling::Result<()> {
    match option.replace(value) {
        None => Ok(()),
        Some(_) => Err(err!(key, "`{key}` is given twice; remove one of them")),
    }
}

fn text(meta: &Meta) -> darling::Result<LitStr> {
    Text::from_meta(meta).map(|text| text.0)
}

fn name_for_people(codename: &Ident, meta: &Meta) -> darling::Result<LitStr> {
    match meta {
        Meta::NameValue(_) => text(meta),
        other => Err(err!(
            other,
            "`{codename}` needs a name for people; write `{codename} = \"{}\"`",
            sentence(&codename.unraw().to_string())
        )),
    }
}

fn actions(meta: &Meta) -> darling::Result<Vec<LitStr>> {
    let Meta::List(list) = meta else {
        return Err(err!(
            meta,
            "`default_permissions` is a list; write `default_permissions(\"add\", \"view\")`, or `default_permissions()` for none"
        ));
    };
    let list = NestedMeta::parse_meta_list(options::list(list)?)?;
    let mut errors = darling::Error::accumulator();
    let mut actions = Vec::new();
    for action in list {
        match action {
            NestedMeta::Lit(Lit::Str(action)) => actions.push(action),
            other => errors.push(err!(other, "an action is text; write it in quotes, such as \"add\"")),
        }
    }
    errors.finish_with(actions)
}

fn is_text(meta: &Meta) -> bool {
    matches!(meta, Meta::NameValue(MetaNameValue { value: Expr::Lit(ExprLit { lit: Lit::Str(_), .. }), .. }))
}

/// Says what was meant by a word that would become a permission, as whatever is no option is a codename: an option with a
/// typing mistake, or one of Django's.
fn meant_as_option(word: &str) -> Option<String> {
    match word {
        "app_label" => Some("write `app = \"...\"`".to_owned()),
        "db_table" | "verbose_name_plural" => {
            Some("leave it out, as permissions do not depend on it".to_owned())
        }
        _ => nearest(word, ["model_name", "verbose_name", "default_permissions"])
            .map(|option| format!("did you mean `{option}`?")),
    }
}
