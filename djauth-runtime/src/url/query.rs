//! Query strings.

use std::{borrow::Cow, collections::HashMap};

use super::{UrlError, quote, unquote};

/// How many fields a query may have (Django's `DATA_UPLOAD_MAX_NUMBER_FIELDS`).
pub const MAX_FIELDS: usize = 1000;

/// The fields of a query in order, each name once with its values (Django's `QueryDict`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct QueryDict(Vec<(String, Vec<String>)>);

impl QueryDict {
    /// Reads what follows the `?`: `&` separates, `+` is a space, a field without `=` has an empty value.
    ///
    /// # Errors
    /// More than [`MAX_FIELDS`] fields (Django's `TooManyFieldsSent`).
    pub fn parse(query: &str) -> Result<Self, UrlError> {
        if query.bytes().filter(|&byte| byte == b'&').count() >= MAX_FIELDS {
            return Err(UrlError::TooManyFields);
        }
        let mut fields = Self::default();
        // Anybody may send a query, so finding a name takes the same time however many there are.
        let mut places = HashMap::new();
        for field in query.split('&').filter(|field| !field.is_empty()) {
            let (name, value) = field.split_once('=').unwrap_or((field, ""));
            let place = *places.entry(decode(name)).or_insert_with_key(|name| fields.add(name));
            fields.0[place].1.push(decode(value));
        }
        Ok(fields)
    }

    /// Returns the last value of a field.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.get_list(name).last().map(String::as_str)
    }

    /// Returns all values of a field (Django's `getlist`).
    #[must_use]
    pub fn get_list(&self, name: &str) -> &[String] {
        self.0.iter().find(|field| field.0 == name).map_or(&[], |field| &field.1)
    }

    /// Gives a field this one value; it keeps its place if it was there.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        *self.values_mut(name) = vec![value.into()];
    }

    /// Writes the query, leaving `/` bare (Django's `urlencode(safe="/")`): repeated fields stand together.
    #[must_use]
    pub fn urlencode(&self) -> String {
        let fields = self.0.iter().flat_map(|(name, values)| {
            values.iter().map(move |value| format!("{}={}", quote(name), quote(value)))
        });
        fields.collect::<Vec<_>>().join("&")
    }

    fn values_mut(&mut self, name: &str) -> &mut Vec<String> {
        let place = self.0.iter().position(|field| field.0 == name).unwrap_or_else(|| self.add(name));
        &mut self.0[place].1
    }

    /// Adds a field without values, and returns its place.
    fn add(&mut self, name: &str) -> usize {
        self.0.push((name.to_owned(), Vec::new()));
        self.0.len() - 1
    }
}

fn decode(text: &str) -> String {
    let spaced = if text.contains('+') { Cow::Owned(text.replace('+', " ")) } else { Cow::Borrowed(text) };
    unquote(&spaced).into_owned()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_and_written_as_in_django() {
        let mut fields = QueryDict::parse("b=1&a+x=%C3%28&&b=3&c&=v&next=/gone/").unwrap();
        assert_eq!(fields.get("b"), Some("3"));
        assert_eq!(fields.get_list("b"), ["1", "3"]);
        assert_eq!(fields.get("a x"), Some("\u{fffd}("));
        assert_eq!(fields.get("c"), Some(""));
        assert_eq!(fields.get("d"), None);
        fields.set("next", "/a/?b=~ é");
        assert_eq!(fields.urlencode(), "b=1&b=3&a%20x=%EF%BF%BD%28&c=&=v&next=/a/%3Fb%3D~%20%C3%A9");
    }

    #[test]
    fn a_thousand_fields_are_the_limit() {
        assert!(QueryDict::parse(&"a&".repeat(999)).is_ok());
        assert_eq!(QueryDict::parse(&"a&".repeat(1000)), Err(UrlError::TooManyFields));
    }
}
