use djauth::login_required;

#[login_required(raise_exception)]
async fn home() {}

fn main() {}
