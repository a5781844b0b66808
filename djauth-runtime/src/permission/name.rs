//! The name of a permission, as text.

use std::{borrow::Cow, fmt, str::FromStr};

use super::Permission;
use crate::Error;

/// A permission's name, `app_label.codename`, parsed.
///
/// # Examples
/// ```
/// # mod djauth { pub use djauth_runtime::{Error, permission::PermissionName}; }
/// use djauth::PermissionName;
///
/// let name: PermissionName = "blog.add_post".parse()?;
/// assert_eq!((name.app_label(), name.codename()), ("blog", "add_post"));
/// assert!("add_post".parse::<PermissionName>().is_err());
/// # Ok::<(), djauth::Error>(())
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
}
