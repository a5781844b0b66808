use djauth::permission_required;

#[permission_required(raise_exception)]
async fn publish() {}

fn main() {}
