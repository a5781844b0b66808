use djauth::receiver;

#[receiver]
async fn warn() -> djauth::Result<()> {
    Ok(())
}

fn main() {}
