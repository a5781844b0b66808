//! `#[user_passes_test(is_editor)]`: its arguments and checks.

use proc_macro2::{Span, TokenStream};
use syn::{
    Expr, Token,
    parse::{Parse, ParseStream, Parser},
};

use crate::{
    error::err,
    guard::{self, Guard, Requirement},
};

const NAME: &str = "user_passes_test";

pub(crate) fn attribute(args: TokenStream, item: &TokenStream) -> TokenStream {
    guard::attribute(NAME, read(args), item)
}

fn read(args: TokenStream) -> darling::Result<Guard> {
    if args.is_empty() {
        return Err(err!(
            Span::call_site(),
            "`#[user_passes_test]` needs a function that tests the user; write `#[user_passes_test(is_editor)]`"
        ));
    }
    let (test, options) = split.parse2(args)?;
    if !matches!(test, Expr::Path(_) | Expr::Closure(_)) {
        return Err(err!(
            test,
            "the test comes first and is a function or a closure; write `#[user_passes_test(is_editor)]`"
        ));
    }
    guard::asking_for(Requirement::Test(Box::new(test)), NAME, options)
}

fn split(input: ParseStream<'_>) -> syn::Result<(Expr, TokenStream)> {
    let test = Expr::parse(input)?;
    input.parse::<Option<Token![,]>>()?;
    Ok((test, input.parse()?))
}
