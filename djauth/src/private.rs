//! What generated code names besides public traits. It has no stability: only the macros of the same version use it.

pub use djauth_runtime::__private::*;

pub use crate::guard::{Guard, Public};
