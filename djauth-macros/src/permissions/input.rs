//! What the user wrote.

use darling::{FromMeta, ast::NestedMeta};
use proc_macro2::TokenStream;
use syn::{Generics, Ident, Item, Lit, LitStr, Meta, Visibility, ext::IdentExt};

use crate::{
    crate_path::CratePath,
    error::err,
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
            word => match misspelt_option(word) {
                Some(option) => Err(err!(key, "unknown option `{word}`; did you mean `{option}`?")),
                None => name_for_people(key, meta).map(|name| self.custom.push((key.clone(), name))),
            },
        }
    }
}

fn key(arg: &NestedMeta) -> Option<&Ident> {
    match arg {
        NestedMeta::Meta(meta) => meta.path().get_ident(),
        _ => None,
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
    let list = NestedMeta::parse_meta_list(list.tokens.clone())?;
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

/// Whatever is no option is a codename, so an option with a typing mistake would become a permission.
fn misspelt_option(word: &str) -> Option<&'static str> {
    let near = |option: &&str| strsim::damerau_levenshtein(word, option) <= 2;
    ["model_name", "verbose_name", "default_permissions"].into_iter().find(near)
}
