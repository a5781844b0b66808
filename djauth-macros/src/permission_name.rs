//! `"app_label.codename"`, checked while compiling.

use syn::{Ident, LitStr, ext::IdentExt, parse::Parser};

use crate::{error::err, spelling::nearest};

/// What Django gives every model, in its order.
pub(crate) const DEFAULT_ACTIONS: [&str; 4] = ["add", "change", "delete", "view"];

/// Words that people write for a default action.
const SYNONYMS: [(&str, &str); 11] = [
    ("create", "add"),
    ("insert", "add"),
    ("new", "add"),
    ("edit", "change"),
    ("modify", "change"),
    ("update", "change"),
    ("destroy", "delete"),
    ("remove", "delete"),
    ("list", "view"),
    ("read", "view"),
    ("see", "view"),
];

/// A permission's name as the user wrote it.
pub(crate) struct PermissionName {
    pub(crate) literal: LitStr,
    pub(crate) app_label: String,
    pub(crate) codename: String,
}

impl PermissionName {
    pub(crate) fn parse(literal: &LitStr) -> darling::Result<Self> {
        let text = literal.value();
        match text.split_once('.') {
            Some((app_label, codename)) if is_identifier(app_label) && is_identifier(codename) => Ok(Self {
                literal: literal.clone(),
                app_label: app_label.to_owned(),
                codename: codename.to_owned(),
            }),
            _ => Err(err!(
                literal,
                "{text:?} is not a permission; write it as `app_label.codename`, such as \"blog.add_post\""
            )),
        }
    }

    pub(crate) fn label(&self) -> String {
        label(&self.app_label, &self.codename)
    }

    /// Returns the name that was probably meant, as far as one can know without seeing any declaration.
    ///
    /// Django writes models in lower case, and people their applications.
    pub(crate) fn did_you_mean(&self) -> Option<String> {
        let (app_label, codename) = (self.app_label.to_lowercase(), self.codename.to_lowercase());
        let corrected = codename
            .split_once('_')
            .and_then(|(action, model)| Some(format!("{}_{model}", default_action(action)?)))
            .unwrap_or(codename);
        let meant = label(&app_label, &corrected);
        (meant != self.label()).then_some(meant)
    }

    pub(crate) fn has_capitals(&self) -> bool {
        self.label().chars().any(char::is_uppercase)
    }

    /// Returns the action and the model, if this can be one of the permissions that every model has.
    pub(crate) fn default_permission(&self) -> Option<(&str, &str)> {
        self.codename.split_once('_').filter(|(action, _)| DEFAULT_ACTIONS.contains(action))
    }
}

fn default_action(word: &str) -> Option<&'static str> {
    if DEFAULT_ACTIONS.contains(&word) {
        return None;
    }
    let synonym = SYNONYMS.iter().find(|(synonym, _)| *synonym == word).map(|(_, action)| *action);
    synonym.or_else(|| nearest(word, DEFAULT_ACTIONS))
}

/// Returns the whole name.
pub(crate) fn label(app_label: &str, codename: &str) -> String {
    format!("{app_label}.{codename}")
}

/// Returns whether the text is an identifier in Python and in Rust, as application labels and codenames are.
pub(crate) fn is_identifier(text: &str) -> bool {
    Ident::parse_any.parse_str(text).is_ok_and(|ident| ident == text && ident == ident.unraw())
}

/// Returns what names a permission in the type system: FNV-1a over its whole name, 128 bits wide.
///
/// Two names that share a hash would be one type, so the hash is wide. It guards nothing: whoever can choose a name
/// to collide writes the program's code.
pub(crate) fn hash(label: &str) -> u128 {
    const OFFSET_BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    label.bytes().fold(OFFSET_BASIS, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests {
    use proc_macro2::Span;

    use super::*;

    fn parse(text: &str) -> darling::Result<PermissionName> {
        PermissionName::parse(&LitStr::new(text, Span::call_site()))
    }

    #[test]
    fn only_two_identifiers_with_a_dot_between_are_a_name() {
        assert!(parse("blog.add_post").is_ok());
        for text in [
            "",
            ".",
            "add_post",
            "blog.",
            ".add_post",
            "blog.add.post",
            "blog.add post",
            "blog.{x}",
            "blog.r#x",
            " blog.x",
            "blog.1",
        ] {
            assert!(parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_misspelt_action_finds_its_neighbour() {
        let meant = |text| parse(text).ok().and_then(|name| name.did_you_mean());
        assert_eq!(meant("blog.chnage_post").as_deref(), Some("blog.change_post"));
        assert_eq!(meant("blog.edit_blog_post").as_deref(), Some("blog.change_blog_post"));
        assert_eq!(meant("Blog.Add_Post").as_deref(), Some("blog.add_post"));
        assert_eq!(meant("blog.change_post"), None);
        assert_eq!(meant("blog.can_publish"), None);
        assert_eq!(meant("blog.publish"), None);
    }

    #[test]
    fn the_hash_is_fnv_1a_with_128_bits() {
        // The vectors of the algorithm's authors.
        assert_eq!(hash(""), 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d);
        assert_eq!(hash("a"), 0xd228_cb69_6f1a_8caf_7891_2b70_4e4a_8964);
        assert_eq!(hash("foobar"), 0x343e_1662_793c_64bf_6f0d_3597_ba44_6f18);
    }
}
