use djauth::{permission_required, permissions};

#[permissions(app = "blog", can_publish = "Can publish posts")]
struct Post;

#[permissions(app = "blog", can_publish = "Can publish pages")]
struct Page;

#[permission_required("blog.can_publish")]
async fn publish() {}

fn main() {}
