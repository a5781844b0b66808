//! What is known to be true of it.

use proc_macro2::Span;
use quote::format_ident;
use syn::{Ident, LitStr, ext::IdentExt};

use super::input::{Input, Options};
use crate::{
    error::err,
    permission_name::{DEFAULT_ACTIONS, is_identifier},
    text::camel_case_to_spaces,
};

/// The longest codename and model name that Django's tables take, in characters.
const MAX_CODENAME: usize = 100;
/// The longest name for people.
const MAX_NAME: usize = 255;

/// A model and the permissions it declares.
pub(super) struct Model<'a> {
    pub(super) input: &'a Input,
    pub(super) app_label: String,
    pub(super) model_name: String,
    pub(super) permissions: Vec<Declaration>,
}

/// One permission.
pub(super) struct Declaration {
    /// The codename; errors underline it.
    pub(super) codename: Ident,
    /// The name for people.
    pub(super) name: String,
    /// The constant on the model.
    pub(super) constant: Ident,
}

impl<'a> Model<'a> {
    pub(super) fn check(input: &'a Input) -> darling::Result<Self> {
        let Input { ident, options, .. } = input;
        let mut errors = darling::Error::accumulator();
        let app_label = errors.handle(app_label(options.app.as_ref())).unwrap_or_default();
        let model_name = errors.handle(model_name(ident, options.model_name.as_ref())).unwrap_or_default();
        errors.handle(actions_are_words(options));
        let built_in = built_in(ident, &model_name, options);
        errors.handle(built_in_fit(input, &built_in));
        errors.handle(custom_fit(options));
        let permissions: Vec<_> = built_in.into_iter().chain(custom(options)).collect();
        errors.handle(all_differ(ident, &permissions));
        errors.finish_with(Self { input, app_label, model_name, permissions })
    }

    /// Declares what is sound in spite of a mistake, so that the guards that ask for it have nothing to add.
    pub(super) fn fallback(input: &'a Input) -> Self {
        let Input { ident, options, .. } = input;
        let model_name =
            model_name(ident, options.model_name.as_ref()).unwrap_or_else(|_| "model".to_owned());
        let mut permissions: Vec<Declaration> = Vec::new();
        for permission in built_in(ident, &model_name, options).into_iter().chain(custom(options)) {
            if permissions.iter().all(|earlier| earlier.constant != permission.constant) {
                permissions.push(permission);
            }
        }
        Self {
            input,
            app_label: app_label(options.app.as_ref()).unwrap_or_default(),
            model_name,
            permissions,
        }
    }
}

fn app_label(app: Option<&LitStr>) -> darling::Result<String> {
    let app = app.ok_or_else(|| {
        err!(Span::call_site(), "a model belongs to an application; write `#[permissions(app = \"blog\")]`")
    })?;
    let label = app.value();
    if !is_identifier(&label) {
        return Err(err!(
            app,
            "an application's label is one word of letters, digits and `_`, such as \"blog\""
        ));
    }
    at_most(MAX_CODENAME, &label, app.span(), "an application's label")?;
    Ok(label)
}

fn model_name(ident: &Ident, model_name: Option<&LitStr>) -> darling::Result<String> {
    let Some(name) = model_name else {
        let name = ident.unraw().to_string().to_lowercase();
        at_most(MAX_CODENAME, &name, ident.span(), "a model's name")?;
        return Ok(name);
    };
    let value = name.value();
    if !is_identifier(&value) || value != value.to_lowercase() {
        return Err(err!(name, "a model's name is one word in lower case, such as \"post\""));
    }
    at_most(MAX_CODENAME, &value, name.span(), "a model's name")?;
    Ok(value)
}

/// Makes the permissions that every model has.
fn built_in(ident: &Ident, model_name: &str, options: &Options) -> Vec<Declaration> {
    let verbose_name = match &options.verbose_name {
        Some(name) => name.value(),
        None => camel_case_to_spaces(&ident.unraw().to_string()),
    };
    let declare = |(action, span): (String, Span)| Declaration {
        codename: format_ident!("{action}_{model_name}", span = span),
        name: format!("Can {action} {verbose_name}"),
        constant: format_ident!("{}", action.to_ascii_uppercase(), span = span),
    };
    match &options.default_permissions {
        None => DEFAULT_ACTIONS.map(|action| declare((action.to_owned(), Span::call_site()))).into(),
        Some(actions) => {
            let words = actions.iter().map(|action| (action.value(), action.span()));
            words.filter(|(word, _)| is_identifier(word)).map(declare).collect()
        }
    }
}

/// Makes the permissions that this model has besides.
fn custom(options: &Options) -> impl Iterator<Item = Declaration> {
    options.custom.iter().map(|(codename, name)| Declaration {
        codename: codename.clone(),
        name: name.value(),
        constant: format_ident!(
            "{}",
            codename.unraw().to_string().to_ascii_uppercase(),
            span = codename.span()
        ),
    })
}

fn actions_are_words(options: &Options) -> darling::Result<()> {
    let mut errors = darling::Error::accumulator();
    for action in options.default_permissions.iter().flatten() {
        if !is_identifier(&action.value()) {
            errors.push(err!(action, "an action is one word, such as \"add\""));
        }
    }
    errors.finish()
}

/// The longest of the permissions that every model has is what counts (auth.E007, auth.E011).
fn built_in_fit(Input { ident, options, .. }: &Input, built_in: &[Declaration]) -> darling::Result<()> {
    let codenames = built_in.iter().map(|permission| permission.codename.to_string());
    let names = built_in.iter().map(|permission| permission.name.clone());
    let model_at = options.model_name.as_ref().map_or(ident.span(), LitStr::span);
    let verbose_at = options.verbose_name.as_ref().map_or(ident.span(), LitStr::span);
    let longest_codename = codenames.max_by_key(String::len).unwrap_or_default();
    at_most(MAX_CODENAME, &longest_codename, model_at, "a codename")?;
    let longest_name = names.max_by_key(String::len).unwrap_or_default();
    at_most(MAX_NAME, &longest_name, verbose_at, "a permission's name")
}

/// auth.E008, auth.E012.
fn custom_fit(options: &Options) -> darling::Result<()> {
    let mut errors = darling::Error::accumulator();
    for (codename, name) in &options.custom {
        errors.handle(at_most(MAX_CODENAME, &codename.unraw().to_string(), codename.span(), "a codename"));
        errors.handle(at_most(MAX_NAME, &name.value(), name.span(), "a permission's name"));
    }
    errors.finish()
}

/// Two codenames or two constants alike would declare one thing twice (auth.E005, auth.E006).
fn all_differ(model: &Ident, permissions: &[Declaration]) -> darling::Result<()> {
    let mut errors = darling::Error::accumulator();
    for (at, Declaration { codename, constant, .. }) in permissions.iter().enumerate() {
        let earlier = &permissions[..at];
        if earlier.iter().any(|other| other.codename.unraw() == codename.unraw()) {
            errors.push(err!(codename, "`{codename}` is declared twice; remove one of them"));
        } else if let Some(other) = earlier.iter().find(|other| other.constant == *constant) {
            errors.push(err!(
                codename,
                "`{codename}` would be `{model}::{constant}`, which is `{}` already; choose another codename",
                other.codename
            ));
        }
    }
    errors.finish()
}

fn at_most(max: usize, text: &str, at: Span, what: &str) -> darling::Result<()> {
    match text.chars().count() {
        length if length > max => Err(err!(
            at,
            "{what} has at most {max} characters, as Django's tables have; this one has {length}"
        )),
        _ => Ok(()),
    }
}
