use djauth::login_required;

#[login_required]
#[test]
async fn home() {}

fn main() {}
