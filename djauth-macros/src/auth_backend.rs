//! `#[auth_backend]`: a backend that the settings can name.

use darling::{FromMeta, ast::NestedMeta};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{GenericArgument, ImplItem, ItemImpl, LitStr, PathArguments, PathSegment, Type, ext::IdentExt};

use crate::{
    crate_path::CratePath,
    error::{both, err},
    options,
    text::Text,
};

/// What djauth itself registers.
const BUILT_IN: [&str; 2] = ["ModelBackend", "RemoteUserBackend"];

const OPTIONS: options::Options<'_> = options::Options {
    of: "`#[auth_backend]`",
    names: &["name", "alias", "crate"],
    repeatable: &["alias"],
    foreign: &[],
};

#[derive(FromMeta)]
struct Options {
    #[darling(default)]
    name: Option<Text>,
    #[darling(default, multiple)]
    alias: Vec<Text>,
    #[darling(default, rename = "crate")]
    krate: CratePath,
}

/// A backend, checked.
struct Backend {
    krate: CratePath,
    name: LitStr,
    aliases: Vec<LitStr>,
    user: Type,
    block: ItemImpl,
}

pub(crate) fn attribute(args: TokenStream, item: &TokenStream) -> TokenStream {
    match both(read(args), block(item)).and_then(|(options, block)| Backend::check(options, block)) {
        Ok(backend) => backend.expand(),
        Err(error) => {
            let errors = error.write_errors();
            quote!(#errors #item)
        }
    }
}

fn read(args: TokenStream) -> darling::Result<Options> {
    OPTIONS.read(&NestedMeta::parse_meta_list(args)?)
}

fn block(item: &TokenStream) -> darling::Result<ItemImpl> {
    syn::parse2(item.clone()).map_err(|_| {
        err!(
            item,
            "a backend is registered where it becomes one; put `#[auth_backend]` on `impl AuthBackend<...> for ...`"
        )
    })
}

impl Backend {
    fn check(options: Options, block: ItemImpl) -> darling::Result<Self> {
        let Options { name, alias, krate } = options;
        let user = user(&block)?;
        let name = name.map_or_else(|| type_name(&block.self_ty), |Text(name)| Ok(name))?;
        let aliases: Vec<_> = alias.into_iter().map(|Text(alias)| alias).collect();
        let mut errors = darling::Error::accumulator();
        for name in [&name].into_iter().chain(&aliases) {
            if name.value().is_empty() {
                errors.push(err!(name, "a backend needs a name; write it as the settings are to spell it"));
            } else if BUILT_IN.contains(&name.value().as_str()) {
                errors.push(err!(name, "`{}` is djauth's own; choose another `name`", name.value()));
            }
        }
        errors.finish_with(Self { krate, name, aliases, user, block })
    }

    // Expands to:
    //
    //     #[async_trait]
    //     impl AuthBackend<Member> for EmailBackend { ... }
    //     inventory::submit! { BackendPlugin { name: "EmailBackend", build: make_backend::<Member, EmailBackend>, ... } }
    //
    fn expand(&self) -> TokenStream {
        let Self { krate, name, aliases, user, block } = self;
        let backend = &block.self_ty;
        let async_trait = is_async(block).then(|| quote!(#[#krate::__private::async_trait]));
        quote! {
            #async_trait
            #block

            const _: () = {
                #krate::__private::inventory::submit! {
                    #krate::__private::BackendPlugin {
                        name: #name,
                        aliases: &[#(#aliases),*],
                        user: ::core::any::TypeId::of::<#user>,
                        build: #krate::__private::make_backend::<#user, #backend>,
                    }
                }
            };
        }
    }
}

/// Returns the type of user that the backend vouches for.
fn user(block: &ItemImpl) -> darling::Result<Type> {
    if let Some(parameter) = block.generics.params.first() {
        return Err(err!(
            parameter,
            "a registered backend vouches for one type of user; name it, such as `impl AuthBackend<Member>`"
        ));
    }
    let segment = block.trait_.as_ref().and_then(|(path, _)| path.segments.last()).ok_or_else(|| {
        err!(block.impl_token, "a backend implements `AuthBackend`; write `impl AuthBackend<Member> for ...`")
    })?;
    argument(segment).ok_or_else(|| {
        err!(segment, "a backend vouches for one type of user; write `{}<Member>`", segment.ident)
    })
}

fn argument(segment: &PathSegment) -> Option<Type> {
    match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => {
            arguments.args.iter().find_map(|argument| match argument {
                GenericArgument::Type(user) => Some(user.clone()),
                _ => None,
            })
        }
        _ => None,
    }
}

fn type_name(backend: &Type) -> darling::Result<LitStr> {
    match backend {
        Type::Path(path) => path
            .path
            .segments
            .last()
            .map(|last| LitStr::new(&last.ident.unraw().to_string(), last.ident.span())),
        _ => None,
    }
    .ok_or_else(|| {
        err!(backend, "a backend of this type has no name; write `#[auth_backend(name = \"...\")]`")
    })
}

/// `#[async_trait]` below this attribute, or expanded above it, has seen to the methods.
fn is_async(block: &ItemImpl) -> bool {
    let is_there = block
        .attrs
        .iter()
        .filter_map(|below| below.path().segments.last())
        .any(|last| last.ident == "async_trait");
    let has_async_method =
        block.items.iter().any(|item| matches!(item, ImplItem::Fn(method) if method.sig.asyncness.is_some()));
    !is_there && has_async_method
}
