use djauth::login_not_required;

#[login_not_required]
fn about() {}

fn main() {}
