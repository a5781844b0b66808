//! Further checks of one permission, once the page's user is loaded.

use std::hint::black_box;

use djauth::Perms;

use crate::{
    Result,
    declared::Page,
    site::{COUNTS, Site},
    turns::{Work, medians, repeat},
};

struct Check {
    label: String,
    target: f64,
    run: fn(&Perms) -> djauth::Result<bool>,
}

/// Measures `has_perm` and prints the table.
pub(crate) fn measure(site: &Site) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let mut rows = Vec::new();
    for (user, count) in site.users.iter().zip(COUNTS) {
        let perms = runtime.block_on(site.auth.perms_of(&user.member))?;
        rows.extend(checks(count).map(|check| (check, perms.clone())));
    }
    let works = rows.iter().map(|(check, perms)| -> Work<'_> {
        Box::new(repeat(move || {
            let _ = black_box((check.run)(black_box(perms)));
        }))
    });
    let times = medians(works.collect());
    println!("\n{:44} {:>10}  target", "check", "time");
    for ((Check { label, target, .. }, _), time) in rows.iter().zip(times) {
        let verdict = if time <= *target { "met" } else { "missed" };
        println!("{label:44} {time:>7.1} ns  {target} ns: {verdict}");
    }
    Ok(())
}

fn checks(count: usize) -> [Check; 2] {
    [
        Check {
            label: format!("has_perm by constant, user has {count}"),
            target: 2.0,
            run: |perms| perms.has_perm(black_box(Page::CAN_READ)),
        },
        Check {
            label: format!("has_perm by string, user has {count}"),
            target: 10.0,
            run: |perms| perms.has_perm(black_box("bench.can_read")),
        },
    ]
}
