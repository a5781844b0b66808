//! `#[receiver]`: a function that is called when something happened.

use darling::{FromMeta, ast::NestedMeta};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{FnArg, ItemFn, ReturnType, Type, ext::IdentExt};

use crate::{
    crate_path::CratePath,
    error::{both, err},
    options::Options,
};

const OPTIONS: Options<'_> =
    Options { of: "`#[receiver]`", names: &["crate"], repeatable: &[], foreign: &[] };

#[derive(FromMeta)]
struct Input {
    #[darling(default, rename = "crate")]
    krate: CratePath,
}

pub(crate) fn attribute(args: TokenStream, item: &TokenStream) -> TokenStream {
    let expansion = both(read(args), function(item)).and_then(|(input, function)| {
        let signal = signal(&function)?;
        Ok(expand(&input.krate, &function, signal))
    });
    let expansion = expansion.unwrap_or_else(darling::Error::write_errors);
    quote!(#item #expansion)
}

fn read(args: TokenStream) -> darling::Result<Input> {
    OPTIONS.read(&NestedMeta::parse_meta_list(args)?)
}

fn function(item: &TokenStream) -> darling::Result<ItemFn> {
    syn::parse2(item.clone())
        .map_err(|_| err!(item, "only a function receives signals; put `#[receiver]` on an async function"))
}

/// Returns the type of signal that the function receives.
fn signal(function: &ItemFn) -> darling::Result<&Type> {
    let signature = &function.sig;
    let name = &signature.ident;
    if let Some(receiver) = signature.receiver() {
        return Err(err!(
            receiver.self_token,
            "a method receives no signals; make it a function outside the `impl` block"
        ));
    }
    if let Some(parameter) = signature.generics.type_params().next() {
        return Err(err!(
            parameter,
            "a receiver receives one type of signal; name it, such as `&UserLoggedIn<Member>`"
        ));
    }
    if signature.asyncness.is_none() {
        return Err(err!(
            signature.fn_token,
            "`#[receiver]` needs an async function; write `async fn {name}`"
        ));
    }
    if matches!(signature.output, ReturnType::Default) {
        return Err(err!(
            name,
            "a receiver tells whether it failed; let `{name}` return `djauth::Result<()>`"
        ));
    }
    match signature.inputs.iter().collect::<Vec<_>>()[..] {
        [FnArg::Typed(argument)] => match &*argument.ty {
            Type::Reference(reference) if reference.mutability.is_none() => Ok(&*reference.elem),
            other => Err(err!(other, "a receiver borrows its signal; write `&UserLoggedIn<Member>`")),
        },
        _ => Err(err!(
            name,
            "a receiver has one argument, the signal; write `{name}(event: &UserLoggedIn<Member>)`"
        )),
    }
}

// Expands to, besides the function itself:
//
//     inventory::submit! {
//         ReceiverPlugin {
//             name: "accounts::greet",
//             signal: signal_type::<UserLoggedIn<Member>>,
//             receive: |signal| receive(signal, |signal| Box::pin(greet(signal))),
//         }
//     }
//
fn expand(krate: &CratePath, function: &ItemFn, signal: &Type) -> TokenStream {
    let ident = &function.sig.ident;
    let name = ident.unraw().to_string();
    quote! {
        const _: () = {
            #krate::__private::inventory::submit! {
                #krate::__private::ReceiverPlugin {
                    name: ::core::concat!(::core::module_path!(), "::", #name),
                    signal: #krate::__private::signal_type::<#signal>,
                    receive: |signal| {
                        #krate::__private::receive::<#signal>(signal, |signal| #krate::__private::Box::pin(#ident(signal)))
                    },
                }
            }
        };
    }
}
