use djauth::login_required;

#[login_required]
static HOME: &str = "/";

fn main() {}
