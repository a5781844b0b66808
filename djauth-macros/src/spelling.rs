//! What was meant by a name that nobody knows?

/// Returns the known name that is nearest to a misspelt one, if one is near enough to be meant: by the rule of the
/// runtime's `spelling`, two edits at most, and in short names a third of the letters.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let most = (name.chars().count() / 3).min(2);
    let near = known.into_iter().map(|known| (strsim::damerau_levenshtein(name, known), known));
    near.filter(|(edits, _)| *edits <= most).min().map(|(_, known)| known)
}
