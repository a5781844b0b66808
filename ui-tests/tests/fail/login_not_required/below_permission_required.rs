use djauth::{login_not_required, permission_required};

#[permission_required("auth.add_user")]
#[login_not_required]
async fn about() {}

fn main() {}
