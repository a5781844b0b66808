//! Who was given what, in memory.

use std::sync::Arc;

use async_trait::async_trait;

use super::{MemoryStore, Tables};
use crate::{
    Result,
    group::Group,
    permission::{PermissionName, PermissionSet},
    registry::Registry,
    store::{Change, Holder, PermissionStore, log_permissions, no_such_permission},
    user::AuthUser,
};

#[async_trait]
impl<U: AuthUser> PermissionStore<U> for MemoryStore<U> {
    async fn user_permissions(&self, user: &U::Id) -> Result<PermissionSet> {
        Ok(self.read().given_to_users.get(user).map(|given| (**given).clone()).unwrap_or_default())
    }

    async fn group_permissions(&self, user: &U::Id) -> Result<PermissionSet> {
        let mut permissions = PermissionSet::new();
        for given in self.read().given_through_groups(user) {
            permissions.union_with(given);
        }
        Ok(permissions)
    }

    async fn all_permissions(&self, user: &U::Id) -> Result<PermissionSet> {
        Ok(Arc::unwrap_or_clone(self.read().all_permissions(user)))
    }

    async fn permissions_of_group(&self, group: &Group) -> Result<PermissionSet> {
        Ok(self.read().given_to_groups.get(&group.id).cloned().unwrap_or_default())
    }

    async fn grant(&self, holder: Holder<'_, U>, permissions: &[PermissionName]) -> Result<()> {
        let registry = Registry::get()?;
        let mut tables = self.write();
        let is_known = |name: &&PermissionName| {
            registry.find(name.as_str()).is_some() || tables.undeclared.contains(*name)
        };
        if let Some(unknown) = permissions.iter().find(|name| !is_known(name)) {
            return Err(no_such_permission(unknown.as_str()));
        }
        let given = match holder {
            Holder::User(user) => {
                tables.check_user(user)?;
                Arc::make_mut(tables.given_to_users.entry(user.clone()).or_default())
            }
            Holder::Group(group) => {
                tables.check_group(group)?;
                tables.given_to_groups.entry(group.id).or_default()
            }
        };
        let mut granted = Vec::new();
        for permission in permissions {
            if !given.contains(permission)? {
                given.insert(permission)?;
                granted.push(permission);
            }
        }
        log_permissions(Change::Granted, holder, &granted);
        Ok(())
    }

    async fn revoke(&self, holder: Holder<'_, U>, permissions: &[PermissionName]) -> Result<()> {
        let mut tables = self.write();
        let given = match holder {
            Holder::User(user) => tables.given_to_users.get_mut(user).map(Arc::make_mut),
            Holder::Group(group) => tables.given_to_groups.get_mut(&group.id),
        };
        let Some(given) = given else { return Ok(()) };
        let mut revoked = Vec::new();
        for permission in permissions {
            if given.contains(permission)? {
                given.remove(permission)?;
                revoked.push(permission);
            }
        }
        log_permissions(Change::Revoked, holder, &revoked);
        Ok(())
    }

    async fn known_permissions(&self) -> Result<Vec<PermissionName>> {
        let mut names = self.read().undeclared.clone();
        names.extend(Registry::get()?.permissions().map(PermissionName::from));
        Ok(names.into_iter().collect())
    }
}

impl<U: AuthUser> Tables<U> {
    pub(super) fn all_permissions(&self, user: &U::Id) -> Arc<PermissionSet> {
        let mut permissions = self.given_to_users.get(user).cloned().unwrap_or_default();
        for given in self.given_through_groups(user) {
            Arc::make_mut(&mut permissions).union_with(given);
        }
        permissions
    }

    fn given_through_groups(&self, user: &U::Id) -> impl Iterator<Item = &PermissionSet> {
        let groups = self.memberships.get(user).into_iter().flatten();
        groups.filter_map(|group| self.given_to_groups.get(group))
    }
}
