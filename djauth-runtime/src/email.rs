//! Which e-mail addresses are there? Django's validator and normalisation, how addresses are compared, and the
//! stricter rule for addresses that come from outside.

use crate::{
    text,
    url::{is_ipv4, is_ipv6},
    username::check_length,
    validator::ValidationError,
};

/// How many characters an address may have (RFC 3696, section 3).
const MAX_LENGTH: usize = 320;

/// How many characters an IPv6 address may have (Django's `MAX_IPV6_ADDRESS_LENGTH`).
const MAX_IPV6_LENGTH: usize = 39;

/// Django's `EmailValidator`.
///
/// Its expressions ignore case as Python's `re` does, which lets `ſ`, `ı`, `İ` and the Kelvin sign pass as ASCII
/// letters; [`clean_email`] does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailValidator {
    /// Domains that are valid without a dot (Django's `domain_allowlist`); in this case only.
    pub domain_allowlist: Vec<String>,
}

impl Default for EmailValidator {
    fn default() -> Self {
        Self { domain_allowlist: vec!["localhost".to_owned()] }
    }
}

impl EmailValidator {
    /// Returns whether the address is valid.
    #[must_use]
    pub fn is_valid(&self, email: &str) -> bool {
        let Some((local, domain)) = email.rsplit_once('@') else { return false };
        text::len(email) <= MAX_LENGTH
            && (is_dot_atom(local) || is_quoted(local))
            && (self.domain_allowlist.iter().any(|allowed| allowed == domain)
                || is_domain(domain)
                || is_literal(domain))
    }

    /// Tests an address.
    ///
    /// # Errors
    /// Code `invalid`, with Django's text.
    pub fn validate(&self, email: &str) -> Result<(), ValidationError> {
        if self.is_valid(email) { Ok(()) } else { Err(invalid()) }
    }
}

/// Tests an address (Django's `validate_email`).
///
/// # Errors
/// Code `invalid`, with Django's text.
pub fn validate_email(email: &str) -> Result<(), ValidationError> {
    EmailValidator::default().validate(email)
}

/// Brings the domain into lower case and removes white space at the ends (Django's `normalize_email`).
///
/// The domain is what follows the last `@`; a text without one is returned as it is.
#[must_use]
pub fn normalize_email(email: &str) -> String {
    match text::strip(email).rsplit_once('@') {
        Some((local, domain)) => format!("{local}@{}", text::lower(domain)),
        None => email.to_owned(),
    }
}

/// Returns whether two texts are equal after NFKC and full case folding (Django's `_unicode_ci_compare`).
///
/// Databases find look-alike addresses too; only one that passes this test gets a reset link (rule S72).
#[must_use]
pub fn unicode_ci_compare(a: &str, b: &str) -> bool {
    text::casefold(&text::nfkc(a)) == text::casefold(&text::nfkc(b))
}

/// Makes the address of what somebody typed: normalised once, so that only one form of it is ever used (rule S38).
///
/// Unlike Django, it asks for one `@`, a local part of ASCII, no control character, and judges the NFKC form, in which
/// the look-alikes of `@` and `,` show themselves.
///
/// # Errors
/// Codes `required`, `max_length` and `invalid`.
pub fn clean_email(typed: &str, max_length: usize) -> Result<String, ValidationError> {
    let typed = text::strip(typed);
    check_length(typed, max_length)?;
    let email = normalize_email(&text::nfkc(typed));
    check_length(&email, max_length)?;
    if email.is_empty() {
        return Err(ValidationError::required());
    }
    let is_plain =
        email.split_once('@').is_some_and(|(local, domain)| local.is_ascii() && !domain.contains('@'));
    if !is_plain || email.chars().any(text::is_other) {
        return Err(invalid());
    }
    validate_email(&email).map(|()| email)
}

fn invalid() -> ValidationError {
    ValidationError::new("invalid", "Enter a valid email address.")
}

/// Tests for a character that `[a-z]` matches when Python's `re` ignores case.
fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic() || matches!(c, 'ſ' | 'ı' | 'İ' | '\u{212a}')
}

fn is_dot_atom(local: &str) -> bool {
    let is_atom_character = |c: char| is_letter(c) || c.is_ascii_digit() || "-!#$%&'*+/=?^_`{}|~".contains(c);
    local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_atom_character))
}

