//! `#[derive(AuthUser)]`: input, then model, then tokens; or the errors and a fallback.

mod expand;
mod input;
mod model;
mod role;

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use self::{input::Input, model::User};

pub(crate) fn derive(item: &DeriveInput) -> TokenStream {
    match Input::read(item).and_then(User::check) {
        Ok(user) => expand::user(&user),
        Err(error) => {
            let errors = error.write_errors();
            let fallback = expand::fallback(item);
            quote!(#errors #fallback)
        }
    }
}
