//! What was meant by a name that nobody knows? The nearest one that somebody does, if one is near.

/// The most edits between what was typed and what was meant.
const MOST_EDITS: usize = 2;

/// Returns the known name that is nearest to a misspelt one, if one is near enough to be meant.
///
/// A slip of the fingers is one edit or two (a letter too many, missing, wrong or swapped with the next), however long
/// the name. So the bound does not grow with the length: long names are long because they share their beginnings and
/// ends, as `blog.add_post` and `blog.view_post` do, and dotted paths still more. Short names may differ in a third
/// of their letters, since with two edits any of them becomes any other.
#[must_use]
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let most = MOST_EDITS.min(name.chars().count() / 3);
    let near = known.into_iter().map(|known| (strsim::damerau_levenshtein(name, known), known));
    near.filter(|(edits, _)| *edits <= most).min().map(|(_, known)| known)
}

/// Returns the field that serde does not know, as its error names it, and the nearest one that it does.
pub(crate) fn unknown_field(error: &str) -> Option<(&str, Option<&str>)> {
    let (name, rest) = error.strip_prefix("unknown field `")?.split_once('`')?;
    Some((name, nearest(name, rest.split('`').skip(1).step_by(2))))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [&str; 6] = [
        "blog.add_post",
        "blog.view_post",
        "md5",
        "login_url",
        "logout_url",
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    ];

    #[test]
    fn a_slip_of_the_fingers_is_corrected_and_another_name_is_none() {
        for (typed, meant) in [
            ("blog.veiw_posts", Some("blog.view_post")),
            ("blog.edit_post", None),
            ("blog.publish_post", None),
            ("login_ulr", Some("login_url")),
            ("django.contrib.auth.hashers.Argon2PasswordHasher", None),
            ("md4", Some("md5")),
            ("m", None),
            ("", None),
        ] {
            assert_eq!(nearest(typed, KNOWN), meant, "{typed}");
        }
    }

    #[test]
    fn the_nearest_of_several_is_meant() {
        assert_eq!(nearest("logot_url", KNOWN), Some("logout_url"));
        assert_eq!(nearest("logi_url", KNOWN), Some("login_url"));
    }

    #[test]
    fn serdes_errors_are_read() {
        let error = "unknown field `login_ulr`, expected one of `login_url`, `logout_url`";
        assert_eq!(unknown_field(error), Some(("login_ulr", Some("login_url"))));
        assert_eq!(unknown_field("unknown field `x`, there are no fields"), Some(("x", None)));
        assert_eq!(unknown_field("invalid type: string"), None);
    }
}
