//! Objects: Python dicts with text keys.

use indexmap::IndexMap;

use super::Value;

/// A JSON object that keeps its keys in the order of insertion, as a Python dict does.
///
/// Setting a key that is there keeps its place; removing one keeps the order of the others. Two objects are equal when
/// they hold the same items, in whatever order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Object(IndexMap<String, Value>);

impl Object {
    /// Makes an empty object.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key)
    }

    /// Returns the value of a key, to be changed in place.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        self.0.get_mut(key)
    }

    /// Tells whether the key is there.
    #[must_use]
    pub fn contains_key(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    /// Sets a key and returns the value that it had.
    pub fn insert(&mut self, key: impl Into<String>, value: impl Into<Value>) -> Option<Value> {
        self.0.insert(key.into(), value.into())
    }

    /// Removes a key and returns the value that it had.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        self.0.shift_remove(key)
    }

    /// Removes every key.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Returns the number of keys.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Tells whether there is no key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Iterates over keys and values in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Value)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }
}

impl<K: Into<String>, V: Into<Value>> FromIterator<(K, V)> for Object {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(items: I) -> Self {
        Self(items.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
    }
}

impl IntoIterator for Object {
    type Item = (String, Value);
    type IntoIter = indexmap::map::IntoIter<String, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_keep_their_places_as_in_a_dict() {
        let mut object: Object =
            [("b", 1), ("a", 2), ("c", 3)].map(|(key, value)| (key, i64::from(value))).into_iter().collect();
        assert_eq!(object.insert("b", 9), Some(Value::Int(1)));
        object.remove("a");
        object.insert("a", 4);
        assert_eq!(object.iter().map(|(key, _)| key).collect::<Vec<_>>(), ["b", "c", "a"]);
    }
}
