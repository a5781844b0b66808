//! `#[login_not_required]`: the mark of a public handler.

use darling::{FromMeta, ast::NestedMeta};
use proc_macro2::TokenStream;

use crate::{
    crate_path::CratePath,
    guard::{self, Asks, Guard},
    options::Options,
};

const NAME: &str = "login_not_required";

const OPTIONS: Options<'_> =
    Options { of: "`#[login_not_required]`", names: &["crate"], repeatable: &[], foreign: &[] };

#[derive(FromMeta)]
struct Input {
    #[darling(default, rename = "crate")]
    krate: CratePath,
}

pub(crate) fn attribute(args: TokenStream, item: &TokenStream) -> TokenStream {
    guard::attribute(NAME, read(args), item)
}

fn read(args: TokenStream) -> darling::Result<Guard> {
    let Input { krate } = OPTIONS.read(&NestedMeta::parse_meta_list(args)?)?;
    Ok(Guard { attribute: NAME, krate, asks: Asks::Nobody })
}
