use djauth::login_required;

#[login_required]
fn home() {}

fn main() {}
