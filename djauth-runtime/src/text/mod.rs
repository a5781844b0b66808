//! How does Python read text? White space, word characters, digits, normalisation and letter case as CPython 3.11
//! knows them, which is Unicode 14.0.
//!
//! Django's answers about names, addresses and passwords follow these functions to the character. Rust's own are
//! near, and follow the Unicode version of the compiler; here a character that Unicode 14.0 does not assign is left
//! as it is, whatever a newer version says of it.

mod tables;

use std::borrow::Cow;

use unicode_general_category::{GeneralCategory as Category, get_general_category};
use unicode_normalization::UnicodeNormalization;

/// Returns the length in code points, Python's `len(text)`.
#[must_use]
pub fn len(text: &str) -> usize {
    text.chars().count()
}

/// Returns whether the character is white space, as `str.isspace` has it: U+001C to U+001F count.
#[must_use]
pub fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

/// Removes white space at both ends, Python's `str.strip()`.
#[must_use]
pub fn strip(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// Returns whether the character is alphanumeric, as `str.isalnum` has it: a letter (L*) or a number (N*), no mark.
#[must_use]
pub fn is_alphanumeric(c: char) -> bool {
    use Category as C;
    matches!(
        category(c),
        C::UppercaseLetter
            | C::LowercaseLetter
            | C::TitlecaseLetter
            | C::ModifierLetter
            | C::OtherLetter
            | C::DecimalNumber
            | C::LetterNumber
            | C::OtherNumber
    )
}

/// Returns whether `\w` of Python's `re` matches the character: alphanumeric or `_`.
#[must_use]
pub fn is_word(c: char) -> bool {
    c == '_' || is_alphanumeric(c)
}

/// Returns whether the character is a decimal digit, as `str.isdecimal` has it.
#[must_use]
pub fn is_decimal(c: char) -> bool {
    category(c) == Category::DecimalNumber
}

/// Returns whether the character is a digit, as `str.isdigit` has it: `٣`, `²` and `①` are, `½` and `Ⅷ` are not.
#[must_use]
pub fn is_digit(c: char) -> bool {
    is_decimal(c) || is_in(c, tables::DIGITS)
}

/// Returns whether the general category is one of C*: control, format, private use or unassigned.
#[must_use]
pub fn is_other(c: char) -> bool {
    use Category as C;
    matches!(category(c), C::Control | C::Format | C::PrivateUse | C::Surrogate | C::Unassigned)
}

/// Normalises to NFKC, Python's `unicodedata.normalize("NFKC", text)`.
#[must_use]
pub fn nfkc(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(map_assigned(text, |piece, out| out.extend(piece.nfkc())))
}

/// Converts to lower case, Python's `str.lower()`: full mappings, a final sigma becomes `ς`.
#[must_use]
pub fn lower(text: &str) -> String {
    map_assigned(text, |piece, out| {
        if piece.contains('Σ') && piece.contains([CASED_IN_14, MARK_IN_14]) {
            lower_beside_sigma(piece, out);
        } else {
            out.push_str(&piece.to_lowercase());
        }
    })
}

/// Cased to Unicode 14.0; a later version made it a letter without case.
const CASED_IN_14: char = '\u{295}';

/// Ignored between cased letters by Unicode 14.0; a later version made it a spacing mark.
const MARK_IN_14: char = '\u{1171e}';

/// Lets stand-ins with the old properties decide whether a sigma is final, then puts the characters back.
fn lower_beside_sigma(piece: &str, out: &mut String) {
    let lowered = piece.replace(CASED_IN_14, "a").replace(MARK_IN_14, "\u{301}").to_lowercase();
    let mut lowered = lowered.chars();
    for c in piece.chars() {
        let own = c.to_lowercase().count();
        let taken = lowered.by_ref().take(own);
        if c == CASED_IN_14 || c == MARK_IN_14 {
            taken.for_each(drop);
            out.push(c);
        } else {
            out.extend(taken);
        }
    }
}

/// Folds the case, Python's `str.casefold()`: full folding, as `ß` to `ss`.
#[must_use]
pub fn casefold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            // Cherokee alone folds to upper case.
            '\u{13a0}'..='\u{13f5}' => out.push(c),
            '\u{13f8}'..='\u{13fd}' | '\u{ab70}'..='\u{abbf}' => out.extend(c.to_uppercase()),
            _ => match tables::FOLDINGS.binary_search_by_key(&c, |entry| entry.0) {
                Ok(at) => out.push_str(tables::FOLDINGS[at].1),
                Err(_) if is_assigned(c) => out.extend(c.to_lowercase()),
                Err(_) => out.push(c),
            },
        }
    }
    out
}

