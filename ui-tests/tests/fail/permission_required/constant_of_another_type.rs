use djauth::permission_required;

const MAX_POSTS: usize = 10;

#[permission_required(MAX_POSTS)]
async fn publish() {}

fn main() {}
