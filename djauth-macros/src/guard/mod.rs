//! What all guards share: reading the function, and what becomes of it.

mod call;
mod function;
mod handler;
mod rule;

use darling::{FromMeta, ast::NestedMeta};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::Ident;

pub(crate) use self::rule::{RedirectOptions, Requirement, Rule};
use crate::{crate_path::CratePath, options};

/// What one attribute asks for.
pub(crate) struct Guard {
    /// The attribute's name.
    pub(crate) attribute: &'static str,
    pub(crate) krate: CratePath,
    pub(crate) asks: Asks,
}

/// Whom the attribute asks.
pub(crate) enum Asks {
    /// Nobody: everybody may call the handler.
    Nobody,
    /// The user of the request.
    Request(Rule),
    /// This argument of a function outside the web.
    Argument(Ident, Requirement),
}

/// Puts a guard on a function.
pub(crate) fn attribute(
    attribute: &'static str,
    guard: darling::Result<Guard>,
    item: &TokenStream,
) -> TokenStream {
    let function = match function::read(attribute, item) {
        Ok(function) => function,
        Err(error) => {
            let errors = error.write_errors();
            return quote!(#errors #item);
        }
    };
    let mut errors = darling::Error::accumulator();
    let guard = errors.handle(guard);
    errors.handle(match &guard {
        Some(Guard { asks: Asks::Argument(actor, _), .. }) => call::check(actor, &function),
        _ => handler::check(attribute, &function),
    });
    match (guard, errors.finish()) {
        (Some(guard), Ok(())) => match &guard.asks {
            Asks::Nobody => handler::public(&guard, function),
            Asks::Request(rule) => handler::guarded(&guard, rule, function),
            Asks::Argument(actor, requirement) => call::guarded(&guard, actor, requirement, function),
        },
        (guard, errors) => {
            let errors = errors.map_err(darling::Error::write_errors).err();
            let fallback = match guard.map(|guard| guard.asks) {
                Some(Asks::Argument(..)) => function.into_token_stream(),
                _ => handler::fallback(function),
            };
            quote!(#errors #fallback)
        }
    }
}

/// The options of a guard that answers those it does not let in as Django's do: by sending them to log in.
#[derive(FromMeta)]
struct Options {
    #[darling(flatten)]
    redirect: RedirectOptions,
    #[darling(default, rename = "crate")]
    krate: CratePath,
}

/// Makes the guard that asks the user of the request for `requirement`, with these options.
pub(crate) fn asking_for(
    requirement: Requirement,
    attribute: &'static str,
    options: &[NestedMeta],
) -> darling::Result<Guard> {
    let known = options::Options {
        of: &format!("`#[{attribute}]`"),
        names: &["login_url", "redirect_field_name", "crate"],
        repeatable: &[],
        foreign: &[],
    };
    let Options { redirect, krate } = known.read(options)?;
    let rule = Rule { requirement, redirect, raise_exception: false };
    Ok(Guard { attribute, krate, asks: Asks::Request(rule) })
}
