//! What the compiler gets.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::{DeriveInput, Ident, ext::IdentExt};

use super::model::{Column, NewValue, User};
use crate::{crate_path::CratePath, span::ends};

// Expands to:
//
//     impl AuthUser for Member {
//         type Id = i64;
//         const MODEL: &'static UserModel = &UserModel { table: "accounts_member", fields: &[...], ... };
//         fn username(&self) -> &str { TextField::get(&self.email) }
//         ...
//         fn from_row(row: &mut dyn Row) -> Result<Self> { Ok(Self { id: read_id::<Self>(row, 0)?, ... }) }
//         fn to_values(&self) -> Vec<Value> { vec![id_value(self), ColumnValue::to_value(&self.email), ...] }
//     }
//     impl PermissionsMixin for Member { ... }   // where there is a superuser field
//     impl AbstractUser for Member { ... }       // where there are all of Django's fields
//
pub(super) fn user(user: &User) -> TokenStream {
    let User { krate, ident, generics, columns, roles, .. } = user;
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let id = &columns[roles.id];
    let (id_ident, id_type) = (&id.ident, &id.ty);
    let model = model(user);
    let accessors = accessors(user);
    let reads = columns.iter().enumerate().map(|(place, column)| {
        let ident = &column.ident;
        let read = if place == roles.id {
            quote!(#krate::__private::read_id::<Self>(row, #place)?)
        } else {
            let from_value = column.as_value(krate, "from_value");
            quote!(#krate::__private::read_field::<Self, _>(row, #place, #from_value)?)
        };
        quote!(#ident: #read)
    });
    let values = columns.iter().enumerate().map(|(place, column)| {
        if place == roles.id {
            return quote!(#krate::__private::id_value(self));
        }
        let (ident, to_value) = (&column.ident, column.as_value(krate, "to_value"));
        quote!(#to_value(&self.#ident))
    });
    let mixins = mixins(user);
    quote! {
        #[automatically_derived]
        impl #impl_generics #krate::AuthUser for #ident #ty_generics #where_clause {
            type Id = #id_type;

            const MODEL: &'static #krate::__private::UserModel = &#model;

            fn id(&self) -> &#id_type {
                &self.#id_ident
            }

            #accessors

            fn from_row(row: &mut dyn #krate::__private::Row) -> #krate::__private::Result<Self> {
                ::core::result::Result::Ok(Self { #(#reads),* })
            }

            fn to_values(&self) -> #krate::__private::Vec<#krate::__private::Value> {
                #krate::__private::vec![#(#values),*]
            }
        }
        #mixins
    }
}

fn model(user: &User) -> TokenStream {
    let User { krate, app_label, model_name, table, columns, roles, required_fields, .. } = user;
    let fields = columns.iter().enumerate().map(|(place, column)| field(krate, column, place == roles.id));
    let needed = |place: usize| &columns[place].name;
    let optional = |place: Option<usize>| match place.map(needed) {
        Some(name) => quote!(::core::option::Option::Some(#name)),
        None => quote!(::core::option::Option::None),
    };
    let [id, username, password] = [roles.id, roles.username, roles.password].map(needed);
    let [email, last_login, is_active, is_staff, is_superuser] =
        [roles.email, roles.last_login, roles.is_active, roles.is_staff, roles.is_superuser].map(optional);
    quote! {
        #krate::__private::UserModel {
            app_label: #app_label,
            model_name: #model_name,
            table: #table,
            fields: &[#(#fields),*],
            roles: #krate::__private::Roles {
                id: #id,
                username: #username,
                password: #password,
                email: #email,
                last_login: #last_login,
                is_active: #is_active,
                is_staff: #is_staff,
                is_superuser: #is_superuser,
            },
            required_fields: &[#(#required_fields),*],
        }
    }
}

fn field(krate: &CratePath, column: &Column, is_id: bool) -> TokenStream {
    let Column { ident, ty, name, max_length, unique, default } = column;
    let field_name = ident.unraw().to_string();
    if is_id {
        let max_length = max_length.map(|length| quote!(.max_length(#length)));
        return quote!(#krate::__private::id_field::<Self>(#field_name, #name) #max_length);
    }
    let [column_type, nullable, type_max_length, type_default] =
        ["TYPE", "NULLABLE", "MAX_LENGTH", "default_value"].map(|item| column.as_value(krate, item));
    let max_length = match max_length {
        Some(length) => quote!(::core::option::Option::Some(#length)),
        None => type_max_length,
    };
    let to_value = column.as_value(krate, "to_value");
    let some = quote!(::core::option::Option::Some);
    let default = match default {
        NewValue::Type => type_default,
        NewValue::Trait => quote!(|| #some(#to_value(&<#ty as ::core::default::Default>::default()))),
        NewValue::Value(value) => quote! {
            || {
                let value: #ty = #value;
                #some(#to_value(&value))
            }
        },
        NewValue::Active => quote!(#krate::__private::active),
        NewValue::Now => quote!(#krate::__private::now),
    };
    quote! {
        #krate::__private::Field {
            name: #field_name,
            column: #name,
            column_type: #column_type,
            nullable: #nullable,
            max_length: #max_length,
            unique: #unique,
            default: #default,
        }
    }
}

fn accessors(user: &User) -> TokenStream {
    let User { krate, columns, roles, .. } = user;
    let [username, password] = [roles.username, roles.password].map(|place| &columns[place]);
    let get_username = username.get(krate, "TextField");
    let get_password = password.get(krate, "PasswordField");
    let set_password = password.as_trait(krate, "PasswordField", "set");
    let password = &password.ident;
    let email = roles.email.map(|place| {
        let email = columns[place].get(krate, "EmailField");
        quote! {
            fn email(&self) -> ::core::option::Option<&::core::primitive::str> {
                #email
            }
        }
    });
    let last_login = roles.last_login.map(|place| last_login(krate, &columns[place]));
    let is_active = roles.is_active.map(|place| flag(krate, &columns[place], "is_active"));
    let is_staff = roles.is_staff.map(|place| flag(krate, &columns[place], "is_staff"));
    let superuser = roles.is_superuser.map(|place| {
        let superuser = columns[place].get(krate, "FlagField");
        quote! {
            fn superuser(&self) -> ::core::option::Option<::core::primitive::bool> {
                ::core::option::Option::Some(#superuser)
            }
        }
    });
    quote! {
        fn username(&self) -> &::core::primitive::str {
            #get_username
        }

        fn password(&self) -> &#krate::__private::PasswordHash {
            #get_password
        }

        fn set_password(&mut self, password: #krate::__private::PasswordHash) {
            #set_password(&mut self.#password, password);
        }

        #email
        #last_login
        #is_active
        #is_staff
        #superuser
    }
}

fn last_login(krate: &CratePath, column: &Column) -> TokenStream {
    let get = column.get(krate, "LastLoginField");
    let set = column.as_trait(krate, "LastLoginField", "set");
    let ident = &column.ident;
    quote! {
        fn last_login(&self) -> ::core::option::Option<#krate::__private::OffsetDateTime> {
            #get
        }

        fn set_last_login(&mut self, last_login: #krate::__private::OffsetDateTime) {
            #set(&mut self.#ident, last_login);
        }
    }
}

fn flag(krate: &CratePath, column: &Column, method: &str) -> TokenStream {
    let method = format_ident!("{method}");
    let get = column.get(krate, "FlagField");
    quote! {
        fn #method(&self) -> ::core::primitive::bool {
            #get
        }
    }
}

fn mixins(user: &User) -> TokenStream {
    let User { krate, ident, generics, columns, roles, .. } = user;
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let Some(superuser) = roles.is_superuser else { return TokenStream::new() };
    let superuser = columns[superuser].get(krate, "FlagField");
    let abstract_user = roles.of_abstract_user().map(|places| {
        let [first_name, last_name, date_joined] = places.map(|place| &columns[place]);
        let [first_name, last_name] = [first_name, last_name].map(|column| column.get(krate, "TextField"));
        let date_joined = date_joined.get(krate, "DateJoinedField");
        quote! {
            #[automatically_derived]
            impl #impl_generics #krate::AbstractUser for #ident #ty_generics #where_clause {
                fn first_name(&self) -> &::core::primitive::str {
                    #first_name
                }

                fn last_name(&self) -> &::core::primitive::str {
                    #last_name
                }

                fn date_joined(&self) -> #krate::__private::OffsetDateTime {
                    #date_joined
                }
            }
        }
    });
    quote! {
        #[automatically_derived]
        impl #impl_generics #krate::PermissionsMixin for #ident #ty_generics #where_clause {
            fn is_superuser(&self) -> ::core::primitive::bool {
                #superuser
            }
        }
        #abstract_user
    }
}

impl Column {
    /// Names an item of the type's `ColumnValue`.
    fn as_value(&self, krate: &CratePath, item: &str) -> TokenStream {
        self.as_trait(krate, "ColumnValue", item)
    }

    /// Reads the field as its role says.
    fn get(&self, krate: &CratePath, role: &str) -> TokenStream {
        let ident = &self.ident;
        let get = self.as_trait(krate, role, "get");
        quote!(#get(&self.#ident))
    }

    /// Names a trait's item for the field's type. All such names stand at that type and look alike, so that rustc
    /// complains there, and once.
    fn as_trait(&self, krate: &CratePath, name: &str, item: &str) -> TokenStream {
        let ty = &self.ty;
        let (first, last) = ends(ty);
        let open = quote_spanned!(first=> <);
        let (name, item) = (format_ident!("{name}"), Ident::new(item, last));
        quote!(#open #ty as #krate::__private::#name>::#item)
    }
}

/// Emits what the user would be if it were right, so that the rest of the program has nothing to add to the error.
///
/// What borrows cannot be a user in any way.
pub(super) fn fallback(item: &DeriveInput) -> TokenStream {
    if item.generics.lifetimes().next().is_some() {
        return TokenStream::new();
    }
    let krate = CratePath::default();
    let ident = &item.ident;
    let (impl_generics, ty_generics, where_clause) = item.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impl_generics #krate::AuthUser for #ident #ty_generics #where_clause {
            type Id = ::core::primitive::i64;

            const MODEL: &'static #krate::__private::UserModel = ::core::panic!();

            fn id(&self) -> &Self::Id {
                ::core::unreachable!()
            }

            fn username(&self) -> &::core::primitive::str {
                ::core::unreachable!()
            }

            fn password(&self) -> &#krate::__private::PasswordHash {
                ::core::unreachable!()
            }

            fn set_password(&mut self, _: #krate::__private::PasswordHash) {}

            fn from_row(_: &mut dyn #krate::__private::Row) -> #krate::__private::Result<Self> {
                ::core::unreachable!()
            }

            fn to_values(&self) -> #krate::__private::Vec<#krate::__private::Value> {
                ::core::unreachable!()
            }
        }

        #[automatically_derived]
        impl #impl_generics #krate::PermissionsMixin for #ident #ty_generics #where_clause {
            fn is_superuser(&self) -> ::core::primitive::bool {
                ::core::unreachable!()
            }
        }
    }
}
