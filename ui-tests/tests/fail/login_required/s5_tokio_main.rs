use djauth::login_required;

#[login_required]
#[tokio::main]
async fn main() {}
