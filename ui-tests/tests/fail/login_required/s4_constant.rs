use djauth::login_required;

#[login_required]
const HOME: &str = "/";

fn main() {}