fn is_quoted(local: &str) -> bool {
    let Some(inner) = local.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else { return false };
    let is_text = |c: char| matches!(c, '\u{1}'..='\u{7f}') && !matches!(c, '\n' | '\r') || is_letter(c);
    let mut characters = inner.chars();
    while let Some(c) = characters.next() {
        let is_good = match c {
            '\\' => characters.next().is_some_and(is_text),
            '"' | ' ' | '\t' => false,
            _ => is_text(c),
        };
        if !is_good {
            return false;
        }
    }
    true
}

fn is_domain(domain: &str) -> bool {
    let is_wide = |c: char| matches!(c, '\u{a1}'..='\u{ffff}');
    let has_good_ends = |label: &str| !label.starts_with('-') && !label.ends_with('-');
    let is_label = |label: &str| {
        (1..=63).contains(&text::len(label))
            && has_good_ends(label)
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || is_wide(c))
    };
    let is_top_level = |label: &str| {
        (2..=63).contains(&text::len(label))
            && has_good_ends(label)
            && (label.chars().all(|c| c.is_ascii_alphabetic() || c == '-' || is_wide(c))
                || is_punycode(label))
    };
    domain
        .rsplit_once('.')
        .is_some_and(|(labels, last)| is_top_level(last) && labels.split('.').all(is_label))
}

/// Tests for `xn--` and up to 59 letters or digits: a top-level domain may have digits only so.
fn is_punycode(label: &str) -> bool {
    let is_prefixed = label.get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case("xn--"));
    is_prefixed && label.len() > 4 && label[4..].chars().all(|c| is_letter(c) || c.is_ascii_digit())
}

