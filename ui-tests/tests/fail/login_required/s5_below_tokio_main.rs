use djauth::login_required;

#[tokio::main]
#[login_required]
async fn main() {}
