//! `#[login_not_required]`: the mark of a public handler.

use darling::FromMeta;
use proc_macro2::TokenStream;

use crate::{
    crate_path::CratePath,
    guard::{self, Asks, Guard},
};

const NAME: &str = "login_not_required";

#[derive(FromMeta)]
struct Input {
    #[darling(default, rename = "crate")]
    krate: CratePath,
}

pub(crate) fn attribute(args: TokenStream, item: &TokenStream) -> TokenStream {
    guard::attribute(NAME, read(args), item)
}

fn read(args: TokenStream) -> darling::Result<Guard> {
    let Input { krate } = Input::from_list(&guard::options(NAME, args)?)?;
    Ok(Guard { attribute: NAME, krate, asks: Asks::Nobody })
}
