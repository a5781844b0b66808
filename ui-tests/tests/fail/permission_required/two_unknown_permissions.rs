use djauth::{permission_required, permissions};

#[permissions(app = "blog", can_publish = "Can publish posts")]
struct Post;

#[permission_required("blog.can_publsh", any("blog.can_print", "blog.add_post"))]
async fn publish() {}

fn main() {}
