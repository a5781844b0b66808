//! `#[permission_required("blog.add_post")]`: its arguments and checks.

use darling::{FromMeta, ast::NestedMeta};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{
    BinOp, Expr, ExprLit, Lit, Meta, MetaList, Path, Token, UnOp, ext::IdentExt, parse::Parser,
    punctuated::Punctuated,
};

use crate::{
    crate_path::CratePath,
    error::{both, err},
    guard::{self, Asks, Guard, RedirectOptions, Requirement, Rule},
    options::{self, Argument, Switch},
    permission_name::PermissionName,
};

const NAME: &str = "permission_required";

const OPTIONS: options::Options<'_> = options::Options {
    of: "`#[permission_required]`",
    names: &["raise_exception", "login_url", "redirect_field_name", "user", "crate"],
    repeatable: &[],
    foreign: &[
        ("perm", "write \"blog.add_post\" alone, without a name before it"),
        ("perms", "write \"blog.add_post\" alone, without a name before it"),
        ("permission", "write \"blog.add_post\" alone, without a name before it"),
    ],
};

#[derive(FromMeta)]
struct Options {
    #[darling(flatten)]
    redirect: RedirectOptions,
    raise_exception: Switch,
    #[darling(default)]
    user: Option<Argument>,
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
    let (asked, options): (Vec<_>, Vec<_>) = arguments(args)?.into_iter().partition(asks);
    let options = OPTIONS.read(&options).and_then(Options::check);
    // Then the mistake is among the options, where the permission was to stand.
    let options = if asked.is_empty() { Ok(options?) } else { options };
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
            Some(Argument(actor)) => Asks::Argument(actor, requirement),
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

/// Types, and the variants of enums, are spelt in another way than constants.
fn is_type(path: &Path) -> bool {
    path.segments.last().is_some_and(|last| {
        let name = last.ident.unraw().to_string();
        name.starts_with(char::is_uppercase) && name.contains(char::is_lowercase)
    })
}

/// Returns the type itself where a path names its variant.
fn model(mut path: Path) -> Path {
    let variant = path.segments.pop();
    path.segments.pop_punct();
    if !is_type(&path) {
        path.segments.extend(variant);
    }
    path
}

fn written(permission: &impl ToTokens) -> String {
    permission.to_token_stream().to_string().replace(' ', "")
}

/// Reads what stands in brackets. Of what cannot be read there, the forms that people know from elsewhere are translated.
fn arguments(args: TokenStream) -> darling::Result<Vec<NestedMeta>> {
    NestedMeta::parse_meta_list(args.clone()).map_err(|error| {
        let read = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(args).ok();
        read.into_iter().flatten().find_map(|expr| foreign_form(&expr)).unwrap_or_else(|| error.into())
    })
}

fn foreign_form(expr: &Expr) -> Option<darling::Error> {
    let how = match expr {
        Expr::Reference(inner) if matches!(*inner.expr, Expr::Lit(_) | Expr::Path(_)) => {
            "a permission stands without `&`"
        }
        Expr::Array(_) | Expr::Tuple(_) | Expr::Paren(_) | Expr::Reference(_) => {
            "permissions stand side by side, without brackets"
        }
        Expr::Binary(_) | Expr::Unary(_) => {
            "permissions are combined by `any(...)`, `all(...)` and `not(...)`, not by operators"
        }
        Expr::Macro(_) => {
            return Some(err!(
                expr,
                "a permission's name is read before macros are; write it out, such as \"blog.add_post\", or write a constant, such as `Post::ADD`"
            ));
        }
        _ => return None,
    };
    Some(match in_our_words(expr) {
        Some(all) if matches!(expr, Expr::Array(_) | Expr::Tuple(_)) && all.contains(',') => {
            err!(expr, "{how}; write `{all}`, or `any({all})` if one of them will do")
        }
        Some(remedy) => err!(expr, "{how}; write `{remedy}`"),
        None => err!(expr, "{how}; write \"blog.add_post\" or `Post::ADD`"),
    })
}

/// Writes permissions as this attribute reads them.
fn in_our_words(expr: &Expr) -> Option<String> {
    let both =
        |word: &str, one, other| Some(format!("{word}({}, {})", in_our_words(one)?, in_our_words(other)?));
    match expr {
        Expr::Lit(ExprLit { lit: Lit::Str(_), .. }) | Expr::Path(_) => Some(written(expr)),
        Expr::Paren(inner) => in_our_words(&inner.expr),
        Expr::Reference(inner) => in_our_words(&inner.expr),
        Expr::Array(array) => side_by_side(&array.elems),
        Expr::Tuple(tuple) => side_by_side(&tuple.elems),
        Expr::Unary(unary) if matches!(unary.op, UnOp::Not(_)) => {
            Some(format!("not({})", in_our_words(&unary.expr)?))
        }
        Expr::Binary(binary) => match binary.op {
            BinOp::Or(_) | BinOp::BitOr(_) => both("any", &binary.left, &binary.right),
            BinOp::And(_) | BinOp::BitAnd(_) => both("all", &binary.left, &binary.right),
            _ => None,
        },
        _ => None,
    }
}

fn side_by_side(permissions: &Punctuated<Expr, Token![,]>) -> Option<String> {
    let permissions: Option<Vec<_>> = permissions.iter().map(in_our_words).collect();
    permissions.filter(|permissions| !permissions.is_empty()).map(|permissions| permissions.join(", "))
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
        NestedMeta::Meta(Meta::Path(path)) if is_type(&path) => {
            let [name, model] = [written(&path), written(&model(path.clone()))];
            Err(err!(
                path,
                "`{name}` is no permission; write a constant of the model, such as `{model}::ADD`"
            ))
        }
        NestedMeta::Meta(Meta::Path(path)) if is_constant(&path) => Ok(Requirement::Constant(path)),
        NestedMeta::Meta(Meta::List(list)) => combination(&list),
        other => {
            Err(err!(other, "a permission is text or a constant; write \"blog.add_post\" or `Post::ADD`"))
        }
    }
}

