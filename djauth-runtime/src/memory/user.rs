//! Users in memory.

use std::sync::Arc;

use async_trait::async_trait;

use super::{MemoryStore, Tables, ValueRow};
use crate::{
    PasswordHash, Result,
    model::{ColumnValue, Field, Value},
    store::{UserStore, complete_row, read_new},
    user::AuthUser,
};

#[async_trait]
impl<U: AuthUser> UserStore<U> for MemoryStore<U> {
    async fn get_user(&self, id: &U::Id) -> Result<Option<U>> {
        Ok(self.read().users.get(id).map(|user| U::clone(user)))
    }

    async fn get_user_by_username(&self, username: &str) -> Result<Option<U>> {
        Ok(self.read().users.values().find(|user| user.username() == username).map(|user| U::clone(user)))
    }

    async fn find_users(&self, column: &str, value: &Value, limit: u32) -> Result<Vec<U>> {
        let (index, _) = U::MODEL.index_of(column)?;
        let tables = self.read();
        let found = tables.users.values().filter(|user| user.to_values()[index] == *value);
        Ok(found.take(limit as usize).map(|user| U::clone(user)).collect())
    }

    async fn insert_user(&self, values: Vec<Option<Value>>) -> Result<U> {
        let values = complete_row::<U>(values)?;
        let mut tables = self.write();
        let mut last_id = tables.last_user_id;
        let values = values.into_iter().map(|value| {
            value.unwrap_or_else(|| {
                last_id += 1;
                Value::Integer(last_id)
            })
        });
        let values: Vec<_> = values.collect();
        tables.check_unique(&values, None)?;
        let user: U = read_new(&mut ValueRow::new(values))?;
        if let Value::Integer(id) = user.id().to_value() {
            tables.last_user_id = tables.last_user_id.max(id);
        }
        tables.users.insert(user.id().clone(), Arc::new(user.clone()));
        Ok(user)
    }

    async fn update_user(&self, user: &U, columns: &[&str]) -> Result<bool> {
        let mut tables = self.write();
        let Some(mut values) = tables.users.get(user.id()).map(|user| user.to_values()) else {
            return Ok(false);
        };
        let mut new = user.to_values();
        for column in columns {
            let (index, field) = U::MODEL.index_of(column)?;
            field.accept(&new[index])?;
            values[index] = std::mem::replace(&mut new[index], Value::Null);
        }
        tables.check_unique(&values, Some(user.id()))?;
        let updated = U::from_row(&mut ValueRow::new(values))?;
        tables.users.insert(user.id().clone(), Arc::new(updated));
        Ok(true)
    }

    async fn replace_password(&self, id: &U::Id, old: &PasswordHash, new: &PasswordHash) -> Result<bool> {
        let mut tables = self.write();
        let user = tables.users.get_mut(id).filter(|user| user.password() == old);
        Ok(user.map(|user| Arc::make_mut(user).set_password(new.clone())).is_some())
    }

    async fn delete_user(&self, id: &U::Id) -> Result<bool> {
        let mut tables = self.write();
        tables.memberships.remove(id);
        tables.given_to_users.remove(id);
        Ok(tables.users.remove(id).is_some())
    }

    async fn has_superuser(&self) -> Result<bool> {
        Ok(self.read().users.values().any(|user| user.superuser() == Some(true) && user.is_active()))
    }
}

impl<U: AuthUser> Tables<U> {
    /// Refuses a row that shares a unique value with another one than `own`.
    fn check_unique(&self, values: &[Value], own: Option<&U::Id>) -> Result<()> {
        let unique = |field: &Field| field.unique || field.column == U::MODEL.roles.id;
        let others: Vec<_> =
            self.users.values().filter(|user| Some(user.id()) != own).map(|user| user.to_values()).collect();
        for (index, field) in U::MODEL.fields.iter().enumerate().filter(|(_, field)| unique(field)) {
            let value = &values[index];
            if *value != Value::Null && others.iter().any(|other| other[index] == *value) {
                return Err(field.already_exists());
            }
        }
        Ok(())
    }
}
