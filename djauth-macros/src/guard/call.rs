//! A guarded call outside the web: the function asks one of its arguments first.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::{FnArg, Ident, Pat, ReturnType, ext::IdentExt};

use super::{Guard, Requirement, function::Function};
use crate::{error::err, span::respanned};

/// Refuses a function that has no such argument, or cannot return the refusal.
pub(super) fn check(actor: &Ident, function: &Function) -> darling::Result<()> {
    let name = &function.sig.ident;
    let mut errors = darling::Error::accumulator();
    if !function.sig.inputs.iter().any(|argument| names(argument, actor)) {
        errors.push(err!(actor, "`{name}` has no argument `{actor}`; add `{actor}: &djauth::Perms`"));
    }
    if matches!(function.sig.output, ReturnType::Default) {
        errors.push(err!(
            name,
            "`{name}` cannot say no; let it return `Result<(), djauth::PermissionDenied>`, or a `Result` whose error is made from one"
        ));
    }
    errors.finish()
}

fn names(argument: &FnArg, actor: &Ident) -> bool {
    match argument {
        FnArg::Receiver(_) => actor == "self",
        FnArg::Typed(argument) => matches!(&*argument.pat, Pat::Ident(pat) if pat.ident == *actor),
    }
}

// Expands to:
//
//     fn publish(actor: &Perms, post: &mut Post) -> Result<(), PermissionDenied> {
//         const __RULE: &Rule = &Rule { ... };
//         listed!("publish", __RULE);
//         if let Err(denied) = require(&actor, &__RULE.requirement) {
//             return Err(refuse(denied));
//         }
//         ...
//     }
//
pub(super) fn guarded(
    guard: &Guard,
    actor: &Ident,
    requirement: &Requirement,
    mut function: Function,
) -> TokenStream {
    let krate = &guard.krate;
    let requirement = requirement.expand(krate);
    let name = function.sig.ident.unraw().to_string();
    let asked = quote_spanned!(actor.span()=> &#actor);
    let refusal = quote!(::core::result::Result::Err(#krate::__private::refuse(__denied)));
    let refusal = respanned(refusal, &function.sig.output);
    let body = function.body;
    function.body = quote! {
        const __RULE: &#krate::__private::Rule = &#krate::__private::Rule::new(#requirement);
        #krate::__private::listed!(#name, __RULE);
        if let ::core::result::Result::Err(__denied) = #krate::__private::require(#asked, &__RULE.requirement) {
            return #refusal;
        }
        #body
    };
    function.into_token_stream()
}
