use djauth::login_required;

#[login_required]
type Home = String;

fn main() {}
