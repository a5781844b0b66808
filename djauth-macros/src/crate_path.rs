//! `crate = ...`: where generated code finds djauth.

use darling::FromMeta;
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Expr, Path, parse_quote};

use crate::error::err;

/// The path of djauth, `::djauth` unless the user says otherwise.
pub(crate) struct CratePath(Path);

impl Default for CratePath {
    fn default() -> Self {
        Self(parse_quote!(::djauth))
    }
}

impl FromMeta for CratePath {
    fn from_expr(expr: &Expr) -> darling::Result<Self> {
        match expr {
            Expr::Path(path) if path.qself.is_none() => Ok(Self(path.path.clone())),
            other => Err(err!(other, "`crate` takes a path; write `crate = ::djauth`, without quotes")),
        }
    }
}

impl ToTokens for CratePath {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.0.to_tokens(tokens);
    }
}
