use djauth::{receiver, signal::UserLoginFailed};

#[receiver]
async fn warn(_: UserLoginFailed) -> djauth::Result<()> {
    Ok(())
}

fn main() {}
