//! What stands in one guard attribute.

use darling::FromMeta;
use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Expr, Path, spanned::Spanned};

use crate::{
    crate_path::CratePath,
    permission_name::{PermissionName, hash},
    span::{called, respanned},
    text::{Text, capitalized, sentence},
};

/// As the runtime's type of the same name.
pub(crate) struct Rule {
    pub(crate) requirement: Requirement,
    pub(crate) redirect: RedirectOptions,
    pub(crate) raise_exception: bool,
}

/// Where a visitor is sent to log in, and how they come back.
#[derive(Default, FromMeta)]
pub(crate) struct RedirectOptions {
    #[darling(default)]
    pub(crate) login_url: Option<Text>,
    #[darling(default)]
    pub(crate) redirect_field_name: Option<Text>,
}

/// As the runtime's type of the same name.
pub(crate) enum Requirement {
    Login,
    Name(PermissionName),
    Constant(Path),
    All(Vec<Requirement>),
    Any(Vec<Requirement>),
    Not(Box<Requirement>),
    Test(Box<Expr>),
}

impl Rule {
    pub(super) fn expand(&self, krate: &CratePath) -> TokenStream {
        let requirement = self.requirement.expand(krate);
        if matches!(
            self,
            Self {
                redirect: RedirectOptions { login_url: None, redirect_field_name: None },
                raise_exception: false,
                ..
            }
        ) {
            return quote!(#krate::__private::Rule::new(#requirement));
        }
        let raise_exception = self.raise_exception;
        let [login_url, redirect_field_name] = [&self.redirect.login_url, &self.redirect.redirect_field_name]
            .map(|text| match text {
                Some(Text(text)) => quote!(::core::option::Option::Some(#text)),
                None => quote!(::core::option::Option::None),
            });
        quote! {
            #krate::__private::Rule {
                requirement: #requirement,
                login_url: #login_url,
                redirect_field_name: #redirect_field_name,
                raise_exception: #raise_exception,
            }
        }
    }
}

impl Requirement {
    pub(super) fn expand(&self, krate: &CratePath) -> TokenStream {
        let each = |all: &[Self]| {
            let all = all.iter().map(|one| one.expand(krate));
            quote!({ const __EACH: &[#krate::__private::Requirement] = &[#(#all),*]; __EACH })
        };
        match self {
            Self::Login => quote!(#krate::__private::Requirement::Login),
            Self::Name(name) => {
                let permission = named(krate, name);
                quote!(#krate::__private::Requirement::Permission(#permission))
            }
            Self::Constant(path) => {
                let permission = called(&quote!(#krate::__private::constant), path);
                quote!(#krate::__private::Requirement::Permission(#permission))
            }
            Self::All(all) => {
                let all = each(all);
                quote!(#krate::__private::Requirement::All(#all))
            }
            Self::Any(any) => {
                let any = each(any);
                quote!(#krate::__private::Requirement::Any(#any))
            }
            Self::Not(not) => {
                let not = not.expand(krate);
                quote!(#krate::__private::Requirement::Not({
                    const __NOT: &#krate::__private::Requirement = &#not;
                    __NOT
                }))
            }
            Self::Test(test) => {
                let name = match &**test {
                    Expr::Path(path) => path.to_token_stream().to_string().replace(' ', ""),
                    _ => "a closure".to_owned(),
                };
                let outcome =
                    quote_spanned!(test.span()=> #krate::__private::TestOutcome::outcome((#test)(__user)));
                quote! {
                    #krate::__private::Requirement::Test(#krate::__private::UserTest {
                        name: #name,
                        test: |__user| #krate::__private::run_user_test(__user, |__user| #outcome),
                    })
                }
            }
        }
    }
}

// Expands to a permission that trait selection finds, whichever crate declares it:
//
//     {
//         #[diagnostic::on_unimplemented(message = "no model declares the permission `blog.can_publsh`", ...)]
//         trait __declares_blog_can_publsh<Declaration> { const PERMISSION: Permission; }
//         #[diagnostic::do_not_recommend]
//         impl<Declaration, N: Declared<Declaration>> __declares_blog_can_publsh<Declaration> for N { ... }
//         <Name<HASH_OF("blog.can_publsh")> as __declares_blog_can_publsh<_>>::PERMISSION
//     }
//
// Inference finds the one declaration. Where there is none, the local trait speaks, at the user's text.
fn named(krate: &CratePath, name: &PermissionName) -> TokenStream {
    let label = name.label();
    let hash = Literal::u128_suffixed(hash(&label));
    let message = format!("no model declares the permission `{label}`");
    let notes = notes(name);
    let declares = format_ident!("__declares_{}_{}", name.app_label, name.codename);
    let permission =
        respanned(quote!(<#krate::__private::Name<#hash> as #declares<_>>::PERMISSION), &name.literal);
    quote! {{
        #[diagnostic::on_unimplemented(message = #message, label = "unknown permission", #(note = #notes),*)]
        #[allow(non_camel_case_types)]
        trait #declares<Declaration> {
            const PERMISSION: #krate::__private::Permission;
        }
        #[diagnostic::do_not_recommend]
        impl<Declaration, N: #krate::__private::Declared<Declaration>> #declares<Declaration> for N {
            const PERMISSION: #krate::__private::Permission =
                #krate::__private::Permission::from_definition(N::DEFINITION);
        }
        #permission
    }}
}

/// The remedies, each to be pasted.
fn notes(name: &PermissionName) -> Vec<String> {
    let PermissionName { app_label, codename, .. } = name;
    let meant = name.did_you_mean();
    // Capitals are unusual, and may be meant.
    let may_be_meant = meant.is_none() || name.has_capitals();
    let declare = may_be_meant.then(|| match name.default_permission() {
        Some((_, model)) => format!(
            "to declare it, put `#[permissions(app = \"{app_label}\")]` on the model `{}`",
            capitalized(model)
        ),
        None => format!(
            "to declare it, put `#[permissions(app = \"{app_label}\", {codename} = \"{}\")]` on a model",
            sentence(codename)
        ),
    });
    let krate = app_label.to_lowercase();
    let link = format!(
        "a crate that nothing names is not part of the program; if the crate `{krate}` declares it, write `use {krate} as _;`"
    );
    meant.map(|meant| format!("did you mean `{meant}`?")).into_iter().chain(declare).chain([link]).collect()
}
