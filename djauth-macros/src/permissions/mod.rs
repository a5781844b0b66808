//! `#[permissions]`: what a model declares.

mod expand;
mod input;
mod model;

use proc_macro2::TokenStream;
use quote::quote;

use self::{input::Input, model::Model};

pub(crate) fn attribute(args: TokenStream, item: &TokenStream) -> TokenStream {
    let declared = match Input::read(args, item.clone()).and_then(Model::check) {
        Ok(model) => expand::model(&model),
        Err(error) => error.write_errors(),
    };
    quote!(#item #declared)
}
