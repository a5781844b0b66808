//! Is what the program declares well formed?

use super::CheckMessage;
use crate::registry::Registry;

pub(super) fn check(found: &mut Vec<CheckMessage>) {
    match Registry::get() {
        Err(error) => {
            found.push(CheckMessage::error(
                "djauth.E001",
                error.to_string(),
                "names are unique in a program",
            ));
        }
        Ok(registry) => {
            for permission in registry.permissions() {
                let definition = permission.definition();
                if definition.name.chars().count() > 255 {
                    found.push(CheckMessage::error(
                        "auth.E008",
                        format!("the name of `{}` is longer than 255 characters", definition.label),
                        "shorten it",
                    ));
                }
                if definition.codename.chars().count() > 100 {
                    found.push(CheckMessage::error(
                        "auth.E012",
                        format!("the codename of `{}` is longer than 100 characters", definition.label),
                        "shorten it",
                    ));
                }
            }
        }
    }
}
