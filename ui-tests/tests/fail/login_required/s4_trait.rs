use djauth::login_required;

#[login_required]
trait Home {}

fn main() {}
