//! A macro of another crate writes the guard, and names djauth by its own crate.

use axum::Router;
use renamed::{Post, guards::axum::routing::get, page};

page!(edit, Post::CHANGE);
page!(publish, renamed::Post::CAN_PUBLISH);

fn main() {
    let _: Router = Router::new().route("/edit", get(edit)).route("/publish", get(publish));
}
