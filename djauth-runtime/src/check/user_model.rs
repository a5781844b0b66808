//! Can users of this struct be told apart?

use super::CheckMessage;
use crate::{backend::ModelBackend, settings::Settings, user::AuthUser};

pub(super) fn check<U: AuthUser>(settings: &Settings, found: &mut Vec<CheckMessage>) {
    let model = U::MODEL;
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
            Some(_) => {}
        }
    }
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
