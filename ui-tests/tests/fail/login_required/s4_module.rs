use djauth::login_required;

#[login_required]
mod home {}

fn main() {}