fn is_literal(domain: &str) -> bool {
    let Some(address) = domain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) else {
        return false;
    };
    is_ipv4(address) || (address.len() <= MAX_IPV6_LENGTH && !address.contains('%') && is_ipv6(address))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn assert_valid(emails: &[&str]) {
        for email in emails {
            assert!(EmailValidator::default().is_valid(email), "{email:?}");
        }
    }

    fn assert_invalid(emails: &[&str]) {
        for email in emails {
            assert!(!EmailValidator::default().is_valid(email), "{email:?}");
        }
    }

    #[test]
    fn local_parts_are_those_of_django() {
        assert_valid(&[
            "a@b.cc",
            "-!#$%&'*+/=?^_`{}|~0Z@b.cc",
            "a.b@c.dd",
            "\u{212a}ſıİ@b.cc",
            "\"\"@b.cc",
            "\"a@b\"@c.dd",
            "\"l\\\"in\"@[::ffff:10.0.0.1]",
            "\"\\ \\\t\u{1}ſ\u{7f}\"@b.cc",
        ]);
        assert_invalid(&[
            "",
            "@",
            "a",
            "a@",
            "@b.cc",
            ".a@b.cc",
            "a.@b.cc",
            "a..b@b.cc",
            "a b@c.dd",
            "é@b.cc",
            "\"@b.cc",
            "\"a b\"@c.dd",
            "\"a\"b\"@c.dd",
            "\"a\\\"@c.dd",
            "\"\n\"@b.cc",
            "\"\\\n\"@b.cc",
            "\"\0\"@b.cc",
            "\"é\"@b.cc",
            "a@b.cc\n",
            " a@b.cc",
            "a\n@b.cc",
        ]);
    }

    #[test]
    fn domains_are_those_of_django() {
        let longest = "a".repeat(63);
        assert_valid(&[
            "a@localhost",
            "a@1.x--y.zz",
            "a@пример.рф",
            "a@b.xn--1",
            "a@b.XN--ſ",
            "a@b.a-b",
            "a@\u{a1}.\u{ffff}\u{ffff}",
            "a@\u{212a}.cc",
            &format!("a@{longest}.{longest}"),
            &format!("a@b.xn--{}", "1".repeat(59)),
        ]);
        assert_invalid(&[
            "a@Localhost",
            "a@b",
            "a@b.c",
            "a@b.c1",
            "a@b..cc",
            "a@.cc",
            "a@b.cc.",
            "a@-b.cc",
            "a@b-.cc",
            "lin@shop-.example",
            "a@b.-cc",
            "a@b.cc-",
            "a@b.xn--",
            "a@b.xn--é1",
            "a@b_c.dd",
            "a@𝒃.cc",
            "a@b.𝒄𝒄",
            "a@b\u{a0}.cc",
            &format!("a@{longest}b.cc"),
            &format!("a@b.{longest}c"),
            &format!("a@b.xn--{}", "1".repeat(60)),
        ]);
    }

    #[test]
    fn literals_are_addresses() {
        assert_valid(&["a@[127.0.0.1]", "a@[::1]", "a@[ABCD::1.2.3.4]"]);
        assert_invalid(&[
            "a@[127.0.0.256]",
            "a@[01.2.3.4]",
            "a@[]",
            "a@[::1",
            "a@::1",
            "a@[fe80::1%eth0]",
            "a@[1111:2222:3333:4444:5555:6666:255.255.255.255]",
        ]);
    }

    #[test]
    fn length_counts_in_characters() {
        let email = |length: usize| format!("{}@é.dd", "a".repeat(length - 5));
        assert_valid(&[&email(320)]);
        assert_invalid(&[&email(321)]);
    }

    #[test]
    fn addresses_are_normalised_as_in_django() {
        for (email, normalised) in [
            ("Foo@BAR.com", "Foo@bar.com"),
            ("foo@bar@BAZ.com", "foo@bar@baz.com"),
            ("FOO", "FOO"),
            ("  a@B.c  ", "a@b.c"),
            ("", ""),
            ("\u{1c}Lin@Shop@EXAMPLE.Net\u{3000}", "Lin@Shop@example.net"),
            (" no at sign ", " no at sign "),
            ("A@ΟΔΟΣ.İ", "A@οδοσ.i\u{307}"),
        ] {
            assert_eq!(normalize_email(email), normalised);
        }
    }

    #[test]
    fn s72_cve_2019_19844_only_the_same_address_is_the_same() {
        for (a, b) in
            [("ΌΔΟΣ", "όδος"), ("Straße@x.cc", "STRASSE@X.CC"), ("ﬁ@x.cc", "FI@x.cc"), ("\u{212a}", "k")]
        {
            assert!(unicode_ci_compare(a, b), "{a} {b}");
        }
        for (a, b) in
            [("ŉx", "'nx"), ("mıke@x.cc", "mike@x.cc"), ("mike@x.cc", "mike@x.cc "), ("İ", "i"), ("а", "a")]
        {
            assert!(!unicode_ci_compare(a, b), "{a} {b}");
        }
    }

    #[test]
    fn s38_typed_addresses_are_normalised_once() {
        for (typed, email) in [
            (" Lin@EXAMPLE.com ", "Lin@example.com"),
            ("lin＠example.com", "lin@example.com"),
            ("lin@ｅxample.com", "lin@example.com"),
            ("\u{212a}@x.cc", "K@x.cc"),
        ] {
            assert_eq!(clean_email(typed, 254), Ok(email.to_owned()));
            assert_eq!(clean_email(email, 254), Ok(email.to_owned()));
        }
    }

    #[test]
    fn s38_cve_2022_35924_ghsa_7rqj_j65f_68wh_doubtful_addresses_are_refused() {
        for typed in [
            "a@b.cc,d@e.ff",
            "a@b＠c.dd",
            "\"a@b\"@c.dd",
            "a@b，c.dd",
            "ı@x.cc",
            "a@x\u{200b}.cc",
            "\"\u{1}\"@x.cc",
            "a@x.cc\nBcc: d@e.ff",
        ] {
            assert_eq!(
                clean_email(typed, 254).map_err(|error| error.code),
                Err("invalid".into()),
                "{typed:?}"
            );
        }
        assert_eq!(clean_email("", 254).map_err(|error| error.code), Err("required".into()));
        let long = format!("{}@x.cc", "a".repeat(1 << 20));
        assert_eq!(clean_email(&long, 254).map_err(|error| error.code), Err("max_length".into()));
        let lengthened = format!("a@{}.cc", "\u{fdfa}".repeat(20));
        assert_eq!(clean_email(&lengthened, 254).map_err(|error| error.code), Err("max_length".into()));
    }

    proptest! {
        #[test]
        fn s38_clean_addresses_stay_as_they_are(typed in r#"[a-zK\"\\ .ı]{1,5}[@＠][a-zé.\-Ａ]{1,6}\.[a-z]{2,3}"#) {
            if let Ok(email) = clean_email(&typed, 254) {
                prop_assert!(EmailValidator::default().is_valid(&email));
                prop_assert_eq!(clean_email(&email, 254), Ok(email));
            }
        }

        #[test]
        fn no_text_panics(email in any::<String>()) {
            let normalised = normalize_email(&email);
            prop_assert_eq!(normalize_email(&normalised), normalised);
        }
    }
}
