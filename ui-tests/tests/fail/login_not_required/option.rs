use djauth::login_not_required;

#[login_not_required(login_url = "/login")]
async fn about() {}

fn main() {}
