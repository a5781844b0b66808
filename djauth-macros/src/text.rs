//! Text in attributes, and names as Django writes them for people.

use darling::FromMeta;
use syn::{Expr, ExprLit, Lit, LitStr, Meta};

use crate::{error::err, options};

/// An option that takes text: `login_url = "/login"`.
pub(crate) struct Text(pub(crate) LitStr);

impl FromMeta for Text {
    fn from_meta(meta: &Meta) -> darling::Result<Self> {
        let key = options::name(meta.path());
        match meta {
            Meta::NameValue(pair) => match &pair.value {
                Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Ok(Self(text.clone())),
                other => {
                    Err(err!(other, "`{key}` takes text; write it in quotes, such as `{key} = \"...\"`"))
                }
            },
            other => Err(err!(other, "`{key}` takes text; write `{key} = \"...\"`")),
        }
    }
}

/// Splits words as Django's `camel_case_to_spaces` does: "BlogPost" becomes "blog post".
pub(crate) fn camel_case_to_spaces(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut spaced = String::with_capacity(name.len() + 4);
    for (at, &this) in chars.iter().enumerate() {
        let follows_small = at.checked_sub(1).is_some_and(|before| chars[before].is_ascii_lowercase());
        let leads_word = chars.get(at + 1).is_some_and(|after| !after.is_ascii_uppercase());
        let starts_word = this.is_ascii_uppercase() && (follows_small || leads_word);
        if starts_word {
            spaced.push(' ');
        }
        spaced.push(this);
    }
    spaced.trim().to_lowercase()
}

/// Makes a codename readable: "can_publish" becomes "Can publish".
pub(crate) fn sentence(codename: &str) -> String {
    capitalized(&codename.replace('_', " "))
}

/// Makes the first letter a capital.
pub(crate) fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_models_name_is_split_as_django_splits_it() {
        // Compared with django.utils.text.camel_case_to_spaces of Django 5.2.
        for (name, spaced) in [
            ("Post", "post"),
            ("BlogPost", "blog post"),
            ("HTTPServer", "http server"),
            ("UserID", "user id"),
            ("ABTest", "ab test"),
            ("A", "a"),
            ("Oauth2Token", "oauth2 token"),
            ("My_Model", "my_ model"),
            ("X2Y", "x2y"),
        ] {
            assert_eq!(camel_case_to_spaces(name), spaced, "{name}");
        }
    }
}
