use djauth::{receiver, signal::UserLoginFailed};

#[receiver(signal = "UserLoginFailed")]
async fn warn(_: &UserLoginFailed) -> djauth::Result<()> {
    Ok(())
}

fn main() {}
