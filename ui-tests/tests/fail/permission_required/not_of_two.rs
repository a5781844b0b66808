use djauth::{permission_required, permissions};

#[permissions(app = "blog", can_publish = "Can publish posts")]
struct Post;

#[permission_required(not("blog.add_post", Post::CHANGE))]
async fn publish() {}

fn main() {}
