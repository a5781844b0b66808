use djauth::{receiver, signal::UserLoginFailed};

struct Log;

impl Log {
    #[receiver]
    async fn warn(&self, _: &UserLoginFailed) -> djauth::Result<()> {
        Ok(())
    }
}

fn main() {}
