use djauth::{receiver, signal::UserLoginFailed};

#[receiver]
async fn warn(_: &UserLoginFailed, _: &str) -> djauth::Result<()> {
    Ok(())
}

fn main() {}
