//! Can users of this struct be made, and told apart?

use super::CheckMessage;
use crate::{
    backend::ModelBackend,
    model::{ColumnType, Field, UserModel},
    settings::Settings,
    user::{AuthUser, IdSource, UserId},
};

pub(super) fn check<U: AuthUser>(settings: &Settings, found: &mut Vec<CheckMessage>) {
    check_required(U::MODEL, found);
    check_filled::<U>(found);
    check_username::<U>(settings, found);
}

fn check_required(model: &UserModel, found: &mut Vec<CheckMessage>) {
    for name in model.required_fields {
        match model.field(name) {
            None => found.push(CheckMessage::error(
                "auth.E001",
                format!("`required_fields` names `{name}`, which `{}` does not have", model.model_name),
                "name fields of the struct",
            )),
            Some(field) if field.column == model.roles.username => found.push(CheckMessage::error(
                "auth.E002",
                format!("`required_fields` names `{name}`, which is the username"),
                "remove it; the username is always required",
            )),
            Some(field) if field.column == model.roles.password => found.push(CheckMessage::error(
                "djauth.E028",
                format!("`required_fields` names `{name}`, which is the password"),
                "remove it; the password is asked for anyway",
            )),
            Some(field) if model.roles.is_superuser == Some(field.column) => found.push(CheckMessage::error(
                "djauth.E028",
                format!("`required_fields` names `{name}`, which says who is a superuser"),
                "remove it; `createsuperuser` makes superusers, and nobody else is one",
            )),
            Some(_) => {}
        }
    }
}

/// Tells of fields that every new user needs and that nobody is asked for. A program may set them in code, so that it starts
/// all the same.
fn check_filled<U: AuthUser>(found: &mut Vec<CheckMessage>) {
    let model = U::MODEL;
    let is_required = |field: &Field| model.required_fields.contains(&field.name);
    let unfilled = model
        .fields
        .iter()
        .filter(|field| (field.default)().is_none() && !is_required(field) && !is_filled_by_role::<U>(field));
    found.extend(unfilled.map(|field| {
        CheckMessage::warning(
            "djauth.W008",
            format!(
                "nothing fills the field `{}` of a new `{}`, so `createsuperuser` can make none",
                field.name, model.model_name
            ),
            "list it in `required_fields`, give it `#[auth(default)]`, or make it an `Option`",
        )
    }));
}

/// Returns whether `create_user` finds a value by itself for what the field is to djauth.
fn is_filled_by_role<U: AuthUser>(field: &Field) -> bool {
    let roles = &U::MODEL.roles;
    let by_role =
        [Some(roles.username), Some(roles.password), roles.is_active, roles.is_staff, roles.is_superuser];
    by_role.contains(&Some(field.column))
        || (field.column == roles.id && U::Id::SOURCE != IdSource::Caller)
        || (field.name == "date_joined" && field.column_type == ColumnType::DateTime)
}

fn check_username<U: AuthUser>(settings: &Settings, found: &mut Vec<CheckMessage>) {
    let model = U::MODEL;
    if model.column(model.roles.username).is_some_and(|field| field.unique) {
        return;
    }
    let (text, hint) = (
        format!("the username column `{}` of `{}` is not unique", model.roles.username, model.table),
        "mark the field `#[auth(unique)]`",
    );
    let names = &settings.authentication_backends;
    found.push(if names.iter().all(|name| ModelBackend::NAMES.contains(&name.as_str())) {
        CheckMessage::error("auth.E003", text, hint)
    } else {
        CheckMessage::warning("auth.W004", text, hint)
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{model::Roles, test_util::Person};

    #[test]
    fn what_the_commands_ask_or_decide_themselves_is_no_required_field() {
        let model = UserModel {
            roles: Roles { ..Person::MODEL.roles },
            required_fields: &["username", "password", "is_superuser", "shoe_size", "email"],
            ..*Person::MODEL
        };
        let mut found = Vec::new();
        check_required(&model, &mut found);
        let told: Vec<_> = found.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "auth.E002: `required_fields` names `username`, which is the username; remove it; the username is always required",
                "djauth.E028: `required_fields` names `password`, which is the password; remove it; the password is asked for \
                 anyway",
                "djauth.E028: `required_fields` names `is_superuser`, which says who is a superuser; remove it; `createsuperuser` \
                 makes superusers, and nobody else is one",
                "auth.E001: `required_fields` names `shoe_size`, which `person` does not have; name fields of the struct",
            ]
        );
    }
}
