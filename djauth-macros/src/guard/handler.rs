//! A guarded handler: an async function that takes proof as its first argument.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{FnArg, Ident, ItemFn, Type, ext::IdentExt, parse_quote};

use super::{Guard, RedirectOptions, Requirement, Rule};
use crate::{crate_path::CratePath, error::err};

/// The attributes that say who may call a handler.
const ATTRIBUTES: [&str; 4] =
    ["login_required", "permission_required", "user_passes_test", "login_not_required"];

/// The attributes that call a function themselves, without a request.
const CALLERS: [&str; 2] = ["main", "test"];

/// Refuses what could not be guarded, or would be guarded in a way that nobody meant (rules S4 and S5).
pub(super) fn check(attribute: &str, function: &ItemFn) -> darling::Result<()> {
    let mut errors = darling::Error::accumulator();
    let name = &function.sig.ident;
    if let Some(receiver) = function.sig.receiver() {
        errors.push(err!(
            receiver.self_token,
            "a method cannot handle a request; make it a function outside the `impl` block, without `self`"
        ));
    } else if name == "main" {
        errors.push(err!(
            name,
            "`main` handles no request; put `#[{attribute}]` on each async function that does"
        ));
    } else if function.sig.asyncness.is_none() {
        errors.push(err!(
            function.sig.fn_token,
            "`#[{attribute}]` needs an async function; write `async fn {name}`"
        ));
    }
    for below in function.attrs.iter().filter_map(|below| below.path().segments.last()) {
        let below = &below.ident;
        if below == attribute {
            errors.push(err!(below, "`#[{attribute}]` is there twice; remove one of them"));
        } else if contradict(attribute, below) {
            errors.push(err!(
                below,
                "`#[{attribute}]` and `#[{below}]` contradict each other; remove one of them"
            ));
        } else if name != "main" && CALLERS.iter().any(|caller| below == caller) {
            errors.push(err!(
                below,
                "a test sends no request through the router, so nothing would guard it; test the router instead"
            ));
        }
    }
    errors.finish()
}

fn contradict(attribute: &str, below: &Ident) -> bool {
    let public = "login_not_required";
    ATTRIBUTES.iter().any(|guard| below == guard) && (attribute == public || below == public)
}

// Expands to:
//
//     enum __publish_permission_required {}
//     const _: () = {
//         impl Policy for __publish_permission_required {
//             const RULE: &'static Rule = &Rule { ... };
//         }
//         inventory::submit! { GuardedView { ... } }
//     };
//     async fn publish(_: Guard<__publish_permission_required>, Path(id): Path<i64>) -> &'static str { ... }
//
pub(super) fn guarded(guard: &Guard, rule: &Rule, function: ItemFn) -> TokenStream {
    let Guard { attribute, krate, .. } = guard;
    let vis = function.vis.clone();
    let policy = format_ident!("__{}_{attribute}", function.sig.ident.unraw());
    let rule = rule.expand(krate);
    let view = listed(krate, &function.sig.ident, &quote!(<#policy as #krate::__private::Policy>::RULE));
    let function = with_argument(function, &quote!(#krate::__private::Guard<#policy>));
    quote! {
        #[doc(hidden)]
        #[allow(non_camel_case_types, missing_debug_implementations)]
        #vis enum #policy {}
        const _: () = {
            #[automatically_derived]
            #[allow(clippy::redundant_closure_call)]
            impl #krate::__private::Policy for #policy {
                const RULE: &'static #krate::__private::Rule = &#rule;
            }
            #view
        };
        #function
    }
}

// Expands to:
//
//     async fn about(_: Public) -> &'static str { ... }
//
pub(super) fn public(guard: &Guard, function: ItemFn) -> TokenStream {
    let krate = &guard.krate;
    let function = with_argument(function, &quote!(#krate::__private::Public));
    quote!(#function)
}

/// Emits what the function would be if it were right, so that the router has nothing to add to the error.
pub(super) fn fallback(mut function: ItemFn) -> TokenStream {
    if function.sig.receiver().is_some() || function.sig.ident == "main" {
        return quote!(#function);
    }
    function.sig.asyncness.get_or_insert_default();
    let rule = Rule {
        requirement: Requirement::Login,
        redirect: RedirectOptions::default(),
        raise_exception: false,
    };
    let guard = Guard { attribute: "refused", krate: CratePath::default(), asks: super::Asks::Nobody };
    guarded(&guard, &rule, function)
}

/// Lists the function for those who ask which one wants what.
pub(super) fn listed(krate: &CratePath, function: &Ident, rule: &TokenStream) -> TokenStream {
    let name = function.unraw().to_string();
    quote! {
        #krate::__private::inventory::submit! {
            #krate::__private::GuardedView {
                path: ::core::concat!(::core::module_path!(), "::", #name),
                location: #krate::__private::Location {
                    module: ::core::module_path!(),
                    file: ::core::file!(),
                    line: ::core::line!(),
                },
                rule: #rule,
            }
        }
    }
}

/// Puts the argument first, but behind the guards of attributes further up: what is written first decides first.
fn with_argument(mut function: ItemFn, argument: &TokenStream) -> ItemFn {
    let guards = function.sig.inputs.iter().take_while(|argument| is_guard(argument)).count();
    function.sig.inputs.insert(guards, parse_quote!(_: #argument));
    function
}

fn is_guard(argument: &FnArg) -> bool {
    let FnArg::Typed(argument) = argument else { return false };
    let Type::Path(path) = &*argument.ty else { return false };
    let mut segments = path.path.segments.iter().rev();
    let (last, before) = (segments.next(), segments.next());
    last.is_some_and(|last| last.ident == "Guard") && before.is_some_and(|before| before.ident == "__private")
}
