use djauth::permission_required;

#[permission_required(7)]
async fn publish() {}

fn main() {}
