use djauth::login_required;

#[login_required(login_ulr = "/login")]
async fn home() {}

fn main() {}
