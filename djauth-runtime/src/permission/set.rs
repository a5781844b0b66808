//! What somebody may do, as bits.

use std::collections::BTreeSet;

use super::AsPermission;
use crate::{ImproperlyConfigured, registry::PERMISSIONS};

/// A set of permissions: a bit for each that the program declares, names for those it does not.
///
/// Permissions that only the database knows count like declared ones, as in Django.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PermissionSet {
    bits: Vec<u64>,
    undeclared: BTreeSet<String>,
}

impl PermissionSet {
    /// Makes an empty set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a permission.
    ///
    /// # Errors
    /// [`ImproperlyConfigured`] if the program's declarations contradict each other.
    pub fn insert(&mut self, permission: impl AsPermission) -> Result<(), ImproperlyConfigured> {
        match permission.index()? {
            Some(index) if index < PERMISSIONS.len() => self.insert_index(index),
            _ => {
                self.undeclared.insert(permission.label().to_owned());
            }
        }
        Ok(())
    }

    /// Adds the declared permission with this number ([`Permission::index`](super::Permission::index)).
    #[inline]
    pub fn insert_index(&mut self, index: usize) {
        let word = index / 64;
        if word >= self.bits.len() {
            self.bits.resize(word + 1, 0);
        }
        self.bits[word] |= 1 << (index % 64);
    }

    /// Takes a permission out.
    ///
    /// # Errors
    /// [`ImproperlyConfigured`] if the program's declarations contradict each other.
    pub fn remove(&mut self, permission: impl AsPermission) -> Result<(), ImproperlyConfigured> {
        match permission.index()? {
            Some(index) => self.remove_index(index),
            None => {
                self.undeclared.remove(permission.label());
            }
        }
        Ok(())
    }

    fn remove_index(&mut self, index: usize) {
        if let Some(word) = self.bits.get_mut(index / 64) {
            *word &= !(1 << (index % 64));
        }
        // Equal sets have equal bits: no empty words at the end.
        let used = self.bits.iter().rposition(|word| *word != 0).map_or(0, |last| last + 1);
        self.bits.truncate(used);
    }

    /// Returns whether the permission is in the set.
    ///
    /// # Errors
    /// [`ImproperlyConfigured`] if the program's declarations contradict each other.
    #[inline]
    pub fn contains(&self, permission: impl AsPermission) -> Result<bool, ImproperlyConfigured> {
        Ok(match permission.index()? {
            Some(index) => self.contains_index(index),
            None => self.contains_undeclared(permission.label()),
        })
    }

    /// Returns whether the permission of this name, which no code declares, is in the set.
    pub(crate) fn contains_undeclared(&self, label: &str) -> bool {
        self.undeclared.contains(label)
    }

    /// Returns whether the declared permission with this number is in the set.
    #[inline]
    #[must_use]
    pub fn contains_index(&self, index: usize) -> bool {
        self.bits.get(index / 64).is_some_and(|word| word & (1 << (index % 64)) != 0)
    }

    /// Returns whether any permission of this application is in the set (Django's `has_module_perms`).
    #[must_use]
    pub fn contains_app(&self, app_label: &str) -> bool {
        self.iter().any(|label| label.split_once('.').is_some_and(|(app, _)| app == app_label))
    }

    /// Adds every permission of the other set.
    pub fn union_with(&mut self, other: &Self) {
        if self.bits.len() < other.bits.len() {
            self.bits.resize(other.bits.len(), 0);
        }
        for (mine, theirs) in self.bits.iter_mut().zip(&other.bits) {
            *mine |= theirs;
        }
        self.undeclared.extend(other.undeclared.iter().cloned());
    }

    /// Returns the names, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let declared = PERMISSIONS.iter().enumerate().filter(|(index, _)| self.contains_index(*index));
        declared.map(|(_, definition)| definition.label).chain(self.undeclared.iter().map(String::as_str))
    }

    /// Returns how many permissions there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bits.iter().map(|word| word.count_ones() as usize).sum::<usize>() + self.undeclared.len()
    }

    /// Returns whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn undeclared_permissions_count_like_declared_ones() {
        let mut set = PermissionSet::new();
        set.insert("legacy.do_things").expect("sound declarations");
        set.insert("auth.add_group").expect("sound declarations");
        assert!(set.contains("legacy.do_things").expect("sound declarations"));
        assert!(set.contains("auth.add_group").expect("sound declarations"));
        assert!(!set.contains("auth.change_group").expect("sound declarations"));
        assert!(set.contains_app("legacy") && set.contains_app("auth") && !set.contains_app("leg"));
        assert_eq!(set.len(), 2);
    }

    #[test]
    fn a_set_from_which_all_was_taken_equals_an_empty_one() {
        let mut set = PermissionSet::new();
        set.insert_index(70);
        set.insert("legacy.do_things").expect("sound declarations");
        set.remove("legacy.do_things").expect("sound declarations");
        set.remove_index(70);
        assert_eq!(set, PermissionSet::new());
    }
}
