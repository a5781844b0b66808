use djauth::{receiver, signal::UserLoginFailed};

#[receiver]
async fn warn(_: &UserLoginFailed) -> Result<(), std::fmt::Error> {
    Ok(())
}

fn main() {}
