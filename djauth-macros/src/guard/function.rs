//! What an attribute sits on.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::{
    Attribute, Item, Signature, TraitItemFn, Visibility, braced,
    parse::{Parse, ParseStream},
    spanned::Spanned,
    token::Brace,
};

use crate::error::err;

/// A function. Its body is left as it is but for the attributes that it starts with: nothing here needs to understand it,
/// and reading it would take most of the time that a guard costs.
pub(super) struct Function {
    pub(super) attrs: Vec<Attribute>,
    pub(super) vis: Visibility,
    pub(super) sig: Signature,
    pub(super) brace: Brace,
    inner_attrs: Vec<Attribute>,
    pub(super) body: TokenStream,
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let body;
        Ok(Self {
            attrs: input.call(Attribute::parse_outer)?,
            vis: input.parse()?,
            sig: input.parse()?,
            brace: braced!(body in input),
            inner_attrs: body.call(Attribute::parse_inner)?,
            body: body.parse()?,
        })
    }
}

impl ToTokens for Function {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { attrs, vis, sig, brace, inner_attrs, body } = self;
        for attr in attrs {
            attr.to_tokens(tokens);
        }
        vis.to_tokens(tokens);
        sig.to_tokens(tokens);
        brace.surround(tokens, |tokens| {
            for attr in inner_attrs {
                attr.to_tokens(tokens);
            }
            body.to_tokens(tokens);
        });
    }
}

/// Reads the function. Anything else is an error, never a pass-through (rule S4).
pub(super) fn read(attribute: &str, item: &TokenStream) -> darling::Result<Function> {
    let error = match syn::parse2(item.clone()) {
        Ok(function) => return Ok(function),
        Err(error) => error,
    };
    if let Ok(method) = syn::parse2::<TraitItemFn>(item.clone()) {
        return Err(err!(
            method.sig.fn_token,
            "a function without a body has nothing to guard; put `#[{attribute}]` where it is implemented"
        ));
    }
    match syn::parse2::<Item>(item.clone()).ok().and_then(noun) {
        Some((keyword, noun)) => Err(err!(
            keyword,
            "{noun} cannot be guarded; put `#[{attribute}]` on each async function that handles a request"
        )),
        None => Err(error.into()),
    }
}

fn noun(item: Item) -> Option<(Span, &'static str)> {
    Some(match item {
        Item::Const(item) => (item.const_token.span(), "a constant"),
        Item::Enum(item) => (item.enum_token.span(), "an enum"),
        Item::Impl(item) => (item.impl_token.span(), "an `impl` block"),
        Item::Macro(item) => (item.mac.path.span(), "a macro"),
        Item::Mod(item) => (item.mod_token.span(), "a module"),
        Item::Static(item) => (item.static_token.span(), "a static"),
        Item::Struct(item) => (item.struct_token.span(), "a struct"),
        Item::Trait(item) => (item.trait_token.span(), "a trait"),
        Item::Type(item) => (item.type_token.span(), "a type"),
        Item::Union(item) => (item.union_token.span(), "a union"),
        Item::Use(item) => (item.use_token.span(), "an import"),
        _ => return None,
    })
}
