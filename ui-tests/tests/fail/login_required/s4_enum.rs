use djauth::login_required;

#[login_required]
enum Home {}

fn main() {}
