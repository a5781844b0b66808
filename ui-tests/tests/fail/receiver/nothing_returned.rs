use djauth::{receiver, signal::UserLoginFailed};

#[receiver]
async fn warn(_: &UserLoginFailed) {}

fn main() {}
