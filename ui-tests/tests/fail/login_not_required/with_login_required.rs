use djauth::{login_not_required, login_required};

#[login_not_required]
#[login_required]
async fn about() {}

fn main() {}
