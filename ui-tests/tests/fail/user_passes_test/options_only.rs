use djauth::user_passes_test;

#[user_passes_test(login_url = "/login")]
async fn edit() {}

fn main() {}
