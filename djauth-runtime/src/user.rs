//! Who is a user? The traits that `#[derive(AuthUser)]` implements.
