use djauth::receiver;

#[receiver]
async fn warn(_: &String) -> djauth::Result<()> {
    Ok(())
}

fn main() {}
