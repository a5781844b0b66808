use djauth::{permission_required, permissions};

#[permissions(app = "blog", can_publish = "Can publish posts")]
struct Post;

#[permission_required(["blog.can_publish", Post::ADD])]
async fn publish() {}

fn main() {}
