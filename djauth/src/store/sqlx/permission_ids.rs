//! Which permission has which key in `auth_permission`?
//!
//! A row is turned into its permission's number in this program at the first sight, and a user's permissions become bits
//! without a look at names. So a running program knows a row that is *renamed*, or a key that is given to another row, as
//! Django's `flush` does, by the old name: until it meets a key that is new, gives or takes away a permission by name, runs
//! `migrate` or starts again. To see it sooner, names would have to be read along with keys on every page.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, PoisonError, RwLock},
};

use djauth_runtime::{
    Result,
    permission::{Permission, PermissionSet},
    registry::Registry,
};

/// Keys below this are looked up by place, those above by hash.
const DENSE: usize = 1 << 16;

/// The keys that this process has seen. Empty until the first user with permissions is read.
#[derive(Default)]
pub(super) struct PermissionIds(RwLock<Arc<Known>>);

impl PermissionIds {
    pub(super) fn get(&self) -> Arc<Known> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn set(&self, known: Known) -> Arc<Known> {
        let known = Arc::new(known);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&known);
        known
    }
}

/// The rows of `auth_permission` as they were read last.
#[derive(Default)]
pub(super) struct Known {
    dense: Vec<Option<Entry>>,
    sparse: HashMap<i64, Entry>,
    ids: BTreeMap<String, Vec<i64>>,
}

/// What a row stands for.
#[derive(Clone)]
enum Entry {
    /// A permission of the program, by its number.
    Declared(usize),
    /// A permission that no code declares, by its name.
    Undeclared(Arc<str>),
}

impl Known {
    /// Makes the index of rows of key and name, `app_label.codename`.
    pub(super) fn new(rows: impl IntoIterator<Item = (i64, String)>) -> Result<Self> {
        let registry = Registry::get()?;
        let mut known = Self::default();
        for (id, label) in rows {
            let declared = registry.find(&label).map(Permission::index);
            let entry =
                declared.map_or_else(|| Entry::Undeclared(Arc::from(label.as_str())), Entry::Declared);
            known.insert(id, entry);
            known.ids.entry(label).or_default().push(id);
        }
        Ok(known)
    }

    fn insert(&mut self, id: i64, entry: Entry) {
        match usize::try_from(id) {
            Ok(place) if place < DENSE => {
                if place >= self.dense.len() {
                    self.dense.resize(place + 1, None);
                }
                self.dense[place] = Some(entry);
            }
            _ => {
                self.sparse.insert(id, entry);
            }
        }
    }

    fn find(&self, id: i64) -> Option<&Entry> {
        let dense = usize::try_from(id).ok().and_then(|place| self.dense.get(place)?.as_ref());
        dense.or_else(|| self.sparse.get(&id))
    }

    /// Returns the keys of the rows with this name: one for each model that has it.
    pub(super) fn ids(&self, label: &str) -> &[i64] {
        self.ids.get(label).map_or(&[], Vec::as_slice)
    }

    /// Returns every name, sorted.
    pub(super) fn labels(&self) -> impl Iterator<Item = &str> {
        self.ids.keys().map(String::as_str)
    }

    /// Adds the permissions with these keys, joined with commas; `false` if one of them was never seen.
    pub(super) fn add_joined(&self, joined: &str, permissions: &mut PermissionSet) -> Result<bool> {
        // Bytes, because looking for commas in text takes longer than all the rest.
        for id in joined.as_bytes().split(|byte| *byte == b',').filter(|id| !id.is_empty()) {
            match integer(id).and_then(|id| self.find(id)) {
                Some(Entry::Declared(index)) => permissions.insert_index(*index),
                Some(Entry::Undeclared(label)) => permissions.insert(&**label)?,
                None => return Ok(false),
            }
        }
        Ok(true)
    }
}

/// Reads a decimal integer.
fn integer(text: &[u8]) -> Option<i64> {
    let (sign, digits) = match text {
        [b'-', digits @ ..] => (-1, digits),
        digits => (1, digits),
    };
    digits.iter().try_fold(0_i64, |value, byte| {
        let digit = byte.is_ascii_digit().then(|| sign * i64::from(byte - b'0'))?;
        value.checked_mul(10)?.checked_add(digit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_become_permissions_wherever_they_lie() {
        let rows = [
            (1, "auth.add_user"),
            (70_000, "legacy.do_things"),
            (i64::MAX, "legacy.undo_things"),
            (i64::MIN, "legacy.redo_things"),
        ];
        let known = Known::new(rows.map(|(id, label)| (id, label.to_owned()))).expect("sound declarations");
        let mut set = PermissionSet::new();
        assert!(
            known.add_joined("70000,1,9223372036854775807,1,-9223372036854775808", &mut set).expect("a set")
        );
        assert_eq!(set.len(), 4);
        assert!(set.contains("auth.add_user").expect("sound declarations"));
        assert_eq!(known.ids("auth.add_user"), [1]);
    }

    #[test]
    fn a_key_that_was_never_seen_is_told() {
        let known = Known::default();
        let mut set = PermissionSet::new();
        assert!(known.add_joined("", &mut set).expect("a set"));
        for unknown in ["1", "-1", "-", "x", "1,2", "9223372036854775808"] {
            assert!(!known.add_joined(unknown, &mut set).expect("a set"), "{unknown}");
        }
        assert!(set.is_empty());
    }
}
