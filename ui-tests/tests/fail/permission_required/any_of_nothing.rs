use djauth::permission_required;

#[permission_required(any())]
async fn publish() {}

fn main() {}
