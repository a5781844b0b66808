use djauth::login_required;

#[login_required]
#[djauth::login_required]
async fn home() {}

fn main() {}
