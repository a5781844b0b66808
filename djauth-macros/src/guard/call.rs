//! A guarded call outside the web: the function asks one of its arguments first.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
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
    if let Some(constness) = &function.sig.constness {
        errors.push(err!(constness, "permissions are asked for while the program runs; remove `const`"));
    }
    if matches!(function.sig.output, ReturnType::Default) {
        errors.push(err!(
            name,
            "`{name}` cannot say no; let it return `Result<(), djauth::PermissionDenied>`, or a `Result` whose error implements `From<djauth::PermissionDenied>`"
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
//             return refuse(denied);
//         }
//         { ... }
//     }
//
// The user's body is a block of its own: an item in it, such as `static actor`, is seen by the whole block that it stands
// in, and would be asked instead of the argument.
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
    let refusal = respanned(quote!(#krate::__private::refuse(__denied)), &returned(&function));
    let body = block(&function);
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

fn returned(function: &Function) -> TokenStream {
    match &function.sig.output {
        ReturnType::Type(_, returned) => returned.to_token_stream(),
        ReturnType::Default => TokenStream::new(),
    }
}

/// Returns the user's body as a block. Its brackets are the macro's, or the compiler would call them unnecessary; what it says
/// of a body without an answer, it says where the body ends.
fn block(function: &Function) -> TokenStream {
    let mut block = Group::new(Delimiter::Brace, function.body.clone());
    block.set_span(function.brace.span.close().resolved_at(Span::call_site()));
    TokenTree::Group(block).into()
}
