//! The macros of djauth; use them through the `djauth` crate.

mod auth_backend;
mod auth_user;
mod crate_path;
mod error;
mod guard;
mod login_not_required;
mod login_required;
mod permission_name;
mod permission_required;
mod permissions;
mod receiver;
mod span;
mod text;
mod user_passes_test;

use proc_macro::TokenStream;
use syn::parse_macro_input;

/// Makes a struct the users of the program.
#[proc_macro_derive(AuthUser, attributes(auth))]
pub fn auth_user(item: TokenStream) -> TokenStream {
    auth_user::derive(&parse_macro_input!(item)).into()
}

/// Declares the permissions of a model.
#[proc_macro_attribute]
pub fn permissions(args: TokenStream, item: TokenStream) -> TokenStream {
    permissions::attribute(args.into(), &item.into()).into()
}

/// Lets users pass who are logged in.
#[proc_macro_attribute]
pub fn login_required(args: TokenStream, item: TokenStream) -> TokenStream {
    login_required::attribute(args.into(), &item.into()).into()
}

/// Lets users pass who have permissions.
#[proc_macro_attribute]
pub fn permission_required(args: TokenStream, item: TokenStream) -> TokenStream {
    permission_required::attribute(args.into(), &item.into()).into()
}

/// Lets users pass whom a function of the program's own accepts.
#[proc_macro_attribute]
pub fn user_passes_test(args: TokenStream, item: TokenStream) -> TokenStream {
    user_passes_test::attribute(args.into(), &item.into()).into()
}

/// Marks a handler that everybody may call.
#[proc_macro_attribute]
pub fn login_not_required(args: TokenStream, item: TokenStream) -> TokenStream {
    login_not_required::attribute(args.into(), &item.into()).into()
}

/// Registers a backend under the name by which the settings list it.
#[proc_macro_attribute]
pub fn auth_backend(args: TokenStream, item: TokenStream) -> TokenStream {
    auth_backend::attribute(args.into(), &item.into()).into()
}

/// Calls a function when something happened.
#[proc_macro_attribute]
pub fn receiver(args: TokenStream, item: TokenStream) -> TokenStream {
    receiver::attribute(args.into(), &item.into()).into()
}
