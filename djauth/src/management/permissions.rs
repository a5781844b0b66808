//! Lists every permission of the program: its name, who declares it, which handlers ask for it.

use std::fmt::Write as _;

use djauth_runtime::{
    guard::Requirement,
    json::{self, Object, Value},
    permission::Permission,
    registry::{GuardedView, Registry},
};

use super::{Failure, console::Console};

/// How the list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// For people: a table.
    Table,
    /// For programs: a JSON array.
    Json,
}

/// One permission.
struct Entry {
    permission: Permission,
    views: Vec<&'static GuardedView>,
}

/// Runs the command.
pub(super) fn run(format: Format, console: &mut dyn Console) -> Result<(), Failure> {
    let mut entries: Vec<_> = Registry::get()?.permissions().map(Entry::of).collect();
    entries.sort_by_key(|entry| entry.permission.as_str());
    console.say(&match format {
        Format::Table => table(&entries),
        Format::Json => json(&entries)?,
    });
    Ok(())
}

impl Entry {
    fn of(permission: Permission) -> Self {
        let mut views: Vec<_> =
            Registry::guarded_views().filter(|view| asks_for(&view.rule.requirement, permission)).collect();
        views.sort_by_key(|view| view.path);
        Self { permission, views }
    }
}

fn asks_for(requirement: &Requirement, permission: Permission) -> bool {
    match requirement {
        Requirement::Permission(asked) => *asked == permission,
        Requirement::All(parts) | Requirement::Any(parts) => {
            parts.iter().any(|part| asks_for(part, permission))
        }
        Requirement::Not(part) => asks_for(part, permission),
        _ => false,
    }
}

fn table(entries: &[Entry]) -> String {
    let mut rows = vec![["PERMISSION", "NAME", "DECLARED AT", "ASKED FOR BY"].map(str::to_owned)];
    for Entry { permission, views } in entries {
        let definition = permission.definition();
        let mut first =
            Some([definition.label.to_owned(), definition.name.to_owned(), definition.location.to_string()]);
        let askers = views.iter().map(|view| format!("{} ({})", view.path, view.location));
        // A permission has one line for each handler that asks for it, and one if none does.
        for asker in askers.chain(views.is_empty().then(|| "-".to_owned())) {
            let [name, description, declared] = first.take().unwrap_or_default();
            rows.push([name, description, declared, asker]);
        }
    }
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let (first, second, third) = (width(0), width(1), width(2));
    let mut text = String::new();
    for [name, description, declared, asker] in &rows {
        let _ = writeln!(text, "{name:first$}  {description:second$}  {declared:third$}  {asker}");
    }
    text.truncate(text.trim_end().len());
    text
}

fn json(entries: &[Entry]) -> Result<String, Failure> {
    let entries = entries.iter().map(|Entry { permission, views }| {
        let definition = permission.definition();
        let views = views.iter().map(|view| {
            Value::Object(Object::from_iter([
                ("path", view.path.to_owned()),
                ("location", view.location.to_string()),
            ]))
        });
        Value::Object(Object::from_iter([
            ("permission", Value::from(definition.label)),
            ("name", Value::from(definition.name)),
            ("declared_at", Value::from(definition.location.to_string())),
            ("asked_for_by", Value::from(views.collect::<Vec<_>>())),
        ]))
    });
    json::dumps(&Value::Array(entries.collect())).map_err(|error| Failure::Command(error.to_string()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::{super::console::test::Script, *};

    fn output(format: Format) -> String {
        let mut console = Script::of(&[]);
        run(format, &mut console).map_err(|failure| format!("{failure:?}")).unwrap();
        console.transcript.join("\n")
    }

    #[test]
    fn every_declared_permission_has_a_line_that_says_where_it_is_declared() {
        let table = output(Format::Table);
        let line = table.lines().find(|line| line.starts_with("auth.add_group ")).unwrap();
        assert!(line.contains("Can add group") && line.contains("contrib.rs:"), "{line}");
        assert!(table.starts_with("PERMISSION"));
    }

    #[test]
    fn the_same_can_be_read_by_programs() {
        let list = json::loads(&output(Format::Json)).unwrap();
        let names = list
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| entry.as_object().unwrap().get("permission").cloned());
        assert!(names.collect::<Vec<_>>().contains(&Some(Value::from("auth.view_permission"))));
    }
}
