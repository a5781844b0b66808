use djauth::login_required;

#[login_required]
async fn home() {}

async fn page() {
    home().await;
}

fn main() {}
