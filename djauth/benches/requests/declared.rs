//! Ten thousand declared permissions, `bench.do_0000` to `bench.do_9999`, and the one that guards ask for.

use djauth::permissions;
use djauth_runtime::{
    permission::{Location, PermissionDefinition},
    registry::PERMISSIONS,
};

#[permissions(app = "bench", can_read = "Can read pages")]
pub(crate) struct Page;

/// Puts definitions where `#[permissions]` puts them; it cannot count, and nobody wants to read them written out.
macro_rules! declare {
    ($a:literal $b:literal $c:literal $d:literal) => {
        const _: () = {
            #[linkme::distributed_slice(PERMISSIONS)]
            static PERMISSION: PermissionDefinition = PermissionDefinition {
                label: concat!("bench.do_", $a, $b, $c, $d),
                app_label: "bench",
                model: "thing",
                codename: concat!("do_", $a, $b, $c, $d),
                name: "Can do something",
                location: Location { module: module_path!(), file: file!(), line: line!() },
            };
        };
    };
    ($($digit:literal)*) => {
        declare!($($digit)* 0);
        declare!($($digit)* 1);
        declare!($($digit)* 2);
        declare!($($digit)* 3);
        declare!($($digit)* 4);
        declare!($($digit)* 5);
        declare!($($digit)* 6);
        declare!($($digit)* 7);
        declare!($($digit)* 8);
        declare!($($digit)* 9);
    };
}

declare!();

/// Returns the names of the guard's permission and of `count - 1` others.
pub(crate) fn names(count: usize) -> Vec<String> {
    let others = (0..count - 1).map(|number| format!("bench.do_{number:04}"));
    std::iter::once(Page::CAN_READ.to_string()).chain(others).collect()
}
