//! `#[permission_required("blog.add_post")]`: its arguments and checks.

use darling::{FromMeta, ast::NestedMeta, util::Flag};
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Ident, Lit, Meta, MetaList, Path};

use crate::{
    crate_path::CratePath,
    error::{both, err},
    guard::{self, Asks, Guard, RedirectOptions, Requirement, Rule},
    permission_name::PermissionName,
};

const NAME: &str = "permission_required";

#[derive(FromMeta)]
struct Options {
    #[darling(flatten)]
    redirect: RedirectOptions,
    raise_exception: Flag,
    #[darling(default)]
    user: Option<Ident>,
    #[darling(default, rename = "crate")]
    krate: CratePath,
}

pub(crate) fn attribute(args: TokenStream, item: &TokenStream) -> TokenStream {
    let is_call = args.clone().into_iter().any(|token| token.to_string() == "user");
    match read(args) {
        Err(error) if is_call => {
            let errors = error.write_errors();
            quote!(#errors #item)
        }
        guard => guard::attribute(NAME, guard, item),
    }
}

fn read(args: TokenStream) -> darling::Result<Guard> {
    let (asked, options): (Vec<_>, Vec<_>) = NestedMeta::parse_meta_list(args)?.into_iter().partition(asks);
    let options = Options::from_list(&options).and_then(Options::check);
    both(permissions(asked), options).map(|(requirement, options)| options.guard(requirement))
}

impl Options {
    /// Refuses options that would have no effect: somebody counts on them.
    fn check(self) -> darling::Result<Self> {
        let mut errors = darling::Error::accumulator();
        let RedirectOptions { login_url, redirect_field_name } = &self.redirect;
        let redirect = [("login_url", login_url), ("redirect_field_name", redirect_field_name)];
        for (option, value) in
            redirect.into_iter().filter_map(|(option, value)| Some((option, &value.as_ref()?.0)))
        {
            if self.raise_exception.is_present() {
                errors
                    .push(err!(value, "`{option}` has no effect with `raise_exception`; remove one of them"));
            } else if self.user.is_some() {
                errors.push(err!(value, "`{option}` has no effect with `user`; remove one of them"));
            }
        }
        if self.raise_exception.is_present() && self.user.is_some() {
            errors.push(err!(
                self.raise_exception.span(),
                "`raise_exception` has no effect with `user`, which always returns an error; remove one of them"
            ));
        }
        errors.finish_with(self)
    }

    fn guard(self, requirement: Requirement) -> Guard {
        let Self { redirect, raise_exception, user, krate } = self;
        let raise_exception = raise_exception.is_present();
        let asks = match user {
            Some(actor) => Asks::Argument(actor, requirement),
            None => Asks::Request(Rule { requirement, redirect, raise_exception }),
        };
        Guard { attribute: NAME, krate, asks }
    }
}

/// Tells permissions from options: an option is one word in small letters, alone or with a value.
fn asks(arg: &NestedMeta) -> bool {
    match arg {
        NestedMeta::Meta(Meta::Path(path)) => is_constant(path),
        NestedMeta::Meta(Meta::NameValue(_)) | NestedMeta::NameValueInvalidExpr(_) => false,
        _ => true,
    }
}

fn is_constant(path: &Path) -> bool {
    path.get_ident().is_none_or(|word| word.to_string().starts_with(char::is_uppercase))
}

fn permissions(mut asked: Vec<NestedMeta>) -> darling::Result<Requirement> {
    match asked.len() {
        0 => Err(err!(
            Span::call_site(),
            "`#[permission_required]` needs a permission; write `#[permission_required(\"blog.add_post\")]`, or `#[login_required]` if any user will do"
        )),
        1 => requirement(asked.remove(0)),
        _ => each(asked).map(Requirement::All),
    }
}

fn each(asked: Vec<NestedMeta>) -> darling::Result<Vec<Requirement>> {
    let mut errors = darling::Error::accumulator();
    let all = asked.into_iter().filter_map(|one| errors.handle(requirement(one))).collect();
    errors.finish_with(all)
}

fn requirement(asked: NestedMeta) -> darling::Result<Requirement> {
    match asked {
        NestedMeta::Lit(Lit::Str(name)) => PermissionName::parse(&name).map(Requirement::Name),
        NestedMeta::Meta(Meta::Path(path)) if is_constant(&path) => Ok(Requirement::Constant(path)),
        NestedMeta::Meta(Meta::List(list)) => combination(&list),
        other => {
            Err(err!(other, "a permission is text or a constant; write \"blog.add_post\" or `Post::ADD`"))
        }
    }
}

fn combination(list: &MetaList) -> darling::Result<Requirement> {
    let word = list.path.get_ident().map(ToString::to_string).unwrap_or_default();
    if !["any", "all", "not"].contains(&word.as_str()) {
        return Err(err!(
            list.path,
            "permissions are combined by `any(...)`, `all(...)` and `not(...)`; write one of these"
        ));
    }
    let mut inner = each(NestedMeta::parse_meta_list(list.tokens.clone())?)?;
    match (word.as_str(), inner.len()) {
        (_, 0) => Err(err!(
            list,
            "`{word}()` asks for nothing; name a permission, such as `{word}(\"blog.add_post\")`"
        )),
        ("any", _) => Ok(Requirement::Any(inner)),
        ("all", _) => Ok(Requirement::All(inner)),
        (_, 1) => Ok(Requirement::Not(Box::new(inner.remove(0)))),
        _ => Err(err!(list, "`not` takes one permission; write `not(any(...))` or `not(all(...))`")),
    }
}