/// Applies `map` to the stretches of assigned characters and copies the others.
///
/// To Unicode 14.0 an unassigned character is neither cased nor a mark, and composes with nothing: no rule looks
/// across it.
fn map_assigned(text: &str, map: impl Fn(&str, &mut String)) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((at, c)) = rest.char_indices().find(|(_, c)| !is_assigned(*c)) {
        map(&rest[..at], &mut out);
        out.push(c);
        rest = &rest[at + c.len_utf8()..];
    }
    map(rest, &mut out);
    out
}

fn category(c: char) -> Category {
    if is_assigned(c) { get_general_category(c) } else { Category::Unassigned }
}

fn is_assigned(c: char) -> bool {
    c.is_ascii() || !is_in(c, tables::UNASSIGNED)
}

fn is_in(c: char, ranges: &[(u32, u32)]) -> bool {
    let c = u32::from(c);
    let after = ranges.partition_point(|&(first, _)| first <= c);
    after > 0 && c <= ranges[after - 1].1
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    /// Python's answer for every character, compared by the digest that `generate.py` made of it.
    fn assert_same_as_python(name: &str, answer: impl Fn(char) -> String) {
        let mut digest = Sha256::new();
        for c in '\0'..=char::MAX {
            digest.update(answer(c));
            digest.update("\n");
        }
        let digest: String = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        let expected = tables::DIGESTS.iter().find(|entry| entry.0 == name).map(|entry| entry.1);
        assert_eq!(Some(digest.as_str()), expected, "{name}");
    }

    fn bit(answer: bool) -> String {
        u8::from(answer).to_string()
    }

    #[test]
    fn every_character_has_the_class_that_python_gives_it() {
        assert_same_as_python("is_space", |c| bit(is_space(c)));
        assert_same_as_python("is_word", |c| bit(is_word(c)));
        assert_same_as_python("is_decimal", |c| bit(is_decimal(c)));
        assert_same_as_python("is_digit", |c| bit(is_digit(c)));
        assert_same_as_python("is_other", |c| bit(is_other(c)));
    }

    #[test]
    fn every_character_changes_case_as_in_python() {
        assert_same_as_python("lower", |c| lower(&c.to_string()));
        assert_same_as_python("lower before sigma", |c| lower(&format!("a{c}Σ")));
        assert_same_as_python("lower after sigma", |c| lower(&format!("aΣ{c}b")));
        assert_same_as_python("casefold", |c| casefold(&c.to_string()));
    }

    #[test]
    fn every_character_is_normalised_as_in_python() {
        assert_same_as_python("nfkc", |c| nfkc(&c.to_string()).into_owned());
        assert_same_as_python("nfkc before a mark", |c| nfkc(&format!("{c}\u{301}\u{323}")).into_owned());
        assert_same_as_python("nfkc after a letter", |c| nfkc(&format!("a{c}\u{300}")).into_owned());
    }

    #[test]
    fn white_space_at_the_ends_is_pythons() {
        assert_eq!(strip("\u{1c}\u{85} a b\u{2028}\u{3000}"), "a b");
        assert_eq!(strip("\u{200b}a"), "\u{200b}a");
    }
}
