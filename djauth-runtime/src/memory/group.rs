//! Groups and memberships in memory.

use async_trait::async_trait;

use super::{MemoryStore, Tables};
use crate::{
    Error, Result,
    group::Group,
    store::{Change, GroupStore, log_membership, no_permissions},
    user::AuthUser,
};

#[async_trait]
impl<U: AuthUser> GroupStore<U> for MemoryStore<U> {
    async fn create_group(&self, name: &str) -> Result<Group> {
        Group::check_name(name)?;
        let mut tables = self.write();
        if tables.groups.values().any(|group| group.name == name) {
            return Err(Group::already_exists());
        }
        tables.last_group_id += 1;
        let group = Group::new(tables.last_group_id, name.to_owned());
        tables.groups.insert(group.id, group.clone());
        Ok(group)
    }

    async fn get_group(&self, name: &str) -> Result<Option<Group>> {
        Ok(self.read().groups.values().find(|group| group.name == name).cloned())
    }

    async fn groups(&self) -> Result<Vec<Group>> {
        Ok(by_name(self.read().groups.values().cloned().collect()))
    }

    async fn delete_group(&self, group: &Group) -> Result<bool> {
        let mut tables = self.write();
        tables.given_to_groups.remove(&group.id);
        for groups in tables.memberships.values_mut() {
            groups.remove(&group.id);
        }
        Ok(tables.groups.remove(&group.id).is_some())
    }

    async fn groups_of(&self, user: &U::Id) -> Result<Vec<Group>> {
        let tables = self.read();
        let ids = tables.memberships.get(user).into_iter().flatten();
        Ok(by_name(ids.filter_map(|id| tables.groups.get(id)).cloned().collect()))
    }

    async fn add_to_group(&self, user: &U::Id, group: &Group) -> Result<()> {
        let mut tables = self.write();
        tables.check_user(user)?;
        tables.check_group(group)?;
        if tables.memberships.entry(user.clone()).or_default().insert(group.id) {
            log_membership::<U>(Change::Granted, user, group);
        }
        Ok(())
    }

    async fn remove_from_group(&self, user: &U::Id, group: &Group) -> Result<()> {
        let mut tables = self.write();
        if tables.memberships.get_mut(user).is_some_and(|groups| groups.remove(&group.id)) {
            log_membership::<U>(Change::Revoked, user, group);
        }
        Ok(())
    }
}

impl<U: AuthUser> Tables<U> {
    pub(super) fn check_user(&self, user: &U::Id) -> Result<()> {
        if U::MODEL.roles.is_superuser.is_none() {
            return Err(no_permissions(U::MODEL));
        }
        self.users.contains_key(user).then_some(()).ok_or_else(|| Error::invalid("there is no such user"))
    }

    pub(super) fn check_group(&self, group: &Group) -> Result<()> {
        self.groups
            .contains_key(&group.id)
            .then_some(())
            .ok_or_else(|| Error::invalid("there is no such group"))
    }
}

fn by_name(mut groups: Vec<Group>) -> Vec<Group> {
    groups.sort_by(|a, b| a.name.cmp(&b.name));
    groups
}
