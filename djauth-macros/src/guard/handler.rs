//! A guarded handler: an async function that takes proof as its first argument.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{FnArg, Ident, Pat, PatType, PatWild, Token, Type, ext::IdentExt};

use super::{Guard, RedirectOptions, Requirement, Rule, function::Function};
use crate::{crate_path::CratePath, error::err};

/// The attributes that say who may call a handler.
const ATTRIBUTES: [&str; 4] =
    ["login_required", "permission_required", "user_passes_test", "login_not_required"];

/// The attributes that call a function themselves, without a request.
const CALLERS: [&str; 2] = ["main", "test"];

/// Refuses what could not be guarded, or would be guarded in a way that nobody meant (rules S4 and S5).
pub(super) fn check(attribute: &str, function: &Function) -> darling::Result<()> {
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
        let outside = match attribute {
            "permission_required" => ", or outside the web name the user's argument, `user = actor`",
            _ => "",
        };
        errors.push(err!(
            function.sig.fn_token,
            "`#[{attribute}]` needs an async function; write `async fn {name}`{outside}"
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
//     guarded!(__publish_permission_required, "publish", Rule::new(...));   // its `Policy`, and an entry in a list
//     async fn publish(_: Guard<__publish_permission_required>, Path(id): Path<i64>) -> &'static str { ... }
//
pub(super) fn guarded(guard: &Guard, rule: &Rule, mut function: Function) -> TokenStream {
    let Guard { attribute, krate, .. } = guard;
    let ident = function.sig.ident.unraw();
    let (policy, name) = (format_ident!("__{ident}_{attribute}"), ident.to_string());
    let rule = rule.expand(krate);
    let vis = function.vis.clone();
    add_argument(&mut function, quote!(#krate::__private::Guard<#policy>));
    quote! {
        #[doc(hidden)]
        #[allow(non_camel_case_types, missing_debug_implementations)]
        #vis enum #policy {}
        #krate::__private::guarded!(#policy, #name, #rule);
        #function
    }
}

// Expands to:
//
//     async fn about(_: Public) -> &'static str { ... }
//
pub(super) fn public(guard: &Guard, mut function: Function) -> TokenStream {
    let krate = &guard.krate;
    add_argument(&mut function, quote!(#krate::__private::Public));
    function.into_token_stream()
}

/// Emits what the function would be if it were right, so that the router has nothing to add to the error.
pub(super) fn fallback(mut function: Function) -> TokenStream {
    if function.sig.receiver().is_some() || function.sig.ident == "main" {
        return function.into_token_stream();
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

/// Puts the argument first, but behind the guards of attributes further up: what is written first decides first.
fn add_argument(function: &mut Function, argument: TokenStream) {
    let inputs = &mut function.sig.inputs;
    let guards = inputs.iter().take_while(|argument| is_guard(argument)).count();
    let ignored = PatWild { attrs: Vec::new(), underscore_token: Token![_](Span::call_site()) };
    let argument = PatType {
        attrs: Vec::new(),
        pat: Box::new(Pat::Wild(ignored)),
        colon_token: Token![:](Span::call_site()),
        ty: Box::new(Type::Verbatim(argument)),
    };
    inputs.insert(guards, FnArg::Typed(argument));
}

fn is_guard(argument: &FnArg) -> bool {
    let FnArg::Typed(argument) = argument else { return false };
    let Type::Path(path) = &*argument.ty else { return false };
    let mut segments = path.path.segments.iter().rev();
    let (last, before) = (segments.next(), segments.next());
    last.is_some_and(|last| last.ident == "Guard") && before.is_some_and(|before| before.ident == "__private")
}
