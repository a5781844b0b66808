use djauth::{permission_required, permissions};

#[permissions(app = "blog", can_publish = "Can publish posts")]
struct Post;

#[permission_required(either("blog.add_post", "blog.change_post"))]
async fn publish() {}

fn main() {}
