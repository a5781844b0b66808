//! What is a permission, and who has it?
//!
//! A permission is a name, `app_label.codename`, that some model declares with `#[permissions]`. The declarations of
//! the whole program lie in one slice that the linker puts together, so a permission is a number, and what a user
//! may do is a bit set ([`PermissionSet`]).

use std::{borrow::Cow, collections::BTreeSet, fmt, str::FromStr};

use crate::{
    Error, ImproperlyConfigured,
    registry::{PERMISSIONS, Registry},
};

/// What a model declares of one permission. Made by `#[permissions]` only.
#[derive(Debug)]
pub struct PermissionDefinition {
    /// The whole name, `app_label.codename`.
    pub label: &'static str,
    /// The application, such as `blog`.
    pub app_label: &'static str,
    /// The model in lower case, such as `post`; its content type is `app_label` and this.
    pub model: &'static str,
    /// The name within the application, such as `add_post`.
    pub codename: &'static str,
    /// The name for people, such as "Can add post".
    pub name: &'static str,
    /// Where it is declared, for messages.
    pub location: Location,
}

/// A place in the program's source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Location {
    /// The module's path.
    pub module: &'static str,
    /// The source file.
    pub file: &'static str,
    /// The line, counted from 1.
    pub line: u32,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// A declared permission, such as `Post::CAN_PUBLISH`.
///
/// It is accepted wherever a permission's name is, and is the faster and safer spelling.
#[derive(Clone, Copy)]
pub struct Permission(&'static PermissionDefinition);

impl Permission {
    /// Wraps a definition; generated code calls it.
    #[doc(hidden)]
    #[must_use]
    pub const fn from_definition(definition: &'static PermissionDefinition) -> Self {
        Self(definition)
    }

    /// Returns what the model declares.
    #[must_use]
    pub const fn definition(self) -> &'static PermissionDefinition {
        self.0
    }

    /// Returns the whole name, `app_label.codename`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0.label
    }

    /// Returns the permission's number in this program: the distance of its definition from the start of the slice.
    ///
    /// The number is fixed when the program is linked and means nothing to another program, so it is never stored.
    #[must_use]
    pub fn index(self) -> usize {
        let start = PERMISSIONS.as_ptr().addr();
        // A definition outside the slice, which only a forger could make, gets a number that is in no set.
        std::ptr::from_ref(self.0).addr().wrapping_sub(start) / size_of::<PermissionDefinition>()
    }
}

impl fmt::Debug for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Permission({})", self.as_str())
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl PartialEq for Permission {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Permission {}

/// A permission's name, `app_label.codename`, parsed.
///
/// # Examples
/// ```
/// use djauth_runtime::permission::PermissionName;
///
/// let name: PermissionName = "blog.add_post".parse()?;
/// assert_eq!((name.app_label(), name.codename()), ("blog", "add_post"));
/// assert!("add_post".parse::<PermissionName>().is_err());
/// # Ok::<(), djauth_runtime::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PermissionName {
    label: Cow<'static, str>,
    dot: usize,
}

impl PermissionName {
    /// Returns the whole name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.label
    }

    /// Returns the part before the first dot.
    #[must_use]
    pub fn app_label(&self) -> &str {
        &self.label[..self.dot]
    }

    /// Returns the part behind the first dot.
    #[must_use]
    pub fn codename(&self) -> &str {
        &self.label[self.dot + 1..]
    }
}

impl fmt::Display for PermissionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.label)
    }
}

impl FromStr for PermissionName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text.find('.') {
            Some(dot) if dot > 0 && dot + 1 < text.len() => {
                Ok(Self { label: Cow::Owned(text.to_owned()), dot })
            }
            _ => Err(Error::Invalid(format!(
                "{text:?} is not a permission; write it as `app_label.codename`, such as \"blog.add_post\""
            ))),
        }
    }
}

impl From<Permission> for PermissionName {
    fn from(permission: Permission) -> Self {
        let definition = permission.definition();
        Self { label: Cow::Borrowed(definition.label), dot: definition.app_label.len() }
    }
}

/// What names a permission: `Post::CAN_PUBLISH`, `"blog.can_publish"` or a [`PermissionName`].
pub trait AsPermission {
    /// Returns the name, for tables and messages.
    fn label(&self) -> &str;

    /// Returns the permission's number in this program, or `None` if no code declares it.
    ///
    /// # Errors
    /// [`ImproperlyConfigured`] if the program's declarations contradict each other.
    fn index(&self) -> Result<Option<usize>, ImproperlyConfigured> {
        Ok(Registry::get()?.find(self.label()).map(Permission::index))
    }
}

impl AsPermission for Permission {
    fn label(&self) -> &str {
        self.as_str()
    }

    fn index(&self) -> Result<Option<usize>, ImproperlyConfigured> {
        Ok(Some(Permission::index(*self)))
    }
}

impl AsPermission for str {
    fn label(&self) -> &str {
        self
    }
}

impl AsPermission for String {
    fn label(&self) -> &str {
        self
    }
}

impl AsPermission for PermissionName {
    fn label(&self) -> &str {
        self.as_str()
    }
}

impl<T: AsPermission + ?Sized> AsPermission for &T {
    fn label(&self) -> &str {
        (**self).label()
    }

    fn index(&self) -> Result<Option<usize>, ImproperlyConfigured> {
        (**self).index()
    }
}

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

    /// Adds the declared permission with this number ([`Permission::index`]).
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
    pub fn contains(&self, permission: impl AsPermission) -> Result<bool, ImproperlyConfigured> {
        Ok(match permission.index()? {
            Some(index) => self.contains_index(index),
            None => self.undeclared.contains(permission.label()),
        })
    }

    /// Returns whether the declared permission with this number is in the set.
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
    fn a_name_is_split_at_the_first_dot() {
        let name: PermissionName = "blog.add.post".parse().expect("a name");
        assert_eq!((name.app_label(), name.codename()), ("blog", "add.post"));
        for text in ["", ".", "blog.", ".add_post", "add_post"] {
            assert!(text.parse::<PermissionName>().is_err(), "{text:?}");
        }
    }

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
