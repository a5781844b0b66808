use djauth::{receiver, signal::UserLoginFailed};

#[receiver]
fn warn(_: &UserLoginFailed) -> djauth::Result<()> {
    Ok(())
}

fn main() {}
