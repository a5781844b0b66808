use djauth::login_required;

#[axum::debug_handler]
#[login_required]
async fn home() {}

fn main() {}
