//! What the compiler gets.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use syn::ext::IdentExt;

use super::{
    input::Input,
    model::{Declaration, Model},
};
use crate::permission_name::{hash, label};

// Expands to, for each permission:
//
//     impl Post {
//         pub const CAN_PUBLISH: Permission = /* the definition below */;
//     }
//     const _: () = {
//         pub enum can_publish {}
//         #[distributed_slice(PERMISSIONS)]
//         static CAN_PUBLISH: PermissionDefinition = PermissionDefinition { label: "blog.can_publish", ... };
//         impl Declared<can_publish> for Name<HASH_OF("blog.can_publish")> { ... }
//     };
//
pub(super) fn model(model: &Model<'_>) -> TokenStream {
    let declarations = model.permissions.iter().map(|permission| declaration(model, permission));
    quote!(#(#declarations)*)
}

fn declaration(model: &Model<'_>, permission: &Declaration) -> TokenStream {
    let Model { input: Input { krate, vis, ident, generics, .. }, app_label, model_name, .. } = model;
    let Declaration { codename, name, constant } = permission;
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let plain = codename.unraw().to_string();
    let label = label(app_label, &plain);
    let hash = Literal::u128_suffixed(hash(&label));
    let doc = format!(" The permission `{label}`: \"{name}\".");
    let definition = format_ident!("__{}", constant);
    quote! {
        const _: () = {
            #[doc(hidden)]
            #[allow(non_camel_case_types, missing_debug_implementations, unreachable_pub)]
            pub enum #codename {}

            #[#krate::__private::linkme::distributed_slice(#krate::__private::PERMISSIONS)]
            #[linkme(crate = #krate::__private::linkme)]
            static #definition: #krate::__private::PermissionDefinition = #krate::__private::PermissionDefinition {
                label: #label,
                app_label: #app_label,
                model: #model_name,
                codename: #plain,
                name: #name,
                location: #krate::__private::Location {
                    module: ::core::module_path!(),
                    file: ::core::file!(),
                    line: ::core::line!(),
                },
            };

            #[automatically_derived]
            impl #krate::__private::Declared<#codename> for #krate::__private::Name<#hash> {
                const DEFINITION: &'static #krate::__private::PermissionDefinition = &#definition;
            }

            #[automatically_derived]
            #[allow(dead_code)]
            impl #impl_generics #ident #ty_generics #where_clause {
                #[doc = #doc]
                #vis const #constant: #krate::__private::Permission =
                    #krate::__private::Permission::from_definition(&#definition);
            }
        };
    }
}
