//! The options of an attribute: darling reads them, once all that nobody knows has been refused here.

use std::collections::HashSet;

use darling::{FromMeta, ast::NestedMeta};
use proc_macro2::{Span, TokenStream};
use syn::{Expr, Ident, MacroDelimiter, Meta, MetaList, Path, ext::IdentExt, spanned::Spanned};

use crate::{error::err, spelling::nearest};

/// What one attribute understands.
pub(crate) struct Options<'a> {
    /// The attribute: "`#[login_required]`".
    pub(crate) of: &'a str,
    /// Its options.
    pub(crate) names: &'static [&'static str],
    /// Those that may be given several times.
    pub(crate) repeatable: &'static [&'static str],
    /// Names that people know from elsewhere, mostly from Django, and what to do instead.
    pub(crate) foreign: &'static [(&'static str, &'static str)],
}

impl Options<'_> {
    /// Reads options, which all have names.
    pub(crate) fn read<T: FromMeta>(&self, options: &[NestedMeta]) -> darling::Result<T> {
        let mut errors = darling::Error::accumulator();
        let mut seen = HashSet::new();
        for option in options {
            errors.handle(self.check(option, &mut seen));
        }
        errors.finish()?;
        T::from_list(options)
    }

    fn check(&self, option: &NestedMeta, seen: &mut HashSet<String>) -> darling::Result<()> {
        let of = self.of;
        let Some(key) = key(option) else {
            return Err(err!(option, "an option has a name; {of} takes {}", enumerated(self.names)));
        };
        let name = key.unraw().to_string();
        if !self.names.contains(&name.as_str()) {
            return Err(err!(key, "there is no option `{name}`; {}", self.remedy(&name)));
        }
        if !self.repeatable.contains(&name.as_str()) && !seen.insert(name) {
            return Err(err!(key, "`{key}` is given twice; remove one of them"));
        }
        Ok(())
    }

    /// Says what to write instead of a name that is no option.
    fn remedy(&self, name: &str) -> String {
        let foreign = self.foreign.iter().find(|(foreign, _)| *foreign == name);
        match (foreign, nearest(name, self.names.iter().copied())) {
            (Some((_, remedy)), _) => (*remedy).to_owned(),
            (None, Some(meant)) => format!("did you mean `{meant}`?"),
            (None, None) => format!("{} takes {}", self.of, enumerated(self.names)),
        }
    }
}

/// Returns the name of an option, if it has one.
pub(crate) fn key(option: &NestedMeta) -> Option<&Ident> {
    match option {
        NestedMeta::Meta(meta) => meta.path().get_ident(),
        NestedMeta::NameValueInvalidExpr(pair) => pair.path.get_ident(),
        NestedMeta::Lit(_) => None,
    }
}

/// Returns the name of an option, or nothing for a path of several words.
pub(crate) fn name(option: &Path) -> String {
    option.get_ident().map(ToString::to_string).unwrap_or_default()
}

fn enumerated(names: &[&str]) -> String {
    let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    match names.split_last() {
        Some((last, first)) if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => format!("{} only", names.concat()),
    }
}

/// Reads what stands in round brackets; in others it would look like something that it is not.
pub(crate) fn list(list: &MetaList) -> darling::Result<TokenStream> {
    match &list.delimiter {
        MacroDelimiter::Paren(_) => Ok(list.tokens.clone()),
        other => {
            let name = name(&list.path);
            Err(err!(other.span().open(), "`{name}` takes round brackets; write `{name}(...)`"))
        }
    }
}

/// An option that stands alone: `raise_exception`.
#[derive(Default)]
pub(crate) struct Switch(Option<Span>);

impl Switch {
    pub(crate) fn is_present(&self) -> bool {
        self.0.is_some()
    }

    pub(crate) fn span(&self) -> Span {
        self.0.unwrap_or_else(Span::call_site)
    }
}

impl FromMeta for Switch {
    fn from_none() -> Option<Self> {
        Some(Self::default())
    }

    fn from_meta(meta: &Meta) -> darling::Result<Self> {
        let name = name(meta.path());
        let alone = |at: Span| err!(at, "`{name}` stands alone; write `{name}`, or leave it out");
        match meta {
            Meta::Path(path) => Ok(Self(Some(path.span()))),
            Meta::NameValue(pair) => Err(alone(pair.value.span())),
            Meta::List(list) => Err(alone(list.delimiter.span().open())),
        }
    }
}

/// An option that names an argument of the function: `user = actor`.
pub(crate) struct Argument(pub(crate) Ident);

impl FromMeta for Argument {
    fn from_meta(meta: &Meta) -> darling::Result<Self> {
        let name = name(meta.path());
        let wanted = |at: Span| {
            err!(at, "`{name}` names an argument of the function; write `{name} = actor`, without quotes")
        };
        match meta {
            Meta::NameValue(pair) => match &pair.value {
                Expr::Path(path) => path.path.get_ident().cloned().map(Self),
                _ => None,
            }
            .ok_or_else(|| wanted(pair.value.span())),
            other => Err(wanted(other.span())),
        }
    }
}
