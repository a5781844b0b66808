//! `#[permissions]`: what a model declares.

mod expand;
mod input;
mod model;

use proc_macro2::TokenStream;
use quote::quote;

use self::{input::Input, model::Model};

pub(crate) fn attribute(args: TokenStream, item: &TokenStream) -> TokenStream {
    let declared = match Input::read(args, item.clone()) {
        Ok(input) => match Model::check(&input) {
            Ok(model) => expand::model(&model),
            Err(error) => {
                let errors = error.write_errors();
                let fallback = expand::model(&Model::fallback(&input));
                quote!(#errors #fallback)
            }
        },
        Err(error) => error.write_errors(),
    };
    quote!(#item #declared)
}
