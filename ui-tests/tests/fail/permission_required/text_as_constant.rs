use djauth::{permission_required, permissions};

#[permissions(app = "blog", can_publish = "Can publish posts")]
struct Post;

const CAN_PUBLISH: &str = "blog.can_publish";

#[permission_required(CAN_PUBLISH)]
async fn publish() {}

fn main() {}
