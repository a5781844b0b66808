use djauth::{receiver, signal::Signal};

#[receiver]
async fn warn<S: Signal>(_: &S) -> djauth::Result<()> {
    Ok(())
}

fn main() {}
