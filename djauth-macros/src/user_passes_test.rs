//! `#[user_passes_test(is_editor)]`: its arguments and checks.

use darling::ast::NestedMeta;
use proc_macro2::{Span, TokenStream};
use syn::{
    Expr, Token,
    parse::{Parse, ParseStream, Parser},
    punctuated::Punctuated,
};

use crate::{
    error::err,
    guard::{self, Guard, Requirement},
};

const NAME: &str = "user_passes_test";

/// Words that are meant as options, though something is wrong with them, never as tests.
const LIKE_OPTIONS: [&str; 4] = ["login_url", "redirect_field_name", "crate", "raise_exception"];

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
    if let Some(second) = second_test(&options) {
        return Err(err!(
            second,
            "`#[user_passes_test]` takes one test; join them in a closure, such as `|user: &Member| is_editor(user) && is_adult(user)`"
        ));
    }
    guard::asking_for(Requirement::Test(Box::new(test)), NAME, &NestedMeta::parse_meta_list(options)?)
}

/// Returns what stands where options do and is none.
fn second_test(options: &TokenStream) -> Option<Expr> {
    let options = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(options.clone()).ok()?;
    options.into_iter().find(|option| match option {
        Expr::Path(word) => !LIKE_OPTIONS.iter().any(|option| word.path.is_ident(option)),
        Expr::Closure(_) => true,
        _ => false,
    })
}

fn split(input: ParseStream<'_>) -> syn::Result<(Expr, TokenStream)> {
    let test = Expr::parse(input)?;
    input.parse::<Option<Token![,]>>()?;
    Ok((test, input.parse()?))
}
