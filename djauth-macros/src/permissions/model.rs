//! What is known to be true of it.

use proc_macro2::Span;
use quote::format_ident;
use syn::{Generics, Ident, LitStr, Visibility, ext::IdentExt};

use super::input::{Input, Options};
use crate::{
    crate_path::CratePath,
    error::err,
    permission_name::{DEFAULT_ACTIONS, is_identifier},
    text::camel_case_to_spaces,
};

/// The longest codename and model name that Django's tables take, in characters.
const MAX_CODENAME: usize = 100;
/// The longest name for people.
const MAX_NAME: usize = 255;

/// A model and the permissions it declares.
pub(super) struct Model {
    pub(super) krate: CratePath,
    pub(super) vis: Visibility,
    pub(super) ident: Ident,
    pub(super) generics: Generics,
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

impl Model {
    pub(super) fn check(input: Input) -> darling::Result<Self> {
        let Input { krate, vis, ident, generics, options } = input;
        let mut errors = darling::Error::accumulator();
        let app_label = errors.handle(app_label(options.app.as_ref())).unwrap_or_default();
        let model_name = errors.handle(model_name(&ident, options.model_name.as_ref())).unwrap_or_default();
        let built_in = errors.handle(built_in(&ident, &model_name, &options)).unwrap_or_default();
        let custom = errors.handle(custom(&options.custom)).unwrap_or_default();
        errors.handle(all_differ(&ident, &built_in, &custom));
        let permissions = built_in.into_iter().chain(custom).collect();
        errors.finish_with(Self { krate, vis, ident, generics, app_label, model_name, permissions })
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

/// Makes the permissions that every model has (auth.E007, auth.E011).
fn built_in(ident: &Ident, model_name: &str, options: &Options) -> darling::Result<Vec<Declaration>> {
    let verbose_name = match &options.verbose_name {
        Some(name) => name.value(),
        None => camel_case_to_spaces(&ident.unraw().to_string()),
    };
    let mut errors = darling::Error::accumulator();
    let mut declarations = Vec::new();
    let mut declare = |action: &str, span: Span| {
        let codename = format!("{action}_{model_name}");
        let name = format!("Can {action} {verbose_name}");
        at_most(MAX_CODENAME, &codename, span, "a codename")?;
        at_most(MAX_NAME, &name, span, "a permission's name")?;
        let constant = format_ident!("{}", action.to_uppercase(), span = span);
        declarations.push(Declaration { codename: format_ident!("{codename}", span = span), name, constant });
        Ok(())
    };
    match &options.default_permissions {
        None => {
            for action in DEFAULT_ACTIONS {
                errors.handle(declare(action, Span::call_site()));
            }
        }
        Some(actions) => {
            for action in actions {
                errors.handle(word(action).and_then(|word| declare(&word, action.span())));
            }
        }
    }
    errors.finish_with(declarations)
}

fn word(action: &LitStr) -> darling::Result<String> {
    let word = action.value();
    if is_identifier(&word) { Ok(word) } else { Err(err!(action, "an action is one word, such as \"add\"")) }
}

/// Makes the permissions that this model has besides (auth.E008, auth.E012).
fn custom(custom: &[(Ident, LitStr)]) -> darling::Result<Vec<Declaration>> {
    let mut errors = darling::Error::accumulator();
    let mut declarations = Vec::new();
    for (codename, name) in custom {
        let text = codename.unraw().to_string();
        errors.handle(at_most(MAX_CODENAME, &text, codename.span(), "a codename"));
        errors.handle(at_most(MAX_NAME, &name.value(), name.span(), "a permission's name"));
        let constant = format_ident!("{}", text.to_uppercase(), span = codename.span());
        declarations.push(Declaration { codename: codename.clone(), name: name.value(), constant });
    }
    errors.finish_with(declarations)
}

/// Two codenames or two constants alike would declare one thing twice (auth.E005, auth.E006).
fn all_differ(model: &Ident, built_in: &[Declaration], custom: &[Declaration]) -> darling::Result<()> {
    let mut errors = darling::Error::accumulator();
    let all: Vec<_> = built_in.iter().chain(custom).collect();
    for (at, Declaration { codename, constant, .. }) in all.iter().enumerate() {
        let earlier = &all[..at];
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
