//! What the program declared: permissions, plug-ins, guarded views.
//!
//! Permissions are a table that the program *is*: a slice which the linker puts together (linkme). Plug-ins are found
//! by name (inventory). One index over both is made on first use; contradicting declarations are an error then, and
//! no decision depends on an entry being there: a missing one can only deny (rule S15).

use std::collections::HashMap;

use foldhash::fast::FixedState;
use linkme::distributed_slice;
use once_cell::sync::OnceCell;

use crate::{
    ImproperlyConfigured,
    backend::BackendPlugin,
    guard::Rule,
    permission::{Location, Permission, PermissionDefinition},
    signal::ReceiverPlugin,
    spelling::nearest,
};

/// Every permission that any linked crate declares.
#[distributed_slice]
pub static PERMISSIONS: [PermissionDefinition];

/// A handler or function with a guard, for `permissions` and the start-up checks. No decision looks here.
#[derive(Debug)]
pub struct GuardedView {
    /// The function's path, such as `blog::views::publish`.
    pub path: &'static str,
    /// Where it stands.
    pub location: Location,
    /// What it asks for.
    pub rule: &'static Rule,
}

inventory::collect!(GuardedView);

/// The index over the declarations.
#[derive(Debug)]
pub struct Registry {
    // The keys are the program's own, so nobody can choose them to collide, and the quickest hash will do.
    by_label: HashMap<&'static str, Permission, FixedState>,
}

impl Registry {
    /// Returns the index, and makes it on first use.
    ///
    /// # Errors
    /// [`ImproperlyConfigured`] if two models declare one permission, or a declaration does not fit Django's tables.
    #[inline]
    pub fn get() -> Result<&'static Self, ImproperlyConfigured> {
        static REGISTRY: OnceCell<Registry> = OnceCell::new();
        REGISTRY.get_or_try_init(|| Self::of(&PERMISSIONS))
    }

    fn of(definitions: &'static [PermissionDefinition]) -> Result<Self, ImproperlyConfigured> {
        let mut by_label = HashMap::with_capacity_and_hasher(definitions.len(), FixedState::default());
        for definition in definitions {
            let permission = Permission::from_definition(definition);
            if let Some(first) = by_label.insert(definition.label, permission) {
                return Err(ImproperlyConfigured::new(format!(
                    "the permission `{}` is declared twice, at {} and at {}; rename one of them",
                    definition.label,
                    first.definition().location,
                    definition.location,
                )));
            }
        }
        Ok(Self { by_label })
    }

    /// Returns the permission with this whole name.
    #[inline]
    #[must_use]
    pub fn find(&self, label: &str) -> Option<Permission> {
        self.by_label.get(label).copied()
    }

    /// Returns the declared name that is nearest to `label`, if one is near enough to be meant.
    #[must_use]
    pub fn did_you_mean(&self, label: &str) -> Option<&'static str> {
        nearest(label, self.by_label.keys().copied())
    }

    /// Returns every declared permission, in the order of their numbers.
    pub fn permissions(&self) -> impl Iterator<Item = Permission> {
        PERMISSIONS.iter().map(Permission::from_definition)
    }

    /// Returns every authentication backend that a linked crate registers.
    pub fn backends() -> impl Iterator<Item = &'static BackendPlugin> {
        inventory::iter::<BackendPlugin>.into_iter()
    }

    /// Returns every receiver of signals that a linked crate registers.
    pub fn receivers() -> impl Iterator<Item = &'static ReceiverPlugin> {
        inventory::iter::<ReceiverPlugin>.into_iter()
    }

    /// Returns every guarded view of the program.
    pub fn guarded_views() -> impl Iterator<Item = &'static GuardedView> {
        inventory::iter::<GuardedView>.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Location = Location { module: "m", file: "f.rs", line: 1 };

    const fn definition(line: u32) -> PermissionDefinition {
        PermissionDefinition {
            label: "a.b",
            app_label: "a",
            model: "m",
            codename: "b",
            name: "Can b",
            location: Location { line, ..HERE },
        }
    }

    static TWICE: [PermissionDefinition; 2] = [definition(1), definition(2)];

    #[test]
    fn two_declarations_of_one_name_are_an_error_that_names_both() {
        let error = Registry::of(&TWICE).expect_err("declared twice").to_string();
        assert!(error.contains("f.rs:1") && error.contains("f.rs:2"), "{error}");
    }

    #[test]
    fn a_permissions_number_is_its_place_in_the_slice() {
        let registry = Registry::get().expect("sound declarations");
        for (index, permission) in registry.permissions().enumerate() {
            assert_eq!(permission.index(), index);
            assert_eq!(registry.find(permission.as_str()).map(Permission::index), Some(index));
        }
    }
}
