use djauth::{permission_required, permissions};

#[permissions(app = "blog", can_publish = "Can publish posts")]
struct Post;

#[permission_required("blog.can_publish", raise_exeption)]
async fn publish() {}

fn main() {}
