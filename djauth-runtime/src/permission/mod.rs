//! What is a permission, and who has it?
//!
//! A permission is a name, `app_label.codename`, that some model declares with `#[permissions]`. The declarations of
//! the whole program lie in one slice that the linker puts together, so a permission is a number, and what a user
//! may do is a bit set ([`PermissionSet`]).

mod name;
mod set;
pub(crate) mod unknown;

use std::fmt;

pub use name::PermissionName;
pub use set::PermissionSet;

use crate::{
    ImproperlyConfigured,
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
    #[inline]
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

/// What names a permission: `Post::CAN_PUBLISH`, `"blog.can_publish"` or a [`PermissionName`].
///
/// The compiler checks constants, and the texts of guards. It does not check other texts: a misspelt one is a permission
/// that nobody was given, and the log warns of it.
pub trait AsPermission {
    /// Returns the name, for tables and messages.
    fn label(&self) -> &str;

    /// Returns the permission's number in this program, or `None` if no code declares it.
    ///
    /// # Errors
    /// [`ImproperlyConfigured`] if the program's declarations contradict each other.
    #[inline]
    fn index(&self) -> Result<Option<usize>, ImproperlyConfigured> {
        Ok(Registry::get()?.find(self.label()).map(Permission::index))
    }

    /// Returns whether the name can be misspelt in code: text can; what was declared or parsed was looked at before.
    fn is_text(&self) -> bool {
        true
    }
}

impl AsPermission for Permission {
    fn label(&self) -> &str {
        self.as_str()
    }

    #[inline]
    fn index(&self) -> Result<Option<usize>, ImproperlyConfigured> {
        Ok(Some(Permission::index(*self)))
    }

    fn is_text(&self) -> bool {
        false
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

    fn is_text(&self) -> bool {
        false
    }
}

impl<T: AsPermission + ?Sized> AsPermission for &T {
    fn label(&self) -> &str {
        (**self).label()
    }

    #[inline]
    fn index(&self) -> Result<Option<usize>, ImproperlyConfigured> {
        (**self).index()
    }

    fn is_text(&self) -> bool {
        (**self).is_text()
    }
}
