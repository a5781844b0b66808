use djauth::login_required;

#[login_required]
struct Home;

fn main() {}
