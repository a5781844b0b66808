use djauth::login_required;

#[login_required]
pub use std::fmt;

fn main() {}
