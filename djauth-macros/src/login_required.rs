//! `#[login_required]`: its arguments and checks.

use proc_macro2::TokenStream;

use crate::guard::{self, Requirement};

const NAME: &str = "login_required";

pub(crate) fn attribute(args: TokenStream, item: &TokenStream) -> TokenStream {
    guard::attribute(NAME, guard::asking_for(Requirement::Login, NAME, args), item)
}
