struct Everything;

impl djauth::axum::routing::Guarded for Everything {}

fn main() {}