fn combination(list: &MetaList) -> darling::Result<Requirement> {
    let word = options::name(&list.path);
    if !["any", "all", "not"].contains(&word.as_str()) {
        return Err(err!(
            list.path,
            "permissions are combined by `any(...)`, `all(...)` and `not(...)`; write one of these"
        ));
    }
    let mut inner = each(arguments(options::list(list)?)?)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(args: &str) -> String {
        let args = args.parse().expect("tokens");
        let read = arguments(args).and_then(permissions);
        read.err().map(|error| error.to_string()).unwrap_or_default()
    }

    #[test]
    fn a_type_leads_to_the_constants_of_its_model() {
        for (written, remedy) in [
            ("Post", "`Post::ADD`"),
            ("Post::Publish", "`Post::ADD`"),
            ("blog::Post", "`blog::Post::ADD`"),
            ("::blog::Post::Publish", "`::blog::Post::ADD`"),
        ] {
            assert!(refusal(written).ends_with(remedy), "{}", refusal(written));
        }
        for constant in ["Post::ADD", "ADD", "blog::Post::CAN_PUBLISH_2", "Self::A"] {
            assert_eq!(refusal(constant), "");
        }
    }

    #[test]
    fn what_is_written_as_elsewhere_is_translated() {
        for (written, remedy) in [
            (r#"["a.x"]"#, r#"write `"a.x"`"#),
            (r#"&["a.x", A::X]"#, r#"write `"a.x", A::X`"#),
            (r#"any("a.x" | "a.y")"#, r#"write `any("a.x", "a.y")`"#),
            (r#""a.x", !("a.y" || A::X && "a.z")"#, r#"write `not(any("a.y", all(A::X, "a.z")))`"#),
            (r#"[]"#, r#"write "blog.add_post" or `Post::ADD`"#),
            (r#""a.x" + "a.y""#, r#"write "blog.add_post" or `Post::ADD`"#),
        ] {
            assert!(refusal(written).ends_with(remedy), "{}", refusal(written));
        }
    }
}
