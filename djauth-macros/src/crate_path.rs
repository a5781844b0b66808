//! `crate = ...`: where generated code finds djauth.

use darling::FromMeta;
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Expr, Meta, Path, parse_quote, spanned::Spanned};

use crate::error::err;

/// The path of djauth, `::djauth` unless the user says otherwise.
pub(crate) struct CratePath(Path);

impl Default for CratePath {
    fn default() -> Self {
        Self(parse_quote!(::djauth))
    }
}

impl FromMeta for CratePath {
    fn from_meta(meta: &Meta) -> darling::Result<Self> {
        let place = match meta {
            Meta::NameValue(pair) => match &pair.value {
                Expr::Path(path) if path.qself.is_none() => return Ok(Self(path.path.clone())),
                other => other.span(),
            },
            other => other.span(),
        };
        Err(err!(place, "`crate` takes a path; write `crate = ::djauth`, without quotes"))
    }
}

impl ToTokens for CratePath {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.0.to_tokens(tokens);
    }
}
