use djauth::permission_required;

#[permission_required]
async fn publish() {}

fn main() {}
