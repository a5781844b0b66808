use djauth::login_required;

#[login_required("/login")]
async fn home() {}

fn main() {}
