use djauth::login_required;

#[login_required]
#[tokio::test]
async fn home() {}

fn main() {}
