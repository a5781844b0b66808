use djauth::login_required;

#[login_required(login_url = 7)]
async fn home() {}

fn main() {}
