//! Further checks of one permission, once the page's user is loaded.

use std::hint::black_box;

use djauth::{AsPermission, Perms};

use crate::{
    Result,
    declared::Page,
    site::{COUNTS, Site},
    turns::{Work, medians, repeat},
};

/// What the design allows a check, in nanoseconds.
const BY_CONSTANT: f64 = 2.0;
const BY_STRING: f64 = 10.0;

/// Measures `has_perm` and prints the table.
pub(crate) fn measure(site: &Site) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let (mut rows, mut works) = (Vec::new(), Vec::<Work<'_>>::new());
    for (user, count) in site.users.iter().zip(COUNTS) {
        let perms = runtime.block_on(site.auth.perms_of(&user.member))?;
        rows.push((format!("has_perm by constant, user has {count}"), BY_CONSTANT));
        works.extend([checks(perms.clone(), Page::CAN_READ), nothing(perms.clone(), Page::CAN_READ)]);
        rows.push((format!("has_perm by string, user has {count}"), BY_STRING));
        works.extend([checks(perms.clone(), "bench.can_read"), nothing(perms, "bench.can_read")]);
    }
    println!("\n{:44} {:>10}  target", "check", "time");
    for ((label, target), times) in rows.iter().zip(medians(works).chunks(2)) {
        let time = times[0] - times[1];
        let verdict = if time <= *target { "met" } else { "missed" };
        println!("{label:44} {time:>7.1} ns  {target} ns: {verdict}");
    }
    Ok(())
}

/// The loop and its black boxes, which are taken off.
fn nothing<'a, P: AsPermission + Copy + 'a>(perms: Perms, permission: P) -> Work<'a> {
    Box::new(repeat(move || {
        black_box(black_box(&perms));
        black_box(black_box(permission));
    }))
}

fn checks<'a, P: AsPermission + Copy + 'a>(perms: Perms, permission: P) -> Work<'a> {
    Box::new(repeat(move || {
        let _ = black_box(black_box(&perms).has_perm(black_box(permission)));
    }))
}
