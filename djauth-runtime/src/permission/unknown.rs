//! Names that somebody asks for and no code declares.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use crate::{ImproperlyConfigured, registry::Registry};

/// The log warns of so many names: a program that asks for what visitors type must not fill memory or disk.
const MOST: usize = 100;

/// The longest name that has room in Django's tables, 100 characters on either side of the dot.
const LONGEST: usize = 201;

static WARNED_OF: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Warns of a name, once for as long as the process runs.
#[cold]
pub(crate) fn warn(label: &str) -> Result<(), ImproperlyConfigured> {
    let is_new = {
        let mut warned_of = WARNED_OF.lock().unwrap_or_else(PoisonError::into_inner);
        warned_of.len() < MOST && label.chars().count() <= LONGEST && warned_of.insert(label.to_owned())
    };
    if is_new {
        let remedy = Registry::get()?.did_you_mean(label).map_or_else(
            || {
                "declare it with `#[permissions]` and ask by its constant, or, where only the database knows it, by \
                 a `PermissionName`"
                    .to_owned()
            },
            |near| format!("did you mean {near:?}?"),
        );
        tracing::warn!("no code declares the permission {label:?}; {remedy}");
    }
    Ok(())
}
