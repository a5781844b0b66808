//! `#[login_required]`: its arguments and checks.

use darling::FromMeta;
use proc_macro2::TokenStream;

use crate::{
    crate_path::CratePath,
    guard::{self, Asks, Guard, RedirectOptions, Requirement, Rule},
};

const NAME: &str = "login_required";

#[derive(FromMeta)]
struct Input {
    #[darling(flatten)]
    redirect: RedirectOptions,
    #[darling(default, rename = "crate")]
    krate: CratePath,
}

pub(crate) fn attribute(args: TokenStream, item: &TokenStream) -> TokenStream {
    guard::attribute(NAME, read(args), item)
}

fn read(args: TokenStream) -> darling::Result<Guard> {
    let Input { redirect, krate } = Input::from_list(&guard::options(NAME, args)?)?;
    let rule = Rule { requirement: Requirement::Login, redirect, raise_exception: false };
    Ok(Guard { attribute: NAME, krate, asks: Asks::Request(rule) })
}
