//! `#[login_required]`: its arguments and checks.

use darling::ast::NestedMeta;
use proc_macro2::TokenStream;

use crate::guard::{self, Guard, Requirement};

const NAME: &str = "login_required";

pub(crate) fn attribute(args: TokenStream, item: &TokenStream) -> TokenStream {
    guard::attribute(NAME, read(args), item)
}

fn read(args: TokenStream) -> darling::Result<Guard> {
    guard::asking_for(Requirement::Login, NAME, &NestedMeta::parse_meta_list(args)?)
}
